"""Whether pairs of local features agree on where a sample picture lies in a frame. Pure.

Every pair tells by itself how the sample would have to be moved, turned and scaled, and every other
pair says whether that holds for it too (Philbin et al., "Object retrieval with large vocabularies
and fast spatial matching", 2007). All are asked, so that nothing depends on chance.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.local_features import ANGLE_SCALE, SCALE
from videre.common.values import SCORE_ONE
from videre.orchestrator.document import BoxE4
from videre.orchestrator.library.descriptors import Pairs
from videre.orchestrator.library.entries import Features, Marks

_F64 = npt.NDArray[np.float64]
#: A single pair's turn and scale are rough: what it foretells may be this far off, pixels, and
#: this share of the distance from it.
_ROUGH_PX: Final = 6.0
_ROUGH_SHARE: Final = 0.15
#: Turn (degrees) and scale by which two pairs of one placement may differ.
_TURN: Final = 25.0
_SCALE: Final = 1.5
#: Distance to the place that all pairs together foretell, pixels of the frame as described.
_FINE_PX: Final = 6.0
_ROUNDS: Final = 3
#: Pairs that a placement needs: three can be fitted to anything.
_FEWEST: Final = 4
#: Pairs nearer than this to each other count once, pixels.
_CELL_PX: Final = 8
#: How much a sample may be stretched in one direction, and scaled.
_MOST_STRETCHED: Final = 2.5
_MOST_SCALED: Final = 10.0


@dataclass(frozen=True, slots=True)
class Placement:
    """Where a sample lies in a frame: the number of pairs that agree, and its box there."""

    agreeing: int
    box: BoxE4


def place(sample: Marks, frame: Marks, pairs: Pairs) -> Placement | None:
    """Return where most pairs agree that the sample lies; None where they do not."""
    if len(pairs) < _FEWEST:
        return None
    here, there = sample.features[pairs[:, 0]], frame.features[pairs[:, 1]]
    source, target = _places(here), _places(there)
    inside = _supporters(here, there, source, target)
    matrix: _F64 | None = None
    for _ in range(_ROUNDS):
        if inside.sum() < _FEWEST:
            return None
        matrix = _fit(source[inside], target[inside])
        if not _is_sound(matrix):
            return None
        inside = np.hypot(*(_moved(matrix, source) - target).T) <= _FINE_PX
    agreeing = min(_spread(source[inside]), _spread(target[inside]))
    if matrix is None or agreeing < _FEWEST:
        return None
    box = _box(matrix, sample, frame)
    return None if box is None else Placement(agreeing, box)


def _places(features: Features) -> _F64:
    return np.stack([features["x"], features["y"]], axis=1).astype(np.float64) / SCALE


def _supporters(here: Features, there: Features, source: _F64, target: _F64) -> npt.NDArray[Any]:
    """Return which pairs agree with the one that most agree with; ties: the first one."""
    turn = (there["angle"].astype(np.float64) - here["angle"]) / ANGLE_SCALE
    scale = there["size"].astype(np.float64) / np.maximum(here["size"], 1)
    angle = np.deg2rad(turn)
    cosine, sine = scale * np.cos(angle), scale * np.sin(angle)
    from_x = source[None, :, 0] - source[:, None, 0]
    from_y = source[None, :, 1] - source[:, None, 1]
    to_x = target[None, :, 0] - target[:, None, 0]
    to_y = target[None, :, 1] - target[:, None, 1]
    off = np.hypot(
        cosine[:, None] * from_x - sine[:, None] * from_y - to_x,
        sine[:, None] * from_x + cosine[:, None] * from_y - to_y,
    )
    near = off <= _ROUGH_PX + _ROUGH_SHARE * np.hypot(to_x, to_y)
    apart = np.abs((turn[None, :] - turn[:, None] + 180) % 360 - 180)
    size = np.abs(np.log(scale)[None, :] - np.log(scale)[:, None])
    agree = near & (apart <= _TURN) & (size <= np.log(_SCALE))
    best: npt.NDArray[np.bool_] = agree[agree.sum(axis=1).argmax()]
    return best


def _fit(source: _F64, target: _F64) -> _F64:
    """Return the affine map [2, 3] that brings source to target with least squares."""
    rows = np.concatenate([source, np.ones((len(source), 1))], axis=1)
    found: _F64 = np.linalg.lstsq(rows, target, rcond=None)[0].T
    return found


def _moved(matrix: _F64, points: _F64) -> _F64:
    moved: _F64 = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def _is_sound(matrix: _F64) -> bool:
    """Tell whether a map could be a view of the same thing: not mirrored, not squeezed flat."""
    if np.linalg.det(matrix[:, :2]) <= 0:
        return False
    most, least = np.linalg.svd(matrix[:, :2], compute_uv=False)
    return bool(
        most <= _MOST_STRETCHED * least and least >= 1 / _MOST_SCALED and most <= _MOST_SCALED
    )


def _spread(points: _F64) -> int:
    """Return how many places the points are in."""
    return len(np.unique(np.floor(points / _CELL_PX), axis=0))


def _box(matrix: _F64, sample: Marks, frame: Marks) -> BoxE4 | None:
    """Return the box of the sample's outline in the frame, cut to it; None if nothing is left."""
    width, height = sample.width, sample.height
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    shares = _moved(matrix, corners) / (frame.width, frame.height)
    cut = np.rint(np.clip(shares, 0, 1) * SCORE_ONE).astype(int)
    left, top = (int(value) for value in cut.min(axis=0))
    right, bottom = (int(value) for value in cut.max(axis=0))
    if right <= left or bottom <= top:
        return None
    return left, top, right - left, bottom - top
