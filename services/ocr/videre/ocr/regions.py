"""Stable text regions: where a line stands, what it says, and how its pixels looked. Pure numpy.

A line is recognised once; as long as the pixels of its outline hold, its text is taken over. What
moves or is cut behind the letters of a caption changes pixels, too: when such a line was recognised
again and says the same, the samples that held meanwhile are its letters, and only they count from
then on.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final, TypeAlias

import numpy as np
from numpy.typing import NDArray

from videre.ocr.area import Area

#: x, y of four corners, 0..10,000 of the picture's width and height.
QuadE4: TypeAlias = tuple[int, int, int, int, int, int, int, int]

_ONE: Final = 10_000
#: A print has this many rows, and as many columns per block; a block is about one ideograph, half a
#: block one Latin character.
_BLOCK: Final = 12
_MAX_BLOCKS: Final = 20
#: Least likeness of every half block. On film a caption over moving cars mostly stays above .9 and
#: other text in its place is below .3; "coal" for "cool" is at .84, "8" for "3" in a clock at .83.
_HOLDS: Final = 0.86
#: Median likeness of the half blocks below which nothing of the line is left.
_OTHER: Final = 0.5
#: Variance of luma noise that makes two flat blocks alike.
_NOISE: Final = 128.0
#: A sample that does not count. Luma 0 is sampled as 1.
_UNKNOWN: Final = 0
#: Largest change of luma of a sample that belongs to the letters; JPEG noise stays below.
_HELD_LUMA: Final = 16
#: A half block is compared when it has this many samples that count (of 72), ...
_LEAST_SAMPLES: Final = 12
#: ... and letters are told from what is behind them when this share of a line can be compared.
_LEAST_COMPARED: Final = 0.6
#: Largest shift of a corner, in line heights, of an outline that still frames the same line.
_EXTENT: Final = 0.35
#: A piece of a line lies in it with this share of itself, is this much of it high and shorter.
_PART_INSIDE: Final = 0.8
_PART_HEIGHT: Final = 0.6
_PART_LENGTH: Final = 0.95


@dataclass(frozen=True, slots=True)
class Region:
    """A line of text in a unit's memory.

    Args:
        quad: corners clockwise from the top left of the reading direction.
        text: what it says; "" when it was looked at and found to be no text.
        score: mean probability of its characters, 0..10,000.
        print: luma on a 12 × 12·n grid over the outline, row by row, 0 where something changes
            behind the letters; empty = not remembered.
    """

    quad: QuadE4
    text: str
    score: int
    print: bytes


def to_e4(quad: NDArray[np.float32], width: int, height: int) -> QuadE4:
    """Normalise corners in pixels, float32 (4, 2), to 0..10,000."""
    scaled = np.rint(quad * (_ONE / width, _ONE / height)).clip(0, _ONE).astype(int)
    a, b, c, d, e, f, g, h = scaled.ravel().tolist()
    return (a, b, c, d, e, f, g, h)


def to_pixels(quad: QuadE4, width: int, height: int) -> NDArray[np.float32]:
    """Return corners in pixels, float32 (4, 2)."""
    scale = np.array((width / _ONE, height / _ONE), np.float32)
    return np.array(quad, np.float32).reshape(4, 2) * scale


def line_height(quad: NDArray[np.float32]) -> float:
    """Return the length of the shorter pair of sides of an outline, in its own unit."""
    return min(_mean_side(quad, 0), _mean_side(quad, 1))


def _mean_side(quad: NDArray[np.float32], first: int) -> float:
    """Return the mean length of the opposite sides that start at corners `first`, `first` + 2."""
    ends = quad[[first + 1, (first + 3) % 4]]
    return float(np.linalg.norm(quad[[first, first + 2]] - ends, axis=1).mean())


def fingerprint(gray: NDArray[np.uint8], quad: QuadE4) -> bytes:
    """Sample the luma of an outline (bilinear, 1..255) on a grid of 12 rows."""
    height, width = gray.shape
    corners = to_pixels(quad, width, height)
    ratio = _mean_side(corners, 0) / max(_mean_side(corners, 1), 1.0)
    columns = _BLOCK * min(max(round(ratio), 1), _MAX_BLOCKS)
    across = ((np.arange(columns) + 0.5) / columns)[None, :, None]
    down = ((np.arange(_BLOCK) + 0.5) / _BLOCK)[:, None, None]
    top = corners[0] * (1 - across) + corners[1] * across
    bottom = corners[3] * (1 - across) + corners[2] * across
    points = top * (1 - down) + bottom * down
    return np.maximum(_bilinear(gray, points), _UNKNOWN + 1).astype(np.uint8).tobytes()


def _bilinear(gray: NDArray[np.uint8], points: NDArray[np.float64]) -> NDArray[np.float64]:
    """Sample `gray` at x, y pixel positions of shape (rows, columns, 2)."""
    height, width = gray.shape
    x = points[..., 0].clip(0, width - 1)
    y = points[..., 1].clip(0, height - 1)
    left, upper = x.astype(int), y.astype(int)
    right, lower = np.minimum(left + 1, width - 1), np.minimum(upper + 1, height - 1)
    fx, fy = x - left, y - upper
    above = gray[upper, left] * (1 - fx) + gray[upper, right] * fx
    below = gray[lower, left] * (1 - fx) + gray[lower, right] * fx
    sampled: NDArray[np.float64] = above * (1 - fy) + below * fy
    return sampled


class Likeness(Enum):
    """How two prints of one outline compare."""

    #: The same text: every half block agrees; one changed character makes another line.
    SAME = "same"
    #: Part of it changed: another character, or something moving behind the letters.
    DOUBTFUL = "doubtful"
    #: Something else.
    OTHER = "other"


def compare(before: bytes, now: bytes) -> Likeness:
    """Compare two prints where `before` counts; one that is not remembered is doubtful."""
    if not before or len(before) != len(now):
        return Likeness.DOUBTFUL
    old, new = _half_blocks(before), _half_blocks(now)
    likeness = _likeness(old, new)
    if is_partial(before):
        likeness = likeness[np.count_nonzero(old, axis=1) >= _LEAST_SAMPLES]
    if bool((likeness >= _HOLDS).all()):
        return Likeness.SAME
    return Likeness.DOUBTFUL if float(np.median(likeness)) >= _OTHER else Likeness.OTHER


def is_partial(print_: bytes) -> bool:
    """Tell whether only some samples of a print count."""
    return _UNKNOWN in print_


def learned(before: bytes, now: bytes) -> bytes:
    """Return the new print of a line that says the same as it did.

    Only the samples that held count on, if they are enough to tell the line by.
    """
    if len(before) != len(now):
        return now
    old, new = (np.frombuffer(data, np.uint8) for data in (before, now))
    held = (old != _UNKNOWN) & (np.abs(old.astype(np.int16) - new) <= _HELD_LUMA)
    letters = np.where(held, new, _UNKNOWN).astype(np.uint8).tobytes()
    compared = np.count_nonzero(_half_blocks(letters), axis=1) >= _LEAST_SAMPLES
    return letters if float(compared.mean()) >= _LEAST_COMPARED else now


def _half_blocks(data: bytes) -> NDArray[np.float32]:
    """Return the half blocks of a print, float32 (half blocks, 72)."""
    half = _BLOCK // 2
    grid = np.frombuffer(data, np.uint8).astype(np.float32).reshape(_BLOCK, -1, half)
    return grid.transpose(1, 0, 2).reshape(-1, _BLOCK * half)


def _likeness(old: NDArray[np.float32], new: NDArray[np.float32]) -> NDArray[np.float64]:
    """Return how alike half blocks (n, 72) are over the samples of `old` that count: (n,), ≤ 1.

    Brightness may change as a whole, but not where part of the samples count: flat letters would
    be like any flat ground.
    """
    counts = old != _UNKNOWN
    number = np.maximum(counts.sum(axis=1), 1)
    old_mean = (old * counts).sum(axis=1) / number
    new_mean = (new * counts).sum(axis=1) / number
    old_centred = (old - old_mean[:, None]) * counts
    new_centred = (new - new_mean[:, None]) * counts
    covariance = (old_centred * new_centred).sum(axis=1) / number
    power = ((old_centred**2).sum(axis=1) + (new_centred**2).sum(axis=1)) / number
    shift = np.where(counts.all(axis=1), 0.0, (old_mean - new_mean) ** 2)
    likeness: NDArray[np.float64] = (2 * covariance + _NOISE) / (power + shift + _NOISE)
    return likeness


def area(quad: QuadE4, width: int, height: int) -> Area:
    """Return the box around an outline, in pixels."""
    corners = to_pixels(quad, width, height)
    (left, top), (right, bottom) = corners.min(axis=0).tolist(), corners.max(axis=0).tolist()
    return Area(left, top, right, bottom)


def same_extent(one: QuadE4, other: QuadE4, width: int, height: int) -> bool:
    """Tell whether two outlines frame the same stretch of a width × height picture."""
    first, second = to_pixels(one, width, height), to_pixels(other, width, height)
    limit = _EXTENT * min(line_height(first), line_height(second))
    # The first corner of upright and turned readings differs: compare in any rotation.
    return any(
        float(np.linalg.norm(first - np.roll(second, turn, axis=0), axis=1).max()) <= limit
        for turn in range(4)
    )


def is_part(quad: QuadE4, line: Region) -> bool:
    """Tell whether an outline frames a piece of a line of text: its height, not its length."""
    if not line.text or covered(quad, line.quad) < _PART_INSIDE:
        return False
    (left, right), (top, bottom) = _ends(quad, 0), _ends(quad, 1)
    (whole_left, whole_right), (whole_top, whole_bottom) = _ends(line.quad, 0), _ends(line.quad, 1)
    return right - left < _PART_LENGTH * (
        whole_right - whole_left
    ) and bottom - top > _PART_HEIGHT * (whole_bottom - whole_top)


def _ends(quad: QuadE4, axis: int) -> tuple[int, int]:
    """Return the lowest and the highest coordinate of an outline: axis 0 = x, 1 = y."""
    return min(quad[axis::2]), max(quad[axis::2])


def covered(inner: QuadE4, outer: QuadE4) -> float:
    """Return the share (0..1) of `inner`'s upright bounding box that lies in `outer`'s."""
    ix, iy = inner[0::2], inner[1::2]
    ox, oy = outer[0::2], outer[1::2]
    width = min(max(ix), max(ox)) - max(min(ix), min(ox))
    height = min(max(iy), max(oy)) - max(min(iy), min(oy))
    area = (max(ix) - min(ix)) * (max(iy) - min(iy))
    return max(0, width) * max(0, height) / area if area else 0.0
