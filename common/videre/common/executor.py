"""Slots: the bounded set of threads on which inference runs, apart from the event loop.

One slot is one thread on one core. gRPC handlers `await executor.run(fn)`; a full queue answers
OVERLOADED at once, so that load is shed where it arises. A run whose caller has gone away never
starts, and one that has started stops at its next `slot.check()`.
"""

from __future__ import annotations

import asyncio
import os
import sys
import threading
import time
from collections import deque
from collections.abc import Callable
from concurrent.futures import Future
from typing import Any, Final, Protocol, TypeVar

from videre.common.errors import Reason, VidereError

T = TypeVar("T")

#: Bounds of the advice in RetryInfo, seconds.
_RETRY_MIN_S: Final = 0.1
_RETRY_MAX_S: Final = 10.0
#: Weight of the newest run in the running mean of run times.
_MEAN_WEIGHT: Final = 0.2


class CallEnded(BaseException):
    """The caller cancelled or its deadline passed.

    Not an `Exception`, so that no engine's `except Exception` mistakes it for a failed inference.
    """


class _HasTimeRemaining(Protocol):
    def time_remaining(self) -> float | None: ...


def deadline_of(context: _HasTimeRemaining) -> float | None:
    """Return an RPC's deadline on the `time.monotonic` clock, or None when it has none."""
    remaining = context.time_remaining()
    return None if remaining is None else time.monotonic() + remaining


class Slot:
    """What a run sees of its slot and its caller."""

    def __init__(self, deadline: float | None) -> None:
        self.index = -1
        self._deadline = deadline
        self._cancelled = threading.Event()
        self._cpu_start = 0.0

    def check(self) -> None:
        """Stop the run if nobody waits for it any more; to be called before each inference.

        Raises:
            CallEnded: the RPC was cancelled or its deadline passed.
        """
        if self._cancelled.is_set() or self.expired:
            raise CallEnded

    @property
    def expired(self) -> bool:
        """Whether the caller's deadline has passed."""
        return self._deadline is not None and time.monotonic() >= self._deadline

    @property
    def cpu_seconds(self) -> float:
        """CPU-seconds of this thread since the run began (for CallUsage)."""
        return time.thread_time() - self._cpu_start

    def cancel(self) -> None:
        """Make the next `check` end the run."""
        self._cancelled.set()

    def begin(self, index: int) -> None:
        """Bind the run to the calling slot thread."""
        self.index = index
        self._cpu_start = time.thread_time()


class _Item:
    __slots__ = ("fn", "future", "slot")

    def __init__(self, fn: Callable[[Slot], Any], slot: Slot) -> None:
        self.fn = fn
        self.slot = slot
        self.future: Future[Any] = Future()


class SlotExecutor:
    """`slots` inference threads and a queue of at most `queue_limit` waiting runs."""

    def __init__(self, slots: int, queue_limit: int, *, nice: int = 0) -> None:
        """Start the threads.

        Args:
            slots: number of threads, at least 1.
            queue_limit: runs that may wait, at least 0.
            nice: least nice value of the threads (Linux); a nicer process stays as it is.
        """
        if slots < 1 or queue_limit < 0:
            raise ValueError(f"{slots} slots, queue of {queue_limit}")
        self.slots = slots
        self._queue_limit = queue_limit
        self._nice = nice
        self._waiting: deque[_Item] = deque()
        self._running: set[_Item] = set()
        self._changed = threading.Condition()
        self._closed = False
        self._mean_run_s = _RETRY_MIN_S
        self._threads = [
            threading.Thread(target=self._work, args=(index,), name=f"slot-{index}", daemon=True)
            for index in range(slots)
        ]
        for thread in self._threads:
            thread.start()

    @property
    def waiting(self) -> int:
        """Number of runs in the queue."""
        return len(self._waiting)

    @property
    def busy(self) -> int:
        """Number of slots at work."""
        return len(self._running)

    async def run(self, fn: Callable[[Slot], T], *, deadline: float | None) -> T:
        """Run `fn` on a free slot and return its answer.

        Args:
            fn: blocking function; calls `slot.check()` before each inference.
            deadline: on the `time.monotonic` clock (see `deadline_of`); None = no deadline.

        Raises:
            VidereError: OVERLOADED when the queue is full; SHUTTING_DOWN after `close`.
            TimeoutError: the deadline passed.
        """
        item = self._enqueue(fn, Slot(deadline))
        async with asyncio.timeout(None if deadline is None else deadline - time.monotonic()):
            try:
                answer: T = await asyncio.wrap_future(item.future)
            except CallEnded as ended:
                if item.slot.expired:
                    raise TimeoutError("the call's deadline has passed") from ended
                raise VidereError(Reason.SHUTTING_DOWN, "the process is draining") from ended
            except asyncio.CancelledError:  # by the caller or by the deadline
                self._abandon(item)
                raise
        return answer

    def _enqueue(self, fn: Callable[[Slot], T], slot: Slot) -> _Item:
        item = _Item(fn, slot)
        with self._changed:
            if self._closed:
                raise VidereError(Reason.SHUTTING_DOWN, "the process is draining")
            ahead = len(self._waiting) + len(self._running)
            if ahead >= self.slots + self._queue_limit:
                wait = min(max(self._mean_run_s * ahead / self.slots, _RETRY_MIN_S), _RETRY_MAX_S)
                raise VidereError(
                    Reason.OVERLOADED,
                    f"all {self.slots} slots are busy and {len(self._waiting)} calls wait",
                    retry_after_s=wait,
                )
            self._waiting.append(item)
            self._changed.notify()
        return item

    def _abandon(self, item: _Item) -> None:
        item.slot.cancel()
        with self._changed:
            if item in self._waiting:
                self._waiting.remove(item)

    def _work(self, index: int) -> None:
        self._lower_priority()
        while (item := self._next()) is not None:
            started = time.monotonic()
            self._perform(item, index)
            took = time.monotonic() - started
            with self._changed:
                self._running.discard(item)
                self._mean_run_s += _MEAN_WEIGHT * (took - self._mean_run_s)
                self._changed.notify_all()

    def _lower_priority(self) -> None:
        if self._nice and sys.platform == "linux":  # elsewhere nice values belong to processes
            thread = threading.get_native_id()
            current = os.getpriority(os.PRIO_PROCESS, thread)
            os.setpriority(os.PRIO_PROCESS, thread, max(current, self._nice))

    def _next(self) -> _Item | None:
        with self._changed:
            while not self._waiting:
                if self._closed:
                    return None
                self._changed.wait()
            item = self._waiting.popleft()
            self._running.add(item)
            return item

    @staticmethod
    def _perform(item: _Item, index: int) -> None:
        if not item.future.set_running_or_notify_cancel():
            return
        item.slot.begin(index)
        try:
            item.slot.check()
            answer = item.fn(item.slot)
        except BaseException as error:
            item.future.set_exception(error)
        else:
            item.future.set_result(answer)

    async def close(self, grace_s: float) -> None:
        """Refuse new runs, let the accepted ones end for `grace_s` seconds, then stop them.

        A run that ignores `check` is left behind on its daemon thread.
        """
        await asyncio.to_thread(self._drain, grace_s)

    def _drain(self, grace_s: float) -> None:
        with self._changed:
            self._closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: not self._waiting and not self._running, grace_s)
            leftover = [*self._waiting, *self._running]
            self._waiting.clear()
            self._changed.notify_all()
        for item in leftover:
            item.slot.cancel()
            if not item.future.running() and item.future.set_running_or_notify_cancel():
                item.future.set_exception(CallEnded())
