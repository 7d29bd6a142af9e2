"""Beat times by dynamic programming over the onset envelope.

After D. Ellis, "Beat Tracking by Dynamic Programming" (J. New Music Research 36(1), 2007): beats
lie on strong onsets and keep their distance; one pass finds the best compromise exactly. Each
stretch of pulse keeps its own tempo, so a film may hold several songs.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.onset import FRAMES_PER_SECOND, HOP, SAMPLE_RATE, OnsetEnvelope
from videre.audio.pulse import Array, PulseStretch, find_pulse, normalised, smoothed

_TIGHTNESS: Final = 100.0  # cost of a beat off its period, per squared log ratio (Ellis's value)
_BLUR_S: Final = 0.015
_LOW_WEIGHT: Final = 0.5  # the bass says which of two equally strong onsets is the beat
_SCORE_SCALE: Final = 0.65  # clarity .4, the least that is no faint pulse, becomes .46; 2 .95
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class BeatTrack:
    """What was found in a whole sound track.

    Args:
        tempo_bpm: of the longest stretch with a pulse; 0 when there is none.
        beat_ns: beat times in nanoseconds from the start, rising.
        score: clarity of the pulse, 0..1; 0 when there is none; at least .45 where it is clear;
            below, it is faint: beats only if something else says that this is music.
    """

    tempo_bpm: float
    beat_ns: tuple[int, ...]
    score: float


def track_beats(envelope: OnsetEnvelope) -> BeatTrack:
    """Return tempo and beats of a sound track; no beats where nothing pulses."""
    stretches = find_pulse(envelope)
    if not stretches:
        return BeatTrack(0.0, (), 0.0)
    strength = smoothed(normalised(envelope.full) + _LOW_WEIGHT * normalised(envelope.low), _BLUR_S)
    beats = [_stretch_beats(strength, stretch) for stretch in stretches]
    longest = max(range(len(stretches)), key=lambda i: stretches[i].end - stretches[i].start)
    return BeatTrack(
        tempo_bpm=_mean_tempo(beats[longest], stretches[longest]),
        beat_ns=tuple(int(frame) * HOP * _NS // SAMPLE_RATE for frame in _joined(beats, stretches)),
        score=1.0 - math.exp(-stretches[longest].clarity / _SCORE_SCALE),
    )


def _joined(beats: list[NDArray[np.int64]], stretches: list[PulseStretch]) -> list[int]:
    """Return the beats of all stretches, less those that come too soon where two stretches meet."""
    frames: list[int] = []
    for found, stretch in zip(beats, stretches, strict=True):
        shortest = 30.0 * FRAMES_PER_SECOND / stretch.tempo_bpm  # half a period
        frames += [int(f) for f in found if not frames or f - frames[-1] >= shortest]
    return frames


def _mean_tempo(beats: NDArray[np.int64], stretch: PulseStretch) -> float:
    """Return the tempo the beats really keep: finer than the grid of tempi."""
    if len(beats) < 2:
        return stretch.tempo_bpm
    return 60.0 * FRAMES_PER_SECOND * (len(beats) - 1) / float(beats[-1] - beats[0])


def _stretch_beats(strength: Array, stretch: PulseStretch) -> NDArray[np.int64]:
    period = 60.0 * FRAMES_PER_SECOND / stretch.tempo_bpm
    return best_path(strength[stretch.start : stretch.end], period) + stretch.start


def best_path(strength: Array, period: float) -> NDArray[np.int64]:
    """Return the frames of the best sequence of beats, rising.

    Args:
        strength: onset strength ≥ 0, [frames].
        period: wanted distance in frames, at least 2.
    """
    shortest, longest = round(period / 2), round(2 * period)
    lags = np.arange(longest, shortest - 1, -1)
    cost = _TIGHTNESS * np.square(np.log(lags / period))
    score = np.concatenate([np.zeros(longest), strength])  # zeros: nothing before the start
    previous = np.full(len(strength), -1, dtype=np.int64)
    # A frame depends on frames at least `shortest` before it: that many are solved at a time.
    for start in range(0, len(strength), shortest):
        end = min(len(strength), start + shortest)
        candidates = np.arange(start, end)[:, None] - lags
        gain = score[candidates + longest] - cost
        choice = gain.argmax(axis=1)
        rows = np.arange(end - start)
        chosen, best = candidates[rows, choice], gain[rows, choice]
        linked = (best > 0) & (chosen >= 0)
        score[longest + start : longest + end] += np.where(linked, best, 0.0)
        previous[start:end] = np.where(linked, chosen, -1)
    return _backtrack(score[longest:], previous, round(period))


def _backtrack(score: Array, previous: NDArray[np.int64], period: int) -> NDArray[np.int64]:
    """Follow the links back from the best frame of the last period."""
    tail = max(0, len(score) - period)
    frame = tail + int(score[tail:].argmax())
    path = []
    while frame >= 0:
        path.append(frame)
        frame = int(previous[frame])
    return np.array(path[::-1], dtype=np.int64)
