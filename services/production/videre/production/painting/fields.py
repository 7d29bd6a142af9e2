"""Smooth fields of values over a picture, kept small. Pure; child process only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]
Indices = NDArray[np.int64]

#: remap takes pictures of less than 2^15 columns: lists of pixels are folded into rows.
_FOLD: Final = 1_024


def filled(values: Floats, weight: Floats) -> Floats:
    """Return values of weight 0 filled from those around them, smoothly, by a pyramid.

    Push and pull of Gortler et al. 1996, "The Lumigraph".
    """
    rows, columns = weight.shape
    if min(rows, columns) <= 2:
        total = float(weight.sum())
        mean = (values * weight[..., None]).sum(axis=(0, 1)) / max(total, 1e-6)
        return np.asarray(values * weight[..., None] + mean * (1 - weight[..., None]), np.float32)
    low = cv2.pyrDown(weight)
    pushed = cv2.pyrDown(values * weight[..., None]) / np.maximum(low, 1e-6)[..., None]
    coarse = filled(np.asarray(pushed, np.float32), np.minimum(low * 2, 1))
    pulled = cv2.pyrUp(coarse, dstsize=(columns, rows))
    return np.asarray(pulled + weight[..., None] * (values - pulled), np.float32)


def places(pixels: Indices, columns: int) -> tuple[Indices, Indices]:
    """Return the rows and columns of flat indices; `np.divmod` divides twice."""
    down = pixels // columns
    return down, pixels - down * columns


def sampled(field: Floats, pixels: Indices, shape: Sequence[int]) -> Floats:
    """Return a field, [rows, columns, channels], where some pixels of a larger picture lie.

    Args:
        field: the values.
        pixels: flat indices in the larger picture.
        shape: rows and columns of the larger picture.
    """
    if not len(pixels):
        return np.zeros((0, field.shape[2]), np.float32)
    down, across = places(pixels, shape[1])
    rows, columns = field.shape[:2]
    x = ((across + 0.5) * (columns / shape[1]) - 0.5).astype(np.float32)
    y = ((down + 0.5) * (rows / shape[0]) - 0.5).astype(np.float32)
    count = -(-len(pixels) // _FOLD) * _FOLD
    x, y = (np.resize(one, count).reshape(-1, _FOLD) for one in (x, y))
    found = cv2.remap(field, x, y, cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
    return np.asarray(found.reshape(count, field.shape[2])[: len(pixels)], np.float32)
