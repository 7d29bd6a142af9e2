"""How the tempo goes, and at which levels it may be counted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.beats import BeatRun
from videre.audio.onset import FRAMES_PER_SECOND, HOP, SAMPLE_RATE, OnsetEnvelope
from videre.audio.pulse import FASTEST_BPM, SLOWEST_BPM, salience

_NS: Final = 1_000_000_000
#: Beats over which the tempo is taken: about four seconds.
_SPAN: Final = 8
#: A tempo that differs by less is the same: what eight beats tell of it within a frame of onsets.
_SAME: Final = 0.01


@dataclass(frozen=True, slots=True)
class TempoChange:
    """The tempo from an instant on, beats per minute."""

    start_ns: int
    tempo_bpm: float


@dataclass(frozen=True, slots=True)
class TempoLevel:
    """A tempo at which the beat may be counted, and how likely it is, 0..1."""

    tempo_bpm: float
    score: float


def tempo_changes(runs: Sequence[NDArray[np.int64]]) -> tuple[TempoChange, ...]:
    """Return the tempo where it begins and wherever it has changed.

    Args:
        runs: the beats of each stretch with a pulse, frames of the onset envelope, rising.
    """
    changes: list[TempoChange] = []
    for beats in runs:
        if len(beats) < 2:
            continue
        tempi = _tempi(beats)
        told = 0.0
        for place in range(0, len(beats) - 1, _SPAN // 2):
            if abs(tempi[place] - told) > _SAME * told:
                told = float(tempi[place])
                start_ns = int(beats[place]) * HOP * _NS // SAMPLE_RATE
                changes.append(TempoChange(start_ns, told))
    return tuple(changes)


def _tempi(beats: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the tempo around each beat: the slope of a line through the beats near it."""
    tempi = np.empty(len(beats))
    half = _SPAN // 2
    for place in range(len(beats)):
        first = max(0, min(place - half, len(beats) - 1 - _SPAN))
        near = beats[first : first + _SPAN + 1].astype(np.float64)
        count = np.arange(len(near)) - (len(near) - 1) / 2
        period = float(count @ near) / float(count @ count)
        tempi[place] = 60.0 * FRAMES_PER_SECOND / period
    return tempi


def tempo_levels(envelope: OnsetEnvelope, run: BeatRun, tempo_bpm: float) -> tuple[TempoLevel, ...]:
    """Return half, the same and double of a tempo, slowest first; scores add up to 1.

    Args:
        envelope: of the whole track.
        run: the run whose tempo it is.
        tempo_bpm: as it is told.
    """
    wanted = [
        level
        for level in (tempo_bpm / 2, tempo_bpm, 2 * tempo_bpm)
        if level == tempo_bpm or SLOWEST_BPM <= level <= FASTEST_BPM
    ]
    stretch = run.stretch
    found = salience(envelope, stretch.start, stretch.end, wanted)
    total = float(found.sum())
    if total <= 0:
        return (TempoLevel(tempo_bpm, 1.0),)
    return tuple(
        TempoLevel(level, float(value) / total) for level, value in zip(wanted, found, strict=True)
    )
