"""The sounds of a track one after the other, on the timeline's clock. Pure but for the readers."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from videre.production.rendering.assembly_job import Heard
from videre.production.rendering.mixing import Reader

Samples = NDArray[np.float32]


class LaidSound:
    """A `Reader`; sounds come and go by sine and cosine, so that unlike ones keep their power."""

    def __init__(self, sounds: Sequence[tuple[Heard, Reader]], rate: int, channels: int) -> None:
        """Take sounds, each with what reads it: another reader than that of its neighbours."""
        self._rate, self._channels = rate, channels
        self._sounds = [
            (round(one.begin * rate), round(one.end * rate), one, reader) for one, reader in sounds
        ]

    def read(self, first: int, count: int) -> Samples:
        """See Reader."""
        mixed = np.zeros((count, self._channels), np.float32)
        for begin, end, one, reader in self._sounds:
            low, high = max(first, begin), min(first + count, end)
            if low < high:
                samples = reader.read(round(one.start * self._rate) + low - begin, high - low)
                gain = 10 ** (one.gain_db / 20) * self._ramps(one, begin, end, low, high)
                mixed[low - first : high - first] += samples * gain[:, None].astype(np.float32)
        return mixed

    def _ramps(self, one: Heard, begin: int, end: int, low: int, high: int) -> NDArray[np.float64]:
        at = np.arange(low, high) + 0.5
        gain = np.ones(high - low)
        for length, passed in ((one.rise, at - begin), (one.fall, end - at)):
            samples = float(length * self._rate)
            if samples:
                gain *= np.sin((passed / samples).clip(0, 1) * (np.pi / 2))
        return gain
