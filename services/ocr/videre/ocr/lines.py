"""What becomes of readings: plausibility, width of characters, reading order, split lines. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from videre.ocr.regions import QuadE4

#: Least (mean character probability, detector score) of a text by its length. Measured on film and
#: textures without text, and on captions of 14 to 60 pixels over them: detectors fire on single
#: shapes, which read as one character (up to .96, but found with less than .7) or as two or three
#: (up to .78); captions that short were read with .91 and more.
_LEAST_ONE: Final = (0.9, 0.7)
_LEAST_FEW: Final = (0.85, 0.55)
_LEAST_MANY: Final = (0.5, 0.0)
_FEW: Final = 3
#: Rows of windows, bars or slats read as one character again and again (up to .73): a text with
#: this many characters for each different one says no more than a short one.
_MONOTONOUS: Final = 4
#: A single character is not higher than this share of the picture.
_MAX_SINGLE_HEIGHT: Final = 0.5
#: Lines whose centres lie within this many line heights stand in one row.
_ROW: Final = 0.5
#: Boxes of one row that stand closer than this many line heights are one line ...
_GAP: Final = 0.6
#: ... when their heights differ by no more than this factor.
_HEIGHT_RATIO: Final = 1.35
#: A line is level when its upper side rises or falls by less than this many line heights.
_LEVEL: Final = 0.3

_WIDE_PUNCTUATION: Final = str.maketrans(",:;!?()", "，：；！？（）")
#: Signs to widen among ideographs; "12:30" and "1,234" keep theirs.
_TO_WIDEN: Final = re.compile(r"(?<![0-9])[,:]|[,:](?![0-9])|[;!?()]")
_IDEOGRAPH: Final = re.compile(r"[\u2e80-\u30ff\u3400-\u9fff\uf900-\ufaff]")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is reported: text, score 0..10,000, corners."""

    text: str
    score: int
    quad: QuadE4

    @property
    def top(self) -> int:
        """Upper end, 0..10,000 of the picture's height."""
        return min(self.quad[1::2])

    @property
    def bottom(self) -> int:
        """Lower end."""
        return max(self.quad[1::2])

    @property
    def left(self) -> int:
        """Left end, 0..10,000 of the picture's width."""
        return min(self.quad[0::2])

    @property
    def right(self) -> int:
        """Right end."""
        return max(self.quad[0::2])


def plausible(text: str, score: float, found_score: float, height: float) -> bool:
    """Tell text from textures that a recogniser has put letters to.

    Args:
        text: the reading, trimmed.
        score: mean probability of its characters, 0..1.
        found_score: the detector's, 0..1.
        height: share of the picture's height, 0..1.
    """
    if not any(character.isalnum() for character in text):
        return False
    if len(text) == 1:
        least = _LEAST_ONE
        if height > _MAX_SINGLE_HEIGHT:
            return False
    else:
        says_little = len(text) <= _FEW or len(text) >= _MONOTONOUS * len(set(text))
        least = _LEAST_FEW if says_little else _LEAST_MANY
    return score >= least[0] and found_score >= least[1]


def normalise(text: str) -> str:
    """Give characters their usual width: full-width letters and digits become ASCII; , : ; ! ? ( )
    become full-width in a text that is mostly ideographs, and ASCII elsewhere. Blanks collapse.
    """
    narrow = "".join(
        unicodedata.normalize("NFKC", c) if "\uff01" <= c <= "\uff5e" else c
        for c in " ".join(text.split())
    )
    letters = sum(1 for c in narrow if c.isalpha())
    if 2 * len(_IDEOGRAPH.findall(narrow)) <= letters:
        return narrow
    return _TO_WIDEN.sub(lambda match: match.group().translate(_WIDE_PUNCTUATION), narrow)


def in_reading_order(lines: Sequence[Line], aspect: float) -> list[Line]:
    """Order lines by rows, then from left to right, and join boxes that split one line.

    Args:
        lines: the lines of one picture.
        aspect: width / height of the picture, to compare lengths in both directions.
    """
    ordered: list[Line] = []
    for row in _rows(lines):
        joined: list[Line] = []
        for line in row:
            if joined and _is_one_line(joined[-1], line, aspect):
                joined[-1] = _join(joined[-1], line)
            else:
                joined.append(line)
        ordered += joined
    return ordered


def _rows(lines: Sequence[Line]) -> list[list[Line]]:
    rows: list[list[Line]] = []
    for line in sorted(lines, key=lambda line: (line.top + line.bottom, line.left, line.quad)):
        if rows:
            first = rows[-1][0]
            apart = abs(line.top + line.bottom - first.top - first.bottom) / 2
            if apart <= _ROW * min(_height(line), _height(first)):
                rows[-1].append(line)
                continue
        rows.append([line])
    return [sorted(row, key=lambda line: (line.left, line.top, line.quad)) for row in rows]


def _height(line: Line) -> int:
    return max(line.bottom - line.top, 1)


def _is_one_line(left: Line, right: Line, aspect: float) -> bool:
    low, high = sorted((_height(left), _height(right)))
    if high > _HEIGHT_RATIO * low or not (_is_level(left) and _is_level(right)):
        return False
    gap = (right.left - left.right) * aspect
    return -_GAP * low <= gap <= _GAP * low


def _is_level(line: Line) -> bool:
    """Tell whether the line runs from left to right without a slope."""
    x0, y0, x1, y1 = line.quad[:4]
    return x1 > x0 and abs(y1 - y0) <= _LEVEL * _height(line)


def _join(left: Line, right: Line) -> Line:
    ends = left.text[-1:] + right.text[:1]
    blank = "" if len(_IDEOGRAPH.findall(ends)) == 2 else " "
    longer = max(len(left.text) + len(right.text), 1)
    score = (left.score * len(left.text) + right.score * len(right.text)) // longer
    quad = left.quad[:2] + right.quad[2:6] + left.quad[6:]
    return replace(left, text=left.text + blank + right.text, score=score, quad=quad)
