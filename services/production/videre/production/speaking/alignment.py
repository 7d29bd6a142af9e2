"""When each word of a clause is said: the clause beside its words, spoken one by one. Pure numpy.

The same voice says a clause and, again, each of its words alone. Dynamic time warping (Sakoe, Chiba
1978) of their spectra tells which stretch of the clause belongs to which word.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Step and window of spectra, seconds; bands and coefficients.
_STEP_S: Final = 0.01
_WINDOW_S: Final = 0.025
_BANDS: Final = 26
_KEPT: Final = 13
#: Sound below this share of the loudest step is silence.
_SILENT: Final = 0.003
#: What a step that only one side takes costs beside one of both.
_SLOW: Final = 1.15


def word_times(clause: Floats, words: Sequence[Floats], rate: int) -> list[tuple[float, float]]:
    """Return when each word begins and ends in a clause, seconds; rising, never overlapping.

    Args:
        clause: its samples, without silence at the ends.
        words: samples of each word alone, likewise; at least one.
        rate: samples a second.
    """
    length = len(clause) / rate
    if len(words) == 1:
        return [(0.0, length)]
    alone = [_spectra(one, rate) for one in words]
    borders = np.cumsum([len(one) for one in alone])
    whole = _spectra(clause, rate)
    reached = _warped(whole, np.concatenate(alone))
    # The step of the clause at which the words' side passes from one word to the next.
    cuts = [int(np.searchsorted(reached, border)) * _STEP_S for border in borders[:-1]]
    edges = [0.0, *(min(cut, length) for cut in cuts), length]
    return list(pairwise(edges))


def trimmed(samples: Floats, rate: int) -> Floats:
    """Return samples without the silence at their ends; at least one step."""
    step = max(1, round(rate * _STEP_S))
    count = max(1, len(samples) // step)
    level = np.abs(samples[: count * step].reshape(-1, min(step, max(1, len(samples))))).max(axis=1)
    loud = np.flatnonzero(level > _SILENT * max(float(level.max()), 1e-9))
    if not len(loud) or not level.max():
        return samples[:step]
    return samples[loud[0] * step : (loud[-1] + 1) * step]


def _spectra(samples: Floats, rate: int) -> NDArray[np.float64]:
    """Return cepstra of steps, [steps, coefficients]; loudness is left out."""
    step, window = round(rate * _STEP_S), round(rate * _WINDOW_S)
    padded = np.pad(samples.astype(np.float64), (window // 2, window))
    steps = max(1, len(samples) // step)
    starts = np.arange(steps) * step
    frames = padded[starts[:, None] + np.arange(window)] * np.hanning(window)
    power = np.abs(np.fft.rfft(frames, axis=1)) ** 2
    bands = np.log(power @ _filters(rate, window).T + 1e-7)
    turns = np.cos(
        np.pi / _BANDS * (np.arange(_BANDS) + 0.5)[:, None] * np.arange(1, _KEPT + 1)[None, :]
    )
    return np.asarray(bands @ turns)


def _filters(rate: int, window: int) -> NDArray[np.float64]:
    """Return triangles on the mel scale, [bands, bins]."""
    top = 2_595 * np.log10(1 + rate / 2 / 700)
    edges = 700 * (10 ** (np.linspace(0, top, _BANDS + 2) / 2_595) - 1)
    bins = np.fft.rfftfreq(window, 1 / rate)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    return np.asarray(np.minimum(rising, falling).clip(0))


def _warped(one: NDArray[np.float64], other: NDArray[np.float64]) -> NDArray[np.int64]:
    """Return the step of `other` that each step of `one` is most like, rising."""
    rows, columns = len(one), len(other)
    squares = (one**2).sum(axis=1)[:, None] + (other**2).sum(axis=1)[None, :]
    cost = np.sqrt((squares - 2 * one @ other.T).clip(0))
    total = np.full((rows + 1, columns + 1), np.inf)
    total[0, 0] = 0.0
    # Along diagonals that cross the way, so that each is one operation.
    for diagonal in range(rows + columns - 1):
        down = np.arange(max(0, diagonal - columns + 1), min(rows, diagonal + 1))
        across = diagonal - down
        here = cost[down, across]
        total[down + 1, across + 1] = np.minimum(
            total[down, across] + here,
            np.minimum(total[down, across + 1], total[down + 1, across]) + _SLOW * here,
        )
    reached = np.zeros(rows, np.int64)
    i, j = rows, columns
    while i > 0 and j > 0:
        reached[i - 1] = j - 1
        ways = (total[i - 1, j - 1], total[i - 1, j], total[i, j - 1])
        best = int(np.argmin(ways))
        i, j = i - (best != 2), j - (best != 1)
    return reached
