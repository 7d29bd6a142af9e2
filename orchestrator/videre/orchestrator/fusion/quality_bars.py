"""Black bars around the picture. Pure.

A dark scene has dark edges too. Bars are told by what is lit between them: they lie on two opposite
sides, are equally wide, and keep their place; the edges of dark pictures wander.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.document.quality import QualityFinding, QualityKind
from videre.orchestrator.document.refs import BoxE4
from videre.orchestrator.fusion.quality_cells import Cells

#: Narrowest bars that are told, and how much a pair may differ, share of the picture's side.
_LEAST: Final = 0.02
_UNEVEN: Final = 0.015
#: Bars of one stretch keep their place to this much.
_SAME: Final = 0.01
#: A picture between bars has something brighter than this, levels.
_LIT: Final = 60
_LEAST_NS: Final = 2 * NS

#: Width of each bar of the pairs at the sides, and above and below.
_Widths = tuple[float, float]
_NONE: Final[_Widths] = (0.0, 0.0)


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Lit cells [first, end) whose bars have one place."""

    first: int
    end: int
    widths: _Widths


def black_bars(cells: Cells) -> list[QualityFinding]:
    """Return stretches with bars at the same place, in order of time.

    Severity and value are the share of the picture that the bars take.
    """
    lit = np.flatnonzero(cells.plain & (cells.records["luma_99"] >= _LIT))
    across, down = _pair(cells, lit, "left", "right"), _pair(cells, lit, "top", "bottom")
    widths = list(zip(across, down, strict=True))
    steady = [
        stretch
        for stretch in _steady(widths)
        if stretch.widths != _NONE and _lasts(cells, lit, stretch)
    ]
    return [_finding(cells, lit, stretch) for stretch in _joined(steady, widths)]


def _pair(cells: Cells, lit: npt.NDArray[np.int64], one: str, other: str) -> list[float]:
    """Return the width of both bars of each lit cell; 0 where they are no pair."""
    first, second = (np.asarray(cells.records[name][lit], np.float64) for name in (one, other))
    width = np.minimum(first, second)
    pair = (width >= _LEAST) & (np.abs(first - second) <= _UNEVEN)
    found: list[float] = np.where(pair, width, 0.0).tolist()
    return found


def _steady(widths: Sequence[_Widths]) -> list[_Stretch]:
    """Return the stretches in which widths stay those of the first."""
    found = []
    start = 0
    for place in range(1, len(widths) + 1):
        if place == len(widths) or not _near(widths[place], widths[start]):
            middle = np.median(np.array(widths[start:place]), axis=0)
            found.append(_Stretch(start, place, (float(middle[0]), float(middle[1]))))
            start = place
    return found


def _near(one: _Widths, other: _Widths) -> bool:
    return abs(one[0] - other[0]) <= _SAME and abs(one[1] - other[1]) <= _SAME


def _lasts(cells: Cells, lit: npt.NDArray[np.int64], stretch: _Stretch) -> bool:
    span = cells.span(int(lit[stretch.first]), int(lit[stretch.end - 1]) + 1)
    return cells.alone or span.duration_ns >= _LEAST_NS


def _joined(steady: Sequence[_Stretch], widths: Sequence[_Widths]) -> list[_Stretch]:
    """Join stretches with the same bars between which no picture reaches into them."""
    joined: list[_Stretch] = []
    for stretch in steady:
        before = joined[-1] if joined else None
        if (
            before is not None
            and _near(before.widths, stretch.widths)
            and all(
                between[0] >= stretch.widths[0] - _SAME and between[1] >= stretch.widths[1] - _SAME
                for between in widths[before.end : stretch.first]
            )
        ):
            joined[-1] = _Stretch(before.first, stretch.end, before.widths)
        else:
            joined.append(stretch)
    return joined


def _finding(cells: Cells, lit: npt.NDArray[np.int64], stretch: _Stretch) -> QualityFinding:
    left, top = (round(SCORE_ONE * width) for width in stretch.widths)
    box: BoxE4 = (left, top, SCORE_ONE - 2 * left, SCORE_ONE - 2 * top)
    taken = 1 - box[2] * box[3] / SCORE_ONE**2
    return QualityFinding(
        QualityKind.BLACK_BARS,
        cells.span(int(lit[stretch.first]), int(lit[stretch.end - 1]) + 1),
        round(SCORE_ONE * taken),
        round(1_000 * taken),
        picture_box=box,
    )
