"""The sound of cuts that fade into each other, on the output's clock. Pure but for the readers."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from videre.production.rendering.mixing import Reader
from videre.production.rendering.timeline import Cut, samples_of

Samples = NDArray[np.float32]


class Crossfaded:
    """A `Reader`: at every joint the sound before it goes on while the one behind it rises.

    Both are softened by sine and cosine, so that the power of unlike sounds stays the same.
    """

    def __init__(
        self, cuts: Sequence[Cut], readers: tuple[Reader, Reader], length: Fraction, rate: int
    ) -> None:
        """Take the cuts of one source.

        Args:
            cuts: in order.
            readers: two of the source, so that neither has to go back at a joint.
            length: of a joint, seconds; shorter where a cut is.
            rate: samples a second.
        """
        self._readers = readers
        self._places = [samples_of(cut, rate) for cut in cuts]
        shortest = min(end - begin for begin, end, _ in self._places)
        self._half = min(round(length * rate / 2), shortest // 2)

    def read(self, first: int, count: int) -> Samples:
        """See Reader."""
        mixed: Samples | None = None
        last = len(self._places) - 1
        for number, (begin, end, source) in enumerate(self._places):
            low = begin - (self._half if number else 0)
            high = end + (self._half if number < last else 0)
            a, b = max(first, low), min(first + count, high)
            if a >= b:
                continue
            samples = self._readers[number % 2].read(source + a - begin, b - a)
            at = np.arange(a, b)
            share = np.ones(b - a)
            if number and self._half:
                share = np.minimum(share, _rising(at, begin, self._half))
            if number < last and self._half:
                share = np.minimum(share, _rising(-at, -end, self._half))
            if mixed is None:
                mixed = np.zeros((count, samples.shape[1]), np.float32)
            mixed[a - first : b - first] += samples * share[:, None].astype(np.float32)
        assert mixed is not None, "samples are asked for inside the cuts"
        return mixed


def _rising(at: NDArray[np.int64], middle: int, half: int) -> NDArray[np.float64]:
    share = ((at - middle + half + 0.5) / (2 * half)).clip(0, 1)
    return np.asarray(np.sin(share * (np.pi / 2)))
