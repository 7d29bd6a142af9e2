"""Lines of text as a picture with transparency."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.line_breaking import pieces
from videre.production.retouching.fonts import written

Rgba = NDArray[np.uint8]

#: Height of a font in a line, and width of the outline, as shares of the line's height.
_FONT: Final = 0.74
_OUTLINE: Final = 0.055
#: Room around the words of a box, as share of the line's height, and its opacity.
_PADDING: Final = 0.2
_BOX: Final = 0.6


def font_size(line_height: int) -> int:
    """Return the size of a font, pixels, for lines of a height."""
    return max(4, round(line_height * _FONT))


def drawn(face: Any, lines: Sequence[str], line_height: int, *, boxed: bool) -> Rgba:
    """Return lines of text one below the other, each in the middle: uint8 RGBA.

    Args:
        face: an open font.
        lines: of text, without line breaks; an empty one is left free.
        line_height: pixels.
        boxed: white on a dark box, else white with a dark outline.
    """
    import cv2

    size = font_size(line_height)
    inks = [written(face, line, size) for line in lines]
    stroke = max(1, round(line_height * _OUTLINE))
    beside = round(line_height * _PADDING) if boxed else stroke + 1
    width = max(ink.shape[1] for ink in inks) + 2 * beside
    height = len(lines) * line_height + 2 * beside
    ink = np.zeros((height, width), np.uint8)
    for number, one in enumerate(inks):
        left = (width - one.shape[1]) // 2
        # The baseline stands at 1.4 sizes of the ink, and at three quarters of the line.
        top = beside + number * line_height + round(line_height * 0.78) - round(size * 1.4)
        first, last = max(0, top), min(height, top + one.shape[0])
        part = ink[first:last, left : left + one.shape[1]]
        np.maximum(part, one[first - top : last - top], out=part)
    if boxed:
        under = np.full(ink.shape, round(_BOX * 255), np.uint8)
    else:
        around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * stroke + 1, 2 * stroke + 1))
        under = np.asarray(cv2.dilate(ink, around), np.uint8)
    return _white_on_black(ink, under)


def _white_on_black(ink: NDArray[np.uint8], under: NDArray[np.uint8]) -> Rgba:
    white = ink.astype(np.float32) / 255
    alpha = white + (1 - white) * (under.astype(np.float32) / 255)
    grey = np.divide(white, alpha, out=np.zeros_like(white), where=alpha > 0)
    made = np.repeat(grey[:, :, None] * 255, 4, axis=2)
    made[:, :, 3] = alpha * 255
    return np.asarray(np.rint(made), np.uint8)


def wrapped(lines: Sequence[str], fits: Callable[[str], bool]) -> tuple[str, ...]:
    """Return lines of which each fits, broken where a line may end.

    Args:
        lines: as they came.
        fits: tells whether a line is short enough.
    """
    made: list[str] = []
    for line in lines:
        if fits(line):
            made.append(line)
            continue
        held = ""
        for piece in pieces(line):
            if held and not fits((held + piece).strip()):
                made.append(held.strip())
                held = ""
            held += piece
        made.append(held.strip())
    return tuple(made)
