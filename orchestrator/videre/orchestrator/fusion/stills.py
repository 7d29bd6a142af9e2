"""Stretches of picture without any change, from the per-frame signals. Pure.

A picture that stops while it was moving is *frozen*: a fault, or an effect. One that never moves –
a slide, a photograph, a title card, whatever fades it in – is a *still*, and so is one that stands
at the beginning of its shot before the camera sets off. The signals tell the two apart by what lies
next to the quiet stretch in its shot.

An encoder repeats a frozen picture. Measured on H.264 at CRF 18 to 36: nearly all frames change by
less than 0.1 levels, a few after a cut or a key frame by up to 0.15; a key frame, which renews the
picture, changes by 0.5 to 3 in one frame, and the picture stays what it was. A speaker of whom only
the mouth moves changes every third frame by 0.17 in the mean of the whole picture.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import Condition, FrameCondition, Shot
from videre.orchestrator.fusion.inputs import Grids, PictureSignals
from videre.orchestrator.timeline import Timeline

#: Mean change to the frame before, levels of 0..255: up to the first nothing has changed; frames up
#: to the second may be among such frames, when at least this share of all is of the first kind.
_QUIET, _NEARLY_QUIET = 0.1, 0.25
_QUIET_SHARE: Final = 0.85
#: Coarse pictures that differ by no more than this, in the mean and anywhere, are the same, levels.
_SAME_MEAN, _SAME_CELL = 2.5, 16
#: A picture that settles, or is coded together with the next, changes by up to this many levels in
#: up to this many frames.
_SETTLING: Final = 1.0
_SETTLING_FRAMES: Final = 2
#: Longest time of such frames at both ends together: four of 12 pictures a second.
_MOST_SETTLING_NS: Final = NS // 3
#: Shortest stretch that is told: two seconds, of which the frames at the ends may not be certain.
_LEAST_NS: Final = 9 * NS // 5
#: A picture was moving when at least this share of the frames next to a quiet stretch, over this
#: time, have changed: films of 12 pictures a second show every picture twice.
_BESIDE_NS: Final = NS
_LEAST_BESIDE_NS: Final = 3 * NS // 10
_MOVING_SHARE: Final = 0.3
#: A picture that fades has at most this share of its contrast a second away, and on the way there
#: at least this correlation with itself.
_LEAST_DIMMED: Final = 0.8
_LEAST_LIKENESS: Final = 0.95
#: A picture that dissolves into another is a mixture of both halfway: each has at least this share,
#: and no more than this part of their difference is left over. What moves leaves a third and more.
_LEAST_SHARE: Final = 0.25
_MOST_LEFT: Final = 0.22
#: Pictures that are more alike than this are one picture that moves a little.
_MOST_ALIKE: Final = 0.9

_Run = tuple[int, int]  # start frame, end frame


def stills(
    signals: PictureSignals, shots: Sequence[Shot], known: Iterable[_Run], timeline: Timeline
) -> list[FrameCondition]:
    """Return frozen and still stretches of about two seconds or more, in order of time.

    Args:
        signals: of every frame.
        shots: the shots; no stretch goes on over a cut.
        known: stretches that something else is told of (black, colour bars): left out.
        timeline: the media's clock.
    """
    if len(signals.change) != timeline.frame_count or timeline.frame_count < 2:
        return []
    quiet = signals.change <= _NEARLY_QUIET
    starts = np.array([shot.span.start_frame or 0 for shot in shots], np.int64)
    quiet[0] = False
    quiet[starts] = False  # a shot's first frame begins something
    taken = np.zeros(timeline.frame_count, bool)
    for start, end in known:
        taken[start:end] = True
    found = []
    cuts = {*starts.tolist(), timeline.frame_count}
    for run in _joined(_quiet_runs(quiet, signals.change, timeline), signals.cells, cuts):
        start, end = run
        if _time(timeline, end) - _time(timeline, start) < _LEAST_NS - _MOST_SETTLING_NS:
            continue
        changes = signals.change[start + 1 : end]
        creeps = not _same(signals.cells[start], signals.cells[end - 1])
        if creeps or float((changes <= _QUIET).mean()) < _QUIET_SHARE:
            continue
        start, end = _with_settling(run, signals, cuts)
        span = timeline.frame_span(start, end)
        if span.duration_ns < _LEAST_NS or taken[(start + end) // 2]:
            continue
        shot = shots[int(np.searchsorted(starts, start, side="right")) - 1]
        moved = _moves_beside(quiet, signals.cells, (start, end), shot, timeline)
        kind = Condition.FROZEN if moved else Condition.STILL
        found.append(FrameCondition(kind, span, _score(changes)))
    return found


def _quiet_runs(
    quiet: npt.NDArray[np.bool_], change: npt.NDArray[np.float32], timeline: Timeline
) -> list[_Run]:
    """Return stretches of one picture: the frame before the first quiet one belongs to it.

    Only those that last, or do so with what a single frame parts from them, and are quiet enough.
    """
    edges = np.flatnonzero(np.diff(np.concatenate(([False], quiet, [False])).view(np.int8)))
    runs = edges.reshape(-1, 2)
    if not len(runs):
        return []
    parted = np.append(True, runs[1:, 0] - runs[:-1, 1] > 1)
    first = np.flatnonzero(parted)
    last = np.append(first[1:], len(runs)) - 1
    times = np.append(np.asarray(timeline.frame_starts_ns, np.int64), timeline.video_end_ns)
    # Up to two frames at either end may yet belong to a group.
    begins = np.maximum(runs[first, 0] - 1 - _SETTLING_FRAMES, 0)
    ends = np.minimum(runs[last, 1] + _SETTLING_FRAMES, timeline.frame_count)
    lasting = times[ends] - times[begins] >= _LEAST_NS
    silent = np.concatenate(([0], np.cumsum(change <= _QUIET)))
    lengths = runs[last, 1] - runs[first, 0]
    lasting &= 4 * (silent[runs[last, 1]] - silent[runs[first, 0]]) >= 3 * lengths
    kept = runs[np.repeat(lasting, last - first + 1)]
    return [(start - 1, end) for start, end in kept.tolist()]


def _joined(runs: Sequence[_Run], cells: Grids, cuts: set[int]) -> list[_Run]:
    """Return the runs, those joined between which one frame renewed the same picture."""
    if not runs:
        return []
    last = np.array([end - 1 for _, end in runs])
    same = _same(cells[last[:-1]], cells[last[1:]]).tolist()
    joined = [runs[0]]
    for (start, end), alike in zip(runs[1:], same, strict=True):
        if alike and start - joined[-1][1] <= 1 and start not in cuts:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _with_settling(run: _Run, signals: PictureSignals, cuts: set[int]) -> _Run:
    """Return a run with the frames at its ends that show its picture, if not exactly."""
    start, end = run
    cells, change = signals.cells, signals.change
    for _ in range(_SETTLING_FRAMES):
        if (
            start not in cuts
            and change[start] <= _SETTLING
            and _same(cells[start - 1], cells[start])
        ):
            start -= 1
        if end not in cuts and change[end] <= _SETTLING and _same(cells[end], cells[end - 1]):
            end += 1
    return start, end


def _same(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> npt.NDArray[np.bool_]:
    """Tell whether pictures [..., 9, 16] are the same, pair by pair."""
    differences = np.abs(one.astype(np.int16) - other)
    mean, most = differences.mean(axis=(-2, -1)), differences.max(axis=(-2, -1))
    return np.asarray((mean <= _SAME_MEAN) & (most <= _SAME_CELL))


def _moves_beside(
    quiet: npt.NDArray[np.bool_],
    cells: Grids,
    run: _Run,
    shot: Shot,
    timeline: Timeline,
) -> bool:
    """Tell whether the picture moved in its shot right before it became quiet.

    What moves before for less than the whole time counts when it goes on moving afterwards.
    """
    start, end = run
    begin_ns, end_ns = _time(timeline, start), _time(timeline, end)
    before = max(shot.span.start_frame or 0, timeline.frame_at(begin_ns - _BESIDE_NS))
    after = min(shot.span.end_frame or 0, timeline.frame_at(end_ns + _BESIDE_NS))
    before_ns, after_ns = begin_ns - _time(timeline, before), _time(timeline, after) - end_ns

    def moves(far: int, frames: npt.NDArray[np.bool_]) -> bool:
        moving = len(frames) > 0 and 1 - float(frames.mean()) >= _MOVING_SHARE
        there = (cells[start], cells[(start + far) // 2], cells[far])
        return moving and not _fades(*there) and not _dissolves(*there)

    if before_ns < _LEAST_BESIDE_NS or not moves(before, quiet[before + 1 : start + 1]):
        return False
    if 10 * before_ns >= 9 * _BESIDE_NS:
        return True
    return 10 * after_ns >= 9 * _BESIDE_NS and moves(after - 1, quiet[end:after])


def _fades(
    still: npt.NDArray[np.uint8], between: npt.NDArray[np.uint8], far: npt.NDArray[np.uint8]
) -> bool:
    """Tell whether a picture far from a still one is the same in another light, or nothing yet.

    Args:
        still: cells of the still picture.
        between: cells of a picture on the way.
        far: cells of the picture a second away.
    """
    full, dimmed = float(still.std()), float(far.std())
    if full < 1 or _LEAST_DIMMED * full < dimmed < full / _LEAST_DIMMED:
        return False
    halfway = float(between.std())
    return halfway < 1 or _likeness(still, between) >= _LEAST_LIKENESS


def _dissolves(
    still: npt.NDArray[np.uint8], between: npt.NDArray[np.uint8], far: npt.NDArray[np.uint8]
) -> bool:
    """Tell whether the picture on the way is a mixture of a still one and another one far away."""
    first, middle, last = (cells.astype(np.float64) for cells in (still, between, far))
    if not (first.std() and last.std()) or _likeness(still, far) > _MOST_ALIKE:
        return False
    whole, part = last - first, middle - first
    share = float((part * whole).sum() / (whole * whole).sum())
    left = float(np.linalg.norm(part - share * whole) / np.linalg.norm(whole))
    return _LEAST_SHARE <= share <= 1 - _LEAST_SHARE and left <= _MOST_LEFT


def _likeness(one: npt.NDArray[np.uint8], other: npt.NDArray[np.uint8]) -> float:
    """Return the correlation of the cells of two pictures, neither of them flat."""
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / np.sqrt((a * a).sum() * (b * b).sum()))


def _time(timeline: Timeline, frame: int) -> int:
    """Return when a frame begins; the end of the picture for the frame after the last."""
    known = frame < timeline.frame_count
    return int(timeline.frame_starts_ns[frame]) if known else timeline.video_end_ns


def _score(changes: npt.NDArray[np.float32]) -> int:
    """Return 1 for a picture repeated exactly, down to one half at the limit, E4."""
    mean = min(float(changes.mean()), _QUIET)
    return SCORE_ONE - round(SCORE_ONE / 2 * mean / _QUIET)
