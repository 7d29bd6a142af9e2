"""From the subject of a shot to the window's path through it. Pure numpy."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.known import Stretch
from videre.production.reframing.camera import (
    STEP_S,
    control_points,
    is_still,
    max_acceleration,
    places,
    resting,
)
from videre.production.reframing.subjects import Subject

F64 = NDArray[np.float64]
Int64s = NDArray[np.int64]

_NS: Final = 1_000_000_000
_STEP_NS: Final = round(STEP_S * _NS)
#: Room kept beside the subject, as share of the window, where there is so much.
_MARGIN: Final = 0.08
#: The same beside a face, in widths of it: elbow to elbow people are four to five faces wide.
_ARMS: Final = 2.0
#: Share of the instants with a subject in which it does not fit from which on a shot is padded.
_MISFIT: Final = 0.4
#: Share of a subject that may be cut off before it counts as not fitting: of a face, of others.
_CUT: Final = {"face": 0.0, "person": 0.25, "moving": 0.25, "object": 0.25, "text": 0.0,
               "salient": 1.0}  # fmt: skip
#: A subject counts as shown when no more than this share of the picture is cut off: half a pixel
#: in a thousand.
_INSIDE: Final = 5e-4


@dataclass(frozen=True, slots=True)
class Window:
    """The window of one output: as large as the picture has room for.

    Args:
        width: pixels.
        height: pixels.
        across: it moves from left to right; else from top to bottom.
        size: its side on the way, as share of the picture's.
        span: the picture's side on the way, pixels.
    """

    width: int
    height: int
    across: bool
    size: float
    span: int


@dataclass(frozen=True, slots=True, eq=False)
class ShotPlan:
    """How a shot is shown in one output.

    Args:
        stretch: when it runs.
        mode: "tracked", "still" or "padded".
        source: where the subject is known from; empty without one.
        points: middle of the window at each control point, shares of the picture's side.
        seen: instants at which the subject is known.
        inside: of these, at which all of it is shown.
        acceleration: highest, shares a second squared.
    """

    stretch: Stretch
    mode: str
    source: str
    points: F64
    seen: int
    inside: int
    acceleration: float


def window_of(width: int, height: int, aspect: Fraction) -> Window:
    """Return the largest window of a shape in a picture; its sides are even where there is room."""
    across = aspect <= Fraction(width, height)
    wide = _even(round(height * aspect) if across else width, width)
    high = _even(height if across else round(width / aspect), height)
    if across:
        return Window(wide, high, True, wide / width, width)
    return Window(wide, high, False, high / height, height)


def _even(side: int, most: int) -> int:
    return min(most, max(2, side - side % 2))


def instants_of(stretch: Stretch) -> Int64s:
    """Return the instants of a shot's control points; the first is its beginning."""
    count = 1 + max(0, -(-(stretch.end_ns - stretch.start_ns) // _STEP_NS))
    return np.asarray(np.arange(count) * _STEP_NS + stretch.start_ns, np.int64)


def plan_shot(
    stretch: Stretch, subject: Subject | None, source: str, window: Window, fallback: str
) -> ShotPlan:
    """Plan one shot.

    Args:
        stretch: when it runs.
        subject: what it is about, at `instants_of(stretch)`; None = nothing is known.
        source: where that is known from.
        window: of the output.
        fallback: "crop" = show what fits; others = pad a shot whose subject does not fit.
    """
    count = len(instants_of(stretch))
    middle = resting(count, 0.5)
    if subject is None:
        return ShotPlan(stretch, "still", "", middle, 0, 0, 0.0)
    axis = 0 if window.across else 1
    main, group = (boxes[:, [axis, axis + 2]].clip(0, 1) for boxes in (subject.main, subject.group))
    seen = ~np.isnan(main[:, 0])
    shown = _wanted(main, group, window.size)
    allowed = window.size / (1 - _CUT[subject.kind]) if _CUT[subject.kind] < 1 else 1.0
    # Where several count, they are to be seen together: the group decides.
    misfit = (group[seen, 1] - group[seen, 0] > allowed + _INSIDE).mean()
    if misfit > _MISFIT and fallback != "crop" and window.size < 1 - _INSIDE:
        known = int(seen.sum())
        return ShotPlan(stretch, "padded", source, middle, known, known, 0.0)
    points = control_points(*_tube(shown, window.size, _beside(subject.kind, main[seen])))
    half = window.size / 2
    at = places(points, (np.arange(count) * STEP_S).astype(np.float64)).clip(half, 1 - half)
    inside = (main[:, 0] >= at - half - _INSIDE) & (main[:, 1] <= at + half + _INSIDE)
    return ShotPlan(
        stretch,
        "still" if is_still(points) else "tracked",
        source,
        points,
        int(seen.sum()),
        int(inside[seen].sum()),
        max_acceleration(points),
    )


def _wanted(main: F64, group: F64, size: float) -> F64:
    """Return what is to be inside at each instant: the group where it fits, else the main thing.

    Gaps are filled evenly between their neighbours.
    """
    fits = (group[:, 1] - group[:, 0]) <= size * (1 - 2 * _MARGIN)
    # One choice for the whole shot: a window that widens its view for an instant has to hurry.
    wanted = group if fits[~np.isnan(group[:, 0])].all() else main
    known = np.flatnonzero(~np.isnan(wanted[:, 0]))
    at = np.arange(len(wanted))
    return np.stack([np.interp(at, known, wanted[known, side]) for side in (0, 1)], axis=1)


def _beside(kind: str, main: F64) -> float:
    """Return the room that a subject wants at either side, as share of the picture's side."""
    return _ARMS * float(np.median(main[:, 1] - main[:, 0])) if kind == "face" else 0.0


def _tube(shown: F64, size: float, beside: float) -> tuple[F64, F64]:
    """Return the lowest and highest good middle of the window at each control point."""
    half = size / 2
    width = shown[:, 1] - shown[:, 0]
    margin = np.minimum(max(_MARGIN * size, beside), np.maximum(0.0, (size - width) / 3))
    ends = np.stack([shown[:, 1] + margin - half, shown[:, 0] - margin + half])
    # What is wider than the window: its middle is shown, not one of its ends.
    centre = shown.mean(axis=1)
    ends = np.where(width > size, centre, ends)
    ends = ends.clip(half, 1 - half)
    return np.asarray(ends.min(axis=0)), np.asarray(ends.max(axis=0))


def offsets_at(shot: ShotPlan, window: Window, ns: Int64s) -> Int64s:
    """Return the window's left or upper edge in pixels at instants of a shot."""
    room = window.span - (window.width if window.across else window.height)
    at = places(shot.points, (ns - shot.stretch.start_ns) / _NS)
    return np.asarray(np.rint((at - window.size / 2) * window.span).clip(0, room), np.int64)


def keys_of(
    shot: ShotPlan, window: Window, ns: Int64s, tolerance: float
) -> list[tuple[int, float]]:
    """Return instants and edges between which straight lines are near to the path.

    Ramer, Douglas and Peucker's rule: as long as a line is too far off, it is broken where it is
    farthest off.

    Args:
        shot: the shot.
        window: of the output.
        ns: instants at which the path is looked at, rising, at least one.
        tolerance: how far a line may be off, shares of the picture's side.

    Returns:
        Instants and the window's left or upper edge as share of the picture's side.
    """
    if shot.mode == "padded":
        return []
    edges = offsets_at(shot, window, ns) / window.span
    if shot.mode == "still" or len(ns) == 1:
        return [(int(ns[0]), float(edges[0]))]
    kept, open_ = {0, len(ns) - 1}, [(0, len(ns) - 1)]
    while open_:
        first, last = open_.pop()
        lines = np.interp(ns[first : last + 1], ns[[first, last]], edges[[first, last]])
        off = np.abs(lines - edges[first : last + 1])
        worst = first + int(off.argmax())
        if off.max() > tolerance and first < worst < last:
            kept.add(worst)
            open_ += [(first, worst), (worst, last)]
    return [(int(ns[place]), float(edges[place])) for place in sorted(kept)]


def inside_ratio(shots: Sequence[ShotPlan]) -> float:
    """Return the share of the instants with a subject in which all of it is shown; 1 without."""
    seen = sum(shot.seen for shot in shots)
    return sum(shot.inside for shot in shots) / seen if seen else 1.0
