"""Which of 100,000 sample pictures a frame may show. Pure, integers only.

Of every sample some features are held, spread over all of them, and a table for every second 16
bits of their descriptors: which features have these bits. A frame's features look themselves up;
the samples that most of them meet are compared bit by bit, and those with near features are worth
a closer look (a bag of binary words, after Gálvez-López and Tardós, 2012).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.orchestrator.library.descriptors import NEAR, owners, rows
from videre.orchestrator.library.entries import Features, Marks

#: Features of a sample that are held.
_HELD: Final = 64
#: Pieces of 16 bits of a descriptor that have a table: every second one.
_PIECES: Final = range(0, 16, 2)
_VALUES: Final = 1 << 16
#: Samples that a frame's features meet most often and that are compared bit by bit; those that are
#: met as often as the last one too.
_COMPARED: Final = 256
#: Samples that are looked at closely in a frame.
_MOST_SAMPLES: Final = 16
#: Pieces that so many times more features have than on average say nothing.
_COMMON: Final = 8
#: Near features of the held ones below which a frame is not looked at closely.
FEWEST_COARSE: Final = 2


def thinned(marks: Marks) -> Marks:
    """Return the marks with the features that are held of a sample of a large library."""
    count = len(marks.features)
    if count <= _HELD:
        return marks
    places = np.linspace(0, count - 1, _HELD).astype(np.intp)
    return replace(marks, features=marks.features[places])


class CoarseIndex:
    """Some features of very many samples; 4.4 kB a sample."""

    def __init__(self, samples: Sequence[Features]) -> None:
        """Take the thinned features of every sample."""
        self._count = len(samples)
        self._owners = owners(samples).astype(np.uint32)
        described = rows(samples)
        self._words = described.view("<u8")
        pieces = described.view("<u2")
        self._orders = [
            np.argsort(pieces[:, piece], kind="stable").astype(np.uint32) for piece in _PIECES
        ]
        self._starts = [
            np.concatenate([[0], np.cumsum(np.bincount(pieces[:, piece], minlength=_VALUES))])
            for piece in _PIECES
        ]

    def votes(self, frames: Sequence[Features]) -> list[tuple[int, int, int]]:
        """Return (sample, frame, features of the sample with a near counterpart there).

        In order; of each frame the samples with most such features, at most `_MOST_SAMPLES`.
        """
        if not len(self._owners):
            return []
        return sorted(
            (sample, frame, count)
            for frame, features in enumerate(frames)
            for sample, count in self._votes(features)
        )

    def _votes(self, frame: Features) -> list[tuple[int, int]]:
        descriptors = rows([frame])
        met, by = self._met(descriptors.view("<u2"))
        owned = self._owners[met]
        times = np.bincount(owned, minlength=self._count)
        # Ties are all in, so that the order of samples says nothing.
        rank = -min(_COMPARED, self._count)
        least = max(1, np.partition(times, rank)[rank])
        compared = np.flatnonzero(times[owned] >= least)
        met, by = met[compared], by[compared]
        differing = np.bitwise_count(self._words[met] ^ descriptors.view("<u8")[by]).sum(axis=1)
        near = np.unique(met[differing <= NEAR])  # a feature votes once
        samples, counts = np.unique(self._owners[near], return_counts=True)
        best = np.lexsort((samples, -counts))[:_MOST_SAMPLES]
        return [(int(samples[at]), int(counts[at])) for at in best]

    def _met(
        self, pieces: npt.NDArray[np.uint16]
    ) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.intp]]:
        """Return the features that have a piece in common with the frame's, and whose it is."""
        most = _COMMON * max(1, len(self._owners) // _VALUES)
        found, by = [np.zeros(0, np.uint32)], [np.zeros(0, np.intp)]
        for piece, order, starts in zip(_PIECES, self._orders, self._starts, strict=True):
            own = pieces[:, piece].astype(np.intp)
            first = starts[own]
            counts = starts[own + 1] - first
            counts[counts > most] = 0
            row = np.repeat(np.arange(len(own)), counts)
            offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
            found.append(order[np.repeat(first, counts) + offset])
            by.append(row)
        return np.concatenate(found), np.concatenate(by)
