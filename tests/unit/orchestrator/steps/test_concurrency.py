"""Parts side by side: all of them, or the first error with nothing left under way."""

from __future__ import annotations

import asyncio

import pytest

from videre.orchestrator.steps.concurrency import side_by_side


async def test_all_parts_are_under_way_at_once() -> None:
    met = asyncio.Barrier(3)

    async def part() -> None:
        async with asyncio.timeout(5):
            await met.wait()

    await side_by_side(part() for _ in range(3))
    await side_by_side([])


async def test_the_first_error_is_raised_bare_and_stops_the_others() -> None:
    stopped = []

    async def waits() -> None:
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            stopped.append(1)
            raise

    async def fails() -> None:
        await asyncio.sleep(0)
        raise KeyError("one")

    with pytest.raises(KeyError, match="one"):
        await side_by_side([waits(), fails(), waits()])
    assert stopped == [1, 1]


async def test_who_is_cancelled_stops_the_parts() -> None:
    begun = asyncio.Event()
    stopped = asyncio.Event()

    async def waits() -> None:
        begun.set()
        try:
            await asyncio.Event().wait()
        finally:
            stopped.set()

    task = asyncio.ensure_future(side_by_side([waits()]))
    await begun.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    assert stopped.is_set()
