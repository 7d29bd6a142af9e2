"""Things that are there for a time, looked up by the instant. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic, Protocol, TypeVar

import numpy as np


class Timed(Protocol):
    """Something that is there from an instant to another, nanoseconds, half-open."""

    @property
    def start_ns(self) -> int:
        """When it begins."""

    @property
    def end_ns(self) -> int:
        """When it has ended."""


T = TypeVar("T", bound=Timed)


class Timetable(Generic[T]):
    """Finds what is there at an instant without a look at all of it."""

    def __init__(self, things: Sequence[T]) -> None:
        """Take things in any order; those that begin together keep theirs."""
        self._things = sorted(things, key=lambda one: one.start_ns)
        self._starts = np.array([one.start_ns for one in self._things], np.int64)
        #: The latest end of a thing and all before it: where a look back may stop.
        self._reach = np.array([one.end_ns for one in self._things], np.int64)
        if len(self._reach):
            self._reach = np.maximum.accumulate(self._reach)

    def at(self, ns: int) -> tuple[T, ...]:
        """Return what is there at an instant, in the order of its beginning."""
        place = int(np.searchsorted(self._starts, ns, side="right")) - 1
        found = []
        while place >= 0 and self._reach[place] > ns:
            if self._things[place].end_ns > ns:
                found.append(self._things[place])
            place -= 1
        return tuple(reversed(found))

    def all(self) -> tuple[T, ...]:
        """Return all of it, in the order of its beginning."""
        return tuple(self._things)
