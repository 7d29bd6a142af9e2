"""The title of a slide among the lines that were read. Pure.

A title stands in the upper half, in the largest letters there; a second line of the same size right
below belongs to it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from difflib import SequenceMatcher
from typing import Final

import numpy as np

from videre.production.known import Stretch, Written
from videre.production.lectures.grids import COLUMNS, ROWS
from videre.production.lectures.slides import STEP_NS, Cells, State, TitleBox

#: Share of the picture's height above which the middle of a title lies.
_UPPER: Final = 0.55
#: Share of the largest letters' height that a title's have: boxes around letters are not exact.
_LARGE: Final = 0.6
#: Further lines of a title: share of its height that they have, room above them, how far they are
#: moved at one of their ends or in the middle, in heights.
_ALIKE: Final = 0.85
_ROOM: Final = 0.7
_MOVED: Final = 1.5
_LINES: Final = 3
#: Share of a stretch in which a line of its title can be read.
_LASTS: Final = 0.5
#: How alike two readings of one title are (difflib's ratio).
_SAME: Final = 0.85
#: Share of a line's cells that must be free for it to belong to the slide.
_FREE: Final = 0.5
_DIGITS: Final = re.compile(r"\D+")
_WORDLESS: Final = re.compile(r"[\W_]+")


class Readings:
    """What was read of a lecture: see `slides.Reader`."""

    def __init__(self, lines: Sequence[Written], start_ns: int) -> None:
        """Take the lines that were read, and the instant of the first grid."""
        self._lines = lines
        self._start_ns = start_ns

    def title(self, state: State, outside: Cells) -> TitleBox | None:
        """See `slides.Reader`."""
        lines = title_lines(self._on_slide(outside), self._stretch(state))
        if not lines:
            return None
        rows, columns = _cells(lines[0])
        return TitleBox(rows, columns, lines[0].text)

    def still(self, state: State, title: TitleBox) -> bool | None:
        """See `slides.Reader`."""
        stretch = self._stretch(state)
        there = [one for one in self._lines if _share(one.stretch, stretch) >= _LASTS]
        beside = [one for one in there if _meet(_cells(one)[0], title.rows)]
        if not beside:
            return None
        return any(same_title(one.text, title.text) for one in beside)

    def text(self, stretch: Stretch, outside: Cells) -> str:
        """Return the title of what is shown for a stretch; "" where none was read."""
        return title_text(title_lines(self._on_slide(outside), stretch))

    def _on_slide(self, outside: Cells) -> list[Written]:
        """Return the lines that belong to neither a moving picture nor all slides."""
        kept = []
        for one in self._lines:
            (top, bottom), (left, right) = _cells(one)
            if np.asarray(outside[top:bottom, left:right]).mean() > _FREE:
                kept.append(one)
        return kept

    def _stretch(self, state: State) -> Stretch:
        start = self._start_ns + state.first * STEP_NS
        return Stretch(start, self._start_ns + state.end * STEP_NS)


def _cells(line: Written) -> tuple[tuple[int, int], tuple[int, int]]:
    """Return the rows and columns of cells that a line covers, half-open, one at least."""

    def span(low: float, size: float, count: int) -> tuple[int, int]:
        first = min(count - 1, max(0, int(low * count)))
        return first, max(first + 1, min(count, round((low + size) * count)))

    return span(line.y, line.height, ROWS), span(line.x, line.width, COLUMNS)


def _meet(one: tuple[int, int], other: tuple[int, int]) -> bool:
    """Tell whether two spans have half of the shorter one in common."""
    common = min(one[1], other[1]) - max(one[0], other[0])
    return 2 * common >= min(one[1] - one[0], other[1] - other[0])


def title_lines(lines: Sequence[Written], stretch: Stretch) -> list[Written]:
    """Return the lines of the title of a slide that is shown for a stretch, from top to bottom.

    Args:
        lines: that may be titles, in any order.
        stretch: of the slide.
    """
    there = [one for one in lines if _share(one.stretch, stretch) >= _LASTS]
    upper = [one for one in there if one.y + one.height / 2 < _UPPER and _skeleton(one.text)]
    if not upper:
        return []
    largest = max(one.height for one in upper)
    upper = [one for one in upper if one.height >= _LARGE * largest]
    first = min(upper, key=lambda one: (round(one.y + one.height / 2, 2), one.x))
    title = [first]
    for one in sorted(upper, key=lambda one: one.y):
        if len(title) < _LINES and _continues(title[-1], one):
            title.append(one)
    return title


def _share(line: Stretch, stretch: Stretch) -> float:
    common = min(line.end_ns, stretch.end_ns) - max(line.start_ns, stretch.start_ns)
    return common / max(1, stretch.end_ns - stretch.start_ns)


def _continues(above: Written, one: Written) -> bool:
    height = above.height
    if not one.y > above.y + height / 2 or one.y - (above.y + height) > _ROOM * height:
        return False
    if min(one.height, height) < _ALIKE * max(one.height, height):
        return False
    ends = (0.0, 0.5, 1.0)
    return any(
        abs(one.x + one.width * end - above.x - above.width * end) <= _MOVED * height
        for end in ends
    )


def title_text(lines: Sequence[Written]) -> str:
    """Return the lines of a title as one; between signs that take no blank there is none."""
    text = ""
    for one in lines:
        words = one.text.strip()
        wide = text and _wide(text[-1]) and _wide(words[0])
        text += words if not text or wide else f" {words}"
    return text


def _wide(character: str) -> bool:
    return unicodedata.east_asian_width(character) in ("W", "F")


def same_title(one: str, other: str) -> bool:
    """Tell whether two readings are of one title; numbers tell titles apart."""
    first, second = _skeleton(one), _skeleton(other)
    if first == second:
        return True
    if _DIGITS.sub("", first) != _DIGITS.sub("", second):
        return False
    return SequenceMatcher(None, first, second, autojunk=False).ratio() >= _SAME


def _skeleton(text: str) -> str:
    return _WORDLESS.sub("", unicodedata.normalize("NFKC", text).casefold())
