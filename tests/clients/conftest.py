"""Clients in other languages, made at the time of the test from what is committed here."""

from __future__ import annotations

import pytest
from node_client import Node, install


@pytest.fixture(scope="session")
def node(tmp_path_factory: pytest.TempPathFactory) -> Node:
    """The Node client; tests are skipped where Node or its packages cannot be had."""
    return install(tmp_path_factory.mktemp("node") / "client")
