"""Which breaks become slots. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.ads.model import Break, Roll, Rules, Slot


def slots(
    found: Sequence[Break], duration_ns: int, sensitive: Sequence[TimeSpan], rules: Rules
) -> list[Slot]:
    """Return the slots of a film, in order of time.

    Of all choices of breaks that keep the rules the one with the highest sum of scores is taken, of
    several that with the earliest breaks.

    Args:
        found: breaks in order of time.
        sensitive: what no ad may stand near.
        rules: what is asked of slots.
    """

    def is_safe(time_ns: int) -> bool:
        return all(
            time_ns < span.start_ns - rules.guard_ns or time_ns > span.end_ns + rules.guard_ns
            for span in sensitive
        )

    allowed = [
        one
        for one in found
        if one.score >= rules.least
        and rules.spacing_ns <= one.time_ns <= duration_ns - rules.spacing_ns
        and is_safe(one.time_ns)
    ]
    chosen = [
        Slot(Roll.MID, one.time_ns, one.score, one)
        for one in _best(allowed, rules.most_mid, rules.spacing_ns)
    ]
    if rules.pre and is_safe(0):
        chosen.insert(0, Slot(Roll.PRE, 0, SCORE_ONE))
    if rules.post and is_safe(duration_ns):
        chosen.append(Slot(Roll.POST, duration_ns, SCORE_ONE))
    return chosen


def _best(found: Sequence[Break], most: int, spacing_ns: int) -> list[Break]:
    """Return at most so many breaks with the highest sum of scores, none too near to another."""
    times = [one.time_ns for one in found]
    before = [bisect_right(times, time - spacing_ns) for time in times]
    # best[n][i]: the highest sum of at most n breaks among the first i.
    best = [[0] * (len(found) + 1)]
    for count in range(1, min(most, len(found)) + 1):
        row = [0]
        for i, one in enumerate(found):
            row.append(max(row[i], one.score + best[count - 1][before[i]]))
        best.append(row)
    chosen: list[Break] = []
    count, i = len(best) - 1, len(found)
    while count and i:
        if best[count][i] == best[count][i - 1]:
            i -= 1
            continue
        chosen.append(found[i - 1])
        i, count = before[i - 1], count - 1
    return chosen[::-1]
