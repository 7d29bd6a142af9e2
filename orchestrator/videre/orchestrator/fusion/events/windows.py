"""The stretches of time in which the conditions of a rule are looked at together. Pure.

A window is a shot, or a stretch of given length; such windows begin every half of their length, so
that what belongs together within half of it stands in one of them.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Shot
from videre.orchestrator.fusion.events.model import Condition, What
from videre.orchestrator.fusion.events.signs import Sign

#: Conditions that count their signs in the window.
_COUNTED = (What.WORDS, What.CUTS)


class Windows:
    """The windows of one length (0 = the shots) over a media."""

    def __init__(self, window_ns: int, duration_ns: int, shots: Sequence[Shot]) -> None:
        if window_ns:
            hop = max(1, window_ns // 2)
            count = 1 + max(0, -((window_ns - duration_ns) // hop)) if duration_ns else 0
            self.spans = [
                (number * hop, min(number * hop + window_ns, duration_ns))
                for number in range(count)
            ]
        else:
            self.spans = [(shot.span.start_ns, shot.span.end_ns) for shot in shots]
        self._starts = [start for start, _ in self.spans]
        self._ends = [end for _, end in self.spans]

    def of(self, sign: Sign) -> range:
        """Return the windows that share an instant with a sign; both rise with their number."""
        first = bisect_right(self._ends, sign.start_ns)
        if sign.start_ns == sign.end_ns:
            return range(first, bisect_right(self._starts, sign.start_ns))
        return range(first, bisect_left(self._starts, sign.end_ns))

    def sort(self, signs: Iterable[Sign]) -> dict[int, list[Sign]]:
        """Return the signs of every window that has any."""
        found: dict[int, list[Sign]] = {}
        for sign in signs:
            for number in self.of(sign):
                found.setdefault(number, []).append(sign)
        return found


def holds(condition: Condition, signs: Sequence[Sign], start_ns: int, end_ns: int) -> bool:
    """Tell whether a condition holds in a window, given its signs there in order of time."""
    if not signs:
        return False
    if condition.what in _COUNTED:
        return len(signs) >= condition.min_count
    if condition.what is What.SPEAKERS:
        return len({sign.name for sign in signs}) >= condition.min_count
    if not condition.min_share and not condition.min_ns:
        return True
    there = covered(signs, start_ns, end_ns)
    enough = there * SCORE_ONE >= condition.min_share * (end_ns - start_ns)
    return enough and there >= condition.min_ns


def covered(signs: Iterable[Sign], start_ns: int, end_ns: int) -> int:
    """Return how many nanoseconds of a window signs cover; they come in order of their starts."""
    total, until = 0, start_ns
    for sign in signs:
        total += max(0, min(sign.end_ns, end_ns) - max(sign.start_ns, until))
        until = max(until, min(sign.end_ns, end_ns))
    return total
