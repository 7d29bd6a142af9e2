"""What is seen in small pictures: cuts, what moves, what stands out. Pure numpy.

Cuts are found where a frame is unlike the one before it and unlike what the frames around differ
by. What moves is told from the median picture of a shot, as long as most of the picture is at rest.
What stands out is told by the spectral residual (Hou, Zhang: Saliency Detection: A Spectral
Residual Approach, CVPR 2007).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.known import SeenAt

Bgr = NDArray[np.uint8]
Small = NDArray[np.uint8]
F64 = NDArray[np.float64]

#: Sides of the small pictures.
ROWS: Final = 54
COLUMNS: Final = 96
#: Mean difference of luma, of 255, from which a frame may be the first of a shot.
_CUT: Final = 16.0
#: How much more it must differ than the frames around it do.
_STEEP: Final = 3.0
_AROUND: Final = 6
#: Share of its difference that its neighbours may have.
_BESIDE: Final = 0.6
#: Difference of luma from the background that is a movement.
_MOVED: Final = 22
#: Pictures of which a background is the median, at most.
_BACKGROUND: Final = 31
#: Shares of the picture that move: less is noise, more is the camera.
_STIRRED: Final = (0.0015, 0.30)
#: Share of a shot's looks in which something must move.
_OFTEN: Final = 0.5
#: The residual is looked at in pictures of this many rows, as in the paper's 64 pixels a side.
_RESIDUAL_ROWS: Final = 36
_RESIDUAL_COLUMNS: Final = 64
#: Share of the highest saliency that belongs to what stands out.
_STANDS_OUT: Final = 0.55


def small(picture: Bgr) -> Small:
    """Return the luma of a picture, uint8 BGR, in `ROWS` × `COLUMNS` means."""
    luma = picture @ np.array([0.114, 0.587, 0.299])
    return np.rint(_resized(luma, ROWS, COLUMNS)).astype(np.uint8)


def _resized(values: F64, rows: int, columns: int) -> F64:
    """Return means of blocks; every block has a pixel at least."""
    for axis, count in ((0, rows), (1, columns)):
        length = values.shape[axis]
        starts = np.minimum(np.arange(count) * length // count, length - 1)
        ends = np.maximum((np.arange(count) + 1) * length // count, starts + 1)
        sums = np.concatenate(
            [np.zeros_like(values.take([0], axis)), values.cumsum(axis)], axis=axis
        )
        shape = (-1, 1) if axis == 0 else (1, -1)
        values = (sums.take(ends, axis) - sums.take(starts, axis)) / (ends - starts).reshape(shape)
    return values


def difference(one: Small, other: Small) -> float:
    """Return the mean difference of two small pictures, 0..255."""
    return float(np.abs(one.astype(np.int16) - other).mean())


def cuts(differences: Sequence[float]) -> list[int]:
    """Return the frames that begin a shot, the first one left out.

    Args:
        differences: of each frame from the one before it; of the first one 0.
    """
    values = np.asarray(differences, np.float64)
    found = []
    for place in np.flatnonzero(values >= _CUT).tolist():
        near = np.concatenate(
            [values[max(1, place - _AROUND) : place], values[place + 1 : place + 1 + _AROUND]]
        )
        usual = float(np.median(near)) if len(near) else 0.0
        # The frames before and after a cut are like their neighbours; those of a flash are not.
        beside = max(values[place - 1], values[place + 1] if place + 1 < len(values) else 0.0)
        if values[place] >= _STEEP * max(usual, 1.0) and beside < _BESIDE * values[place]:
            found.append(place)
    return found


def moving(pictures: Sequence[Small], instants: Sequence[int]) -> list[SeenAt]:
    """Return what moves before a background at rest, at each instant at which it does.

    Nothing, where the camera moves, or where there is movement only now and then.
    """
    if len(pictures) < 3:
        return []
    chosen = np.linspace(0, len(pictures) - 1, min(len(pictures), _BACKGROUND)).round()
    background = np.median(np.stack([pictures[int(one)] for one in chosen]), axis=0)
    found = []
    for picture, ns in zip(pictures, instants, strict=True):
        moved = np.abs(picture - background) > _MOVED
        if _STIRRED[0] <= moved.mean() <= _STIRRED[1]:
            found.append(_box(moved.astype(np.float64), ns))
    return _steady(found) if len(found) >= _OFTEN * len(pictures) else []


def salient(pictures: Sequence[Small], instants: Sequence[int]) -> list[SeenAt]:
    """Return what stands out in the pictures of a shot together, at its ends."""
    total = np.zeros((_RESIDUAL_ROWS, _RESIDUAL_COLUMNS))
    for picture in pictures:
        total += _residual(_resized(picture.astype(np.float64), *total.shape))
    if not total.max() > 0:
        return []
    kept = np.where(total >= _STANDS_OUT * total.max(), total, 0.0)
    return [_box(kept, ns) for ns in sorted({instants[0], instants[-1]})]


def _residual(picture: F64) -> F64:
    """Return the saliency of a picture, its highest value 1; zeros of a flat one."""
    if np.ptp(picture) < 1:
        return np.zeros_like(picture)
    spectrum = np.fft.fft2(picture)
    amplitude = np.log(np.abs(spectrum) + 1.0)
    residual = amplitude - _blurred(amplitude, 1)
    made = np.abs(np.fft.ifft2(np.exp(residual + 1j * np.angle(spectrum)))) ** 2
    made = _blurred(_blurred(made, 2), 2)
    return np.asarray(made / made.max())


def _blurred(values: F64, reach: int) -> F64:
    """Return means over squares of 2 × reach + 1."""
    size = 2 * reach + 1
    for axis in (0, 1):
        pad = [(reach + 1, reach) if one == axis else (0, 0) for one in (0, 1)]
        sums = np.pad(values, pad, mode="edge").cumsum(axis)
        length = values.shape[axis]
        low = sums.take(np.arange(length), axis)
        values = (sums.take(np.arange(length) + size, axis) - low) / size
    return values


def _box(weights: F64, ns: int) -> SeenAt:
    """Return the box that holds what lies around the heaviest place."""
    heavy = _blurred(weights, 3)
    row, column = divmod(int(heavy.argmax()), weights.shape[1])
    held = heavy > 0.2 * heavy.max()
    rows = _run(held.any(axis=1), row)
    columns = _run(held[rows[0] : rows[1]].any(axis=0), column)
    inner = weights[rows[0] : rows[1], columns[0] : columns[1]] > 0
    inner |= not inner.any()  # a mean may be high where nothing is itself
    filled_rows = np.flatnonzero(inner.any(axis=1)) + rows[0]
    filled_columns = np.flatnonzero(inner.any(axis=0)) + columns[0]
    height, width = weights.shape
    x, y = int(filled_columns[0]) / width, int(filled_rows[0]) / height
    right, bottom = (int(filled_columns[-1]) + 1) / width, (int(filled_rows[-1]) + 1) / height
    return SeenAt(ns, x, y, right - x, bottom - y)


def _run(held: NDArray[np.bool_], inside: int) -> tuple[int, int]:
    """Return the half-open run of what is held around a place."""
    gaps = np.flatnonzero(~held)
    before, after = gaps[gaps < inside], gaps[gaps > inside]
    first = int(before[-1]) + 1 if len(before) else 0
    return first, int(after[0]) if len(after) else len(held)


def _steady(boxes: Sequence[SeenAt]) -> list[SeenAt]:
    """Return boxes whose sides are medians of five: one wrong look moves nothing."""
    sides = np.array([(b.x, b.y, b.x + b.width, b.y + b.height) for b in boxes])
    wide = np.pad(sides, ((2, 2), (0, 0)), mode="edge")
    made = np.median(np.stack([wide[place : place + len(sides)] for place in range(5)]), axis=0)
    return [
        SeenAt(box.ns, float(x), float(y), float(right - x), float(bottom - y))
        for box, (x, y, right, bottom) in zip(boxes, made, strict=True)
    ]
