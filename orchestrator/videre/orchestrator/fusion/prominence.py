"""How much of a media a label fills: appearance ratio and centric score. Pure, integers only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import isqrt
from typing import Final

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import BoxE4

#: Half a picture's diagonal, E4: the farthest that a box's centre can be from the middle.
_FARTHEST: Final = isqrt(2 * (SCORE_ONE // 2) ** 2)


@dataclass(frozen=True, slots=True)
class Presence:
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
    """Return the spans in order, those that touch or overlap joined."""
    merged: list[TimeSpan] = []
    for span in sorted(spans, key=lambda s: (s.start_ns, s.end_ns, s.start_frame or 0)):
        if merged and span.start_ns <= merged[-1].end_ns:
            merged[-1] = merged[-1].hull(span)
        else:
            merged.append(span)
    return tuple(merged)


def appearance_ratio(spans: Iterable[TimeSpan], duration_ns: int) -> int:
    """Return the share E4 of the duration in which a label appears: Σ merged spans / duration."""
    shown = sum(span.duration_ns for span in merge_spans(spans))
    return _share(shown, duration_ns)


def centric_score(presences: Iterable[Presence], duration_ns: int) -> int:
    """Return the prominence E4: area × centrality × share of the duration.

    ∫ w(t) dt / duration, where w(t) is the largest weight of the presences at t; the order of
    presences does not matter.
    """
    presences = [p for p in presences if p.weight and p.span.duration_ns]
    edges = sorted({t for p in presences for t in (p.span.start_ns, p.span.end_ns)})
    waiting = sorted(presences, key=lambda p: p.span.start_ns, reverse=True)
    active: list[Presence] = []
    total = 0
    for start, end in pairwise(edges):
        while waiting and waiting[-1].span.start_ns <= start:
            active.append(waiting.pop())
        active = [p for p in active if p.span.end_ns > start]
        if active:
            total += max(p.weight for p in active) * (end - start)
    return _share(total // SCORE_ONE, duration_ns)


def _share(part_ns: int, duration_ns: int) -> int:
    if duration_ns <= 0:
        return SCORE_ONE if part_ns > 0 else 0
    return min(SCORE_ONE, (2 * part_ns * SCORE_ONE + duration_ns) // (2 * duration_ns))
