"""Where sound is silent, and what is left when silence is cut out. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Final

import numpy as np
from numpy.typing import NDArray

#: Length over which the level is taken, seconds.
STEP: Final = Fraction(1, 50)
_FLOOR: Final = 1e-10
#: Steps whose levels are taken at a time: a minute.
_PIECE: Final = 3_000

Span = tuple[Fraction, Fraction]


def levels(samples: NDArray[np.float32], rate: int) -> NDArray[np.float64]:
    """Return the RMS level of every step, dB of full scale; the loudest channel counts.

    Args:
        samples: float32 [samples, channels].
        rate: samples a second; whole in a step.
    """
    step = int(rate * STEP)
    count = -(-len(samples) // step)
    found = np.full(count, -100.0)
    for first in range(0, count, _PIECE):
        last = min(count, first + _PIECE)
        part = np.asarray(samples[first * step : last * step], np.float64)
        part = np.pad(part, ((0, (last - first) * step - len(part)), (0, 0)))
        power = np.square(part).reshape(last - first, step, -1).mean(axis=1).max(axis=1)
        found[first:last] = 10 * np.log10(power + _FLOOR)
    return found


def silences(level: NDArray[np.float64], threshold_db: float, end: Fraction) -> list[Span]:
    """Return where the level is below a threshold, seconds from the first step.

    Args:
        level: of every step.
        threshold_db: below it is silence.
        end: of the sound.
    """
    quiet = np.concatenate([[False], level < threshold_db, [False]])
    edges = np.flatnonzero(quiet[1:] != quiet[:-1]).reshape(-1, 2)
    return [(int(a) * STEP, min(end, int(b) * STEP)) for a, b in edges]


def kept(
    silent: Sequence[Span], end: Fraction, shortest: Fraction, margin: Fraction, *, ends_only: bool
) -> list[Span]:
    """Return what is left of 0..end when silences are cut out.

    Args:
        silent: in order of time, not overlapping.
        end: of the sound.
        shortest: silences that are shorter stay.
        margin: what stays of a silence beside sound.
        ends_only: only what touches a border is cut out.
    """
    parts: list[Span] = []
    at = Fraction(0)
    for start, stop in silent:
        begins, ends = start == 0, stop == end
        if stop - start < shortest or (ends_only and not begins and not ends):
            continue
        cut = start if begins else start + margin, stop if ends else stop - margin
        if cut[1] <= cut[0]:
            continue
        if cut[0] > at:
            parts.append((at, cut[0]))
        at = cut[1]
    if at < end:
        parts.append((at, end))
    return parts
