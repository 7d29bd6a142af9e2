"""The fonts in which text is drawn, and what they lack.

OpenCV carries fonts of its own, Latin to Chinese; a file may be named instead. Characters that it
lacks come from OpenCV's, and those that no font has are refused by name before any work. Text runs
from left to right, a glyph per character: scripts that need more are refused too.
"""

from __future__ import annotations

import hashlib
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.errors import Reason, VidereError, invalid

#: OpenCV's font of all scripts.
_PACKAGED: Final = "uni"
#: What OpenCV draws for a character that no font has.
_STAND_IN: Final = "?"
_PROBE: Final = 24
#: Directions of scripts that run from right to left.
_LEFTWARD: Final = ("R", "AL", "AN")
#: Blocks of scripts whose letters change beside each other (Indic, South-East Asian).
_SHAPED: Final = ((0x0900, 0x0DFF), (0x0E31, 0x0E3A), (0x0E47, 0x0E4E), (0x0EB1, 0x0EBD),
                  (0x0F00, 0x109F), (0x1780, 0x17FF), (0x1A20, 0x1CFF),
                  (0xA800, 0xABFF))  # fmt: skip
_NAMED: Final = 20


@dataclass(frozen=True, slots=True)
class Font:
    """A font: path of its file, or empty for the packaged one, and what it is called."""

    path: str
    name: str

    def open(self) -> Any:
        """Return it as OpenCV draws it.

        Raises:
            VidereError: MODEL_UNAVAILABLE, the file is no font.
        """
        import cv2

        face = cv2.FontFace()
        if not face.set(self.path or _PACKAGED):
            raise _unreadable(self.path)
        return face


def find_font(named: Path | None) -> Font:
    """Return the font that a setting names, else the packaged one.

    Raises:
        VidereError: MODEL_UNAVAILABLE, the file is not there or no font.
    """
    import cv2

    if named is None:
        return Font("", f"opencv {cv2.__version__}")
    try:
        digest = hashlib.sha256(named.read_bytes()).hexdigest()
    except OSError as error:
        raise _unreadable(str(named)) from error
    font = Font(str(named), f"sha256:{digest}")
    font.open()
    return font


def _unreadable(path: str) -> VidereError:
    return VidereError(
        Reason.MODEL_UNAVAILABLE,
        f"{path} is no font that can be read; VIDERE_FONT names one",
        metadata={"font": path},
    )


def written(face: Any, text: str, size: int) -> NDArray[np.uint8]:
    """Return a line of text as shares of ink, uint8, cut to one height for all texts.

    Args:
        face: an open font.
        text: of one line.
        size: of the font, pixels.
    """
    import cv2

    # A wide glyph is as wide as the font is high; what is left over is cut off.
    columns, rows = (len(text) + 2) * size * 2, size * 2
    ink = np.zeros((rows, columns), np.uint8)
    cv2.putText(ink, text, (size // 2, round(size * 1.4)), (255,), face, size)
    used = np.flatnonzero(ink.any(axis=0))
    if not len(used):
        return np.zeros((rows, 1), np.uint8)
    return ink[:, max(0, used[0] - 1) : used[-1] + 2]


def missing(font: Font, characters: Iterable[str]) -> list[str]:
    """Return the characters that cannot be drawn, in order."""
    face = font.open()
    stand_in = written(face, _STAND_IN, _PROBE)
    lacking = []
    for one in sorted(set(characters)):
        if one == _STAND_IN or one.isspace():
            continue
        drawn = written(face, one, _PROBE)
        if (
            unicodedata.category(one).startswith("C")
            or unicodedata.bidirectional(one) in _LEFTWARD
            or any(first <= ord(one) <= last for first, last in _SHAPED)
            or np.array_equal(drawn, stand_in)
        ):
            lacking.append(one)
    return lacking


def require_glyphs(font: Font, texts: Iterable[str], field: str) -> None:
    """Refuse texts that cannot be drawn whole.

    Raises:
        VidereError: FIELD_INVALID, naming the characters.
    """
    lacking = missing(font, (char for text in texts for char in text))
    if not lacking:
        return
    named = _named(lacking)
    words = f"has characters that cannot be drawn: {named}"
    limit = "characters of the font (VIDERE_FONT), written from left to right"
    raise invalid(field, words, limit=limit, actual=named)


def _named(characters: Sequence[str]) -> str:
    shown = [
        f"U+{ord(one):04X} {one}" if one.isprintable() else f"U+{ord(one):04X}"
        for one in characters[:_NAMED]
    ]
    more = len(characters) - _NAMED
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "")
