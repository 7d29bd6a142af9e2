"""How much of a picture is writing, told without reading it. Pure numpy.

Letters are strokes of one brightness on another: in a small window around them the light has two
levels, far apart, little between them, and along a row it changes between them many times, up as
often as down. Windows like this stand beside each other in lines.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

Luma = NDArray[np.floating]

#: Height and width of a window, pixels of a picture 640 wide: a third of a small line's height.
_ROWS, _COLUMNS = 6, 24
#: Sizes of letters that are looked for, each twice the one before.
_SIZES: Final = 4
#: Rows of windows that a picture must have: of fewer a single one would be too much of it.
_FEWEST: Final = 6
#: Least contrast of letters, 0..1.
_CONTRAST: Final = 0.25
#: A step of this share of the window's contrast is the edge of a stroke.
_STEP: Final = 0.3
#: Edges in a row of a window: fewer are a single thing, more are noise.
_EDGES: Final = (2.0, 12.0)
#: Share of the light's variance that two levels explain (Otsu 1979).
_TWO_LEVELS: Final = 0.80
#: Windows beside each other that make a line.
_LINE: Final = 3


def writing_share(luma: Luma) -> float:
    """Return the share of a picture, luma 0..1, about 640 wide, that is writing of any size."""
    most = 0.0
    for _ in range(_SIZES):
        windows = _windows(luma)
        if windows is None:
            break
        most = max(most, float(_lines(_is_writing(windows)).mean()))
        rows, columns = (side // 2 for side in luma.shape)
        luma = luma[: 2 * rows, : 2 * columns].reshape(rows, 2, columns, 2).mean(axis=(1, 3))
    return most


def _windows(luma: Luma) -> NDArray[np.floating] | None:
    rows, columns = luma.shape[0] // _ROWS, luma.shape[1] // _COLUMNS
    if rows < _FEWEST or columns < _LINE:
        return None
    cut = luma[: rows * _ROWS, : columns * _COLUMNS]
    return cut.reshape(rows, _ROWS, columns, _COLUMNS).swapaxes(1, 2)


def _is_writing(windows: NDArray[np.floating]) -> NDArray[np.bool_]:
    low, high = windows.min(axis=(2, 3)), windows.max(axis=(2, 3))
    contrast = high - low
    steps = np.diff(windows, axis=3)
    bar = _STEP * contrast[:, :, None, None]
    up, down = (steps > bar).sum(axis=(2, 3)), (steps < -bar).sum(axis=(2, 3))
    edges = (up + down) / _ROWS
    even = np.minimum(up, down) >= 0.6 * np.maximum(up, down)
    found = (contrast >= _CONTRAST) & (edges >= _EDGES[0]) & (edges <= _EDGES[1]) & even
    made = np.array(found, np.bool_)
    if made.any():
        made[made] = _two_levels(windows[made], low[made], high[made])
    return made


def _two_levels(windows: NDArray[np.floating], low: Luma, high: Luma) -> NDArray[np.bool_]:
    """Tell of windows whether the middle between their extremes parts two levels."""
    flat = windows.reshape(len(windows), -1)
    bright = flat > ((low + high) / 2)[:, None]
    share = bright.mean(axis=1)
    total = flat.var(axis=1) + 1e-9
    top = (flat * bright).sum(axis=1) / np.maximum(1, bright.sum(axis=1))
    bottom = (flat * ~bright).sum(axis=1) / np.maximum(1, (~bright).sum(axis=1))
    between = share * (1 - share) * (top - bottom) ** 2
    return np.asarray((between / total >= _TWO_LEVELS) & (share > 0.1) & (share < 0.9), np.bool_)


def _lines(found: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Keep windows that stand with others in a row."""
    kept = np.zeros_like(found)
    for shift in range(found.shape[1] - _LINE + 1):
        run = np.all(found[:, shift : shift + _LINE], axis=1, keepdims=True)
        kept[:, shift : shift + _LINE] |= run
    return kept
