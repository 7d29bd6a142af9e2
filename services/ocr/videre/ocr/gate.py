"""The change gate: is this frame worth a detector run? Pure numpy.

A frame is looked at as two small maps: how much of each 8 × 8 cell is *strokes* (a rise of luma
followed by a fall, or the reverse, within a few pixels: what letters are made of, whatever their
colour), and a coarse luma. The gate compares the maps with those of the last frame that was read.
It decides on change only, never on "here is something that looks like text": a gate on presence
loses captions over busy pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.ocr.area import Area

_CELL: Final = 8
#: A luma step (0..255) that counts as an edge; JPEG noise at quality 90 stays below.
_EDGE: Final = 20
#: Widest stroke, pixels of the grey picture.
_STROKE: Final = 6
#: The picture is looked at once more with every fourth pixel, for the strokes of big titles; only
#: strong edges count there, or every soft texture would.
_BOLD: Final = 4
_BOLD_EDGE: Final = 90
#: Stroke share (of 255) that makes a cell a stroke cell, and below which it was none.
_INKED: Final = 51
_BLANK: Final = 26
#: Stroke share (of 255) within which a cell counts as unmoved since the frame before.
_STILL: Final = 26
#: Three stroke cells side by side that were blank: a word appeared.
_MIN_RUNS: Final = 2
#: New stroke cells that stay where they are: small text appeared (moving texture does not stay).
_MIN_STILL_CELLS: Final = 3
#: Mean luma difference (0..255) of a cut.
_CUT: Final = 24.0
_CUT_EVERY_NS: Final = 1_000_000_000
_LUMA_CELL: Final = 32
#: Stroke cells side by side that look like a line of small text.
_LONG_RUN: Final = 6
#: However little the maps say, a picture that changed is looked at again after this time.
_REFRESH_NS: Final = 2_000_000_000
_MIN_CHANGED_CELLS: Final = 6


@dataclass(frozen=True, slots=True)
class Look:
    """A frame as the gate sees it.

    Args:
        strokes: stroke share per cell, uint8, 255 = the whole cell, (rows, columns).
        luma: mean luma per large cell, uint8, (rows, columns).
    """

    strokes: NDArray[np.uint8]
    luma: NDArray[np.uint8]

    def same_shape(self, other: Look) -> bool:
        """Tell whether the maps can be compared (the pictures had the same size)."""
        return self.strokes.shape == other.strokes.shape and self.luma.shape == other.luma.shape


def look(gray: NDArray[np.uint8]) -> Look:
    """Make the maps of a grey picture (uint8, (height, width)); tiny ones give empty maps."""
    share = _cell_means(_strokes(gray, _EDGE), _CELL)
    rows, columns = share.shape
    bold = _strokes(gray[::_BOLD, ::_BOLD], _BOLD_EDGE)
    bold_share = _cell_means(bold, _CELL // _BOLD)[:rows, :columns]
    strokes = (np.maximum(share, bold_share) * 255.0).round().astype(np.uint8)
    return Look(strokes, _cell_means(gray, _LUMA_CELL).astype(np.uint8))


def _strokes(gray: NDArray[np.uint8], edge: int) -> NDArray[np.bool_]:
    """Return the pixels at an edge (luma step) whose opposite follows within a stroke's width."""
    steps = np.zeros(gray.shape, np.int16)
    np.subtract(gray[:, 1:], gray[:, :-1], out=steps[:, :-1], dtype=np.int16)
    rises, falls = steps > edge, steps < -edge
    strokes: NDArray[np.bool_] = (rises & _soon(falls)) | (falls & _soon(rises))
    return strokes


