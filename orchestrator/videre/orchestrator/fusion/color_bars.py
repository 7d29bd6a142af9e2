"""Colour bars, from the per-frame signals. Pure.

Bars are told by what no other picture has together: a staircase of luma from left to right, in the
steps that white, yellow, cyan, green, magenta, red and blue have, the same in every row, in strong
colours, without motion. The upper five of nine rows decide: EBU bars (8 bars over the whole height,
EBU Tech 3213 and ITU-R BT.1729), SMPTE bars (7 bars over two thirds, SMPTE EG 1) and those of high
definition (7 bars between grey sides over seven twelfths, SMPTE RP 219) all fill them.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS
from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document import Condition, FrameCondition
from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.timeline import Timeline

F64 = npt.NDArray[np.float64]

#: Luma of red, green and blue (ITU-R BT.601, BT.709).
_LUMA: Final = ((0.299, 0.587, 0.114), (0.2126, 0.7152, 0.0722))
#: White, yellow, cyan, green, magenta, red, blue as red, green, blue.
_BARS: Final = ((1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1))
#: White beside bars of 75 % stands at 75 % or at 100 %.
_WHITES: Final = (1.0, 4 / 3)
#: Grey of the sides beside bars of 75 % (SMPTE RP 219), of the same scale.
_SIDE: Final = 0.4 / 0.75
_ROWS: Final = 5
#: Bars have at least this chroma deviation, levels (75 % bars: about 50), and change this little.
_LEAST_CHROMA: Final = 25.0
_MOST_CHANGE: Final = 1.0
#: Least correlation with a staircase, most deviation of a row from the mean, least contrast.
_LEAST_LIKENESS: Final = 0.985
_MOST_UNEVEN: Final = 4.0
_LEAST_CONTRAST: Final = 25.0
_LEAST_NS: Final = NS // 2
#: Points of a staircase per column of the grid.
_POINTS: Final = 105


def color_bars(signals: PictureSignals, timeline: Timeline) -> list[FrameCondition]:
    """Return stretches of colour bars of at least half a second, in order of time."""
    if len(signals.change) != timeline.frame_count or not timeline.frame_count:
        return []
    coloured = signals.chroma_deviation >= _LEAST_CHROMA
    if not coloured.any():
        return []
    begins = coloured.copy()
    begins[1:] &= ~coloured[:-1] | (signals.change[1:] > _MOST_CHANGE)
    starts = np.flatnonzero(begins).tolist()
    ends = np.flatnonzero(coloured & np.append(~coloured[1:] | begins[1:], True)).tolist()
    starts_ns = timeline.frame_starts_ns
    found: list[FrameCondition] = []
    for start, last in zip(starts, ends, strict=True):
        if starts_ns[last] - starts_ns[start] < _LEAST_NS // 2:
            continue  # most are a frame or two of a colourful film
        span = timeline.frame_span(start, last + 1)
        if span.duration_ns < _LEAST_NS:
            continue
        likeness = likeness_to_bars(signals.cells[[start, (start + last) // 2, last]])
        if likeness >= _LEAST_LIKENESS:
            found.append(FrameCondition(Condition.COLOR_BARS, span, int(likeness * SCORE_ONE)))
    return found


def likeness_to_bars(cells: npt.NDArray[np.uint8]) -> float:
    """Return the least correlation with the best staircase of some pictures; 0 for no bars.

    Args:
        cells: mean luma per cell, shape (pictures, 9, 16).
    """
    upper = cells[:, :_ROWS].astype(np.float64)
    columns = upper.mean(axis=1)
    uneven = np.abs(upper - columns[:, None]).mean(axis=(1, 2))
    if uneven.max() > _MOST_UNEVEN or columns.std(axis=1).min() < _LEAST_CONTRAST:
        return 0.0
    return float(np.max(_unit(columns) @ _STAIRCASES.T, axis=1).min())


def _staircases() -> F64:
    """Return the staircases of all bars, each of mean 0 and length 1: shape (kinds, 16)."""
    kinds = []
    for weights in _LUMA:
        bars = (np.array(_BARS) @ np.array(weights)).tolist()
        for white in _WHITES:
            tops = [white * bars[0], *bars[1:]]
            kinds += [
                _columns(tops, [1] * 7),
                _columns([*tops, 0.0], [1] * 8),
                _columns([_SIDE, *tops, _SIDE], [7 / 6, *[1] * 7, 7 / 6]),
            ]
    return _unit(np.array(kinds))


def _columns(levels: list[float], widths: list[float]) -> F64:
    """Return the mean of each column of the grid over bars of such levels and widths."""
    borders = np.cumsum(widths) / sum(widths)
    points = (np.arange(EDGE_COLUMNS * _POINTS) + 0.5) / (EDGE_COLUMNS * _POINTS)
    steps = np.array(levels)[np.searchsorted(borders[:-1], points, side="right")]
    return np.asarray(steps.reshape(EDGE_COLUMNS, _POINTS).mean(axis=1), np.float64)


def _unit(rows: F64) -> F64:
    centred = rows - rows.mean(axis=1, keepdims=True)
    return np.asarray(centred / np.linalg.norm(centred, axis=1, keepdims=True), np.float64)


_STAIRCASES: Final = _staircases()
