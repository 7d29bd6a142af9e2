"""Faults that only show over time: shake, flicker, flashing. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS, TimeSpan
from videre.orchestrator.document.quality import QualityFinding, QualityKind
from videre.orchestrator.fusion.inputs import Grids, PictureSignals
from videre.orchestrator.fusion.quality_cells import Cells
from videre.orchestrator.fusion.quality_measures import Records
from videre.orchestrator.fusion.quality_spans import (
    F64,
    Ramp,
    mean_severity,
    runs,
    thousandths,
)
from videre.orchestrator.timeline import Timeline

#: Motion that lasts longer than this is a pan; what is left around it is shaken.
_SMOOTH_NS: Final = NS // 2
#: Root mean square of the shaking, share of the picture's side.
_SHAKE: Final = Ramp(0.005, 0.017)
#: A picture shakes when its motion turns back at least this often a second.
_LEAST_TURNS: Final = 3.0
#: Share of the pictures that move then, and how far a motion is that of the picture before: what
#: passes the camera moves only some of them, this way and that.
_LEAST_MOVING: Final = 0.45
_LEAST_FOLLOWING: Final = 0.1
#: Fewer pictures in that time tell nothing of trembling.
_LEAST_WINDOW: Final = 4
#: Mean deviation of the picture's mean luma from that of seven pictures around it, levels.
_FLICKER: Final = Ramp(0.5, 6.0)
_STEADY_FRAMES: Final = 7
#: A single flash counts for no more than this, and turns smaller than this for none, levels.
_MOST_ROUGH: Final = 12.0
_LEAST_ROUGH: Final = 1.0
#: Share of the changing parts of a picture that change the same way when its light does.
_AGREEING: Final = 0.7
#: Brightness flickers when it turns back at least this often a second.
_LEAST_BEATS: Final = 5.0
#: ITU-R BT.1702-2: flashes are pairs of opposing changes of 20 cd/m² and more, the darker picture
#: below 160 cd/m², over at least a quarter of the picture; no more than three in a second.
_FLASH_CD: Final = 20.0
_DARKER_CD: Final = 160.0
_FLASH_AREA: Final = 0.25
_FLASHES: Final = Ramp(2.2, 8.0)
_LEAST_NS: Final = NS


def shake(cells: Cells, records: Records, timeline: Timeline) -> list[QualityFinding]:
    """Return stretches in which the whole picture trembles, in order of time."""
    window = _frames_in(_SMOOTH_NS, timeline)
    if window < _LEAST_WINDOW:
        return []
    power, follows = np.zeros(len(records)), np.zeros(len(records))
    turning, moving = np.zeros(len(cells)), np.zeros(len(records), bool)
    for name in ("shift_x", "shift_y"):
        shift = np.asarray(records[name], np.float64)
        rough = shift - _moving_mean(shift, window)
        power += rough**2
        follows[1:] += rough[1:] * rough[:-1]
        turning = np.maximum(turning, _by_cell(_turns(rough, _SHAKE.none), cells))
        moving |= shift != 0
    trembling = _by_cell(power, cells)
    shaken = (
        (turning * float(timeline.average_rate or 0) >= _LEAST_TURNS)
        & (_by_cell(moving.astype(np.float64), cells) >= _LEAST_MOVING)
        & (_by_cell(follows, cells) >= _LEAST_FOLLOWING * trembling)
    )
    value = np.where(shaken, np.sqrt(trembling), 0.0)
    return _findings(QualityKind.SHAKE, value, _SHAKE, cells)


def flicker(
    cells: Cells, signals: PictureSignals, luma: npt.NDArray[Any], timeline: Timeline
) -> list[QualityFinding]:
    """Return stretches whose brightness goes up and down from picture to picture, in order of time.

    Lights that are switched, flashes and motion change it too, but not again and again, or not
    everywhere at once.
    """
    if len(luma) < _STEADY_FRAMES:
        return []
    light = np.asarray(luma, np.float64)
    rough = light - _moving_mean(light, _STEADY_FRAMES)
    steady = np.ones(len(luma), bool)
    for start in _lone_cuts(cells.shot_starts, timeline):
        steady[max(0, start - _STEADY_FRAMES // 2) : start + _STEADY_FRAMES // 2] = False
    rough = np.where(steady, np.clip(rough, -_MOST_ROUGH, _MOST_ROUGH), 0.0)
    rate = float(timeline.average_rate or 0)
    often = _by_cell(_turns(rough, _LEAST_ROUGH), cells) * rate >= _LEAST_BEATS
    value = np.where(often, _by_cell(np.abs(rough), cells), 0.0)
    found = _findings(QualityKind.FLICKER, value, _FLICKER, cells)
    return [item for item in found if _together(item.span, signals.cells, light)]


def _together(span: TimeSpan, cells: Grids, light: F64) -> bool:
    """Tell whether a picture brightens and darkens as a whole."""
    frames = slice(span.start_frame, span.end_frame)
    steps = np.diff(cells[frames].astype(np.int16), axis=0)
    whole = np.diff(light[frames])
    large = np.abs(whole) >= _LEAST_ROUGH
    agreeing = steps[large] * np.sign(whole[large])[:, None, None]
    moved = np.count_nonzero(agreeing)
    return bool(moved and np.count_nonzero(agreeing > 0) >= _AGREEING * moved)


def flashing(
    cells: Cells, signals: PictureSignals, luma: npt.NDArray[Any], timeline: Timeline
) -> list[QualityFinding]:
    """Return stretches with more flashes than people with photosensitive epilepsy should see."""
    if len(luma) < 2:
        return []
    ends = _turning_points(np.asarray(luma, np.float64))
    before, after = ends[:-1], ends[1:]
    large = np.abs(luma[after] - luma[before]) >= 2  # a quarter of the picture: in the mean
    before, after = before[large], after[large]
    first, last = _candela(signals.cells[before]), _candela(signals.cells[after])
    changed = (np.abs(last - first) >= _FLASH_CD) & (np.minimum(first, last) < _DARKER_CD)
    area = changed.mean(axis=(1, 2)) if len(changed) else np.zeros(0)
    flashes = after[area >= _FLASH_AREA]
    marks = np.zeros(len(luma))
    np.add.at(marks, flashes, 0.5)  # two changes are a flash
    frames = _frames_in(NS, timeline)
    window = 2 * max(1, frames // 2) + 1
    value = (
        np.maximum.reduceat(_moving_mean(marks, frames) * window, cells.frames)
        if len(cells)
        else np.zeros(0)
    )
    return _findings(QualityKind.FLASHING, value, _FLASHES, cells)


def _lone_cuts(shot_starts: Sequence[int], timeline: Timeline) -> list[int]:
    """Return the cuts that stand alone: where pictures change again and again, it is no cutting."""
    apart = _frames_in(NS, timeline)
    starts = [-apart, *shot_starts, timeline.frame_count + apart]
    return [
        now
        for before, now, after in zip(starts, starts[1:], starts[2:], strict=False)
        if now - before >= apart and after - now >= apart
    ]


def _findings(kind: QualityKind, value: F64, ramp: Ramp, cells: Cells) -> list[QualityFinding]:
    severity = np.where(cells.plain, ramp(value), 0.0)
    found = []
    for first, end in runs(severity):
        span = cells.span(first, end)
        if span.duration_ns >= _LEAST_NS:
            strength = mean_severity(severity[first:end])
            found.append(QualityFinding(kind, span, strength, thousandths(value[first:end])))
    return found


def _frames_in(time_ns: int, timeline: Timeline) -> int:
    """Return how many frames a time takes at the media's average rate."""
    return round(float(timeline.average_rate or 0) * time_ns / NS)


