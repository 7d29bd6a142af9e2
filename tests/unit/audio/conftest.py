"""Sounds with a known answer."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
from numpy.typing import NDArray

RATE = 22_050
Sound = NDArray[np.float32]
#: (beats per minute, beats in a bar, seconds) → (sound, beat times in seconds)
Render = Callable[..., tuple[Sound, NDArray[np.float64]]]


def _decay(seconds: float, fall: float) -> NDArray[np.float64]:
    return np.exp(-np.arange(int(seconds * RATE)) / RATE / fall)


def _tone(hertz: float, seconds: float, fall: float) -> NDArray[np.float64]:
    envelope = _decay(seconds, fall)
    time = np.arange(len(envelope)) / RATE
    overtones = sum(np.sin(2 * np.pi * hertz * k * time) / k for k in range(1, 6))
    return 0.25 * envelope * np.minimum(1, time / 0.01) * overtones


def _add(song: NDArray[np.float64], sound: NDArray[np.float64], at: float) -> None:
    start = round(at * RATE)
    piece = sound[: max(0, len(song) - start)]
    song[start : start + len(piece)] += piece


def render(
    bpm: float, bar: int = 4, seconds: float = 24.0, *, drums: bool = True, seed: int = 1
) -> tuple[Sound, NDArray[np.float64]]:
    """Render bass, chords and drums that play with 4 ms of human error over a little noise."""
    rng = np.random.default_rng(seed)
    song = rng.standard_normal(int(seconds * RATE)) * 0.003
    period = 60 / bpm
    beats = np.arange(rng.uniform(0.1, 0.6), seconds - 0.1, period)
    for index, beat in enumerate(beats):
        when = max(0.0, beat + rng.normal(0, 0.004))
        measure, place = divmod(index, bar)
        root = 110 * 2 ** ([0, 5, 7, 3][measure % 4] / 12)
        if place == 0:
            _add(song, _tone(root / 2, 2 * period, 0.6), when)
        else:
            for step in (0, 4, 7):
                _add(song, 0.35 * _tone(root * 2 ** (step / 12), period, 0.2), when)
        if drums:
            hit = rng.standard_normal(int(0.1 * RATE)) * _decay(0.1, 0.03)
            _add(song, (0.5 if place % 2 else 0.3) * hit, when)
            _add(song, 0.12 * hit, when + period / 2)
    return (song / (1.2 * np.abs(song).max())).astype(np.float32), beats


def babble(seconds: float, seed: int = 3) -> Sound:
    """Render syllables of gliding pitch and irregular length: speech as an onset meter hears it."""
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal(int(seconds * RATE)) * 0.001
    at = 0.1
    while at < seconds - 0.5:
        length = 0.06 * 8 ** rng.random()
        time = np.arange(int(length * RATE)) / RATE
        pitch = rng.uniform(90, 220) * (1 + rng.uniform(-0.4, 0.4) * time / length)
        phase = 2 * np.pi * np.cumsum(pitch) / RATE
        voice = sum(np.sin(k * phase) / k for k in range(1, 20))
        _add(sound, 0.2 * voice * np.sin(np.pi * time / length), at)
        at += length * rng.uniform(0.8, 1.3) + (rng.uniform(0.2, 0.8) if rng.random() < 0.25 else 0)
    return sound.astype(np.float32)


@pytest.fixture(scope="session")
def song() -> Render:
    """The renderer of songs with known beats."""
    return render


@pytest.fixture(scope="session")
def speech_like() -> Callable[[float], Sound]:
    """The renderer of sound without a pulse."""
    return babble
