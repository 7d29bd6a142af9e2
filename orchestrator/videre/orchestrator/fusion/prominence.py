"""How much of a media a label fills: appearance ratio and centric score. Pure, integers only."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import heappop, heappush
from math import isqrt
from operator import attrgetter
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import BoxE4

#: Half a picture's diagonal, E4: the farthest that a box's centre can be from the middle.
_FARTHEST: Final = isqrt(2 * (SCORE_ONE // 2) ** 2)
_START: Final = attrgetter("start_ns")
#: Later than anything.
_NEVER: Final = 1 << 63
#: Start, end, weight E4; there are many, and tuples compare fast.
Weight = tuple[int, int, int]


class Presence(msgspec.Struct, frozen=True, gc=False):
    """A label in one stretch; `weight` E4 is area × centrality there (see `place_weight`)."""

    span: TimeSpan
    weight: int


def place_weight(box: BoxE4 | None) -> int:
    """Return area × centrality of a box, E4; 10,000 for what fills the whole picture (None).

    Centrality is 1 in the middle of the picture and falls linearly with the distance of the box's
    centre from it, to 0 in a corner.
    """
    if box is None:
        return SCORE_ONE
    x, y, width, height = box
    dx, dy = x + width // 2 - SCORE_ONE // 2, y + height // 2 - SCORE_ONE // 2
    central = SCORE_ONE - min(SCORE_ONE, isqrt(dx * dx + dy * dy) * SCORE_ONE // _FARTHEST)
    return width * height // SCORE_ONE * central // SCORE_ONE


def merge_spans(spans: Iterable[TimeSpan]) -> tuple[TimeSpan, ...]:
    """Return the spans in order, those that touch or overlap joined.

    What is joined already may be joined again, with more: the result is the same.
    """
    merged: list[TimeSpan] = []
    run: list[TimeSpan] = []
    run_end_ns = -1
    for span in sorted(spans, key=_START):
        end_ns = span.end_ns
        if span.start_ns <= run_end_ns:
            run.append(span)
            if end_ns > run_end_ns:
                run_end_ns = end_ns
            continue
        if run:
            merged.append(run[0] if len(run) == 1 else _hull(run, run_end_ns))
        run, run_end_ns = [span], end_ns
    if run:
        merged.append(run[0] if len(run) == 1 else _hull(run, run_end_ns))
    return tuple(merged)


def _hull(spans: Sequence[TimeSpan], end_ns: int) -> TimeSpan:
    """Return the hull of spans in order of their starts; frames stay when all have them."""
    starts = [span.start_frame for span in spans if span.start_frame is not None]
    ends = [span.end_frame for span in spans if span.end_frame is not None]
    framed = len(starts) == len(spans)
    return TimeSpan(
        spans[0].start_ns, end_ns, min(starts) if framed else None, max(ends) if framed else None
    )


def appearance_ratio(spans: Iterable[TimeSpan], duration_ns: int) -> int:
    """Return the share E4 of the duration in which a label appears: Σ merged spans / duration."""
    return ratio_of_merged(merge_spans(spans), duration_ns)


def ratio_of_merged(spans: Iterable[TimeSpan], duration_ns: int) -> int:
    """Return the appearance ratio of spans that do not overlap."""
    return _share(sum([span.end_ns - span.start_ns for span in spans]), duration_ns)


def heaviest(weights: Iterable[Weight]) -> list[Weight]:
    """Return the largest weight at every instant, as stretches in order of time.

    Stretches without weight are left out; the order of what is given does not matter. What is
    returned may be given again, with more.
    """
    found: list[Weight] = []
    there: list[tuple[int, int]] = []  # a heap of (-weight, end)
    now = 0
    waiting = sorted([item for item in weights if item[2] and item[0] < item[1]])
    for start_ns, end_ns, weight in [*waiting, (_NEVER, _NEVER, 0)]:
        while there and now < start_ns:
            less, until = there[0]
            if until <= now:
                heappop(there)
                continue
            now, before = min(until, start_ns), now
            if found and found[-1][1] == before and found[-1][2] == -less:
                found[-1] = (found[-1][0], now, -less)
            else:
                found.append((before, now, -less))
        now = start_ns
        heappush(there, (-weight, end_ns))
    return found


def weights_of(presences: Iterable[Presence]) -> Iterator[Weight]:
    """Yield presences as stretches with weights."""
    for presence in presences:
        span = presence.span
        yield span.start_ns, span.end_ns, presence.weight


def centric_score(weights: Iterable[Weight], duration_ns: int) -> int:
    """Return the prominence E4: area × centrality × share of the duration.

    ∫ w(t) dt / duration, where w(t) is the largest of the weights at t.
    """
    return centric_of_heaviest(heaviest(weights), duration_ns)


def centric_of_heaviest(weights: Iterable[Weight], duration_ns: int) -> int:
    """Return the prominence of stretches that do not overlap, as `heaviest` returns them."""
    total = sum([weight * (end - start) for start, end, weight in weights])
    return _share(total // SCORE_ONE, duration_ns)


def _share(part_ns: int, duration_ns: int) -> int:
    if duration_ns <= 0:
        return SCORE_ONE if part_ns > 0 else 0
    return min(SCORE_ONE, (2 * part_ns * SCORE_ONE + duration_ns) // (2 * duration_ns))
