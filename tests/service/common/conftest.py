"""A running server that tests tell what to do."""

from collections.abc import AsyncIterator

import pytest
from doubles.serving import World, running


@pytest.fixture
async def world() -> AsyncIterator[World]:
    async with running() as world:
        yield world
