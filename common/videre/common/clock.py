"""Time as something passed in: the real clock, and one that tests move by hand."""

from __future__ import annotations

import time
from typing import Final, Protocol

_NS: Final = 1_000_000_000


class Clock(Protocol):
    """Source of time."""

    def now_ns(self) -> int:
        """Wall clock: nanoseconds since 1970-01-01 UTC. May jump."""

    def monotonic(self) -> float:
        """Seconds since an arbitrary instant; never goes back."""


class SystemClock:
    """The machine's clock."""

    def now_ns(self) -> int:
        """Wall clock: nanoseconds since 1970-01-01 UTC."""
        return time.time_ns()

    def monotonic(self) -> float:
        """Seconds of `time.monotonic`."""
        return time.monotonic()


class FakeClock:
    """A clock that stands still until it is told to go on."""

    def __init__(self, now_ns: int = 1_700_000_000 * _NS) -> None:
        self._now_ns = now_ns
        self._monotonic_ns = 0

    def now_ns(self) -> int:
        """Wall clock: nanoseconds since 1970-01-01 UTC."""
        return self._now_ns

    def monotonic(self) -> float:
        """Seconds since the clock was made."""
        return self._monotonic_ns / _NS

    def advance(self, seconds: float) -> None:
        """Let `seconds` pass.

        Raises:
            ValueError: negative; time does not go back.
        """
        if seconds < 0:
            raise ValueError(f"time does not go back: {seconds} s")
        step = round(seconds * _NS)
        self._now_ns += step
        self._monotonic_ns += step
