"""The sound of a source as edits change it. Pure but for the reader."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.rendering.mixing import Reader
from videre.production.rendering.sound_edits import RawSound, SoundEdits

Samples = NDArray[np.float32]

#: Peak of the tone that covers: the level at which sound is lined up, 20 dB below full scale.
_TONE: Final = 0.1
#: Length over which sound goes over into what covers it, so that nothing clicks, seconds.
_RAMP_S: Final = 0.005


class RawReader:
    """Samples of a file, silence where it has none."""

    def __init__(self, raw: RawSound) -> None:
        """Map the file."""
        self._first = round(raw.start * raw.rate)
        self._channels = raw.channels
        empty = not Path(raw.path).stat().st_size
        flat = np.zeros(0, np.float32) if empty else np.memmap(raw.path, np.float32, "r")
        self._samples = flat.reshape(-1, raw.channels)

    def read(self, first: int, count: int) -> Samples:
        """See Reader."""
        made = np.zeros((count, self._channels), np.float32)
        begin = max(first, self._first)
        end = min(first + count, self._first + len(self._samples))
        if begin < end:
            held = self._samples[begin - self._first : end - self._first]
            made[begin - first : end - first] = held
        return made


class EditedReader:
    """The sound of a source, changed."""

    def __init__(
        self, reader: Reader, edits: SoundEdits, ends: tuple[Fraction, Fraction], rate: int
    ) -> None:
        """Take a reader of the whole source.

        Args:
            reader: of its samples.
            edits: what is changed.
            ends: where what is kept of it begins and ends, seconds.
            rate: samples a second.
        """
        self._reader, self._edits, self._rate = reader, edits, rate
        self._begin, self._end = (float(side) for side in ends)

    def read(self, first: int, count: int) -> Samples:
        """See Reader."""
        samples: NDArray[np.floating] = self._reader.read(first, count)
        gain = self._fades(first, count)
        if gain is not None:
            samples = samples * gain[:, None]
        cover = self._cover(first, count)
        if cover is not None:
            samples = samples * (1 - cover[:, None])
            if self._edits.tone_hz:
                samples = samples + (cover * self._tone(first, count))[:, None]
        return np.asarray(samples, np.float32)

    def _fades(self, first: int, count: int) -> NDArray[np.float64] | None:
        """Return the gain of the fades, None where there is none: half a cosine each."""
        edits, rate = self._edits, self._rate
        begin, end = first / rate, (first + count) / rate
        rising = edits.fade_in > 0 and begin < self._begin + float(edits.fade_in)
        falling = edits.fade_out > 0 and end > self._end - float(edits.fade_out)
        if not rising and not falling:
            return None
        at = (first + np.arange(count)) / rate
        share = np.ones(count)
        if rising:
            share = np.minimum(share, (at - self._begin) / float(edits.fade_in))
        if falling:
            share = np.minimum(share, (self._end - at) / float(edits.fade_out))
        return np.asarray(0.5 - 0.5 * np.cos(np.pi * share.clip(0, 1)))

    def _cover(self, first: int, count: int) -> NDArray[np.float64] | None:
        """Return how far each sample is covered, 0..1; None where none is."""
        begin, end = first / self._rate, (first + count) / self._rate
        near = [(a, b) for a, b in self._edits.covered if a < end + _RAMP_S and b > begin - _RAMP_S]
        if not near:
            return None
        at = (first + np.arange(count)) / self._rate
        share = np.zeros(count)
        for a, b in near:
            inside = np.minimum(at - (a - _RAMP_S), (b + _RAMP_S) - at) / _RAMP_S
            share = np.maximum(share, inside.clip(0, 1))
        return share

    def _tone(self, first: int, count: int) -> NDArray[np.float64]:
        at = (first + np.arange(count)) / self._rate
        return np.asarray(_TONE * np.sin(2 * np.pi * self._edits.tone_hz * at))
