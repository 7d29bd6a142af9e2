"""Spectra of short stretches of sound: windows, mel filters, log-mel patches, level, flatness."""

from __future__ import annotations

import math
from typing import Final

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]

#: Level reported for digital silence, dBFS.
SILENCE_DBFS: Final = -120.0

# YAMNet's front end (Apache-2.0, tensorflow/models, research/audioset/yamnet/params.py).
MEL_RATE: Final = 16_000
MEL_FRAME: Final = 400  # 25 ms
MEL_HOP: Final = 160  # 10 ms
MEL_BANDS: Final = 64
_MEL_FFT: Final = 512
_MEL_LOW_HZ: Final = 125.0
_MEL_HIGH_HZ: Final = 7_500.0
_MEL_OFFSET: Final = 0.001

_FLATNESS_FRAME: Final = 512
_FLATNESS_FLOOR: Final = 1e-10  # power; below 16-bit quantisation noise


def periodic_hann(length: int) -> Floats:
    """Return a Hann window whose period is `length`, float32 [length]."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(length) / length)).astype(np.float32)


def htk_mel_bank(
    bands: int, low_hz: float, high_hz: float, rate: int, fft: int, *, unit_sum: bool = False
) -> Floats:
    """Return triangular filters on the HTK mel scale, float32 [bands, fft / 2 + 1].

    Triangles are drawn in mel, as HTK and TensorFlow do. With `unit_sum` each filter's weights add
    up to one (filters that fall between two bins stay zero).
    """
    bins = _mel(np.arange(fft // 2 + 1) * rate / fft)
    edges = np.linspace(_mel(np.array(low_hz)), _mel(np.array(high_hz)), bands + 2)
    rising = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    falling = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    weights = np.maximum(0.0, np.minimum(rising, falling))
    weights[:, 0] = 0.0  # the constant part carries no sound
    if unit_sum:
        sums = weights.sum(axis=1, keepdims=True)
        weights = weights / np.where(sums > 0, sums, 1.0)
    return weights.astype(np.float32)


def _mel(hertz: NDArray[np.float64]) -> NDArray[np.float64]:
    return 1127.0 * np.log1p(hertz / 700.0)


class LogMel:
    """YAMNet's log-mel spectrogram of 16 kHz sound."""

    def __init__(self) -> None:
        self._window = periodic_hann(MEL_FRAME)
        bank = htk_mel_bank(MEL_BANDS, _MEL_LOW_HZ, _MEL_HIGH_HZ, MEL_RATE, _MEL_FFT)
        self._weights = np.ascontiguousarray(bank.T)

    def frames(self, samples: Floats) -> Floats:
        """Return log(mel magnitude + 0.001), float32 [frames, 64].

        Args:
            samples: float32 [n], -1..1, n ≥ 400; frame i covers samples 160 i to 160 i + 400.
        """
        frames = np.lib.stride_tricks.sliding_window_view(samples, MEL_FRAME)[::MEL_HOP]
        magnitude = np.abs(np.fft.rfft(frames * self._window, n=_MEL_FFT, axis=1))
        log_mel: Floats = np.log(magnitude @ self._weights + np.float32(_MEL_OFFSET))
        return log_mel


def level_dbfs(samples: Floats) -> float:
    """Return the root mean square level of samples (float32 [n], -1..1) in dB of full scale.

    A full-scale square wave has 0 dBFS; nothing is below `SILENCE_DBFS`.
    """
    if len(samples) == 0:
        return SILENCE_DBFS
    power = float(np.mean(np.square(samples, dtype=np.float64)))
    return max(SILENCE_DBFS, 10 * math.log10(power)) if power > 0 else SILENCE_DBFS


def flatness(samples: Floats) -> float:
    """Return the spectral flatness of samples (float32 [n], -1..1), 0..1.

    Geometric over arithmetic mean of the power spectrum, which is averaged over frames of 512
    samples first (Welch), so that steady white noise comes near 1; pure tones near 0; 0 for fewer
    than 512 samples and for digital silence.
    """
    count = len(samples) // _FLATNESS_FRAME
    if count == 0:
        return 0.0
    frames = samples[: count * _FLATNESS_FRAME].reshape(count, _FLATNESS_FRAME)
    spectrum = np.fft.rfft(frames * periodic_hann(_FLATNESS_FRAME), axis=1)
    power = np.square(np.abs(spectrum), dtype=np.float64).mean(axis=0)[1:]
    mean = float(power.mean())
    if mean <= _FLATNESS_FLOOR:
        return 0.0
    return min(1.0, math.exp(float(np.log(power + _FLATNESS_FLOOR).mean())) / mean)
