"""Which stretches of a media are its moments. Pure.

Shots; what is longer than 30 s is cut into equal parts of at most that. Where there are no shots,
the whole is cut so. Text without times is cut between lines, into runs of about 1,000 characters. A
picture is one moment.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from typing import Final

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document import MediaFacts, MediaKind, Shot, TextLine
from videre.orchestrator.search.model import MAX_MOMENTS

#: Longest moment that has times.
_LONGEST_NS: Final = 30 * NS
#: Characters of a moment of text, unless one line is longer.
_CHARACTERS: Final = 1_000
#: A statement belongs to a moment that it shares a fifth with, of whichever is the shorter.
_SHARE: Final = 5


@dataclass(frozen=True, slots=True)
class Stretch:
    """A moment's place, before anything is known of it."""

    start_ns: int
    end_ns: int
    shot: int | None = None
    picture: str = ""


def stretches(
    media: MediaFacts, shots: Sequence[Shot], lines: Iterable[TextLine]
) -> tuple[Stretch, ...]:
    """Return the moments of a media beside the whole of it, in order, without overlap."""
    if media.kind is MediaKind.IMAGE:
        return ()
    if media.characters:
        return tuple(_runs(media.characters, lines))[:MAX_MOMENTS]
    found: list[Stretch] = []
    for shot in shots:
        found += _cut(Stretch(shot.span.start_ns, shot.span.end_ns, shot.index, shot.picture))
    if not shots and media.duration_ns:
        found += _cut(Stretch(0, media.duration_ns))
    return tuple(found[:MAX_MOMENTS])


def _cut(whole: Stretch) -> list[Stretch]:
    length = whole.end_ns - whole.start_ns
    count = max(1, -(-length // _LONGEST_NS))
    borders = [whole.start_ns + length * i // count for i in range(count + 1)]
    return [Stretch(start, end, whole.shot, whole.picture) for start, end in pairwise(borders)]


def _runs(characters: int, lines: Iterable[TextLine]) -> list[Stretch]:
    borders, last = [0], 0
    for line in lines:
        if last - borders[-1] >= _CHARACTERS:
            borders.append(last)
        last = max(last, line.span.end_ns)
    return [Stretch(start, end) for start, end in pairwise((*borders, characters))]


@dataclass(frozen=True, slots=True)
class Places:
    """Finds the moments that a span belongs to.

    Args:
        of: the moments, in order, without overlap.
    """

    of: Sequence[Stretch]
    _starts: list[int] = field(init=False, repr=False)
    _ends: list[int] = field(init=False, repr=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_starts", [one.start_ns for one in self.of])
        object.__setattr__(self, "_ends", [one.end_ns for one in self.of])

    def shared(self, span: TimeSpan) -> list[int]:
        """Return the moments that a span shares a fifth with, else the one it shares most with."""
        first = bisect_right(self._ends, span.start_ns)
        after = max(bisect_left(self._starts, span.end_ns), first + (not span.duration_ns))
        touched = [(self._overlap(i, span), i) for i in range(first, min(after, len(self.of)))]
        kept = [
            i
            for common, i in touched
            if common * _SHARE >= min(span.duration_ns, self._ends[i] - self._starts[i])
        ]
        if kept or not touched:
            return kept
        return [max(touched, key=lambda one: (one[0], -one[1]))[1]]

    def at(self, time_ns: int) -> int | None:
        """Return the moment of an instant; None outside of all."""
        i = bisect_right(self._starts, time_ns) - 1
        return i if i >= 0 and time_ns < self._ends[i] else None

    def _overlap(self, i: int, span: TimeSpan) -> int:
        return min(self._ends[i], span.end_ns) - max(self._starts[i], span.start_ns)
