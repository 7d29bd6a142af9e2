"""Boundaries and runs of single units → the shots and the black, solid, blurred stretches. Pure.

Units know nothing of each other: a black stretch over a unit's border arrives in pieces, and a
fade whose dark part is longer than the detector's reach (4 s) arrives as a black run only. Both are
put together here.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from operator import attrgetter
from typing import Any, Final

import numpy.typing as npt

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import (
    ColorShare,
    Condition,
    FrameCondition,
    Shot,
    Transition,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: The shot detector places fades whose dark part is at most this long.
_PLACED_FADE_NS: Final = 4 * NS
#: Mean luma (0..255) below which a frame belongs to a fade's dark part (the detector's own limit).
_DARK_LUMA: Final = 12.0
_MOST_COLORS: Final = 5
_LEAST_SHARE: Final = 300
#: Classes of evidence that begin a shot.
BOUNDARIES: Final = {"cut": Transition.CUT, "fade": Transition.FADE}
_SPAN: Final = attrgetter("span")
_RUNS: Final = {"black": Condition.BLACK, "solid": Condition.SOLID}

Run = tuple[int, int, int]  # start frame, end frame, score E4


def stitch_shots(
    records: Iterable[Evidence],
    judge: Judge,
    timeline: Timeline,
    luma: Sequence[float] | npt.NDArray[Any] = (),
) -> list[Shot]:
    """Return shots that cover all frames; one shot where no boundary is known.

    Args:
        records: evidence of the feature `shots`.
        judge: knows the detection thresholds.
        timeline: the media's clock.
        luma: mean luma 0..255 of every frame; () where it was not measured.
    """
    if not timeline.frame_count:
        return []
    records = list(records)
    found: dict[int, tuple[int, Transition]] = {}
    for record in records:
        frame, kind = record.span.start_frame, BOUNDARIES.get(record.class_name)
        if frame and kind and frame < timeline.frame_count and judge.detects(record):
            found[frame] = max(found.get(frame, (0, kind)), (judge.score(record), kind))
    for frame, score in _long_fades(records, set(found), timeline, luma):
        found[frame] = (score, Transition.FADE)
    starts = [0, *sorted(found)]
    ends = [*starts[1:], timeline.frame_count]
    shots = []
    for index, (start, end) in enumerate(zip(starts, ends, strict=True)):
        score, kind = found.get(start, (SCORE_ONE, Transition.START))
        shots.append(Shot(index, timeline.frame_span(start, end), kind, score))
    return shots


class ShotFinder:
    """Which shot holds a frame."""

    def __init__(self, shots: Iterable[Shot]) -> None:
        self._starts = [shot.span.start_frame or 0 for shot in shots]

    def at(self, frame: int) -> int:
        """Return the index of the shot that holds a frame; -1 where there are no shots."""
        return bisect_right(self._starts, frame) - 1

    def group(self, records: Iterable[Evidence]) -> Mapping[int, list[Evidence]]:
        """Return records by the indices of their shots; those of a span are looked up once."""
        by_shot: dict[int, list[Evidence]] = defaultdict(list)
        for span, group in groupby(records, key=_SPAN):
            by_shot[self.at(span.start_frame or 0)] += group
        return by_shot


def _long_fades(
    records: Iterable[Evidence],
    boundaries: set[int],
    timeline: Timeline,
    luma: Sequence[float] | npt.NDArray[Any],
) -> list[tuple[int, int]]:
    """Return (middle frame, score) of dark stretches longer than the detector's reach."""
    fades = []
    for start, end, score in join_runs(records, "black"):
        first, last = _darken(start, end, luma)
        if first == 0 or last == timeline.frame_count:
            continue  # black at an end of the media parts nothing
        if timeline.frame_span(first, last).duration_ns <= _PLACED_FADE_NS:
            continue
        if any(first <= frame <= last for frame in boundaries):
            continue  # it begins or ends by a cut, and the detector has said so
        fades.append(((first + last + 1) // 2, score))
    return fades


def _darken(start: int, end: int, luma: Sequence[float] | npt.NDArray[Any]) -> tuple[int, int]:
    """Widen a black run to the whole dark stretch around it."""
    if len(luma) < end:
        return start, end
    while start > 0 and luma[start - 1] < _DARK_LUMA:
        start -= 1
    while end < len(luma) and luma[end] < _DARK_LUMA:
        end += 1
    return start, end


def join_runs(records: Iterable[Evidence], class_name: str) -> list[Run]:
    """Return runs of one class, pieces that touch joined, in order; the score is the highest."""
    joined: list[Run] = []
    pieces = sorted(
        (record.span.start_frame, record.span.end_frame or 0, record.score)
        for record in records
        if record.class_name == class_name and record.span.start_frame is not None
    )
    for start, end, score in pieces:
        if joined and start <= joined[-1][1]:
            first, last, best = joined[-1]
            joined[-1] = (first, max(last, end), max(best, score))
        else:
            joined.append((start, end, score))
    return joined


def stitch_conditions(
    runs: Iterable[Evidence],
    frames: Iterable[Evidence],
    shots: Sequence[Shot],
    judge: Judge,
    timeline: Timeline,
) -> list[FrameCondition]:
    """Return black, solid and blurred stretches in order of time.

    Args:
        runs: evidence of `shots`: exact runs. Where there are none (a still picture), the sampled
            frames speak for black and solid too.
        frames: evidence of `frame_conditions`: single frames.
        shots: the shots; blurred stretches end with their shot.
        judge: knows the detection thresholds.
        timeline: the media's clock.
    """
    runs, frames = list(runs), list(frames)
    found = [
        FrameCondition(condition, timeline.frame_span(start, end), score)
        for name, condition in _RUNS.items()
        for start, end, score in join_runs(runs, name)
    ]
    sampled = [Condition.BLURRED] if runs or timeline.frame_count > 1 else list(Condition)
    for condition in sampled:
        found += _sampled_condition(condition, frames, shots, judge, timeline)
    return sorted(found, key=lambda item: (item.span, item.kind))


def _sampled_condition(
    condition: Condition,
    frames: Iterable[Evidence],
    shots: Sequence[Shot],
    judge: Judge,
    timeline: Timeline,
) -> list[FrameCondition]:
    """Return, per shot, the stretch between the first and the last sampled frame that shows it."""
    finder = ShotFinder(shots)
    per_shot: dict[int, dict[int, int]] = defaultdict(dict)
    for record in frames:
        if record.class_name == condition and judge.detects(record):
            frame = record.span.start_frame or 0
            per_shot[finder.at(frame)][frame] = judge.score(record)
    return [
        FrameCondition(condition, timeline.frame_span(min(seen), max(seen) + 1), max(seen.values()))
        for _, seen in sorted(per_shot.items())
    ]


def dress_shots(
    shots: Sequence[Shot],
    colors: Iterable[Evidence],
    key_frames: Iterable[Evidence],
    taxonomy: Taxonomy,
) -> list[Shot]:
    """Return the shots with their dominant colours and their first kept key frame."""
    finder = ShotFinder(shots)
    pictures: dict[int, str] = {}
    for record in sorted(key_frames, key=lambda item: (item.span, item.picture)):
        pictures.setdefault(finder.at(record.span.start_frame or 0), record.picture)
    by_shot = finder.group(colors)
    return [
        Shot(
            shot.index, shot.span, shot.transition, shot.score,
            picture=pictures.get(shot.index, ""),
            colors=_dominant(by_shot.get(shot.index, ()), taxonomy),
        )
        for shot in shots
    ]  # fmt: skip


def _dominant(records: Sequence[Evidence], taxonomy: Taxonomy) -> tuple[ColorShare, ...]:
    """Return the colours of a shot: mean share over its sampled frames, mean sRGB by share."""
    frames = len({record.span.start_frame for record in records})
    by_node: dict[str, list[Evidence]] = defaultdict(list)
    for record in records:
        by_node[taxonomy.node_of("colors", record.class_name)].append(record)
    shares = []
    for node, group in by_node.items():
        weight = sum([record.score for record in group])
        if node and weight and weight // frames >= _LEAST_SHARE:
            shares.append(ColorShare(node, _mean_color(group, weight), weight // frames))
    return tuple(sorted(shares, key=lambda item: (-item.share, item.node_id))[:_MOST_COLORS])


def _mean_color(records: Sequence[Evidence], weight: int) -> int:
    """Return the mean sRGB of colours by their shares, which come to a weight."""
    red = green = blue = 0
    for record in records:
        share, mean = record.score, record.attributes
        red += mean.get("red", 0) * share
        green += mean.get("green", 0) * share
        blue += mean.get("blue", 0) * share
    red, green, blue = (min(255, value // (weight * SCORE_ONE)) for value in (red, green, blue))
    return red << 16 | green << 8 | blue
