"""YOLOX before and after the network. Pure."""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

SIDE: Final = 416
PAD: Final = 114
STRIDES: Final = (8, 16, 32)
# The weights are of YOLOX 0.1.0, which still normalised like ImageNet; raw 0..255 gives rubbish.
_MEAN: Final = np.array([0.485, 0.456, 0.406], dtype=np.float32)
_DEVIATION: Final = np.array([0.229, 0.224, 0.225], dtype=np.float32)

F32 = NDArray[np.float32]

#: What each of the 256 levels of R, G and B becomes.
_LEVELS: Final = (
    (np.arange(256, dtype=np.float32)[:, None] * np.float32(1 / 255) - _MEAN) / _DEVIATION
).T.copy()


def to_input(canvas: NDArray[np.uint8]) -> F32:
    """Return float32 [1, 3, SIDE, SIDE] RGB of a padded uint8 BGR canvas."""
    tensor = np.empty((1, 3, *canvas.shape[:2]), np.float32)
    for channel, plane in enumerate(reversed(cv2.split(canvas))):
        tensor[0, channel] = cv2.LUT(plane, _LEVELS[channel])
    return tensor


def decode(outputs: F32) -> tuple[F32, F32]:
    """Turn raw outputs [anchors, 5 + classes] into boxes and class scores.

    Returns:
        Boxes [anchors, 4] as left, top, right, bottom in canvas pixels, and scores
        [anchors, classes], objectness × class, 0..1.
    """
    grid, stride = _anchors()
    centre = (outputs[:, :2] + grid) * stride
    half = np.exp(outputs[:, 2:4]) * stride / 2
    boxes = np.concatenate([centre - half, centre + half], axis=1).astype(np.float32)
    scores = (outputs[:, 4:5] * outputs[:, 5:]).astype(np.float32)
    return boxes, scores


@lru_cache(maxsize=1)
def _anchors() -> tuple[F32, F32]:
    grids, strides = [], []
    for stride in STRIDES:
        cells = SIDE // stride
        y, x = np.mgrid[:cells, :cells]
        grids.append(np.stack([x.ravel(), y.ravel()], axis=1))
        strides.append(np.full((cells * cells, 1), stride))
    return np.concatenate(grids).astype(np.float32), np.concatenate(strides).astype(np.float32)
