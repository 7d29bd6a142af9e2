"""A picture as a grid of cells: how light each is, and how much is drawn in it. Pure."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
#: uint8 [2, ROWS, COLUMNS]: mean luma of each cell, mean step of luma from pixel to pixel.
Grid = NDArray[np.uint8]

ROWS: Final = 36
COLUMNS: Final = 64
#: Longer side of the pictures that become grids: a cell has six pixels of it.
SIDE: Final = 384


def grid(picture: Bgr) -> Grid:
    """Return the grid of a picture, uint8 BGR."""
    luma = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)
    steps = np.zeros(luma.shape, np.uint8)
    steps[:, 1:] = cv2.absdiff(luma[:, 1:], luma[:, :-1])
    steps[1:] = cv2.add(steps[1:], cv2.absdiff(luma[1:], luma[:-1]))  # at most 255
    cells = [
        cv2.resize(one, (COLUMNS, ROWS), interpolation=cv2.INTER_AREA) for one in (luma, steps)
    ]
    return np.stack(cells).astype(np.uint8)
