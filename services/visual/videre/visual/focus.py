"""How sharp a picture is, whatever it shows. Pure.

The variance of the Laplacian alone calls every plain wall blurred. What gives an out-of-focus
picture away is that even its *steepest* edges are wide: the width of an edge is its contrast over
its steepest slope. A picture without edges says nothing about focus.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

F32 = NDArray[np.float32]

#: Longer side at which sharpness is measured, pixels (smaller pictures: as they are).
SIDE: Final = 512
_BLOCK: Final = 32
_EVERY: Final = 2  # row and column; its neighbour says the same
_CONTRAST: Final = 30.0  # least contrast of an edge, 0..255; far above noise
_STEEPEST: Final = 5  # percentile of the widths: a portrait is sharp, its background is not
_LEAST_EDGES: Final = 0.03  # share of blocks that must hold an edge
# Measured: sharp frames 1.0–2.6 (the most where only a flower is in focus), the same under a
# Gaussian blur of 3 pixels at `SIDE` 4.2–6.6, of 5 pixels 5.4–8.
_HALF_WIDTH: Final = 4.0
_STEEPNESS: Final = 2.0


@dataclass(frozen=True, slots=True)
class Focus:
    """What was measured.

    Args:
        edge_width: width of the steepest edges in pixels at `SIDE`; 0 when there are none.
        edge_share: share of blocks that hold an edge, 0..1.
    """

    edge_width: float
    edge_share: float

    @property
    def blur(self) -> float:
        """How surely the picture is out of focus, 0..1; 0 where there are too few edges to tell."""
        if self.edge_share < _LEAST_EDGES:
            return 0.0
        return 1 / (1 + math.exp(-_STEEPNESS * (self.edge_width - _HALF_WIDTH)))


def measure(grey: F32) -> Focus:
    """Measure a grey picture, float32 [height, width], 0..255."""
    found = [_edges(grey[:, ::_EVERY]), _edges(grey[::_EVERY].T)]
    widths = np.concatenate([widths for widths, _ in found])
    blocks = sum(count for _, count in found)
    width = float(np.percentile(widths, _STEEPEST)) if widths.size else 0.0
    return Focus(width, widths.size / blocks if blocks else 0.0)


def _edges(grey: F32) -> tuple[F32, int]:
    """Return the edge width of each block of a column that holds an edge, and the blocks' number.

    All columns are gone down at once: numpy is slow along an axis of so few values.
    """
    rows, columns = grey.shape[0] // _BLOCK, grey.shape[1]
    if not rows or not columns:
        return np.zeros(0, np.float32), 0
    blocks = np.ascontiguousarray(grey[: rows * _BLOCK]).reshape(rows, _BLOCK, columns)
    contrast = blocks.max(axis=1) - blocks.min(axis=1)
    slope = np.abs(np.diff(blocks, axis=1)).max(axis=1)
    strong = contrast >= _CONTRAST
    return (contrast[strong] / slope[strong]).astype(np.float32), rows * columns


def laplacian_variance(grey: F32) -> float:
    """Return the variance of the Laplacian of a grey picture, in squared levels (0..255)."""
    if min(grey.shape) < 3:
        return 0.0
    around = grey[:-2, 1:-1] + grey[2:, 1:-1] + grey[1:-1, :-2] + grey[1:-1, 2:]
    return float(np.var(around - 4 * grey[1:-1, 1:-1]))
