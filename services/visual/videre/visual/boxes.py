"""Boxes as arrays [n, 4] of left, top, right, bottom. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from videre.common.values import Box

Boxes = NDArray[np.float32]


def suppress(boxes: Boxes, scores: NDArray[np.float32], overlap: float) -> list[int]:
    """Return the indices that survive greedy non-maximum suppression, best first.

    A box goes when its intersection over union with a better one exceeds `overlap` (0..1). Equal
    scores keep their order, so that the answer does not depend on the sort.
    """
    order = np.argsort(-scores, kind="stable")
    areas = np.prod(np.maximum(boxes[:, 2:] - boxes[:, :2], 0), axis=1)
    kept: list[int] = []
    while order.size:
        best, rest = order[0], order[1:]
        kept.append(int(best))
        low = np.maximum(boxes[best, :2], boxes[rest, :2])
        high = np.minimum(boxes[best, 2:], boxes[rest, 2:])
        shared = np.prod(np.maximum(high - low, 0), axis=1)
        union = areas[best] + areas[rest] - shared
        order = rest[shared <= overlap * np.maximum(union, 1e-9)]
    return kept


def normalised(box: NDArray[np.float32], width: float, height: float) -> Box | None:
    """Return a pixel box as shares of a picture, cut to it; None when nothing is left inside."""
    left, right = (min(max(float(x) / width, 0.0), 1.0) for x in (box[0], box[2]))
    top, bottom = (min(max(float(y) / height, 0.0), 1.0) for y in (box[1], box[3]))
    if right <= left or bottom <= top:
        return None
    return Box(left, top, right - left, bottom - top)
