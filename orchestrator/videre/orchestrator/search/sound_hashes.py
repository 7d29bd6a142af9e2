"""What a track sounds like, as hashes that coding, loudness and equalisers leave alone. Pure.

A hash of 64 bits stands for four seconds: the strength of sixteen bands of frequency in them,
twenty times a second, is a coarse picture, and its bits are the signs of that picture's lowest
coefficients. So a bit tells whether bands rise and fall together or apart, and how often, as in the
fingerprints of Haitsma & Kalker (A Highly Robust Audio Fingerprinting System, ISMIR 2002), whose
bits are signs of differences between neighbours; the cosine transform takes the place of the
differences because a hash comes four times a second only, and its stretch may begin an eighth of a
second beside the other one's. What a band has all the time is left out: an equaliser changes
nothing.
"""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

#: Samples a second of the sound.
RATE: Final = 16_000
#: How often there is a hash, and how long a stretch it stands for.
EVERY_MS: Final = 250
WINDOW_MS: Final = 4_000
_HOP: Final = RATE // 20
_FRAME: Final = RATE // 10
_ROWS: Final = WINDOW_MS * RATE // 1_000 // _HOP
_EVERY: Final = EVERY_MS * RATE // 1_000 // _HOP
#: Samples from one hash to the next, and those that one is made of.
STEP: Final = _EVERY * _HOP
LENGTH: Final = (_ROWS - 1) * _HOP + _FRAME
#: What telephones and all coders keep, Hz.
_LOW_HZ, _HIGH_HZ, _BANDS = 200, 4_000, 16
#: Coefficients in each direction.
_KEPT: Final = 8
#: Added to a band's power: what is below is as good as silent (about −70 dB of full scale).
_FLOOR: Final = 1.6e6
#: Stretches whose bands deviate less, in nepers of power, tell nothing: silence, a steady hum.
_PLAIN: Final = 0.5


def sound_hashes(pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.uint64]:
    """Return the hashes of stretches that begin every quarter of a second; 0 of those that tell
    nothing.

    Args:
        pcm: one channel at `RATE`; only stretches that lie in it whole have a hash.
    """
    count = (len(pcm) - LENGTH) // STEP + 1
    if count < 1 or np.ptp(pcm) == 0:  # silence of films, which needs no transforms
        return np.zeros(max(0, count), np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(_bands(pcm), _ROWS, axis=0)[::_EVERY][:count]
    moved = windows - windows.mean(axis=2, keepdims=True)
    kept = np.einsum(
        "ib,nbt,jt->nij", cosines(_BANDS, _KEPT), moved, cosines(_ROWS, _KEPT, 1), optimize=True
    )
    hashes = np.packbits(kept.reshape(count, -1) > 0, axis=1).view(">u8")[:, 0].astype(np.uint64)
    hashes[moved.reshape(count, -1).std(axis=1) < _PLAIN] = 0
    return hashes


def _bands(pcm: npt.NDArray[np.int16]) -> npt.NDArray[np.float64]:
    """Return the logarithm of the power of each band, a row every `_HOP` samples."""
    frames = np.lib.stride_tricks.sliding_window_view(pcm, _FRAME)[::_HOP]
    spectra = np.fft.rfft(frames * np.hanning(_FRAME), axis=1)
    power = spectra.real**2 + spectra.imag**2
    borders = np.geomspace(_LOW_HZ, _HIGH_HZ, _BANDS + 1) * _FRAME / RATE
    edges = np.rint(borders).astype(np.int64)
    banded: npt.NDArray[np.float64] = np.add.reduceat(power[:, : edges[-1]], edges[:-1], axis=1)
    return np.log(banded + _FLOOR)


def cosines(length: int, count: int, first: int = 0) -> npt.NDArray[np.float64]:
    """Return so many rows of the cosine transform, from the `first` on."""
    places = (np.arange(length) + 0.5) * np.pi / length
    rows: npt.NDArray[np.float64] = np.cos(np.arange(first, first + count)[:, None] * places)
    return rows
