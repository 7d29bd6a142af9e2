"""The mel spectrogram that voice encoders of the Resemblyzer family were trained on. Pure.

As librosa's `melspectrogram` makes it with its defaults (frames centred, periodic Hann window,
power, Slaney's scale and normalisation), which is not a logarithm.
"""

from __future__ import annotations

from functools import cache
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.asr.activity import SAMPLE_RATE

F32 = NDArray[np.float32]
F64 = NDArray[np.float64]

#: Samples of a frame's window and from one frame to the next: 25 and 10 ms.
WINDOW: Final = 400
HOP: Final = 160
CHANNELS: Final = 40
#: Slaney's scale (Auditory Toolbox, 1998) is linear up to 1 kHz, then logarithmic.
_LINEAR_HZ: Final = 200 / 3
_BREAK_HZ: Final = 1_000.0
_LOG_STEP: Final = np.log(6.4) / 27


def mel_spectrogram(sound: F32) -> F32:
    """Return the power in each channel, float32 [1 + samples // 160, 40].

    Args:
        sound: float32 [samples], 16 kHz, -1..1.
    """
    padded = np.pad(sound, WINDOW // 2)
    frames = np.lib.stride_tricks.sliding_window_view(padded, WINDOW)[::HOP]
    spectrum = np.fft.rfft(frames * _hann(), axis=1)
    power = np.square(spectrum.real) + np.square(spectrum.imag)
    mel: F32 = (power @ _filters().T).astype(np.float32)
    return mel


@cache
def _hann() -> F64:
    return np.hanning(WINDOW + 1)[:-1]


@cache
def _filters() -> F64:
    """Return the triangles of the channels, each of area one, [40, 201]."""
    edges = _hertz(np.linspace(_mel(0.0), _mel(SAMPLE_RATE / 2), CHANNELS + 2))
    bins = np.fft.rfftfreq(WINDOW, 1 / SAMPLE_RATE)
    width = np.diff(edges)
    slopes = edges[:, None] - bins[None, :]
    rising = -slopes[:-2] / width[:-1, None]
    falling = slopes[2:] / width[1:, None]
    triangles = np.maximum(0, np.minimum(rising, falling))
    filters: F64 = triangles * (2 / (edges[2:] - edges[:-2]))[:, None]
    return filters


def _mel(hertz: float) -> float:
    if hertz < _BREAK_HZ:
        return hertz / _LINEAR_HZ
    return float(_BREAK_HZ / _LINEAR_HZ + np.log(hertz / _BREAK_HZ) / _LOG_STEP)


def _hertz(mel: F64) -> F64:
    linear = mel * _LINEAR_HZ
    logarithmic = _BREAK_HZ * np.exp(_LOG_STEP * (mel - _BREAK_HZ / _LINEAR_HZ))
    return np.where(linear < _BREAK_HZ, linear, logarithmic)
