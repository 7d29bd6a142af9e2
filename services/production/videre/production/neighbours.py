"""What the pictures before and behind a picture tell of it. Pure numpy.

Inside a dissolve or a fade a picture is a mixture of one before it and one behind it; inside a wipe
every part of it is one or the other. The pictures are small: 36 × 64 means of colours.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
from numpy.typing import NDArray

Bgr = NDArray[np.uint8]
Tiny = NDArray[np.uint8]
F64 = NDArray[np.float64]

#: Sides of the small pictures.
_ROWS, _COLUMNS = 36, 64
#: Distances at which pictures before and behind are looked at, nanoseconds: of short and of long
#: transitions.
NEAR_NS: Final = 120_000_000
FAR_NS: Final = 400_000_000
#: Mean difference of the pictures before and behind, of 255, from which they may be two shots.
_OTHER: Final = 10.0
#: Shares of the one before between which a mixture is one.
_MIXED: Final = (0.07, 0.93)
#: What a mixture may leave unexplained, as a share of the difference.
_LEFT: Final = 0.30
#: Difference of a pixel, of 255, that tells which picture it is from; share of such pixels.
_TELLING: Final = 20.0
_MANY: Final = 0.20
#: How near such a pixel is to the picture it is from, as a share of the difference; how many are.
_FROM: Final = 0.35
_MOST: Final = 0.60
#: Share of them that a straight edge must part rightly; share on its smaller side.
_PARTED: Final = 0.80
_SOME: Final = 0.06
#: Brightness beside a neighbour's below which a picture is darker (or, of the rest to white,
#: brighter) than it should be; how much that may leave unexplained of the picture's contrast.
_FADED: Final = 0.82
_UNEXPLAINED: Final = 0.35
#: Mean of 255 below which a picture is too dark to compare with.
_LIT: Final = 14.0
#: Mean difference from the nearest pictures, of 255, from which nothing is steady.
_RESTLESS: Final = 24.0


def tiny(picture: Bgr) -> Tiny:
    """Return means of a picture's colours, uint8 BGR, every mean of a pixel at least."""
    made = picture.astype(np.float64)
    for axis, count in ((0, _ROWS), (1, _COLUMNS)):
        length = made.shape[axis]
        if length < count:
            made = made.take(np.arange(count) * length // count, axis)
            continue
        starts = np.arange(count) * length // count
        sizes = np.diff(np.append(starts, length))
        made = np.add.reduceat(made, starts, axis=axis)
        made /= sizes.reshape((-1, 1, 1) if axis == 0 else (1, -1, 1))
    return np.rint(made).astype(np.uint8)


def in_transition(before: Sequence[Tiny], here: Tiny, behind: Sequence[Tiny]) -> bool:
    """Tell whether a picture lies in a dissolve, a fade or a wipe.

    Args:
        before: pictures before it.
        here: the picture.
        behind: pictures behind it.
    """
    shown = here.astype(np.float64)
    one_by_one = [one.astype(np.float64) for one in (*before, *behind)]
    first, last = one_by_one[: len(before)], one_by_one[len(before) :]
    return any(_faded(shown, one) for one in one_by_one) or any(
        _between(one, shown, other) for one in first for other in last
    )


def _faded(here: F64, one: F64) -> bool:
    """Tell whether a picture is another one on its way to or from black or white."""
    return _weaker(here, one) or _weaker(255.0 - here, 255.0 - one)


def _weaker(here: F64, one: F64) -> bool:
    bright = float(one.mean())
    if bright < _LIT:
        return False
    share = float((here * one).sum() / np.square(one).sum())
    if share >= _FADED:
        return False
    contrast = float(np.abs(here - here.mean()).mean())
    return bool(np.abs(here - share * one).mean() <= _UNEXPLAINED * contrast)


def _between(one: F64, here: F64, other: F64) -> bool:
    apart = one - other
    distance = float(np.abs(apart).mean())
    if distance < _OTHER:
        return False
    share = float(((here - other) * apart).sum() / np.square(apart).sum())
    if _MIXED[0] <= share <= _MIXED[1]:
        left = np.abs(here - share * one - (1 - share) * other).mean()
        if left <= _LEFT * distance:
            return True
    return _wiped(one, here, other, np.abs(apart))


def _wiped(one: F64, here: F64, other: F64, apart: F64) -> bool:
    """Tell whether a straight edge parts what is from one picture and what is from the other."""
    to_one, to_other = np.abs(here - one).max(axis=2), np.abs(here - other).max(axis=2)
    apart = apart.max(axis=2)
    telling = apart >= _TELLING
    if telling.mean() < _MANY:
        return False
    if (np.minimum(to_one, to_other) <= _FROM * apart)[telling].mean() < _MOST:
        return False
    sides = np.where(telling, np.where(to_one < to_other, 1, -1), 0)
    return any(_parted(sides.sum(axis=axis), int(telling.sum())) for axis in (0, 1))


def _parted(lines: NDArray[np.int64], count: int) -> bool:
    """Tell of rows or columns, sums of 1 and −1, whether an edge between them parts the two."""
    before = np.cumsum(lines)[:-1]
    behind = lines.sum() - before
    best = int(np.abs(before - behind).argmax())
    right = (count + abs(int(before[best] - behind[best]))) / (2 * count)
    share = (best + 1) / len(lines)
    return right >= _PARTED and _SOME <= share <= 1 - _SOME and before[best] * behind[best] < 0


def steadiness(here: Tiny, nearest: Sequence[Tiny]) -> float:
    """Return how little a picture differs from the nearest ones, 0..1; the more alike one counts.

    Right behind a cut one of them is of another shot.
    """
    shown = here.astype(np.float64)
    differences = [float(np.abs(shown - one).mean()) for one in nearest]
    return max(0.0, 1.0 - min(differences, default=0.0) / _RESTLESS)
