"""Songs rendered from a score: drums, bass and chords at exact beats, in several styles."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples, write_sound
from videre.cli.evaluation.truth import Truth

#: Style and tempo of every song.
SONGS: Final = (
    ("pop", 104.0), ("waltz", 92.0), ("techno", 132.0), ("strummed", 76.0), ("swing", 120.0),
    ("halftime", 66.0), ("pop", 168.0), ("waltz", 172.0), ("techno", 178.0), ("strummed", 140.0),
    ("swing", 152.0), ("halftime", 84.0),
)  # fmt: skip
#: Pieces too short for more than a few beats: style, tempo, seconds.
SHORT_SONGS: Final = (
    ("pop", 96.0, 2.6), ("techno", 126.0, 2.2), ("strummed", 108.0, 3.0), ("waltz", 116.0, 3.4),
)  # fmt: skip
_SECONDS: Final = 20.0
_LEAD_S: Final = 0.5
_SHORT_LEAD_S: Final = 0.1
_ROOTS: Final = (110.0, 87.3, 130.8, 98.0)
_THIRDS: Final = (1.2599, 1.1892, 1.2599, 1.2599)


#: Beats in a bar of the styles that have other than four.
METERS: Final = {"waltz": 3}


@dataclass(frozen=True, slots=True)
class Song:
    """A rendered song and the times of its beats, seconds; a bar begins on the first."""

    samples: Samples
    beats: tuple[float, ...]


def songs(folder: Path, count: int | None = None) -> list[Truth]:
    """Write the songs, the first `count` of each list; none begins on its first beat."""
    long = [(style, bpm, _SECONDS, _LEAD_S) for style, bpm in SONGS[:count]]
    short = [(*piece, _SHORT_LEAD_S) for piece in SHORT_SONGS[:count]]
    return [_written(*piece, folder) for piece in (*long, *short)]


def _written(style: str, bpm: float, seconds: float, lead_s: float, folder: Path) -> Truth:
    path = folder / f"song_{style}_{bpm:.0f}bpm_{seconds:.0f}s.wav"
    song = render_style(style, bpm, seconds, seed=round(bpm), lead_s=lead_s)
    write_sound(path, song.samples)
    return Truth(
        name=f"constructed/{path.name}",
        path=path,
        group="constructed",
        beats=song.beats,
        bpm=bpm,
    )


def render_style(
    style: str, bpm: float, seconds: float, seed: int, lead_s: float = _LEAD_S
) -> Song:
    """Return a song in a style of `STYLES`; its last beat sounds in full."""
    period_s = 60 / bpm
    beats = np.arange(lead_s, seconds - period_s / 2, period_s).tolist()
    band = Band(np.zeros(round(seconds * SOUND_RATE), np.float32), np.random.default_rng(seed))
    for number, beat in enumerate(beats):
        STYLES[style](band, number, beat, period_s)
    loudest = float(np.abs(band.track).max())
    return Song(np.asarray(band.track / loudest * 0.8, np.float32), tuple(beats))


class Band:
    """The instruments, and the track they play on."""

    def __init__(self, track: Samples, chance: np.random.Generator) -> None:
        """Play on `track`; noise is drawn from `chance`."""
        self.track = track
        self._chance = chance

    def kick(self, at_s: float, level: float = 0.9) -> None:
        """Play a bass drum."""
        time = times(0.25)
        falling = 60 * (1 + 1.5 * np.exp(-time * 40))
        wave = np.sin(2 * np.pi * np.cumsum(falling) / SOUND_RATE)
        self.add(at_s, np.asarray(level * wave * np.exp(-time * 14), np.float32))

    def snare(self, at_s: float, level: float = 0.4) -> None:
        """Play a snare drum."""
        self._noise(at_s, 0.15, level)

    def hat(self, at_s: float, level: float = 0.1) -> None:
        """Play a closed hi-hat."""
        self._noise(at_s, 0.04, level)

    def bass(self, at_s: float, hertz: float, seconds: float, level: float = 0.25) -> None:
        """Play a bass note an octave below `hertz`."""
        self.add(at_s, tone(hertz / 2, seconds, level, attack_s=0.01, fall=1.5))

    def chord(
        self, at_s: float, number: int, seconds: float, level: float = 0.06, fall: float = 1.5
    ) -> None:
        """Play a triad; `number` counts chords."""
        root, third = _ROOTS[number % len(_ROOTS)], _THIRDS[number % len(_THIRDS)]
        for factor in (2.0, 2 * third, 3.0):
            self.add(at_s, tone(root * factor, seconds, level, attack_s=0.005, fall=fall))

    def _noise(self, at_s: float, seconds: float, level: float) -> None:
        time = times(seconds)
        wave = level * self._chance.normal(0, 0.5, len(time)) * np.exp(-time * 30)
        self.add(at_s, np.asarray(wave, np.float32))

    def add(self, at_s: float, sound: Samples) -> None:
        """Play a sound; what is behind the end of the track is lost."""
        room = self.track[round(at_s * SOUND_RATE) :][: len(sound)]
        room += sound[: len(room)]


def _pop(band: Band, number: int, beat: float, period_s: float) -> None:
    """Four beats a bar: kick on 1 and 3, snare on 2 and 4, hats on eighths, a chord a bar."""
    if number % 2 == 0:
        band.kick(beat)
    else:
        band.snare(beat)
    band.hat(beat)
    band.hat(beat + period_s / 2, 0.08)
    band.bass(beat, _ROOTS[number // 4 % 4], period_s * 0.9)
    if number % 4 == 0:
        band.chord(beat, number // 4, 4 * period_s)


def _waltz(band: Band, number: int, beat: float, period_s: float) -> None:
    """Three beats a bar and no drums: bass on 1, chords on 2 and 3."""
    if number % 3 == 0:
        band.bass(beat, _ROOTS[number // 3 % 4], period_s * 0.9, 0.5)
    else:
        band.chord(beat, number // 3, period_s * 0.5, 0.12, fall=6)


def _techno(band: Band, number: int, beat: float, period_s: float) -> None:
    """Kick on every beat, hats between, bass in sixteenths."""
    band.kick(beat)
    band.hat(beat + period_s / 2, 0.25)
    for sixteenth in range(1, 4):
        at_s = beat + sixteenth * period_s / 4
        band.bass(at_s, _ROOTS[number // 8 % 4], period_s / 5, 0.15)


def _strummed(band: Band, number: int, beat: float, period_s: float) -> None:
    """A guitar by itself: down on the beat, up between two of three."""
    band.chord(beat, number // 4, period_s, 0.15 if number % 4 == 0 else 0.11, fall=4)
    if number % 3:
        band.chord(beat + period_s / 2, number // 4, period_s / 2, 0.06, fall=5)


def _swing(band: Band, number: int, beat: float, period_s: float) -> None:
    """Walking bass, hats in long and short on 2 and 4."""
    band.bass(beat, _ROOTS[number // 4 % 4] * (1, 1.26, 1.5, 1.68)[number % 4], period_s * 0.8, 0.4)
    band.hat(beat, 0.25)
    if number % 2:
        band.hat(beat + period_s * 2 / 3, 0.15)


def _halftime(band: Band, number: int, beat: float, period_s: float) -> None:
    """A slow song: broken chords in eighths over kick on 1 and snare on 3."""
    if number % 4 == 0:
        band.kick(beat, 0.6)
        band.bass(beat, _ROOTS[number // 4 % 4], 3 * period_s)
    if number % 4 == 2:
        band.snare(beat, 0.3)
    for eighth in range(2):
        level = 0.1 if eighth == 0 else 0.06
        band.chord(beat + eighth * period_s / 2, number // 4, period_s / 2, level, fall=4)


#: What a style plays at one beat: (band, number of the beat, its time, seconds between beats).
STYLES: Final[dict[str, Callable[[Band, int, float, float], None]]] = {
    "pop": _pop,
    "waltz": _waltz,
    "techno": _techno,
    "strummed": _strummed,
    "swing": _swing,
    "halftime": _halftime,
}


def times(seconds: float) -> Samples:
    """Return the time of each sample of a sound."""
    return np.asarray(np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE, np.float32)


def tone(hertz: float, seconds: float, level: float, attack_s: float, fall: float) -> Samples:
    """Return a plucked note with its octave."""
    time = times(seconds)
    wave = np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time)
    attack = np.minimum(1, time / attack_s)
    return np.asarray(level * wave * attack * np.exp(-time * fall), np.float32)
