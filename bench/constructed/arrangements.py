"""Songs with a form, rendered from a score: verses, choruses, bridges in a key, with bars.

A verse has another melody every time over the same chords, as words of a song differ; a chorus
comes back note by note, louder or not, with other drums. The tempo drifts, players are up to some
milliseconds off, and a little noise is under all of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples
from bench.constructed.songs import Band, tone

#: Semitones of the steps of the scales above their tonic.
_MAJOR: Final = (0, 2, 4, 5, 7, 9, 11)
_MINOR: Final = (0, 2, 3, 5, 7, 8, 10)
_LEAD_S: Final = 0.4
_HUMAN_S: Final = 0.005
_NOISE: Final = 0.002
_A: Final = 220.0


@dataclass(frozen=True, slots=True)
class Score:
    """What is played.

    Args:
        name: names the song.
        form: kinds of its sections: i(ntro), v(erse), p(re-chorus), c(horus), b(ridge), o(utro).
        bpm: tempo at the beginning.
        drift: by which share the tempo is faster at the end.
        meter: beats in a bar.
        bars: bars of a section.
        tonic: semitones above A.
        minor: mode.
        chords: of each kind of section the steps of the scale, one a bar, over and over.
        lift: how much louder the chorus is, as factor.
        drums: whether there are any.
    """

    name: str
    form: str
    bpm: float
    drift: float
    meter: int
    bars: int
    tonic: int
    minor: bool
    chords: dict[str, Sequence[int]]
    lift: float = 1.4
    drums: bool = True


@dataclass(frozen=True, slots=True)
class Arrangement:
    """A rendered song and what is known of it, seconds."""

    name: str
    samples: Samples
    beats: tuple[float, ...]
    downbeats: tuple[float, ...]
    choruses: tuple[tuple[float, float], ...]
    tonic: int
    minor: bool
    tempi: tuple[tuple[float, float], ...]


#: Steps of scales count from 0.
SCORES: Final = (
    Score("anthem", "ivcvcbcc", 116, 0.0, 4, 8, 3, False,
          {"i": (0, 3), "v": (0, 4, 5, 3), "c": (3, 4, 0, 5), "b": (1, 5, 1, 4)}),
    Score("ballad", "vvcvcbc", 72, 0.02, 4, 8, 10, False,
          {"v": (0, 2, 3, 4), "c": (5, 3, 0, 4), "b": (1, 1, 3, 3)}, drums=False),
    Score("waltz", "ivcvcvc", 138, 0.0, 3, 16, 5, False,
          {"i": (0, 4), "v": (0, 3, 4, 0), "c": (5, 1, 4, 0)}, lift=1.2),
    Score("club", "ivpcvpcbc", 128, 0.0, 4, 8, 0, True,
          {"i": (0, 0), "v": (0, 0, 5, 6), "p": (3, 3, 4, 4), "c": (0, 5, 2, 6),
           "b": (5, 5, 3, 3)}),
    Score("rock", "vcvcbcco", 148, 0.03, 4, 8, 7, True,
          {"v": (0, 6, 0, 6), "c": (5, 6, 0, 2), "b": (3, 0, 3, 4), "o": (0, 0)}),
    Score("folk", "vcvcvc", 96, -0.03, 4, 8, 2, False,
          {"v": (0, 3, 0, 4), "c": (3, 0, 4, 0)}, lift=1.0, drums=False),
    Score("soul", "ivvcvcbcc", 88, 0.0, 4, 8, 8, True,
          {"i": (0, 3), "v": (0, 3, 0, 3), "c": (5, 2, 3, 4), "b": (1, 4, 1, 4)}, lift=1.2),
    Score("slow waltz", "vcvcbc", 96, 0.0, 3, 16, 1, True,
          {"v": (0, 3, 4, 0), "c": (2, 6, 5, 4), "b": (3, 3, 4, 4)}, lift=1.3),
)  # fmt: skip


def play(score: Score) -> Arrangement:
    """Render a song."""
    chance = np.random.default_rng(len(score.name) * 1_000 + round(score.bpm))
    count = len(score.form) * score.bars * score.meter
    tempi = score.bpm * (1 + score.drift * np.arange(count) / count)
    beats = _LEAD_S + np.concatenate([[0.0], np.cumsum(60 / tempi)])
    track = np.asarray(
        _NOISE * chance.normal(size=round((beats[-1] + 1.5) * SOUND_RATE)), np.float32
    )
    band = Band(track, chance)
    length = score.bars * score.meter
    chorus = _melody(chance, length)
    for number, kind in enumerate(score.form):
        melody = chorus if kind == "c" else _melody(chance, length)
        for beat in range(length):
            at = number * length + beat
            when = float(beats[at]) + float(chance.normal(0, _HUMAN_S))
            _play_beat(band, score, kind, beat, max(0.0, when), 60 / float(tempi[at]), melody)
    edges = beats[::length]
    return Arrangement(
        name=score.name,
        samples=np.asarray(track / np.abs(track).max() * 0.8, np.float32),
        beats=tuple(beats[:-1].tolist()),
        downbeats=tuple(beats[: -1 : score.meter].tolist()),
        choruses=_joined(
            [
                (float(edges[number]), float(edges[number + 1]))
                for number, kind in enumerate(score.form)
                if kind == "c"
            ]
        ),
        tonic=(score.tonic + 9) % 12,
        minor=score.minor,
        tempi=tuple(zip(beats[:-1].tolist(), tempi.tolist(), strict=True)),
    )


def _joined(spans: Sequence[tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """Return spans with neighbours that touch put together."""
    joined: list[tuple[float, float]] = []
    for start, end in spans:
        if joined and abs(joined[-1][1] - start) < 1e-6:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return tuple(joined)


def _melody(chance: np.random.Generator, length: int) -> list[int | None]:
    """Return steps of the scale above the chord's root, or rests, a beat each."""
    steps = [0, 2, 4, 1, 7, None]
    return [steps[int(n)] for n in chance.integers(0, len(steps), length)]


