"""Globally unique ids that sort by time: UUID version 7 (RFC 9562 §5.7)."""

from __future__ import annotations

import random
import threading
import uuid
from typing import Protocol

from videre.common.clock import Clock


class Ids(Protocol):
    """Source of ids."""

    def new(self) -> str:
        """Return a new UUIDv7, lower-case with dashes; later ids sort after earlier ones."""


class TimeIds:
    """UUIDv7 from a clock and a random source; strictly rising within the process."""

    def __init__(self, clock: Clock, rng: random.Random) -> None:
        self._clock, self._rng = clock, rng
        self._last = 0
        self._lock = threading.Lock()

    def new(self) -> str:
        """See the protocol. The 12 bits after the milliseconds count ids within one of them."""
        with self._lock:
            tick = (self._clock.now_ns() // 1_000_000) << 12
            self._last = max(self._last + 1, tick)
            milliseconds, count = self._last >> 12, self._last & 0xFFF
            tail = self._rng.getrandbits(62)
        value = (milliseconds & (1 << 48) - 1) << 80
        value |= 0x7 << 76 | count << 64 | 0b10 << 62 | tail
        return str(uuid.UUID(int=value))
