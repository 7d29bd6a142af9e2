"""Brings a face to the pose that face recognisers were trained on. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

#: Where ArcFace wants the eye on the left of the picture, the other eye, the nose and the corners
#: of the mouth in a crop of 112 × 112 pixels (insightface, `arcface_dst`).
TEMPLATE: Final = np.array(
    [
        [38.2946, 51.6963],
        [73.5318, 51.5014],
        [56.0252, 71.7366],
        [41.5493, 92.3655],
        [70.7299, 92.2041],
    ]
)
SIDE: Final = 112


def similarity(points: F64, target: F64 = TEMPLATE) -> F64:
    """Return the 2 × 3 matrix (rotation, scale, shift) that brings points [n, 2] closest to target.

    Least squares after Umeyama (1991), without reflection.

    Raises:
        ValueError: all points are one.
    """
    centre, goal = points.mean(axis=0), target.mean(axis=0)
    moved, wanted = points - centre, target - goal
    spread = float((moved**2).sum())
    if spread == 0:
        raise ValueError("the points are all at one place")
    # With z = x + iy the best similarity is one complex factor.
    dot = float((moved * wanted).sum()) / spread
    cross = float((moved[:, 0] * wanted[:, 1] - moved[:, 1] * wanted[:, 0]).sum()) / spread
    matrix = np.array([[dot, -cross], [cross, dot]])
    return np.concatenate([matrix, (goal - matrix @ centre)[:, None]], axis=1)


def roll_degrees(points: F64) -> float:
    """Return by how much the line through the eyes (points 0 and 1) is turned clockwise, ±180."""
    dx, dy = points[1] - points[0]
    return float(np.degrees(np.arctan2(dy, dx)))
