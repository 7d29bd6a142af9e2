"""The camera's path through one shot: still where it can be, smooth where it must move. Pure numpy.

The path is a cubic B-spline over evenly spaced control points. These minimise the weighted L1 norms
of velocity, acceleration and jerk (Grundmann, Kwatra, Essa: Auto-Directed Video Stabilization with
Robust L1 Optimal Camera Paths, CVPR 2011), which gives stretches at rest, of even pace and of even
acceleration, and no jitter; keeping the subject inside is a penalty on leaving a tube. Solved by
ADMM (Boyd et al. 2011); the ends are mirrored, so that every operator is a product in the
frequency domain. A spline's acceleration is a mean of its points' second differences: bounding
these bounds it.
"""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]

#: Seconds between two control points.
STEP_S: Final = 0.2
#: Points before and after a shot, where the camera is free: it may be moving when a shot begins.
_LEAD: Final = 8
#: Highest acceleration, shares of the picture's side a second squared: from rest across half of
#: the picture and to rest again in 1.4 s.
MAX_ACCELERATION: Final = 1.0
#: Weights of velocity, acceleration and jerk, 10 : 1 : 100 as in the paper; of leaving the tube.
_WEIGHTS: Final = (0.10, 0.01, 1.0)
_OUTSIDE: Final = 4.0
_PENALTY: Final = 25.0
_ROUNDS: Final = 800
#: The rounds end when the path has moved less than this in `_LOOK` of them.
_SETTLED: Final = 2e-4
_LOOK: Final = 50
#: The bound is kept for the points with this reserve for rounding.
_RESERVE: Final = 0.999


def control_points(low: F64, high: F64) -> F64:
    """Return the points of a path through a tube.

    Args:
        low: lowest good place at each point, 0..1.
        high: highest good place at each point, not below `low`.

    Returns:
        The points, `_LEAD` more at each end, inside [min(low), max(high)]; all alike where one
        place is good for all.
    """
    bottom, top = float(low.max()), float(high.min())
    if bottom <= top:
        middle = float(np.median((low + high) / 2))
        return resting(len(low), min(max(middle, bottom), top))
    lowest, highest = float(low.min()), float(high.max())
    low = np.pad(low, _LEAD, constant_values=lowest)
    high = np.pad(high, _LEAD, constant_values=highest)
    return _bounded(_solved(low, high).clip(lowest, highest))


def resting(count: int, place: float) -> F64:
    """Return the points of a path that stays at a place, for so many instants."""
    return np.full(count + 2 * _LEAD, place)


def is_still(points: F64) -> bool:
    """Tell whether a path does not move."""
    return bool(np.ptp(points) == 0.0)


def places(points: F64, seconds: F64) -> F64:
    """Return the path at instants, seconds from the shot's first point."""
    at = seconds / STEP_S + _LEAD
    first = np.floor(at).astype(np.int64)
    share = at - first
    weights = (
        (1 - share) ** 3 / 6,
        (3 * share**3 - 6 * share**2 + 4) / 6,
        (-3 * share**3 + 3 * share**2 + 3 * share + 1) / 6,
        share**3 / 6,
    )
    made = np.zeros(len(at))
    for offset, weight in enumerate(weights, start=-1):
        made += weight * points[_mirrored(first + offset, len(points))]
    return made


def max_acceleration(points: F64) -> float:
    """Return the path's highest acceleration, shares a second squared."""
    return float(np.abs(_second(points)).max()) / STEP_S**2


def _mirrored(index: NDArray[np.int64], count: int) -> NDArray[np.int64]:
    folded = index % (2 * count)
    return np.where(folded < count, folded, 2 * count - 1 - folded)


def _second(points: F64) -> F64:
    """Return the second differences; the ends are mirrored."""
    wide = np.concatenate([points[:1], points, points[-1:]])
    return np.asarray(wide[2:] - 2 * wide[1:-1] + wide[:-2])


def _bounded(points: F64) -> F64:
    """Smooth a path until its acceleration is within the bound."""
    while max_acceleration(points) > MAX_ACCELERATION * _RESERVE:
        points = points + _second(points) / 4
    return points


def _solved(low: F64, high: F64) -> F64:
    low, high = np.concatenate([low, low[::-1]]), np.concatenate([high, high[::-1]])
    count = len(low)
    turn = np.exp(2j * np.pi * np.fft.rfftfreq(count)) - 1
    steps = [turn**order for order in (1, 2, 3)]
    system = 1 + sum(np.abs(step) ** 2 for step in steps)
    limit = MAX_ACCELERATION * STEP_S**2 * _RESERVE
    path = (low + high) / 2
    spectrum = np.fft.rfft(path)
    splits = [np.fft.irfft(step * spectrum, count) for step in steps]
    slacks = [np.zeros(count) for _ in steps]
    placed, slack = path.copy(), np.zeros(count)
    before = path
    for number in range(_ROUNDS):
        if number % _LOOK == _LOOK - 1:
            if np.abs(path - before).max() < _SETTLED:
                break
            before = path
        wanted = np.fft.rfft(placed - slack)
        for step, split, pull in zip(steps, splits, slacks, strict=True):
            wanted = wanted + np.conj(step) * np.fft.rfft(split - pull)
        spectrum = wanted / system
        path = np.fft.irfft(spectrum, count)
        for order, step in enumerate(steps):
            seen = np.fft.irfft(step * spectrum, count) + slacks[order]
            threshold = _WEIGHTS[order] / _PENALTY
            split = np.sign(seen) * np.maximum(np.abs(seen) - threshold, 0)
            splits[order] = split.clip(-limit, limit) if order == 1 else split
            slacks[order] = seen - splits[order]
        seen = path + slack
        outside = seen - seen.clip(low, high)
        placed = seen - outside.clip(-_OUTSIDE / _PENALTY, _OUTSIDE / _PENALTY)
        slack = seen - placed
    return np.asarray(path[: count // 2])
