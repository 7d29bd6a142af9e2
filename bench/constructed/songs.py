"""Songs rendered from a score: drums, bass and chords at exact beats."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Final

import numpy as np

from bench.constructed.media import SOUND_RATE, Samples, write_sound
from bench.truth import Truth

TEMPOS: Final = (76.0, 92.0, 104.0, 120.0, 132.0, 168.0)
_SECONDS: Final = 24.0
_LEAD_S: Final = 0.5
_ROOTS: Final = (110.0, 87.3, 130.8, 98.0)
_THIRDS: Final = (1.2599, 1.1892, 1.2599, 1.2599)


def songs(folder: Path, tempos: Sequence[float] = TEMPOS) -> list[Truth]:
    """Write a song per tempo; none begins on its first beat."""
    return [_song(bpm, folder) for bpm in tempos]


def _song(bpm: float, folder: Path) -> Truth:
    path = folder / f"song_{bpm:.0f}bpm.wav"
    period_s = 60 / bpm
    beats = np.arange(_LEAD_S, _SECONDS - period_s, period_s)
    write_sound(path, render(beats.tolist(), period_s, seed=round(bpm)))
    return Truth(
        name=f"constructed/{path.name}",
        path=path,
        group="constructed",
        beats=tuple(beats.tolist()),
        bpm=bpm,
    )


def render(beats: list[float], period_s: float, seed: int) -> Samples:
    """Return a song of four beats a bar: kick on 1 and 3, snare on 2 and 4, hats on eighths."""
    chance = np.random.default_rng(seed)
    track = np.zeros(round(_SECONDS * SOUND_RATE), np.float32)
    for number, beat in enumerate(beats):
        chord = number // 4 % len(_ROOTS)
        _add(track, beat, _drum(60, 0.25, 0.9) if number % 2 == 0 else _noise(chance, 0.15, 0.4))
        _add(track, beat, _noise(chance, 0.04, 0.12))
        _add(track, beat + period_s / 2, _noise(chance, 0.03, 0.08))
        _add(track, beat, _tone(_ROOTS[chord] / 2, period_s * 0.9, 0.25))
        if number % 4 == 0:
            for factor in (2.0, 2 * _THIRDS[chord], 3.0):
                _add(track, beat, _tone(_ROOTS[chord] * factor, 4 * period_s, 0.06))
    return np.asarray(track / np.abs(track).max() * 0.8, np.float32)


def _add(track: Samples, at_s: float, sound: Samples) -> None:
    first = round(at_s * SOUND_RATE)
    room = track[first : first + len(sound)]
    room += sound[: len(room)]


def _times(seconds: float) -> Samples:
    return np.asarray(np.arange(round(seconds * SOUND_RATE)) / SOUND_RATE, np.float32)


def _drum(hertz: float, seconds: float, level: float) -> Samples:
    time = _times(seconds)
    falling = hertz * (1 + 1.5 * np.exp(-time * 40))
    wave = np.sin(2 * np.pi * np.cumsum(falling) / SOUND_RATE)
    return np.asarray(level * wave * np.exp(-time * 14), np.float32)


def _noise(chance: np.random.Generator, seconds: float, level: float) -> Samples:
    time = _times(seconds)
    return np.asarray(level * chance.normal(0, 0.5, len(time)) * np.exp(-time * 30), np.float32)


def _tone(hertz: float, seconds: float, level: float) -> Samples:
    time = _times(seconds)
    wave = np.sin(2 * np.pi * hertz * time) + 0.4 * np.sin(4 * np.pi * hertz * time)
    attack = np.minimum(1, time / 0.01)
    return np.asarray(level * wave * attack * np.exp(-time * 1.5), np.float32)
