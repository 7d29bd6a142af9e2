"""The change gate: is this frame worth a detector run? Pure.

A frame is looked at as two small maps: how much of each 8 × 8 cell is *strokes* (a rise of luma
followed by a fall, or the reverse, within a few pixels: what letters are made of, whatever their
colour), and a coarse luma. The gate compares the maps with those of the last frame that was read.
It decides on change only, never on "here is something that looks like text": a gate on presence
loses captions over busy pictures.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final, cast

import numpy as np
from numpy.typing import NDArray

from videre.ocr.area import Area

U8 = NDArray[np.uint8]

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


def look(gray: U8) -> Look:
    """Make the maps of a grey picture (uint8, (height, width)); tiny ones give empty maps."""
    share = _stroke_share(gray, _EDGE, _CELL)
    rows, columns = share.shape
    bold_share = _stroke_share(gray[::_BOLD, ::_BOLD], _BOLD_EDGE, _CELL // _BOLD)
    strokes = (np.maximum(share, bold_share[:rows, :columns]) * 255.0).round().astype(np.uint8)
    return Look(strokes, _cell_means(gray.astype(np.float32), _LUMA_CELL).astype(np.uint8))


def _stroke_share(gray: U8, edge: int, cell: int) -> NDArray[np.float64]:
    """Return the share of each cell that is strokes, 0..1; a part of a cell is left out.

    Strokes are the pixels at an edge (luma step) whose opposite follows within a stroke's width.
    """
    import cv2

    area = cell**2  # as the value of a stroke it makes the mean of a cell their number
    strokes = np.zeros(gray.shape, np.uint8)
    if gray.shape[1] > 2:
        left, right = gray[:, :-1], gray[:, 1:]
        # a difference below 0 is 0: what is left are the steps of one direction
        rises, falls = (
            cast(U8, cv2.threshold(steps, edge, area, cv2.THRESH_BINARY)[1])
            for steps in (cv2.subtract(right, left), cv2.subtract(left, right))
        )
        strokes[:, :-2] = (rises[:, :-1] & _soon(falls)) | (falls[:, :-1] & _soon(rises))
    return _cell_means(strokes, cell) / area


def _soon(flags: U8) -> U8:
    """Return what of `flags` is set within the next `_STROKE` pixels; no row's last pixel."""
    import cv2

    ahead = cv2.dilate(flags, np.ones((1, _STROKE), np.uint8), anchor=(0, 0))
    return cast(U8, ahead[:, 1:])


def _cell_means(values: NDArray[Any], cell: int) -> NDArray[Any]:
    """Return the means of square cells, rounded for whole numbers; a part of one is left out."""
    import cv2

    rows, columns = values.shape[0] // cell, values.shape[1] // cell
    if not rows or not columns:
        return np.zeros((rows, columns), values.dtype)
    whole = values[: rows * cell, : columns * cell]
    return cv2.resize(whole, (columns, rows), interpolation=cv2.INTER_AREA)


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
