"""The strokes of subtitles in their boxes, and when they change. Pure numpy and OpenCV."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.holes import Mask
from videre.production.retouching.medians import median_of

#: How far strokes stand out from what is around them, luma of 255, and how bright or dark they are.
_CONTRAST: Final = 45
_BRIGHT: Final = 130
_DARK: Final = 110
#: Width of the thickest stroke, and of outline and shadow, as shares of a line's height.
_THICKEST: Final = 0.4
_OUTLINE: Final = 0.14
#: Share of the looks in which a stroke must be seen.
_STEADY: Final = 0.6
#: Share of a text's strokes that a look must have to show the same text.
_SAME: Final = 0.7
#: Shares of a box that strokes take at least and at most where there is text.
_LEAST: Final = 0.01
_MOST: Final = 0.3
#: Letters have one brightness: so far from it strokes are something else, and so near are so many.
_APART: Final = 60
_NEAR: Final = 25
_EVEN: Final = 0.4
#: Share of a box's height that is its border, above and below, and how dense strokes are there at
#: most, beside all of the box.
_BORDER: Final = 0.08
_AT_BORDER: Final = 0.6
#: Dark strokes count where there are so many times more of them than bright ones: bright letters
#: have dark outlines.
_DARKER: Final = 2.5


@dataclass(frozen=True, slots=True, eq=False)
class Cue:
    """Text in a box: first and last look at it, and its pixels with outlines."""

    first: int
    last: int
    mask: Mask


def cues_in(
    lumas: Sequence[NDArray[np.uint8]], line: int, rows: tuple[int, int], *, one: bool
) -> list[Cue]:
    """Return the texts of a box.

    Args:
        lumas: the box at successive looks.
        line: height of a line, pixels.
        rows: first row of the box in them, and the one behind its last.
        one: it is known that all looks show the same text.
    """
    bright, dark = _looks(lumas, line)
    counts = [sum(int(mask.sum()) for mask in masks) for masks in (bright, dark)]
    masks = dark if counts[1] > _DARKER * counts[0] else bright
    if one:
        cue = _cue(lumas, masks, 0, len(masks) - 1, line, None)
        return [] if cue is None else [cue]
    found: list[Cue] = []
    start: int | None = None
    core: Mask = np.zeros(lumas[0].shape, np.bool_) if lumas else np.zeros((0, 0), np.bool_)
    for place in range(len(masks) + 1):
        there = place < len(masks) and float(masks[place].mean()) >= _LEAST
        if start is not None and not (there and _shows(masks[place], core)):
            cue = _cue(lumas, masks, start, place - 1, line, rows)
            found += [] if cue is None else [cue]
            start = None
        if there:
            core = masks[place] if start is None else core & masks[place]
            start = place if start is None else start
    return found


def _looks(lumas: Sequence[NDArray[np.uint8]], line: int) -> tuple[list[Mask], list[Mask]]:
    import cv2

    thickest = max(3, round(line * _THICKEST)) | 1
    shape = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (thickest, thickest))
    bright, dark = [], []
    for luma in lumas:
        over = cv2.morphologyEx(luma, cv2.MORPH_TOPHAT, shape)
        under = cv2.morphologyEx(luma, cv2.MORPH_BLACKHAT, shape)
        bright.append(np.asarray((over > _CONTRAST) & (luma > _BRIGHT)))
        dark.append(np.asarray((under > _CONTRAST) & (luma < _DARK)))
    return bright, dark


def _shows(mask: Mask, core: Mask) -> bool:
    """Tell whether a look shows the strokes that all looks before it have."""
    return int((mask & core).sum()) >= _SAME * max(1, int(core.sum()))


def _cue(
    lumas: Sequence[NDArray[np.uint8]],
    masks: Sequence[Mask],
    first: int,
    last: int,
    line: int,
    rows: tuple[int, int] | None,
) -> Cue | None:
    """Return the text of successive looks; None where there is none.

    What fills a box up to its edges, takes too much of it or has no common brightness is scenery;
    without `rows` it is known to be text.
    """
    import cv2

    seen = np.stack(masks[first : last + 1]).mean(axis=0) >= _STEADY
    if not seen.any():
        return None
    usual = median_of(np.stack(lumas[first : last + 1]))
    letters = float(np.percentile(usual[seen], 60))
    even = float((np.abs(usual[seen] - letters) <= _NEAR).mean())
    seen &= np.abs(usual - letters) <= _APART
    share = float(seen.mean())
    if share < _LEAST / 2:
        return None
    if rows is not None:
        band = max(1, round((rows[1] - rows[0]) * _BORDER))
        inside = seen[rows[0] : rows[1]]
        border = float(np.concatenate([inside[:band], inside[-band:]]).mean())
        if share > _MOST or even < _EVEN or border > _AT_BORDER * float(inside.mean()):
            return None
    reach = max(2, round(line * _OUTLINE))
    around = cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (2 * reach + 1, 2 * reach + 1))
    grown = cv2.dilate(seen.astype(np.uint8), around)
    return Cue(first, last, np.asarray(grown, np.bool_))
