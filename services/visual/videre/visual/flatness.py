"""Whether a picture is drawn in flat colours, as illustrations are and photographs are not. Pure.

A drawn area has one colour; lenses, light and noise give every area of a photograph many. What is
counted is how much of the picture is of *pure* colours: cells of the colour space whose pixels lie
closer together than an even spread over the cell would. Slides, charts and screens are pure too,
but poor in colours and full of upright and level edges.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.channels import highest

_LUMA: Final = np.array([114, 587, 299], np.int32)  # thousandths of B, G, R (BT.601)
#: Longer side at which flatness is measured, pixels.
SIDE: Final = 192
_CELL: Final = 12  # levels of a channel; a power of two would cut common colours
_CELLS: Final = -(-256 // _CELL)
_SMOOTH: Final = 6.0  # most difference of neighbours within an area, 0..255
_PURE: Final = 1.9  # most deviation of each channel in a cell; an even spread has 3.5
_LEAST: Final = 0.006  # share of the picture that makes a colour one of the picture's
_APART: Final = 40.0  # least difference of some channel between two colours, 0..255
_VIVID: Final = 48.0  # least spread of the channels of a colour that is no grey
_EDGE: Final = 40_000  # least difference of luma across an edge, thousandths of a level
_SLANTED: Final = 0.2  # of the larger by the smaller difference, from which an edge is neither


@dataclass(frozen=True, slots=True)
class Flatness:
    """What was measured.

    Args:
        pure: share of the picture in pure colours, 0..1.
        colors: number of pure colours.
        vivid: number of those that are no greys.
        slanted: share of the edges that are neither level nor upright, 0..1; 0 without edges.
        edges: share of the picture that is edges, 0..1.
    """

    pure: float
    colors: int
    vivid: int
    slanted: float
    edges: float


def measure(bgr: NDArray[np.uint8]) -> Flatness:
    """Measure a picture, uint8 [height, width, 3]."""
    if min(bgr.shape[:2]) < 3:
        return Flatness(0.0, 0, 0, 0.0, 0.0)
    picture = bgr.astype(np.int16)
    across = np.abs(picture[:-1, 1:] - picture[:-1, :-1])
    down = np.abs(picture[1:, :-1] - picture[:-1, :-1])
    smooth = highest(np.maximum(across, down)) <= _SMOOTH
    pure, colors, vivid = _pure_colors(bgr[:-1, :-1][smooth], smooth.size)
    slanted, edges = _edges(picture @ _LUMA)
    return Flatness(pure, colors, vivid, slanted, edges)


def _pure_colors(pixels: NDArray[np.uint8], total: int) -> tuple[float, int, int]:
    """Return the share of the picture in pure colours, their number, and that of vivid ones.

    Args:
        pixels: of smooth areas, uint8 [n, 3].
        total: pixels of the picture.
    """
    cells = (pixels // _CELL).astype(np.int32)
    index = (cells[:, 0] * _CELLS + cells[:, 1]) * _CELLS + cells[:, 2]
    counts = np.bincount(index, minlength=_CELLS**3)
    large = np.flatnonzero(counts >= max(1, _LEAST * total))
    number = np.full(_CELLS**3, -1)
    number[large] = np.arange(len(large))
    which = number[index]
    values, which = pixels[which >= 0].astype(np.float64), which[which >= 0]
    counts = counts[large]
    sums = [np.bincount(which, values[:, c], len(large)) for c in range(3)]
    squares = [np.bincount(which, values[:, c] ** 2, len(large)) for c in range(3)]
    means = np.stack(sums, 1) / counts[:, None]
    variance = np.stack(squares, 1) / counts[:, None] - means**2
    pure = variance.max(axis=1, initial=0.0) <= _PURE**2
    apart = _apart(means[pure], counts[pure])
    vivid = int((np.ptp(apart, axis=1) >= _VIVID).sum()) if len(apart) else 0
    return float(counts[pure].sum() / total), len(apart), vivid


def _apart(colors: NDArray[np.float64], counts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the colours that are no shades of a fuller one: a shaded area has many."""
    kept: list[NDArray[np.float64]] = []
    for index in np.argsort(-counts, kind="stable"):
        if all(np.abs(colors[index] - other).max() >= _APART for other in kept):
            kept.append(colors[index])
    return np.array(kept)


def _edges(luma: NDArray[np.int64]) -> tuple[float, float]:
    """Return the share of slanted edges, and that of edges; luma in thousandths of a level."""
    across = np.abs(luma[1:-1, 2:] - luma[1:-1, :-2])
    down = np.abs(luma[2:, 1:-1] - luma[:-2, 1:-1])
    larger, smaller = np.maximum(across, down), np.minimum(across, down)
    edge = larger >= _EDGE
    count = int(edge.sum())
    if not count:
        return 0.0, 0.0
    slanted = float((smaller[edge] > _SLANTED * larger[edge]).mean())
    return slanted, count / edge.size
