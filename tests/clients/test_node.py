"""A client in Node, made from the .proto files alone, against a real server."""

from __future__ import annotations

import pytest
from client_contract import Contract
from client_programs import NODE


@pytest.mark.long
class TestNode(Contract):
    """A client in Node."""

    language = NODE
