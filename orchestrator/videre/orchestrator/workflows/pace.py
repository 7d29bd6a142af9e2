"""How often queued chunks are looked for: often while jobs are at work, seldom while none is."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Final

import sqlalchemy as sa
import structlog

log = structlog.get_logger(__name__)

#: Seconds between two looks. Each costs two or three milliseconds of a core.
QUICK_S: Final = 0.1
IDLE_S: Final = 0.5
#: Seconds without work after which nothing more is expected soon.
_LINGER_S: Final = 2.0


class Pace:
    """Counts the workflows at work, and sets the interval as their number asks for.

    Args:
        set_interval: takes the seconds between two looks.
        linger_s: seconds without work until looks become seldom.
    """

    def __init__(
        self, set_interval: Callable[[float], Awaitable[None]], linger_s: float = _LINGER_S
    ) -> None:
        self._set_interval, self._linger_s = set_interval, linger_s
        self._working = 0
        self._some = asyncio.Event()
        self._none = asyncio.Event()
        self._none.set()

    @contextmanager
    def working(self) -> Iterator[None]:
        """Count one more workflow for the length of a block."""
        self._count(1)
        try:
            yield
        finally:
            self._count(-1)

    async def keep(self) -> None:
        """Set the interval whenever work begins or has ended, until cancelled."""
        while True:
            await self._some.wait()
            await self._set(QUICK_S)
            await self._rest()
            await self._set(IDLE_S)

    async def _rest(self) -> None:
        """Wait until there was no work for a while."""
        while True:
            await self._none.wait()
            try:
                async with asyncio.timeout(self._linger_s):
                    await self._some.wait()
            except TimeoutError:
                return

    def _count(self, change: int) -> None:
        self._working += change
        for event, holds in ((self._some, self._working > 0), (self._none, self._working == 0)):
            (event.set if holds else event.clear)()

    async def _set(self, seconds: float) -> None:
        try:
            await self._set_interval(seconds)
        except sa.exc.SQLAlchemyError as error:
            # Work goes on at the interval of before; the next change sets it again.
            log.warning("interval not set", seconds=seconds, error=str(error))
