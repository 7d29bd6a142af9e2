"""Writing that runs downwards: its pieces → one line. Pure.

Chinese and Japanese are written downwards too. Detectors outline every character of such a line by
itself, or some of them together; read alone no piece says what stands there.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final

from videre.ocr.lines import Line

_IDEOGRAPHS: Final = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uf900-\ufaff]+")
#: Fewer characters below each other may as well be rows of a table.
_FEWEST: Final = 3
#: Pieces of one column: factor between their widths, how far their middles are apart and how much
#: space is between them, in widths of the lower one, which is as wide as a character is high.
_WIDTH_RATIO: Final = 1.6
_OFF_MIDDLE: Final = 0.4
_GAP: Final = 1.0
_OVERLAP: Final = 0.5


def join_columns(lines: Sequence[Line], aspect: float) -> list[Line]:
    """Return the lines, those that are pieces of a column as one line that is read downwards.

    Args:
        lines: the lines of one picture.
        aspect: width / height of the picture, to compare lengths in both directions.
    """
    pieces = sorted(
        (line for line in lines if _is_piece(line)),
        key=lambda line: (line.top, line.left, line.quad),
    )
    columns = [
        column
        for column in _columns(pieces, aspect)
        if len(column) > 1 and sum(len(piece.text) for piece in column) >= _FEWEST
    ]
    taken = {id(piece) for column in columns for piece in column}
    return [line for line in lines if id(line) not in taken] + [_join(c) for c in columns]


def _is_piece(line: Line) -> bool:
    """Tell whether a line is one ideograph, or several whose reading runs downwards."""
    (x0, y0, x1, y1), text = line.quad[:4], line.text
    downwards = y1 - y0 > abs(x1 - x0)
    return bool(_IDEOGRAPHS.fullmatch(text)) and (len(text) == 1 or downwards)


def _columns(pieces: Sequence[Line], aspect: float) -> list[list[Line]]:
    """Return the pieces, each with those below it that it goes on with."""
    columns: list[list[Line]] = []
    for piece in pieces:
        beside = _nearest_beside(piece, pieces, aspect)
        above = [
            (gap, column)
            for column in columns
            if (gap := _gap_below(column[-1], piece, aspect)) is not None and gap < beside
        ]
        if above:
            min(above, key=lambda found: found[0])[1].append(piece)
        else:
            columns.append([piece])
    return columns


def _gap_below(upper: Line, lower: Line, aspect: float) -> int | None:
    """Return the space between two pieces of a column; None when they are not of one."""
    width, other = _width(lower, aspect), _width(upper, aspect)
    off_middle = abs(upper.left + upper.right - lower.left - lower.right) / 2 * aspect
    gap = lower.top - upper.bottom
    fits = max(width, other) <= _WIDTH_RATIO * min(width, other)
    near = off_middle <= _OFF_MIDDLE * width and -width / 2 < gap <= _GAP * width
    return gap if fits and near else None


def _nearest_beside(piece: Line, pieces: Sequence[Line], aspect: float) -> float:
    """Return the space to the nearest piece at the left or right; infinite without any."""
    gaps = [
        max(other.left - piece.right, piece.left - other.right) * aspect
        for other in pieces
        if other is not piece and _stand_side_by_side(piece, other)
    ]
    return min((gap for gap in gaps if gap > 0), default=float("inf"))


def _stand_side_by_side(one: Line, other: Line) -> bool:
    shared = min(one.bottom, other.bottom) - max(one.top, other.top)
    return shared >= _OVERLAP * min(one.bottom - one.top, other.bottom - other.top)


def _width(line: Line, aspect: float) -> float:
    """Return a piece's width in units of the picture's height."""
    return max(line.right - line.left, 1) * aspect


def _join(column: Sequence[Line]) -> Line:
    """Return a column as one line; its first corner is where its reading begins, at the right."""
    left, right = min(piece.left for piece in column), max(piece.right for piece in column)
    top, bottom = column[0].top, max(piece.bottom for piece in column)
    letters = sum(len(piece.text) for piece in column)
    return Line(
        text="".join(piece.text for piece in column),
        score=sum(piece.score * len(piece.text) for piece in column) // letters,
        quad=(right, top, right, bottom, left, bottom, left, top),
    )