def _soon(flags: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return where `flags` is set within the next `_STROKE` pixels of the row."""
    out = np.zeros_like(flags)
    for shift in range(1, min(_STROKE, flags.shape[1] - 1) + 1):
        out[:, :-shift] |= flags[:, shift:]
    return out


def _cell_means(values: NDArray[np.bool_] | NDArray[np.uint8], cell: int) -> NDArray[np.float64]:
    """Return the means of square cells of at most 256 pixels a side; a part of one is left out.

    Summed as whole numbers: several times as fast as a mean over two axes.
    """
    rows, columns = values.shape[0] // cell, values.shape[1] // cell
    whole = values[: rows * cell, : columns * cell]
    strips = whole.reshape(rows, cell, columns * cell).sum(axis=1, dtype=np.uint16)
    sums = strips.reshape(rows, columns, cell).sum(axis=2, dtype=np.uint32)
    means: NDArray[np.float64] = sums / cell**2
    return means


def is_cut(before: Look, now: Look) -> bool:
    """Tell whether the pictures, of one shape, differ so much that the shot has changed."""
    difference = np.abs(before.luma.astype(np.int16) - now.luma)
    return bool(difference.size) and float(difference.mean()) > _CUT


def new_strokes(read: Look, before: Look, now: Look) -> NDArray[np.bool_]:
    """Return the cells in which `now` may show text that the last read frame did not.

    Args:
        read: what was last searched, cell by cell.
        before: the frame before this one, searched or not.
        now: this frame; all three of one shape.

    Returns:
        bool, (rows, columns): runs of new stroke cells, if there are enough of them, and new stroke
        cells that stay where they are, if there are enough of those.
    """
    new = (now.strokes > _INKED) & (read.strokes < _BLANK)
    came = np.zeros_like(new)
    starts = new[:, :-2] & new[:, 1:-1] & new[:, 2:]
    if np.count_nonzero(starts) >= _MIN_RUNS:
        for shift in range(3):
            came[:, shift : shift + starts.shape[1]] |= starts
    still = new & (np.abs(now.strokes.astype(np.int16) - before.strokes) < _STILL)
    if np.count_nonzero(still) >= _MIN_STILL_CELLS:
        came |= still
    return came


def bounds(cells: NDArray[np.bool_]) -> Area | None:
    """Return the box around the set cells, in pixels of the grey picture; None when none is set."""
    rows, columns = np.flatnonzero(cells.any(axis=1)), np.flatnonzero(cells.any(axis=0))
    if not rows.size:
        return None
    left, right = int(columns[0]), int(columns[-1]) + 1
    top, bottom = int(rows[0]), int(rows[-1]) + 1
    return Area(left * _CELL, top * _CELL, right * _CELL, bottom * _CELL)


def searched(read: Look, now: Look, area: Area) -> Look:
    """Return `read` with the cells of an area as they are now."""
    strokes = read.strokes.copy()
    where = np.s_[
        int(area.top) // _CELL : -(-int(area.bottom) // _CELL),
        int(area.left) // _CELL : -(-int(area.right) // _CELL),
    ]
    strokes[where] = now.strokes[where]
    return Look(strokes, read.luma)


def is_new_shot(before: Look, now: Look, since_read_ns: int) -> bool:
    """Tell whether the shot has changed, so that the whole picture must be searched.

    Very fast movement looks like a cut in every frame, hence a least time between two.
    """
    return since_read_ns >= _CUT_EVERY_NS and is_cut(before, now)


def is_stale(read: Look, now: Look, since_refresh_ns: int) -> bool:
    """Tell whether the last look at the whole picture lies back long and it has changed since."""
    if since_refresh_ns < _REFRESH_NS:
        return False
    changed = (now.strokes > _INKED) & (read.strokes < _BLANK)
    changed |= (now.strokes < _BLANK) & (read.strokes > _INKED)
    return int(np.count_nonzero(changed)) >= _MIN_CHANGED_CELLS


def has_long_stroke_run(seen: Look) -> bool:
    """Tell whether a row of the picture holds strokes over the length of a short line of text."""
    inked = seen.strokes > _INKED
    if inked.shape[1] < _LONG_RUN:
        return False
    windows = np.lib.stride_tricks.sliding_window_view(inked, _LONG_RUN, axis=1)
    return bool(windows.all(axis=2).any())
