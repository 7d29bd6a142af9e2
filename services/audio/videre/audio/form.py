"""From beats to bars, tempi and sections: what the music of a whole track is made of."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.audio.beats import (
    BeatRun,
    BeatTrack,
    apart,
    beat_runs,
    beat_track,
    longest_run,
    nanoseconds,
    twice_as_fast,
)
from videre.audio.harmony import PITCH_CLASSES, Harmony
from videre.audio.meter import Bars, find_bars, heard_as_half
from videre.audio.mode import Key, clear_key
from videre.audio.onset import FRAMES_PER_SECOND, OnsetEnvelope
from videre.audio.sections import BARS, bar_likeness, find_sections
from videre.audio.tempo import TempoChange, TempoLevel, tempo_changes, tempo_levels

_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class PlacedSection:
    """A part of a song; see `sections.Section`. Times are nanoseconds from the start."""

    start_ns: int
    end_ns: int
    group: int
    chorus: bool
    score: float


@dataclass(frozen=True, slots=True)
class MusicForm:
    """Bars, tempi and sections of a track.

    Args:
        downbeat_ns: beats on which bars begin, rising.
        beats_per_bar: of the longest run; 0 when bars were not found.
        downbeat_score: how clearly bars begin there, 0..1.
        levels: tempo, half and double of it, slowest first.
        changes: the tempo curve.
        sections: parts of songs, in order.
    """

    downbeat_ns: tuple[int, ...] = ()
    beats_per_bar: int = 0
    downbeat_score: float = 0.0
    levels: tuple[TempoLevel, ...] = ()
    changes: tuple[TempoChange, ...] = ()
    sections: tuple[PlacedSection, ...] = ()


def understand(envelope: OnsetEnvelope, harmony: Harmony) -> tuple[BeatTrack, MusicForm]:
    """Return beats and form of a track; nothing of either where nothing pulses."""
    runs = apart([_settled(run, envelope, harmony) for run in beat_runs(envelope)])
    if not runs:
        return BeatTrack(0.0, (), 0.0), MusicForm()
    bars = [find_bars(run.seconds, envelope, harmony) for run in runs]
    told = bars[runs.index(longest_run(runs))]
    track = beat_track(runs)
    downbeats = tuple(
        nanoseconds(run.frames[beat])
        for run, found in zip(runs, bars, strict=True)
        for beat in found.downbeats
    )
    longest = longest_run(runs)
    return track, MusicForm(
        downbeat_ns=downbeats if told.beats_per_bar else (),
        beats_per_bar=told.beats_per_bar,
        downbeat_score=told.score,
        levels=tempo_levels(envelope, longest, track.tempo_bpm),
        changes=tempo_changes([run.frames for run in runs]),
        sections=tuple(place_sections(runs, bars, harmony)),
    )


def track_key(harmony: Harmony) -> Key | None:
    """Return the key of a track; None where it is not clear.

    Relative keys share their notes; the bass says which of them has the tonic.
    """
    total = np.zeros(PITCH_CLASSES)
    for part in (harmony.chroma, harmony.bass):
        sums = part.sum(axis=0, dtype=np.float64)
        total += sums / max(float(sums.sum()), 1.0)
    return clear_key(total)


def _settled(run: BeatRun, envelope: OnsetEnvelope, harmony: Harmony) -> BeatRun:
    """Return a run at the tempo that its bars speak for."""
    if heard_as_half(run.seconds, run.stretch.tempo_bpm, envelope, harmony):
        return twice_as_fast(run, envelope)
    return run


def place_sections(
    runs: Sequence[BeatRun], bars: Sequence[Bars], harmony: Harmony
) -> list[PlacedSection]:
    """Return the sections of every run; groups of different runs are different.

    A run without an end, such as a DJ's evening, is no song: its bars are not compared.
    """
    placed: list[PlacedSection] = []
    groups = 0
    for run, found in zip(runs, bars, strict=True):
        if not BARS[0] <= len(found.downbeats) <= BARS[1]:
            continue
        frames = run.frames[list(found.downbeats)]
        # The last bar ends where a bar of its length would, if the stretch goes on so long.
        last = min(run.stretch.end, 2 * int(frames[-1]) - int(frames[-2]))
        edges = np.append(frames, last) if last > frames[-1] else frames
        likeness, loud = bar_likeness(edges / FRAMES_PER_SECOND, harmony)
        sections = find_sections(likeness, loud)
        for one in sections:
            start, end = nanoseconds(edges[one.start]), nanoseconds(edges[one.end])
            placed.append(PlacedSection(start, end, groups + one.group, one.chorus, one.score))
        groups += 1 + max((one.group for one in sections), default=-1)
    return placed
