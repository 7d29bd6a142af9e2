"""Measures of the technical quality of sound, as recorded. Imported in child processes only.

A record per tenth of a second and channel, on the track's own clock: what stands in it is summed
over the samples, so that it does not depend on how the decoder cuts them.
"""

from __future__ import annotations

from fractions import Fraction
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from videre.common.values import NS
from videre.orchestrator.media.quality_records import HOP_NS, HUM_HZ, SOUND_TYPE
from videre.orchestrator.media.records import Signals

F32 = npt.NDArray[np.float32]

_PER_SECOND: Final = NS // HOP_NS
#: Magnitude from which a sample is at full scale: AAC moves peaks that were cut off to here.
_FULL: Final = 0.93
#: A stretch without sound longer than this is a broken time stamp.
_MOST_HOPS: Final = 1 << 22


class SoundQuality:
    """Gathers the records of a track; all frames have the channels of the first."""

    def __init__(self) -> None:
        self._hops: dict[int, npt.NDArray[np.float64]] = {}
        self._start = Fraction(0)
        self._samples = 0
        self._channels = 1

    def add(self, frame: AudioFrame) -> None:
        """Measure a piece of the run."""
        samples = _samples(frame)
        self._channels, count = samples.shape
        first = round(self._start * frame.sample_rate) + self._samples
        self._samples += count
        for hop, start, end in _pieces(first, count, frame.sample_rate):
            at = (first + start) % frame.sample_rate
            sums = _sums(samples[:, start:end], _waves(frame.sample_rate)[at : at + end - start])
            known = self._hops.get(hop)
            self._hops[hop] = sums if known is None else _joined(known, sums)

    def break_at(self, position: Fraction) -> None:
        """End the run; the next begins at `position` seconds."""
        self._start, self._samples = position, 0

    def result(self) -> Signals:
        """Return the records, shape (hops, channels); zeros where there was no sound."""
        hops = max(self._hops, default=-1) + 1
        records = np.zeros((hops, self._channels), SOUND_TYPE)
        for hop, sums in self._hops.items():
            count = sums[0]
            for name, total in zip(("mean", "power", "clipped", "beside"), sums[1:5], strict=True):
                records[hop][name] = total / count
            amplitude = 2 * sums[5:-1] / count
            records[hop]["hum"] = amplitude.T.reshape(-1, len(HUM_HZ), 2)
            records[hop]["peak"] = sums[-1]
        return records


def _pieces(first: int, count: int, rate: int) -> list[tuple[int, int, int]]:
    """Return (hop, start, end) of the stretches of samples [first, first + count) in each hop."""
    pieces, start = [], 0
    while start < count:
        hop = (first + start) * _PER_SECOND // rate
        if hop >= _MOST_HOPS:
            break
        end = min(count, -(-(hop + 1) * rate // _PER_SECOND) - first)
        pieces.append((hop, start, end))
        start = end
    return pieces


@lru_cache(maxsize=2)
def _waves(rate: int) -> F32:
    """Return cosine and negative sine of each of `HUM_HZ` over a second, a column each."""
    turns = np.arange(rate)[:, None] * np.array(HUM_HZ) / rate
    waves = np.stack([np.cos(2 * np.pi * turns), -np.sin(2 * np.pi * turns)], axis=-1)
    return waves.reshape(rate, -1).astype(np.float32)


def _sums(samples: F32, waves: F32) -> npt.NDArray[np.float64]:
    """Return what is gathered of each channel.

    Args:
        waves: at the times of the samples, shape (samples, waves).

    Returns:
        Shape (6 + waves, channels): count, sums of samples, of squares, of samples at full scale,
        of products with the other channel of a pair, of those with the waves, and the peak.
    """
    channels, count = samples.shape
    magnitude = np.abs(samples)
    peak = magnitude.max(axis=1)
    clipped = np.zeros(channels)
    if float(peak.max()) >= _FULL:
        clipped = (magnitude >= _FULL).sum(axis=1, dtype=np.float64)
    beside = np.zeros(channels)
    if channels > 1:
        beside[:2] = float(np.dot(samples[0], samples[1]))
    return np.vstack(
        [
            np.full(channels, float(count)),
            samples.sum(axis=1, dtype=np.float64),
            np.einsum("cs,cs->c", samples, samples, dtype=np.float64),
            clipped,
            beside,
            (samples @ waves).T,
            peak,
        ]
    )


def _joined(
    one: npt.NDArray[np.float64], other: npt.NDArray[np.float64]
) -> npt.NDArray[np.float64]:
    return np.vstack([one[:-1] + other[:-1], np.maximum(one[-1:], other[-1:])])


def _samples(frame: AudioFrame) -> F32:
    """Return the samples, float32, full scale = 1, shape (channels, samples)."""
    raw = frame.to_ndarray()
    channels = len(frame.layout.channels)
    if not frame.format.is_planar:
        raw = raw.reshape(-1, channels).T
    if raw.dtype.kind == "f":
        return np.nan_to_num(raw.astype(np.float32), nan=0.0, posinf=0.0, neginf=0.0)
    if raw.dtype.kind == "u":
        return np.ascontiguousarray((raw.astype(np.float32) - 128) / 128)
    full = 1 << (8 * raw.dtype.itemsize - 1)
    return np.ascontiguousarray(raw.astype(np.float32) / full)
