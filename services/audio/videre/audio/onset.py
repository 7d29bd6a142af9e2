"""The onset envelope: how much new sound begins at each instant, computed piece by piece.

Spectral flux on a mel scale, after Böck & Widmer 2013 ("Maximum filter vibrato suppression for
onset detection", DAFx): a band counts only what exceeds its own and its neighbours' level two
frames before, so that gliding voices and vibrato weigh little. Memory is 8 bytes per frame
(0.7 kB for a second of sound), so a day of sound is no problem.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.audio.spectrum import htk_mel_bank, periodic_hann

Floats = NDArray[np.float32]

SAMPLE_RATE: Final = 22_050
HOP: Final = 256
FRAME: Final = 1_024
FRAMES_PER_SECOND: Final = SAMPLE_RATE / HOP

_BANDS: Final = 48
_LOW_BANDS: Final = 8  # up to about 400 Hz: bass and bass drum, which carry the beat
_LAG: Final = 2  # frames: 23 ms, shorter than any beat and longer than one frame's blur
_GAIN: Final = 100.0  # log1p(gain × magnitude): linear below -40 dBFS, logarithmic above
#: Frames per transform. Always this many, so that the arithmetic, to the last bit, does not depend
#: on how the sound was cut into pieces.
_BLOCK: Final = 256


@dataclass(frozen=True, slots=True)
class OnsetEnvelope:
    """Onset strength per frame of `HOP` samples; frame i stands for sample i × `HOP`.

    Args:
        full: float32 [frames], ≥ 0, mean over all bands (30 Hz..9 kHz).
        low: float32 [frames], ≥ 0, mean over the bands below about 400 Hz.
    """

    full: Floats
    low: Floats


class OnsetMeter:
    """Turns a stream of 22.05 kHz mono samples into its onset envelope."""

    def __init__(self) -> None:
        self._weights = htk_mel_bank(_BANDS, 30.0, 9_000.0, SAMPLE_RATE, FRAME, unit_sum=True)
        self._window = periodic_hann(FRAME) / np.float32(FRAME / 4)
        # Half a frame of silence in front centres frame i on sample i × HOP.
        self._pending = np.zeros(FRAME // 2, dtype=np.float32)
        self._before = np.zeros((_LAG, _BANDS), dtype=np.float32)
        self._full: list[Floats] = []
        self._low: list[Floats] = []
        self._frames = 0
        self._samples = 0

    def push(self, samples: Floats) -> None:
        """Take the next samples, float32 [n], -1..1; any n."""
        self._samples += len(samples)
        self._pending = np.concatenate([self._pending, samples])
        self._drain()

    def finish(self) -> OnsetEnvelope:
        """Return the envelope of everything pushed; the meter is spent."""
        total = 1 + self._samples // HOP
        blocks = -(-(total - self._frames) // _BLOCK)
        needed = (blocks * _BLOCK - 1) * HOP + FRAME
        silence = np.zeros(max(0, needed - len(self._pending)), dtype=np.float32)
        self._pending = np.concatenate([self._pending, silence])
        self._drain()
        return OnsetEnvelope(np.concatenate(self._full)[:total], np.concatenate(self._low)[:total])

    def _drain(self) -> None:
        needed = (_BLOCK - 1) * HOP + FRAME
        start = 0
        while len(self._pending) - start >= needed:
            self._block(self._pending[start : start + needed])
            start += _BLOCK * HOP
        self._pending = self._pending[start:]

    def _block(self, samples: Floats) -> None:
        frames = np.lib.stride_tricks.sliding_window_view(samples, FRAME)[::HOP]
        magnitude = np.abs(np.fft.rfft(frames * self._window, axis=1))
        loudness = np.log1p(_GAIN * (magnitude @ self._weights.T)).astype(np.float32)
        history = np.concatenate([self._before, loudness])
        rise = np.maximum(0.0, loudness - _widened(history[:-_LAG]))
        self._before = history[-_LAG:]
        self._full.append(rise.mean(axis=1))
        self._low.append(rise[:, :_LOW_BANDS].mean(axis=1))
        self._frames += _BLOCK


def _widened(bands: Floats) -> Floats:
    """Return for each band the largest of itself and its two neighbours, [frames, bands]."""
    padded = np.pad(bands, ((0, 0), (1, 1)), mode="edge")
    widest: Floats = np.maximum(np.maximum(padded[:, :-2], padded[:, 2:]), bands)
    return widest
