"""Waking those who wait for a job, without a thread each."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from typing import Final

#: What those subscribe to who wait for a change of any job.
EVERY_JOB: Final = "*"


class ChangeBoard:
    """Tells waiters on the event loop that a job's rows changed.

    A waiter may miss a change made by another process, so it waits with a bound and looks again.
    """

    def __init__(self) -> None:
        self._loop: asyncio.AbstractEventLoop | None = None
        self._waiters: defaultdict[str, set[asyncio.Future[None]]] = defaultdict(set)

    def bind(self, loop: asyncio.AbstractEventLoop) -> None:
        """Name the loop that waiters live on."""
        self._loop = loop

    def announce(self, job_id: str) -> None:
        """Wake the waiters of a job; callable from any thread, after the commit."""
        if self._loop is not None and not self._loop.is_closed():
            self._loop.call_soon_threadsafe(self._wake, job_id)

    def _wake(self, job_id: str) -> None:
        for key in (job_id, EVERY_JOB):
            for future in self._waiters.pop(key, ()):
                if not future.done():
                    future.set_result(None)

    def subscribe(self, job_id: str) -> asyncio.Future[None]:
        """Return a future that the next change completes. Subscribe first, read the rows then."""
        future: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._waiters[job_id].add(future)
        return future

    def cancel(self, job_id: str, future: asyncio.Future[None]) -> None:
        """Forget a future nobody waits for any more."""
        waiters = self._waiters.get(job_id)
        if waiters is not None:
            waiters.discard(future)
            if not waiters:
                del self._waiters[job_id]

    async def wait(self, job_id: str, future: asyncio.Future[None], timeout_s: float) -> None:
        """Wait for the future at most `timeout_s` seconds."""
        try:
            await asyncio.wait([future], timeout=timeout_s)
        finally:
            self.cancel(job_id, future)
