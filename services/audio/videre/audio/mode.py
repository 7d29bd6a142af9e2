"""Major or minor twenty seconds at a time, and keys: pitch classes against profiles of keys.

After C. Krumhansl, "Cognitive Foundations of Musical Pitch" (1990): how strongly each pitch class
sounds is compared with how well listeners find it fits a major and a minor key (the profiles of
Krumhansl and Kessler, 1982), for all twelve tonics. The mode is that of the best key. Relative keys
share their notes, so the mode is told only where it beats the best key of the other one clearly.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.onset import SAMPLE_RATE
from videre.audio.spectrum import periodic_hann

Floats = NDArray[np.float32]
Array = NDArray[np.float64]

#: 0.37 s: a semitone is two bins apart from 90 Hz on.
_FRAME: Final = 8_192
_HOP: Final = _FRAME
#: Frames of a stretch: 20 s; and of the shortest at the end: 5 s.
_STRETCH: Final = 54
_LEAST: Final = 14
_LOWEST_HZ, _HIGHEST_HZ = 65.0, 1_400.0
#: Width of a pitch class in semitones (standard deviation): instruments are not tuned exactly.
_WIDTH: Final = 0.3
_GAIN: Final = 100.0  # log1p(gain × magnitude), as the onset envelope hears
_MAJOR: Final = (6.35, 2.23, 3.48, 2.33, 4.38, 4.09, 2.52, 5.19, 2.39, 3.66, 2.29, 2.88)
_MINOR: Final = (6.33, 2.68, 3.52, 5.38, 2.60, 3.53, 2.54, 4.75, 3.98, 2.69, 3.34, 3.17)
#: Least correlation with the best key, and how far it must be ahead of the other mode's. Speech
#: does not get beyond .5, music without harmony neither.
_CLEAR: Final = 0.65
_AHEAD: Final = 0.1


@dataclass(frozen=True, slots=True)
class Key:
    """A key.

    Args:
        tonic: pitch class, 0 = C.
        mode: "major" or "minor".
        score: correlation with its profile, 0..1.
    """

    tonic: int
    mode: str
    score: float


@dataclass(frozen=True, slots=True)
class ModeStretch:
    """A stretch in a clear mode.

    Args:
        start_ns, end_ns: from the start of the track.
        mode: "major" or "minor".
        score: correlation with the best key's profile, 0..1.
    """

    start_ns: int
    end_ns: int
    mode: str
    score: float


class ModeMeter:
    """Turns a stream of 22.05 kHz mono samples into stretches of a clear mode."""

    def __init__(self) -> None:
        self._window = periodic_hann(_FRAME) / np.float32(_FRAME / 4)
        self._bins, self._classes = _pitch_classes()
        self._pending = np.zeros(0, dtype=np.float32)
        self._frames = 0
        self._found: list[ModeStretch] = []

    def push(self, samples: Floats) -> None:
        """Take the next samples, float32 [n], -1..1; any n."""
        self._pending = np.concatenate([self._pending, samples])
        needed = (_STRETCH - 1) * _HOP + _FRAME
        while len(self._pending) >= needed:
            self._stretch(self._pending[:needed])
            self._pending = self._pending[_STRETCH * _HOP :]

    def finish(self) -> tuple[ModeStretch, ...]:
        """Return what was found, in order of time; the meter is spent."""
        if len(self._pending) >= (_LEAST - 1) * _HOP + _FRAME:
            self._stretch(self._pending)
        return tuple(self._found)

    def _stretch(self, samples: Floats) -> None:
        frames = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
        chroma = np.zeros(12)
        for frame in frames:
            magnitude = np.abs(np.fft.rfft(frame * self._window))[self._bins]
            chroma += self._classes @ np.log1p(_GAIN * _peaks(magnitude))
        first, self._frames = self._frames, self._frames + len(frames)
        told = clear_mode(chroma)
        if told is not None:
            mode, score = told
            self._found.append(ModeStretch(_ns(first), _ns(self._frames), mode, score))


def clear_mode(chroma: Array) -> tuple[str, float] | None:
    """Return the mode and the correlation with its best key; None where it is not clear.

    Args:
        chroma: float64 [12], ≥ 0, strength of each pitch class, C first.
    """
    major, minor = _best(chroma, _MAJOR), _best(chroma, _MINOR)
    if max(major, minor) < _CLEAR or abs(major - minor) < _AHEAD:
        return None
    return ("major", major) if major > minor else ("minor", minor)


def clear_key(chroma: Array) -> Key | None:
    """Return the key that fits best; None where none fits well.

    Args:
        chroma: float64 [12], ≥ 0, strength of each pitch class, C first.
    """
    fits = {"major": _fits(chroma, _MAJOR), "minor": _fits(chroma, _MINOR)}
    mode = max(fits, key=lambda name: float(fits[name].max()))
    tonic = int(fits[mode].argmax())
    score = min(1.0, float(fits[mode][tonic]))
    return Key(tonic, mode, score) if score >= _CLEAR else None


def _best(chroma: Array, profile: tuple[float, ...]) -> float:
    """Return the largest correlation with a profile over the twelve tonics."""
    return min(1.0, max(0.0, float(_fits(chroma, profile).max())))


def _fits(chroma: Array, profile: tuple[float, ...]) -> Array:
    """Return the correlation with a profile at each tonic, [12]."""
    ours, key = chroma - chroma.mean(), np.array(profile) - np.mean(profile)
    size = float(np.sqrt((ours @ ours) * (key @ key)))
    if size == 0.0:
        return np.zeros(12)
    return np.array([float(ours @ np.roll(key, tonic)) for tonic in range(12)]) / size


def _peaks(magnitude: Array) -> Array:
    """Return the magnitudes of local maxima and 0 elsewhere: noise has few high ones."""
    inner = magnitude[1:-1]
    is_peak = (inner > magnitude[:-2]) & (inner >= magnitude[2:])
    return np.pad(np.where(is_peak, inner, 0.0), 1)


def _pitch_classes() -> tuple[slice, Array]:
    """Return the bins that are listened to, and what each gives to the classes [12, bins]."""
    hertz = np.fft.rfftfreq(_FRAME, 1 / SAMPLE_RATE)
    first, last = np.searchsorted(hertz, [_LOWEST_HZ, _HIGHEST_HZ])
    note = 69 + 12 * np.log2(hertz[first:last] / 440)
    away = (note - np.arange(12)[:, None] + 6) % 12 - 6
    return slice(int(first), int(last)), np.exp(-0.5 * (away / _WIDTH) ** 2)


def _ns(frames: int) -> int:
    return frames * _HOP * 1_000_000_000 // SAMPLE_RATE
