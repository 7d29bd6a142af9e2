"""A client in C++, with Debian's packages, against a real server."""

from __future__ import annotations

import pytest
from client_contract import Contract
from client_programs import CPP, compiled


@pytest.mark.long
@compiled
class TestCpp(Contract):
    """A client in C++."""

    language = CPP
