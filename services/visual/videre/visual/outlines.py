"""Masks of things as outlines. Pure."""

from __future__ import annotations

from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.common.values import Box

#: Most corners of an outline.
MOST_CORNERS: Final = 32
#: How far a simplified outline may lie from the mask at first, pixels; doubled until it has few
#: corners.
_FIRST_ERROR: Final = 1.0


def outline(mask: NDArray[Any]) -> tuple[float, ...]:
    """Return the outline of the largest part of a mask [height, width] as x, y pairs, shares.

    At most `MOST_CORNERS` corners; none when no part has an area.
    """
    height, width = mask.shape
    contours, _ = cv2.findContours(
        np.ascontiguousarray(mask, np.uint8), cv2.RETR_EXTERNAL, cv2.CHAIN_APPROX_SIMPLE
    )
    if not contours:
        return ()
    largest = max(contours, key=cv2.contourArea)
    error = _FIRST_ERROR
    while len(corners := cv2.approxPolyDP(largest, error, closed=True)) > MOST_CORNERS:
        error *= 2
    if len(corners) < 3:
        return ()
    # A pixel's middle is half a pixel inside of it.
    places = (corners.reshape(-1, 2).astype(np.float64) + 0.5) / (width, height)
    return tuple(float(value) for value in places.ravel())


def box_of(mask: NDArray[Any]) -> Box | None:
    """Return the box around a mask [height, width]; None when it is empty."""
    rows, columns = np.flatnonzero(mask.any(axis=1)), np.flatnonzero(mask.any(axis=0))
    if not rows.size:
        return None
    height, width = mask.shape
    left, top = columns[0] / width, rows[0] / height
    right, bottom = (columns[-1] + 1) / width, (rows[-1] + 1) / height
    return Box(float(left), float(top), float(right - left), float(bottom - top))
