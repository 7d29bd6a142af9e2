"""Beat times by dynamic programming over the onset envelope.

After D. Ellis, "Beat Tracking by Dynamic Programming" (J. New Music Research 36(1), 2007): beats
lie on strong onsets and keep their distance; one pass finds the best compromise exactly. Each
stretch of pulse keeps its own tempo, so a film may hold several songs.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
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


@dataclass(frozen=True, slots=True)
class BeatRun:
    """The beats of a stretch with one pulse: frames of the onset envelope, rising."""

    stretch: PulseStretch
    frames: NDArray[np.int64]

    @property
    def seconds(self) -> Array:
        """Times of the beats."""
        return self.frames / FRAMES_PER_SECOND


def beat_runs(envelope: OnsetEnvelope) -> list[BeatRun]:
    """Return the beats of every stretch with a pulse, in order; none where nothing pulses."""
    stretches = find_pulse(envelope)
    if not stretches:
        return []
    strength = beat_strength(envelope)
    return [BeatRun(stretch, _stretch_beats(strength, stretch)) for stretch in stretches]


def beat_strength(envelope: OnsetEnvelope) -> Array:
    """Return how much each frame is like a beat, ≥ 0."""
    return smoothed(normalised(envelope.full) + _LOW_WEIGHT * normalised(envelope.low), _BLUR_S)


def twice_as_fast(run: BeatRun, envelope: OnsetEnvelope) -> BeatRun:
    """Return the beats of a run at double its tempo."""
    stretch = replace(run.stretch, tempo_bpm=2 * run.stretch.tempo_bpm)
    return BeatRun(stretch, _stretch_beats(beat_strength(envelope), stretch))


def track_beats(envelope: OnsetEnvelope) -> BeatTrack:
    """Return tempo and beats of a sound track; no beats where nothing pulses."""
    return beat_track(beat_runs(envelope))


def beat_track(runs: Sequence[BeatRun]) -> BeatTrack:
    """Return runs as one track, with the tempo of the longest."""
    if not runs:
        return BeatTrack(0.0, (), 0.0)
    longest = longest_run(runs)
    return BeatTrack(
        tempo_bpm=_mean_tempo(longest.frames, longest.stretch),
        beat_ns=tuple(nanoseconds(frame) for run in apart(runs) for frame in run.frames),
        score=1.0 - math.exp(-longest.stretch.clarity / _SCORE_SCALE),
    )


def longest_run(runs: Sequence[BeatRun]) -> BeatRun:
    """Return the run of the longest stretch, the first of several."""
    return max(runs, key=lambda run: run.stretch.end - run.stretch.start)


def nanoseconds(frame: np.int64) -> int:
    """Return the instant of a frame."""
    return int(frame) * HOP * _NS // SAMPLE_RATE


def apart(runs: Sequence[BeatRun]) -> list[BeatRun]:
    """Return runs less the beats that come too soon where two stretches meet."""
    kept: list[BeatRun] = []
    last: int | None = None
    for run in runs:
        shortest = 30.0 * FRAMES_PER_SECOND / run.stretch.tempo_bpm  # half a period
        late = [frame for frame in run.frames if last is None or frame - last >= shortest]
        last = int(late[-1]) if late else last
        kept.append(BeatRun(run.stretch, np.array(late, dtype=np.int64)))
    return kept


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
