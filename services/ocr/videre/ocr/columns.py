"""Characters that stand below each other → one line. Pure.

Chinese and Japanese are written downwards too. Detectors outline every character of such a line by
itself; read alone each says nothing, and none of them is what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from videre.ocr.lines import Line

_CHARACTER: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]")
#: Fewer characters below each other may as well be rows of a table.
_FEWEST: Final = 3
#: Characters of one column: factor between their heights, how far their middles are apart and how
#: much space is between them, in heights of the lower one.
_HEIGHT_RATIO: Final = 1.6
_OFF_MIDDLE: Final = 0.4
_GAP: Final = 1.0


def join_columns(lines: Sequence[Line], aspect: float) -> list[Line]:
    """Return the lines, those of single characters that form a column as one line, read downwards.

    Args:
        lines: the lines of one picture.
        aspect: width / height of the picture, to compare lengths in both directions.
    """
    characters = sorted(
        (line for line in lines if _CHARACTER.fullmatch(line.text)),
        key=lambda line: (line.top, line.left, line.quad),
    )
    columns = [column for column in _columns(characters, aspect) if len(column) >= _FEWEST]
    taken = {id(line) for column in columns for line in column}
    return [line for line in lines if id(line) not in taken] + [_join(c) for c in columns]


def _columns(characters: Sequence[Line], aspect: float) -> list[list[Line]]:
    """Return the characters, each with those below it that it goes on with."""
    columns: list[list[Line]] = []
    for line in characters:
        beside = _nearest_beside(line, characters, aspect)
        above = [
            (gap, column)
            for column in columns
            if (gap := _gap_below(column[-1], line, aspect)) is not None and gap < beside
        ]
        if above:
            min(above, key=lambda found: found[0])[1].append(line)
        else:
            columns.append([line])
    return columns


def _gap_below(upper: Line, lower: Line, aspect: float) -> int | None:
    """Return the space between two characters of a column; None when they are not of one."""
    height, other = _height(lower), _height(upper)
    off_middle = abs(upper.left + upper.right - lower.left - lower.right) / 2 * aspect
    gap = lower.top - upper.bottom
    fits = max(height, other) <= _HEIGHT_RATIO * min(height, other)
    near = off_middle <= _OFF_MIDDLE * height and -height / 2 < gap <= _GAP * height
    return gap if fits and near else None


def _nearest_beside(line: Line, characters: Sequence[Line], aspect: float) -> float:
    """Return the space to the nearest character at the left or right; infinite without any."""
    gaps = [
        max(other.left - line.right, line.left - other.right) * aspect
        for other in characters
        if other is not line
        and abs(other.top + other.bottom - line.top - line.bottom) <= _height(line)
    ]
    return min(gaps, default=float("inf"))


def _height(line: Line) -> int:
    return max(line.bottom - line.top, 1)


def _join(column: Sequence[Line]) -> Line:
    left, right = min(line.left for line in column), max(line.right for line in column)
    top, bottom = column[0].top, column[-1].bottom
    return Line(
        text="".join(line.text for line in column),
        score=sum(line.score for line in column) // len(column),
        quad=(left, top, right, top, right, bottom, left, bottom),
    )
