"""Dissolves: one scene turning gradually into another. Pure.

While a picture dissolves, its appearance walks in a straight line from that of one scene to that
of the other. Moving cameras and objects take crooked paths and seldom arrive far away. A fade or a
change of light also walks straight, but it keeps the pattern of the edges and only scales it.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.appearance import F64, Signals, apart, appearance, edge_cells

_MS: Final = 1_000_000
#: Lengths that are tried; a dissolve is found by the nearest one.
_LENGTHS_NS: Final = (320 * _MS, 560 * _MS, 960 * _MS, 1_600 * _MS)
#: Stretch before and after whose mean stands for the scene there.
_SCENE_NS: Final = 160 * _MS
#: Of several places within this time of each other only the strongest is a boundary. Together with
#: half the longest length and the scene beyond it, this stays within the 2 s of context.
_APART_NS: Final = 1_000 * _MS

# Measured on 50 dissolves of 8 to 41 frames between film scenes: straightness .44–1.45, jump
# 1,460–7,170; with these limits 42 are found within 8 frames. In clips without dissolves anything
# that jumps as far has a straightness of at most .51, or a single step of .27 and more.
_LEAST_JUMP: Final = 1_920.0
_LEAST_STRAIGHTNESS: Final = 0.6
_MOST_BEND: Final = 0.4  # distance of the middle from the mean of both ends, share of the jump
_MOST_SINGLE_STEP: Final = 0.2  # share of the jump in one frame; more is a cut or motion
_MOST_ALIKE: Final = 0.7  # correlation of the edge grids before and after; more is a fade
_LEAST_EXCHANGE: Final = 0.05  # edges must both come and go: in a fade they do only one of both
_NOISE: Final = 24.0

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Dissolve:
    """A dissolve: index of the frame in its middle, and its strength, ≥ 1."""

    index: int
    strength: float


def dissolves(signals: Signals, excluded: NDArray[np.bool_]) -> list[Dissolve]:
    """Return the dissolves in order of frames.

    Args:
        signals: records of consecutive frames.
        excluded: frames that no dissolve may touch (black, white).
    """
    look = appearance(signals)
    sums = np.concatenate([np.zeros((1, look.shape[1])), np.cumsum(look, axis=0)])
    steps = np.concatenate([[0.0], apart(look[1:], look[:-1])])
    walked = np.cumsum(steps)
    barred = np.concatenate([[0], np.cumsum(excluded)])
    strength = np.zeros(len(signals))
    for length in _LENGTHS_NS:
        at, (out, start, end, into) = _windows(signals["time_ns"], length)
        at, out, start, end, into = (
            index[barred[into] == barred[out]] for index in (at, out, start, end, into)
        )
        before, after = _mean(sums, out, start), _mean(sums, end, into)
        jump = apart(before, after)
        straight = jump / (walked[end - 1] - walked[start - 1] + _NOISE)
        bend = apart(look[at], (before + after) / 2) / (jump + _NOISE)
        found = (jump >= _LEAST_JUMP) & (straight >= _LEAST_STRAIGHTNESS) & (bend <= _MOST_BEND)
        found &= _largest(steps, start, end) <= _MOST_SINGLE_STEP * jump
        edges_before, edges_after = edge_cells(before), edge_cells(after)
        found &= _alike(edges_before, edges_after) <= _MOST_ALIKE
        found &= np.abs(_growth(edges_before, edges_after) - 0.5) <= 0.5 - _LEAST_EXCHANGE
        # in the middle both scenes are equally far, which singles out one of the frames between
        halfway = 1 - np.abs(apart(look[at], before) - apart(look[at], after)) / (jump + _NOISE)
        power = halfway * jump * straight / (_LEAST_JUMP * _LEAST_STRAIGHTNESS)
        strength[at] = np.maximum(strength[at], np.where(found & (power >= 1), power, 0))
    return _peaks(signals["time_ns"], strength)


def _windows(times: NDArray[np.int64], length: int) -> tuple[Index, tuple[Index, ...]]:
    """Return the frames around which a whole window lies, and its four limits as indices.

    The limits are the first frame of the scene before, of the change, of the scene after, and the
    frame after that scene.
    """
    half = length // 2
    offsets = (-half - _SCENE_NS, -half, half, half + _SCENE_NS)
    limits = [np.searchsorted(times, times + offset) for offset in offsets]
    whole = (times + offsets[0] >= times[0]) & (times + offsets[3] <= times[-1])
    out, start, end, into = limits
    whole &= (out < start) & (start + 2 < end) & (end < into)
    at = np.flatnonzero(whole)
    return at, tuple(limit[at] for limit in limits)


def _mean(sums: F64, start: Index, end: Index) -> F64:
    mean: F64 = (sums[end] - sums[start]) / (end - start)[:, None]
    return mean


def _largest(steps: F64, start: Index, end: Index) -> F64:
    """Return the largest single step in each window."""
    if not len(start):
        return np.zeros(0)
    return np.array([steps[a:b].max() for a, b in zip(start, end, strict=True)])


def _alike(before: F64, after: F64) -> F64:
    """Return the correlation of two edge grids per row; 1 where one of them is flat."""
    a = before - before.mean(axis=1, keepdims=True)
    b = after - after.mean(axis=1, keepdims=True)
    size = np.sqrt((a**2).sum(axis=1) * (b**2).sum(axis=1))
    product = (a * b).sum(axis=1)
    correlation: F64 = np.divide(product, size, out=np.ones_like(size), where=size > 1e-9)
    return correlation


def _growth(before: F64, after: F64) -> F64:
    """Return the share of what changes in an edge grid that is growth, per row, 0..1."""
    change = after - before
    total = np.abs(change).sum(axis=1)
    grown = np.maximum(change, 0).sum(axis=1)
    share: F64 = np.divide(grown, total, out=np.zeros_like(total), where=total > 1e-9)
    return share


def _peaks(times: NDArray[np.int64], strength: F64) -> list[Dissolve]:
    out = []
    for index in np.flatnonzero(strength):
        first = np.searchsorted(times, times[index] - _APART_NS)
        last = np.searchsorted(times, times[index] + _APART_NS, side="right")
        if first + int(np.argmax(strength[first:last])) == index:
            out.append(Dissolve(int(index), float(strength[index])))
    return out
