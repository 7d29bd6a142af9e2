"""Intervals: what the figure would be on other sets of the same kind."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from statistics import median
from typing import Final, TypeVar

T = TypeVar("T")

#: Both chosen once: the same counts give the same interval.
_SEED: Final = 20_260
_RESAMPLES: Final = 1_000
_TAIL: Final = 0.025
_HALVINGS: Final = 50


def interval(
    units: Sequence[T], statistic: Callable[[Sequence[T]], float | None]
) -> tuple[float, float] | None:
    """Return the 95 % interval of a statistic over resampled units, or None below two units.

    Resamples on which the statistic is undefined (None) are left out.
    """
    if len(units) < 2:
        return None
    chance = random.Random(_SEED)
    values = sorted(
        value
        for _ in range(_RESAMPLES)
        if (value := statistic(chance.choices(units, k=len(units)))) is not None
    )
    if not values:
        return None
    cut = int(len(values) * _TAIL)
    return values[cut], values[len(values) - 1 - cut]


def ratio(units: Sequence[tuple[float, float]]) -> float | None:
    """Return the sum of the first numbers over the sum of the second; None over nothing."""
    whole = sum(part[1] for part in units)
    return sum(part[0] for part in units) / whole if whole else None


def middle(units: Sequence[float]) -> float | None:
    """Return the median, None of nothing."""
    return median(units) if units else None


def f_score(units: Sequence[tuple[int, int, int]]) -> float | None:
    """Return F1 of (hits, false alarms, misses); None where there is nothing to find or fail."""
    hits, false, missed = (sum(unit[part] for unit in units) for part in range(3))
    whole = 2 * hits + false + missed
    return 2 * hits / whole if whole else None


def rate_interval(events: int, hours: float) -> tuple[float, float]:
    """Return the exact 95 % interval of how often something happens in an hour (Poisson).

    Nothing in so many hours says that it happens less often than some rate, not that it never does.
    """
    low = _mean_where(lambda mean: 1 - _at_most(events - 1, mean) >= _TAIL) if events else 0.0
    return low / hours, _mean_where(lambda mean: _at_most(events, mean) <= _TAIL) / hours


def _at_most(events: int, mean: float) -> float:
    """Return how likely so many events or fewer are when there are `mean` of them in the mean."""
    return sum(math.exp(k * math.log(mean) - mean - math.lgamma(k + 1)) for k in range(events + 1))


def _mean_where(reached: Callable[[float], bool]) -> float:
    """Return the smallest mean at which something holds that holds for all larger ones."""
    low, high = 0.0, 1.0
    while not reached(high):
        low, high = high, 2 * high
    for _ in range(_HALVINGS):
        half = (low + high) / 2
        low, high = (low, half) if reached(half) else (half, high)
    return high
