"""Making parts of a picture unrecognisable, in its own samples."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.production.retouching.edits import Hidden
from videre.production.retouching.planes import Plane, Planes

#: So many cells remain of a part's shorter side: what is left tells no face and no letter apart.
_CELLS: Final = 5
#: A cell has at least so many pixels, and of small parts at least this share of the frame's height.
_SMALLEST: Final = 4


def obscure(planes: Planes, one: Hidden, ns: int | None) -> None:
    """Make a part of a picture unrecognisable.

    Args:
        planes: of the picture.
        one: what is hidden, and how.
        ns: instant of the picture; None = the first that is known.
    """
    width, height = planes.size
    x, y, wide, high = box_at(one, ns)
    left, right = max(0, int(x * width)), min(width, int(np.ceil((x + wide) * width)))
    top, bottom = max(0, int(y * height)), min(height, int(np.ceil((y + high) * height)))
    if right <= left or bottom <= top:
        return
    cell = max(_SMALLEST, -(-min(right - left, bottom - top) // _CELLS))
    black = planes.coding.written(np.zeros((1, 1, 3), np.float32))
    for array, (across, down), dark in zip(planes.arrays, planes.shifts, black, strict=False):
        rows = slice(top >> down, -(-bottom // (1 << down)))
        columns = slice(left >> across, -(-right // (1 << across)))
        part = array[rows, columns]
        if one.mode == "fill":
            part[:] = round(float(dark[0, 0]))
        else:
            size = max(1, cell >> across), max(1, cell >> down)
            part[:] = _coarse(part, size, smooth=one.mode == "blur")


def box_at(one: Hidden, ns: int | None) -> tuple[float, float, float, float]:
    """Return left, top, width and height at an instant; between two keys each side moves evenly."""
    keys = np.array(one.keys, np.float64)
    if ns is None or len(keys) == 1:
        x, y, width, height = keys[0, 1:].tolist()
        return x, y, width, height
    edges = np.stack([keys[:, 1], keys[:, 2], keys[:, 1] + keys[:, 3], keys[:, 2] + keys[:, 4]])
    left, top, right, bottom = (float(np.interp(ns, keys[:, 0], side)) for side in edges)
    return left, top, right - left, bottom - top


def _coarse(part: Plane, cell: tuple[int, int], *, smooth: bool) -> Plane:
    """Return a part with one value per cell, or those values run into each other."""
    import cv2

    rows, columns = part.shape
    small = max(1, round(columns / cell[0])), max(1, round(rows / cell[1]))
    means = cv2.resize(part.astype(np.float32), small, interpolation=cv2.INTER_AREA)
    how = cv2.INTER_LINEAR if smooth else cv2.INTER_NEAREST
    wide = np.asarray(cv2.resize(means, (columns, rows), interpolation=how))
    return np.rint(wide.reshape(rows, columns)).astype(part.dtype)
