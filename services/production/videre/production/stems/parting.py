"""Sound parted by masks over its spectra, block by block. Pure but for what gives the masks.

Spectra are those that Spleeter was trained on: 4,096 samples by a Hann window, every 1,024. A block
has 512 of them, of which 32 at both ends only tell the network what is around: so nothing is heard
where blocks meet. The two stems add up to the source.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.stems.network import BINS, FRAMES

Samples = NDArray[np.float32]
#: Magnitudes [channels, FRAMES, BINS] → share of the voice, 0..1, of the same shape.
Mask = Callable[[NDArray[np.float32]], NDArray[np.float32]]

RATE: Final = 44_100
_SIZE: Final = 4_096
_STEP: Final = 1_024
#: Spectra at both ends of a block that are heard in its neighbours.
_AROUND: Final = 32
_KEPT: Final = FRAMES - 2 * _AROUND
#: Uppermost frequencies that the network knows (0.7 kHz): what lies above them goes as they do.
_UPPER: Final = 64
_WINDOW: Final = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(_SIZE) / _SIZE)).astype(np.float32)
#: What windows add up to where spectra lie upon each other: squares of Hann windows, four deep.
_SUM: Final = 1.5


def voice_of(source: Samples, mask: Mask) -> Iterator[tuple[int, Samples]]:
    """Give the voice of sound in pieces, in order, each with the sample at which it begins.

    Args:
        source: float32 [samples, 1 or 2], RATE a second.
        mask: which share of the magnitudes is voice.
    """
    count, channels = source.shape
    tail = np.zeros((channels, _SIZE - _STEP), np.float32)
    # Spectrum n ends before sample n × _STEP: the first one hears nothing.
    frames = -(-(count + _SIZE) // _STEP)
    for first in range(0, frames, _KEPT):
        spectra = _spectra(source, first - _AROUND)
        shares = _share(np.abs(spectra[:, :, :BINS]), mask)[:, _AROUND : _AROUND + _KEPT]
        spectra = spectra[:, _AROUND : _AROUND + _KEPT]
        spectra[:, :, :BINS] *= shares
        spectra[:, :, BINS:] *= shares[:, :, -_UPPER:].mean(2, keepdims=True)
        made = _laid(spectra)
        made[:, : _SIZE - _STEP] += tail
        tail = made[:, _KEPT * _STEP :].copy()
        start = first * _STEP - _SIZE
        low, high = max(0, start), min(count, start + _KEPT * _STEP)
        if low < high:
            yield low, (made[:, low - start : high - start] / _SUM).T


def _share(magnitudes: NDArray[np.float32], mask: Mask) -> NDArray[np.float32]:
    """Return the share of the voice; one channel is heard as two equal ones."""
    if len(magnitudes) == 2:
        return mask(magnitudes)
    both = mask(np.repeat(magnitudes, 2, axis=0))
    return np.asarray(both.mean(0, keepdims=True), np.float32)


def _spectra(source: Samples, first: int) -> NDArray[np.complex64]:
    """Return FRAMES spectra from one on, [channels, FRAMES, frequencies]; outside is silence."""
    start, length = first * _STEP - _SIZE, (FRAMES - 1) * _STEP + _SIZE
    heard = np.zeros((source.shape[1], length), np.float32)
    low, high = max(0, start), min(len(source), start + length)
    if low < high:
        heard[:, low - start : high - start] = source[low:high].T
    windows = np.lib.stride_tricks.sliding_window_view(heard, _SIZE, 1)[:, ::_STEP]
    return np.asarray(np.fft.rfft(windows * _WINDOW, axis=2), np.complex64)


def _laid(spectra: NDArray[np.complex64]) -> Samples:
    """Return the sound of spectra, laid upon each other, [channels, samples]."""
    waves = np.asarray(np.fft.irfft(spectra, _SIZE, axis=2), np.float32) * _WINDOW
    channels, frames, _ = waves.shape
    made = np.zeros((channels, frames + _SIZE // _STEP - 1, _STEP), np.float32)
    quarters = waves.reshape(channels, frames, _SIZE // _STEP, _STEP)
    for quarter in range(_SIZE // _STEP):
        made[:, quarter : quarter + frames] += quarters[:, :, quarter]
    return made.reshape(channels, -1)
