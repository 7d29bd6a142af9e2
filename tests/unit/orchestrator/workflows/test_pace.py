"""How often chunks are looked for."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import sqlalchemy as sa

from videre.orchestrator.workflows.pace import IDLE_S, QUICK_S, Pace


class Interval:
    """What was set, and a way to wait for the next."""

    def __init__(self) -> None:
        self.fails = False
        self._set: asyncio.Queue[float] = asyncio.Queue()

    async def __call__(self, seconds: float) -> None:
        await self._set.put(seconds)
        if self.fails:
            raise sa.exc.OperationalError("UPDATE", {}, Exception("database is locked"))

    async def next(self) -> float:
        return await asyncio.wait_for(self._set.get(), 10)

    @property
    def quiet(self) -> bool:
        return self._set.empty()


@asynccontextmanager
async def kept(interval: Interval, linger_s: float) -> AsyncIterator[Pace]:
    pace = Pace(interval, linger_s)
    task = asyncio.create_task(pace.keep())
    try:
        yield pace
    finally:
        task.cancel()
        await asyncio.wait([task])


async def test_work_is_looked_for_often_while_there_is_some() -> None:
    interval = Interval()
    async with kept(interval, 0.0) as pace:
        with pace.working():
            assert await interval.next() == QUICK_S
            with pace.working():
                assert interval.quiet
        assert await interval.next() == IDLE_S


async def test_what_follows_at_once_changes_nothing() -> None:
    interval = Interval()
    async with kept(interval, 60.0) as pace:
        with pace.working():
            assert await interval.next() == QUICK_S
        for _ in range(5):
            await asyncio.sleep(0)
            with pace.working():
                await asyncio.sleep(0)
        assert interval.quiet


async def test_a_store_that_fails_is_asked_again_at_the_next_change() -> None:
    interval = Interval()
    interval.fails = True
    async with kept(interval, 0.0) as pace:
        for _ in range(2):
            with pace.working():
                assert await interval.next() == QUICK_S
            assert await interval.next() == IDLE_S
