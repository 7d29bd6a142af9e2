"""How alike two shots look, from what is known of each without another model run. Pure.

Three witnesses: the *set-up* – the same camera at the same place shows the same coarse pattern of
light, as the shots of a dialogue do that return; the *colours* – another camera in the same place
sees the same ones; and the *things* seen. The set-up is compared as Rasheed and Shah compare key
frames (CVPR 2003: the best pair counts), colours by the intersection of their histograms (Swain and
Ballard 1991), things by the share that both have (Jaccard).

Shots are compared with the few that follow, one lag at a time and all shots at once: a film of
10,000 shots takes a tenth of a second.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import product
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import Shot
from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.fusion.stitch_frames import Appearance

F64 = npt.NDArray[np.float64]
U8 = npt.NDArray[np.uint8]

#: Correlation of two coarse pictures that says nothing, and that of one and the same set-up.
_UNRELATED, _SAME_SETUP = 0.55, 0.95
#: Weight of set-up, colours, things; what is not known of a shot leaves its weight to the others.
_SETUP, _COLOR, _THINGS = 0.45, 0.4, 0.15
#: Bins of a colour channel, and the distance of their centres.
_BINS: Final = 4
_STEP: Final = 255 // (_BINS - 1)
#: Shots whose pictures are worked on together: all of a long film's took 12 MB beside the result.
_AT_ONCE: Final = 128


@dataclass(frozen=True, slots=True)
class Looks:
    """What all shots look like, one row each.

    Args:
        patterns: two coarse pictures, each of mean 0 and length 1 or flat: shape (shots, 2, cells);
            no cells where nobody measured them.
        colors: colour histogram, sum 1 or 0: shape (shots, bins).
        things: which classes were seen, 0 or 1: shape (shots, classes).
    """

    patterns: F64
    colors: F64
    things: U8


def looks(
    shots: Sequence[Shot], seen: Iterable[Appearance], signals: PictureSignals | None
) -> Looks:
    """Return what the shots look like.

    Args:
        shots: the shots with their colours.
        seen: what is believed of objects, classes and faces in them.
        signals: of every frame; None where nobody measured it.
    """
    return Looks(_patterns(shots, signals), _colors(shots), _things(shots, seen))


def likeness(known: Looks, lag: int) -> F64:
    """Return how alike each shot and the one `lag` places later are, 0..1: shape (shots − lag)."""
    weights, sums = np.zeros(len(known.colors) - lag), np.zeros(len(known.colors) - lag)
    for weight, (alike, told) in (
        (_SETUP, _setups(known.patterns, lag)),
        (_COLOR, _shared_colors(known.colors, lag)),
        (_THINGS, _shared_things(known.things, lag)),
    ):
        weights += weight * told
        sums += weight * told * alike
    return _ratio(sums, weights)


def _patterns(shots: Sequence[Shot], signals: PictureSignals | None) -> F64:
    if signals is None or not len(signals.cells) or not shots:
        return np.zeros((len(shots), 2, 0))
    starts = np.array([shot.span.start_frame or 0 for shot in shots], np.int64)
    ends = np.array([shot.span.end_frame or 0 for shot in shots], np.int64)
    # A fifth from either end: away from cuts, fades and the start of a movement.
    inset = (ends - 1 - starts) // 5
    frames = np.minimum(np.stack([starts + inset, ends - 1 - inset], 1), len(signals.cells) - 1)
    patterns = np.empty((len(shots), 2, signals.cells[:1].size))
    for first in range(0, len(shots), _AT_ONCE):
        shown = frames[first : first + _AT_ONCE]
        pictures = signals.cells[shown].reshape(len(shown), 2, -1).astype(np.float64)
        pictures -= pictures.mean(axis=2, keepdims=True)
        lengths = np.linalg.norm(pictures, axis=2, keepdims=True)
        lengths[lengths < 2 * pictures.shape[2] ** 0.5] = 0  # a deviation of two levels is flat
        patterns[first : first + _AT_ONCE] = _ratio(
            pictures, np.broadcast_to(lengths, pictures.shape)
        )
    return patterns


def _setups(patterns: F64, lag: int) -> tuple[F64, F64]:
    """Return likeness of the set-ups, and 1 where it is known: neither shot is flat."""
    count = len(patterns) - lag
    if not patterns.shape[2]:
        return np.zeros(count), np.zeros(count)
    early, late = patterns[:count], patterns[lag:]
    best = np.full(count, -1.0)
    for one in range(2):
        for other in range(2):
            best = np.maximum(best, np.einsum("ij,ij->i", early[:, one], late[:, other]))
    alike = np.clip((best - _UNRELATED) / (_SAME_SETUP - _UNRELATED), 0, 1)
    return np.asarray(alike, np.float64), _told(early, late)


def _colors(shots: Sequence[Shot]) -> F64:
    """Return histograms of 4 × 4 × 4 bins; whole numbers are summed, in any order.

    A colour counts in the two nearest bins of each channel, by its distance from their centres.
    """
    listed = [(row, c.rgb, c.share) for row, shot in enumerate(shots) for c in shot.colors]
    rows, rgb, shares = np.array(listed, np.int64).reshape(-1, 3).T
    channels = [rgb >> shift & 0xFF for shift in (16, 8, 0)]
    low = [np.minimum(channel // _STEP, _BINS - 2) for channel in channels]
    upper = [channel - bin_ * _STEP for channel, bin_ in zip(channels, low, strict=True)]
    histogram = np.zeros((len(shots), _BINS**3), np.int64)
    for corner in product((0, 1), repeat=3):
        place, weight = np.zeros_like(rows), shares.copy()
        for side, bin_, above in zip(corner, low, upper, strict=True):
            place = place * _BINS + bin_ + side
            weight *= above if side else _STEP - above
        np.add.at(histogram, (rows, place), weight)
    sums = histogram.sum(axis=1, keepdims=True)
    return _ratio(histogram.astype(np.float64), np.broadcast_to(sums, histogram.shape))


def _shared_colors(colors: F64, lag: int) -> tuple[F64, F64]:
    early, late = colors[: len(colors) - lag], colors[lag:]
    shared = np.asarray(np.minimum(early, late).sum(axis=1), np.float64)
    return shared, _told(early, late)


def _things(shots: Sequence[Shot], seen: Iterable[Appearance]) -> U8:
    found = sorted({(item.shot, item.class_name) for item in seen if 0 <= item.shot < len(shots)})
    columns = {name: at for at, name in enumerate(sorted({name for _, name in found}))}
    things = np.zeros((len(shots), len(columns)), np.uint8)
    for shot, name in found:
        things[shot, columns[name]] = 1
    return things


def _shared_things(things: U8, lag: int) -> tuple[F64, F64]:
    """Return the share of classes that both have; not known where one has none."""
    early, late = things[: len(things) - lag], things[lag:]
    both, either = (early & late).sum(axis=1), (early | late).sum(axis=1)
    return _ratio(both.astype(np.float64), either), _told(early, late)


def _told(early: F64 | U8, late: F64 | U8) -> F64:
    """Return 1 for each pair of rows of which neither is all 0."""
    known = [np.any(rows.reshape(len(rows), -1) != 0, axis=1) for rows in (early, late)]
    return np.asarray(np.logical_and(*known), np.float64)


def _ratio(upper: F64, lower: npt.NDArray[Any]) -> F64:
    """Return upper / lower, 0 where the lower is 0."""
    shares = np.zeros_like(upper)
    np.divide(upper, lower, out=shares, where=lower > 0)
    return shares


def e4(shares: F64) -> npt.NDArray[np.int64]:
    """Return shares 0..1 as integers E4."""
    return np.rint(shares * SCORE_ONE).astype(np.int64)
