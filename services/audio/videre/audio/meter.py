"""Bars: how many beats they have, and on which beat they begin.

Chords and bass change with the bar, and its first beat is mostly the heaviest in the bass. How
clearly a beat does each of these is compared with the beats around it; the sum is best explained
by bars of three or of four beats beginning at some beat – a Viterbi path of positions in the bar,
which may slip where the beats do (Böck, Krebs, Widmer, "Joint beat and downbeat tracking …", ISMIR
2016, with hand-made observations in place of a network).
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.harmony import Harmony, beat_means
from videre.audio.onset import FRAMES_PER_SECOND, OnsetEnvelope

Array = NDArray[np.float64]

#: Beats of a bar that are told apart: 2 in a bar are heard as 4.
METERS: Final = (4, 3)
#: Fewest beats from which bars are told.
_LEAST_BEATS: Final = 12
#: How much each sign counts: change of chord over one beat and over two, of bass, onset in the
#: bass, onset.
_WEIGHTS: Final = (1.0, 1.0, 1.0, 0.7, 0.3)
_NEAR_S: Final = 0.05
#: Beats that a beat is compared with, on either side.
_AROUND: Final = 8
#: Cost of a bar that is too short or too long: as much as three clear downbeats.
_SLIP: Final = 9.0
#: Three beats a bar must explain more than four by this: most music has four.
_RARER: Final = 1.15
#: How far the best place of the bar's first beat is ahead of the next one where it is surely right:
#: deviations of the sum of signs.
_SURE: Final = 1.5

#: Tempi that may be half of the one that is counted: the double is what listeners tap.
_SLOW: Final = 80.0
_FASTEST_DOUBLED: Final = 160.0
#: Two in a bar must explain more than three or four by this.
_DOUBLED: Final = 1.2


@dataclass(frozen=True, slots=True)
class Bars:
    """The bars of a run of beats.

    Args:
        beats_per_bar: 3 or 4; 0 when it is not told.
        downbeats: numbers of the beats on which bars begin, rising.
        score: how much clearer the first beat of bars is than the others, 0..1.
    """

    beats_per_bar: int
    downbeats: tuple[int, ...]
    score: float


NO_BARS: Final = Bars(0, (), 0.0)


def find_bars(beats: Array, envelope: OnsetEnvelope, harmony: Harmony) -> Bars:
    """Return the bars of beats with one pulse.

    Args:
        beats: seconds, rising.
        envelope, harmony: of the whole track.
    """
    if len(beats) < _LEAST_BEATS:
        return NO_BARS
    signs = accents(beats, envelope, harmony)
    best, bars = -math.inf, NO_BARS
    for meter in METERS:
        value, places = _path(signs, meter)
        if best == -math.inf or value > best * _RARER:
            best = value
            downbeats = tuple(int(beat) for beat in np.flatnonzero(places == 0))
            bars = Bars(meter, downbeats, _clearness(signs, places, meter))
    return bars


def heard_as_half(
    beats: Array, tempo_bpm: float, envelope: OnsetEnvelope, harmony: Harmony
) -> bool:
    """Tell whether beats are every other one of those that a listener counts.

    A drum that answers another one makes two beats look like one; but then every other "beat"
    begins a bar, where bars have four.
    """
    if len(beats) < _LEAST_BEATS or 2 * tempo_bpm > _FASTEST_DOUBLED or tempo_bpm >= _SLOW:
        return False
    signs = accents(beats, envelope, harmony)
    return _path(signs, 2)[0] > _DOUBLED * max(_path(signs, meter)[0] for meter in METERS)


def accents(beats: Array, envelope: OnsetEnvelope, harmony: Harmony) -> Array:
    """Return how much each beat is like the first of a bar, in deviations, [beats]."""
    ends = np.append(beats, 2 * beats[-1] - beats[-2])
    chroma = beat_means(harmony.chroma, ends)
    bass = beat_means(harmony.bass, ends)
    parts = (
        _change(chroma, 1),
        _change(chroma, 2),
        _change(bass, 1),
        _near(envelope.low, beats),
        _near(envelope.full, beats),
    )
    total = sum(weight * _relative(part) for weight, part in zip(_WEIGHTS, parts, strict=True))
    return np.asarray(total)


def _change(values: Array, reach: int) -> Array:
    """Return how different `reach` beats from each on are from those before it, 0..1, [beats]."""
    sums = np.concatenate([np.zeros((1, values.shape[1])), np.cumsum(values, axis=0)])
    at = np.arange(len(values))
    before = sums[at] - sums[np.maximum(at - reach, 0)]
    after = sums[np.minimum(at + reach, len(values))] - sums[at]
    norm = np.linalg.norm(before, axis=1) * np.linalg.norm(after, axis=1)
    alike = np.einsum("ij,ij->i", before, after) / np.where(norm > 0, norm, 1.0)
    return np.where(norm > 0, 1.0 - alike, 0.0)


def _near(strength: NDArray[np.float32], beats: Array) -> Array:
    """Return the strongest onset near each beat."""
    reach = round(_NEAR_S * FRAMES_PER_SECOND)
    frames = np.round(beats * FRAMES_PER_SECOND).astype(int)
    window = frames[:, None] + np.arange(-reach, reach + 1)
    nearest: Array = strength[window.clip(0, len(strength) - 1)].max(axis=1).astype(np.float64)
    return nearest


def _relative(values: Array) -> Array:
    """Return values over the mean of those around each, in deviations of all of them."""
    deviation = float(values.std())
    if deviation < 1e-9:
        return np.zeros(len(values))
    sums = np.concatenate([[0.0], np.cumsum(values)])
    at = np.arange(len(values))
    left, right = np.maximum(at - _AROUND, 0), np.minimum(at + _AROUND + 1, len(values))
    around = (sums[right] - sums[left]) / (right - left)
    return np.asarray(((values - around) / deviation).clip(-2.0, 3.0))


def _path(signs: Array, meter: int) -> tuple[float, NDArray[np.int64]]:
    """Return what the best bars of `meter` beats explain, and each beat's place in its bar."""
    # A beat counts for its place what it is above the mean place: a first beat gains its sign.
    gain = np.zeros((len(signs), meter))
    gain[:, 0] = signs
    gain[:, 1:] = -signs[:, None] / (meter - 1)
    value = gain[0].copy()
    came = np.zeros((len(signs), meter), dtype=np.int64)
    for beat in range(1, len(signs)):
        onward = np.roll(value, 1)
        slipped = value.max() - _SLIP
        came[beat] = np.where(onward >= slipped, np.roll(np.arange(meter), 1), int(value.argmax()))
        value = np.maximum(onward, slipped) + gain[beat]
    places = np.empty(len(signs), dtype=np.int64)
    places[-1] = int(value.argmax())
    for beat in range(len(signs) - 1, 0, -1):
        places[beat - 1] = came[beat][places[beat]]
    # Bars of four have fewer first beats than bars of three: per deviation of a sum of such signs.
    scale = math.sqrt(len(signs) / (meter - 1))
    return float(value.max()) / scale, places


def _clearness(signs: Array, places: NDArray[np.int64], meter: int) -> float:
    means = np.array([signs[places == place].mean() for place in range(meter)])
    ahead = float(means[0] - means[1:].max())
    return min(1.0, max(0.0, ahead / _SURE))
