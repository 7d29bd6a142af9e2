"""A server double and both kinds of client on it."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator, Iterator

import pytest
from doubles.api import ApiServer
from doubles.world import World

from videre.client import AsyncVidere, RetryPolicy, Videre


@pytest.fixture
def server() -> Iterator[ApiServer]:
    """A running server."""
    running = ApiServer()
    yield running
    running.close()


@pytest.fixture
def world(server: ApiServer) -> World:
    """What the server holds."""
    return server.world


@pytest.fixture
def videre(server: ApiServer) -> Iterator[Videre]:
    """A blocking client that hardly pauses between tries."""
    policy = RetryPolicy(base_s=0.001, rng=random.Random(1))
    with Videre(server.target, timeout_s=10, retry=policy) as client:
        yield client


@pytest.fixture
async def async_videre(server: ApiServer) -> AsyncIterator[AsyncVidere]:
    """An asyncio client that hardly pauses between tries."""
    policy = RetryPolicy(base_s=0.001, rng=random.Random(1))
    async with AsyncVidere(server.target, timeout_s=10, retry=policy) as client:
        yield client
