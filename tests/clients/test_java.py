"""A client in Java, with Debian's packages, against a real server."""

from __future__ import annotations

import pytest
from client_contract import Contract
from client_programs import JAVA, compiled


@pytest.mark.long
@compiled
class TestJava(Contract):
    """A client in Java."""

    language = JAVA
