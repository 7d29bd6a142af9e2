"""Dissolves: one scene turning gradually into another. Pure.

While a picture dissolves, the brightness and the edges of each of its parts walk in a straight
line from those of one scene to those of the other, at an even pace, and half of the fine detail
(its mean square) is lost in the middle, as that of two pictures laid over each other does not add
up. Moving cameras and objects take crooked paths, or keep their detail, or lose more of it when the
picture blurs. A fade or a change of light walks straight too, but keeps the pattern of light and
shade.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.appearance import (
    F64,
    Mask,
    Signals,
    alike,
    apart,
    brightness,
    difference_beyond_light,
    edges,
    is_written,
)

_MS: Final = 1_000_000
#: Lengths that are tried; a dissolve is found by the nearest one.
_LENGTHS_NS: Final = tuple(ms * _MS for ms in (160, 240, 360, 540, 810, 1_215, 1_640))
#: Stretch before and after whose mean stands for the scene there.
_SCENE_NS: Final = 160 * _MS
#: Of several places within this time of each other only the strongest is a boundary. Together with
#: half the longest length and the scene beyond it, this stays within the 2 s of context.
_APART_NS: Final = 1_000 * _MS
_PARTS: Final = 4  # parts of a window whose places on the line are looked at

_LEAST_JUMP: Final = 8.0  # mean |difference| of the scenes, levels of luma
# What no change of light explains of it, levels, and as a share of it where the edges agree; of
# the 168 dissolves named below two fall short of one or the other.
_LEAST_BEYOND_LIGHT: Final = 6.0
_LEAST_SHARE_BEYOND_LIGHT: Final = 0.16
_EDGES_ALIKE: Final = 0.0  # correlation of the edges from which that share counts
_MOST_SINGLE_STEP: Final = 0.35  # share of the jump in one frame; more is a cut or motion

# How far a change is from an ideal dissolve: the root of the sum of the squares of the detail that
# is left less what should be left, the largest distance of a part from its place on the line, its
# largest distance from the line, and the correlation of both scenes. The weights are those of a
# logistic regression over 168 dissolves of 8 to 50 frames and 40,000 places without, in 36 minutes
# of film full of traps, rounded; the limit parts the two on the same material.
_DETAIL_LEFT: Final = 0.5
_UNEVEN: Final = 0.75
_ASTRAY: Final = 0.65
_EDGES_UNEVEN: Final = 0.95
_EDGES_ASTRAY: Final = 0.55
_ALIKE: Final = 0.45
_FARTHEST: Final = 0.41
_NOISE: Final = 144.0  # squared length of a line that noise alone can make
_SHARPNESS_STEPS: Final = 16.0  # sharpness is summed in whole sixteenths, which is exact

Index = NDArray[np.intp]


@dataclass(frozen=True, slots=True)
class Dissolve:
    """A dissolve: index of the frame in its middle, and its strength, ≥ 1."""

    index: int
    strength: float


@dataclass(frozen=True, slots=True)
class _Windows:
    """Windows around frames `at`: first frame of the scene before, of the change, of the scene
    after, and the frame after that scene, as indices."""

    at: Index
    out: Index
    start: Index
    end: Index
    into: Index

    def only(self, wanted: Mask) -> _Windows:
        """Return the windows that are wanted."""
        return _Windows(
            self.at[wanted],
            self.out[wanted],
            self.start[wanted],
            self.end[wanted],
            self.into[wanted],
        )

    def part(self, number: int) -> tuple[Index, Index]:
        """Return the limits of one of the `_PARTS` parts of each change."""
        length = self.end - self.start
        first = self.start + length * number // _PARTS
        return first, self.start + length * (number + 1) // _PARTS


def dissolves(signals: Signals, excluded: Mask) -> list[Dissolve]:
    """Return the dissolves in order of frames.

    Args:
        signals: records of consecutive frames.
        excluded: frames that no dissolve may touch (black, white, hard cuts).
    """
    brightness_ = brightness(signals)
    steps = np.concatenate([[0.0], apart(brightness_[1:], brightness_[:-1])])
    light, pattern = _sums(brightness_), _sums(edges(signals))
    detail = _sums(np.rint(signals["sharpness"].astype(np.float64) * _SHARPNESS_STEPS)[:, None])
    barred = _sums(excluded.astype(np.float64)[:, None])[:, 0]
    strength = np.zeros(len(signals))
    for length in _LENGTHS_NS:
        windows = _windows(signals["time_ns"], length)
        windows = windows.only(barred[windows.into] == barred[windows.out])
        windows = windows.only(_is_possible(light, pattern, steps, windows))
        found = 1 + _FARTHEST - _off_ideal(light, pattern, detail, windows)
        strength[windows.at] = np.maximum(strength[windows.at], np.where(found >= 1, found, 0))
    return _peaks(signals["time_ns"], strength)


def _off_ideal(light: F64, pattern: F64, detail: F64, windows: _Windows) -> F64:
    """Return how far each window is from an ideal dissolve; infinite where it cannot be one.

    Args:
        light: sums of the cells' brightness.
        pattern: sums of the cells' edges.
        detail: sums of the sharpness.
        windows: the windows.
    """
    before, after = _scenes(light, windows)
    beyond = difference_beyond_light(before, after)
    relit = beyond < _LEAST_SHARE_BEYOND_LIGHT * apart(before, after)
    relit &= alike(*_scenes(pattern, windows)) >= _EDGES_ALIKE
    relit |= beyond < _LEAST_BEYOND_LIGHT
    places, astray = _course(light, windows)
    edge_places, edge_astray = _course(pattern, windows)
    off_ideal = np.sqrt(
        (_detail(detail, windows) - _DETAIL_LEFT) ** 2
        + (_UNEVEN * _unevenness(places)) ** 2
        + (_ASTRAY * astray) ** 2
        + (_EDGES_UNEVEN * _unevenness(edge_places)) ** 2
        + (_EDGES_ASTRAY * edge_astray) ** 2
        + (_ALIKE * np.maximum(alike(before, after), 0)) ** 2
    )
    backwards = np.diff(places, axis=0).min(axis=0) < 0
    return np.where(backwards | relit, np.inf, off_ideal)


def _course(sums: F64, windows: _Windows) -> tuple[F64, F64]:
    """Return the way from scene to scene: places of the parts on the line, distance from it.

    The places [parts, windows] are shares of the line; the distance is the largest of all parts, as
    a share of the line's length.
    """
    before, after = _scenes(sums, windows)
    line = after - before
    length = (line * line).sum(axis=1) + _NOISE
    places = np.zeros((_PARTS, len(line)))
    astray = np.zeros(len(line))
    for number in range(_PARTS):
        way = _mean(sums, *windows.part(number)) - before
        places[number] = (way * line).sum(axis=1) / length
        off = np.maximum((way * way).sum(axis=1) - places[number] ** 2 * length, 0)
        astray = np.maximum(astray, np.sqrt(off / length))
    return places, astray


def _unevenness(places: F64) -> F64:
    """Return the largest distance of a part from its place at an even pace."""
    even = (np.arange(_PARTS) + 0.5) / _PARTS
    distance: F64 = np.abs(places - even[:, None]).max(axis=0)
    return distance


def _scenes(sums: F64, windows: _Windows) -> tuple[F64, F64]:
    """Return the means over the scenes before and after each window."""
    before = _mean(sums, windows.out, windows.start)
    return before, _mean(sums, windows.end, windows.into)


def _is_possible(light: F64, pattern: F64, steps: F64, windows: _Windows) -> Mask:
    """Tell in which windows the picture changes far, in no single step, and not by writing."""
    before, after = _scenes(light, windows)
    jump = apart(before, after)
    far = jump >= _LEAST_JUMP
    pairs = zip(windows.out + 1, windows.into, far, strict=True)
    largest = np.array([steps[start:end].max() if ask else np.inf for start, end, ask in pairs])
    edges_before, edges_after = _scenes(pattern, windows)
    written = is_written(after - before, edges_after - edges_before)
    possible: Mask = far & (largest <= _MOST_SINGLE_STEP * jump) & ~written
    return possible


def _detail(sums: F64, windows: _Windows) -> F64:
    """Return the sharpness in the middle of each window as a share of that of its scenes."""
    length = windows.end - windows.start
    middle = _mean(sums, windows.start + length * 3 // 8, windows.start + length * 5 // 8 + 1)
    before, after = _scenes(sums, windows)
    share: F64 = (middle / ((before + after) / 2 + _SHARPNESS_STEPS))[:, 0]
    return share


def _windows(times: NDArray[np.int64], length: int) -> _Windows:
    """Return the windows of a length that lie wholly within the signals."""
    half = length // 2
    offsets = (-half - _SCENE_NS, -half, half, half + _SCENE_NS)
    out, start, end, into = (np.searchsorted(times, times + offset) for offset in offsets)
    whole = (times + offsets[0] >= times[0]) & (times + offsets[3] <= times[-1])
    whole &= (out < start) & (start + _PARTS <= end) & (end < into)
    return _Windows(np.arange(len(times)), out, start, end, into).only(whole)


def _sums(values: F64) -> F64:
    """Return the sums of all rows before each row, one more than there are rows."""
    return np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])


def _mean(sums: F64, start: Index, end: Index) -> F64:
    mean: F64 = (sums[end] - sums[start]) / (end - start)[:, None]
    return mean


def _peaks(times: NDArray[np.int64], strength: F64) -> list[Dissolve]:
    out = []
    for index in np.flatnonzero(strength):
        first = np.searchsorted(times, times[index] - _APART_NS)
        last = np.searchsorted(times, times[index] + _APART_NS, side="right")
        if first + int(np.argmax(strength[first:last])) == index:
            out.append(Dissolve(int(index), float(strength[index])))
    return out
