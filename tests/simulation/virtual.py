"""Virtual time: an event loop that jumps to the next timer when nothing is left to do now."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from typing import Any, Final

from videre.common.values import NS

#: Instant at which every simulation starts: 2000-01-01. Files written meanwhile are younger.
EPOCH_NS: Final = 946_684_800 * NS
#: Longest time that a blocking function in a thread takes, virtual seconds.
_THREAD_S: Final = 0.004
#: Turns of the loop after which a simulation goes round in circles.
_TURNS: Final = 2_000_000


class Stuck(AssertionError):
    """Somebody waits for what will never come."""


class _Jump:
    """Stands where a loop waits for sockets: waiting costs no time but the virtual one."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop

    def select(self, timeout: float | None) -> list[Any]:
        if timeout is None:
            raise Stuck("everybody waits, and no timer is set")
        self._loop.turns += 1
        if self._loop.turns > _TURNS:
            raise Stuck(f"{_TURNS} turns and no end")
        self._loop.now += timeout
        return []


class VirtualLoop(asyncio.BaseEventLoop):
    """No sockets, no threads, no time but its own: the same seed goes the same way.

    A blocking function handed to a thread runs here, at once and alone, after a delay drawn from
    the seed, so that functions handed over together finish in any order.
    """

    def __init__(self, rng: random.Random) -> None:
        super().__init__()
        self._selector = _Jump(self)
        self._rng = rng
        self.now = 0.0
        self.turns = 0
        #: Asked before a thread's function runs: the process it belongs to may be dead.
        self.thread_lives: Callable[[], Callable[[], bool]] = lambda: lambda: True

    def time(self) -> float:
        """Virtual seconds since the loop was made."""
        return self.now

    def run_in_executor(  # type: ignore[override]  # of any function
        self, executor: Any, func: Callable[..., Any], *args: Any
    ) -> Any:
        """Run a blocking function after a random delay. Cancelling the future does not stop it."""
        future: asyncio.Future[Any] = self.create_future()
        lives = self.thread_lives()

        def work() -> None:
            if not lives():
                return
            try:
                answer = func(*args)
            except BaseException as error:  # belongs to whoever waits for it
                if not future.done():
                    future.set_exception(error)
            else:
                if not future.done():
                    future.set_result(answer)

        self.call_later(self._rng.random() * _THREAD_S, work)
        return future

    def _process_events(self, event_list: list[Any]) -> None:
        """There are none."""

    def _write_to_self(self) -> None:
        """Nothing to wake: there is one thread."""


class VirtualClock:
    """A `Clock` on the loop's time; `shift_s` lets years pass at once."""

    def __init__(self, loop: VirtualLoop) -> None:
        self._loop = loop
        self.shift_s = 0.0

    def now_ns(self) -> int:
        """Wall clock."""
        return EPOCH_NS + round((self._loop.now + self.shift_s) * NS)

    def monotonic(self) -> float:
        """The loop's time."""
        return self._loop.now
