"""A client in Go, with Debian's packages, against a real server."""

from __future__ import annotations

import pytest
from client_contract import Contract
from client_programs import GO, compiled


@pytest.mark.long
@compiled
class TestGo(Contract):
    """A client in Go."""

    language = GO