def _moving_mean(values: F64, frames: int) -> F64:
    """Return the mean over so many frames around each; fewer at the ends."""
    half = max(1, frames // 2)
    sums = np.concatenate(([0.0], np.cumsum(values)))
    places = np.arange(len(values))
    first, last = np.maximum(places - half, 0), np.minimum(places + half + 1, len(values))
    return np.asarray((sums[last] - sums[first]) / (last - first))


def _turns(values: F64, least: float) -> F64:
    """Return 1 for each frame in which values change sign by at least so much, else 0."""
    turned = (values[1:] * values[:-1] < 0) & (np.abs(np.diff(values)) >= least)
    return np.append(0.0, turned.astype(np.float64))


def _by_cell(values: F64, cells: Cells) -> F64:
    """Return the mean of each cell's frames and those of both its neighbours."""
    if not len(cells):
        return np.zeros(0)
    sums = np.add.reduceat(values, cells.frames)
    frames = (cells.ends - cells.frames).astype(np.float64)
    total, number = (_with_neighbours(part) for part in (sums, frames))
    return np.asarray(total / number)


def _with_neighbours(values: F64) -> F64:
    padded = np.concatenate(([0.0], values, [0.0]))
    return np.asarray(padded[:-2] + padded[1:-1] + padded[2:])


def _turning_points(values: F64) -> npt.NDArray[np.int64]:
    """Return the frames at which values turn up or down, the first and the last one included."""
    step = np.sign(np.diff(values))
    moving = np.flatnonzero(step)
    turns = moving[1:][step[moving[1:]] != step[moving[:-1]]]
    return np.unique(np.concatenate(([0], turns, [len(values) - 1])))


def _candela(levels: npt.NDArray[np.uint8]) -> F64:
    """Return the luminance of levels on a screen of 200 cd/m² (ITU-R BT.1702-2, annex 1)."""
    return np.asarray(413.435 * (0.002745 * levels.astype(np.float64) + 0.0189623) ** 2.2)
