"""Where to look for lines in one picture: which scale, which outlines to keep."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
from statistics import median
from typing import Final

import numpy as np

from videre.ocr import regions
from videre.ocr.area import Area
from videre.ocr.engines.base import FoundLine, Picture, QuadArray, TextEngine

#: Longest side the detector sees at first, pixels. Captions are found as well as at full size, in
#: a fifth of the time.
_SIDE: Final = 640
#: Side of a glance: half the time of the first pass; finds captions down to 18 pixels at 720 lines.
_GLANCE_SIDE: Final = 448
#: Context that the detector needs around an area, pixels at `_SIDE`.
_MARGIN: Final = 24.0
#: The finer scales of a second pass.
_FINE_SIDE: Final = 960
_FINEST_SIDE: Final = 1280
#: Outline height (pixels at `_SIDE`) below which characters lose strokes; lines of that height are
#: searched again on a finer scale, and below `_TINY` on the finest.
_SMALL: Final = 16.0
_TINY: Final = 11.0
#: Share of an outline that must lie in another to be the same find.
_SAME: Final = 0.5
#: A picture this low, and wider than high, is a cut-out line. Unless the detector sees several, it
#: is read whole: characters that touch the border are no text to the detector.
_STRIP_HEIGHT: Final = 64
#: Most lines of one picture; the highest stay.
_MAX_LINES: Final = 100

#: To be called before each inference; raises when the caller is gone.
Check = Callable[[], None]


class Effort(StrEnum):
    """When a picture is searched a second time, on a finer scale."""

    #: Never.
    COARSE = "coarse"
    #: When small lines were found.
    FINER_IF_SMALL = "finer if small"
    #: When small lines were found, or none at all: the text may be too small for the first pass.
    FINER_IF_SMALL_OR_NONE = "finer if small or none"


@dataclass(frozen=True, slots=True)
class Search:
    """The lines of a picture, the inferences it took, and whether a second pass was made."""

    lines: tuple[FoundLine, ...]
    model_calls: int
    finer: bool


def glance(engine: TextEngine, picture: Picture, check: Check) -> list[FoundLine]:
    """Find what a quick look shows; one inference."""
    check()
    return engine.detect(picture, _GLANCE_SIDE)


def surroundings(area: Area, width: int, height: int) -> Area:
    """Return what is searched for an area of a width × height picture: it and its context."""
    return area.grown(_MARGIN * max(1.0, max(width, height) / _SIDE), width, height)


def find_lines_in(
    engine: TextEngine, picture: Picture, area: Area, check: Check
) -> list[FoundLine] | None:
    """Find the lines of an area and its surroundings at the first pass's scale; one inference.

    Returns:
        the lines in the picture's coordinates; None when one runs out of the searched part.
    """
    check()
    height, width = picture.shape[:2]
    scale = _scale(picture)
    part = surroundings(area, width, height)
    left, top, right, bottom = int(part.left), int(part.top), int(part.right), int(part.bottom)
    side = max(1, round(scale * max(right - left, bottom - top)))
    found = engine.detect(picture[top:bottom, left:right], side)
    lines = [FoundLine(line.quad + np.array((left, top), np.float32), line.score) for line in found]
    for line in lines:
        (low_x, low_y), (high_x, high_y) = line.quad.min(axis=0), line.quad.max(axis=0)
        if (
            (left > 0 and low_x <= left + 1)
            or (top > 0 and low_y <= top + 1)
            or (right < width and high_x >= right - 2)
            or (bottom < height and high_y >= bottom - 2)
        ):
            return None
    return lines


def find_lines(engine: TextEngine, picture: Picture, effort: Effort, check: Check) -> Search:
    """Find the lines of a picture; `check` is called before each inference."""
    check()
    found = engine.detect(picture, _SIDE)
    calls = 1
    if side := _finer_side(found, max(picture.shape[:2]), effort):
        check()
        found = merge(found, engine.detect(picture, side), _scale(picture))
        calls += 1
    if _is_strip(picture) and len(found) <= 1:
        found = [FoundLine(_whole(picture), 1.0)]
    found = sorted(found, key=lambda line: -regions.line_height(line.quad))
    return Search(tuple(found[:_MAX_LINES]), calls, finer=side > 0)


def _scale(picture: Picture) -> float:
    """Return pixels at `_SIDE` per pixel of the picture."""
    height, width = picture.shape[:2]
    return float(min(1.0, _SIDE / max(height, width)))


def _finer_side(found: list[FoundLine], longest: int, effort: Effort) -> int:
    """Return the side of the second pass for a picture of `longest` pixels; 0 for none."""
    if longest <= _SIDE or effort is Effort.COARSE:
        return 0
    if not found:
        wanted = effort is Effort.FINER_IF_SMALL_OR_NONE
        return min(longest, _FINE_SIDE) if wanted else 0
    heights = [regions.line_height(line.quad) * _SIDE / longest for line in found]
    small = [height for height in heights if height < _SMALL]
    if not small:
        return 0
    return min(longest, _FINEST_SIDE if median(small) < _TINY else _FINE_SIDE)


def merge(coarse: list[FoundLine], fine: list[FoundLine], scale: float) -> list[FoundLine]:
    """Join the finds of two scales: small lines from the fine one, the others from the coarse one.

    Args:
        coarse: lines found at `_SIDE`.
        fine: lines found on the finer scale, in the same coordinates.
        scale: pixels at `_SIDE` per pixel of these coordinates.
    """

    def is_small(line: FoundLine) -> bool:
        return regions.line_height(line.quad) * scale < 1.5 * _SMALL

    small = [line for line in fine if is_small(line)]
    kept = [
        line
        for line in coarse
        if not (is_small(line) and any(_overlap(line.quad, other.quad) > _SAME for other in small))
    ]
    return kept + [
        line for line in small if all(_overlap(line.quad, other.quad) <= _SAME for other in kept)
    ]


def _overlap(one: QuadArray, other: QuadArray) -> float:
    """Return the shared share of the smaller upright bounding box, 0..1."""
    low = np.maximum(one.min(axis=0), other.min(axis=0))
    high = np.minimum(one.max(axis=0), other.max(axis=0))
    shared = float(np.prod(np.maximum(high - low, 0)))
    smaller = min(float(np.prod(np.ptp(quad, axis=0))) for quad in (one, other))
    return shared / max(smaller, 1.0)


def _is_strip(picture: Picture) -> bool:
    height, width = picture.shape[:2]
    return bool(height <= _STRIP_HEIGHT and width >= height)


def _whole(picture: Picture) -> QuadArray:
    height, width = picture.shape[:2]
    return np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
