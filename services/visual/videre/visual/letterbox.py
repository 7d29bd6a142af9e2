"""Fits a picture into a square or a crop, and maps boxes back. Pure."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray


def fit_inside(width: int, height: int, side: int, *, enlarge: bool = False) -> tuple[int, int]:
    """Return the size with the longer side at most (with `enlarge`: exactly) `side`, ≥ 1 pixel."""
    scale = side / max(width, height)
    if scale > 1 and not enlarge:
        return width, height
    return max(1, round(width * scale)), max(1, round(height * scale))


def pad_top_left(image: NDArray[np.uint8], side: int, value: int) -> NDArray[np.uint8]:
    """Return a square canvas of `value` with `image` [h, w, c] in its top left corner."""
    canvas = np.full((side, side, image.shape[2]), value, dtype=np.uint8)
    canvas[: image.shape[0], : image.shape[1]] = image
    return canvas


def cover_size(width: int, height: int, side: int) -> tuple[int, int]:
    """Return the size with the shorter side exactly `side` pixels."""
    scale = side / min(width, height)
    return max(side, round(width * scale)), max(side, round(height * scale))


def centre_crop(image: NDArray[np.uint8], side: int) -> NDArray[np.uint8]:
    """Return the middle `side` × `side` pixels of a picture at least that large."""
    top, left = (image.shape[0] - side) // 2, (image.shape[1] - side) // 2
    return image[top : top + side, left : left + side]