def _play_beat(
    band: Band, score: Score, kind: str, beat: int, when: float, period_s: float,
    melody: Sequence[int | None],
) -> None:  # fmt: skip
    measure, place = divmod(beat, score.meter)
    chords = score.chords[kind]
    root = chords[measure % len(chords)]
    loud = score.lift if kind == "c" else 0.6 if kind in "io" else 1.0
    if place == 0:
        band.bass(when, 2 * _hertz(score, root, -1), period_s * 1.8, 0.3 * loud)
    elif score.meter == 4 and place == 2:
        band.bass(when, 2 * _hertz(score, root, -1), period_s * 1.5, 0.22 * loud)
    for step in (root, root + 2, root + 4):
        level = (0.07 if place else 0.09) * loud
        band.add(when, tone(_hertz(score, step, 0), period_s * 1.1, level, 0.005, 3.0))
    note = melody[beat]
    if note is not None and kind not in "io":
        sung = tone(_hertz(score, root + note, 1), period_s * 0.9, 0.13 * loud, 0.03, 1.0)
        band.add(when, sung)
    if score.drums and kind != "i":
        _drums(band, score, kind, place, when, period_s)


def _drums(band: Band, score: Score, kind: str, place: int, when: float, period_s: float) -> None:
    if score.name == "club":
        band.kick(when, 0.7)
        band.hat(when + period_s / 2, 0.2)
    elif place == 0 or (score.meter == 4 and place == 2):
        band.kick(when, 0.7)
    else:
        band.snare(when, 0.25 if score.meter == 4 else 0.1)
    band.hat(when, 0.1)
    if kind == "c":
        band.hat(when + period_s / 2, 0.15)


def _hertz(score: Score, step: int, octave: int) -> float:
    """Return the frequency of a step of the song's scale."""
    scale = _MINOR if score.minor else _MAJOR
    turns, place = divmod(step, len(scale))
    semitones = score.tonic - (12 if score.tonic > 6 else 0) + scale[place]
    return float(_A * 2 ** (semitones / 12 + turns + octave))
