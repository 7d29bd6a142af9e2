"""Finding pairs of local features that look alike. Pure, integers only.

Two descriptors are alike by the number of bits in which they differ (their Hamming distance).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.local_features import DESCRIPTOR_BYTES, SCALE
from videre.orchestrator.library.entries import Features

_BITS: Final = 8 * DESCRIPTOR_BYTES
#: Differing bits, of 256, up to which two features may show the same thing.
MOST_DIFFERENT: Final = 64
#: The same where only the frames are told that are worth a closer look.
NEAR: Final = 40
#: Frames that are asked at a time: bounds the memory.
_FRAMES_AT_ONCE: Final = 64
#: A feature's nearest counterpart must be nearer than this share of the second nearest one, in
#: hundredths: among twigs or letters everything looks like everything (Lowe 2004, .8).
_RATIO_PERCENT: Final = 85
#: Nearer features than this, in either direction, are one corner.
_BESIDE_PX: Final = 8

Pairs = npt.NDArray[np.intp]


def distances(left: Features, right: Features) -> npt.NDArray[np.int16]:
    """Return the Hamming distances of every feature to every other's, shape (left, right)."""
    # Bits as +1 and -1: their products add up to 256 minus twice the distance, exactly.
    products = _signs(left) @ _signs(right).T
    return ((_BITS - products) / 2).astype(np.int16)


def alike(left: Features, right: Features) -> Pairs:
    """Return pairs (left, right) that are each other's nearest, clearly, in order; shape (n, 2)."""
    if not len(left) or not len(right):
        return np.zeros((0, 2), np.intp)
    apart = distances(left, right)
    nearest = apart.argmin(axis=1)
    best = apart[np.arange(len(left)), nearest]
    mutual = apart.argmin(axis=0)[nearest] == np.arange(len(left))
    kept = np.flatnonzero(
        mutual & (best <= MOST_DIFFERENT) & _is_clear(apart, nearest, best, right)
    )
    return np.stack([kept, nearest[kept]], axis=1)


def _is_clear(
    apart: npt.NDArray[np.int16],
    nearest: npt.NDArray[np.intp],
    best: npt.NDArray[np.int16],
    right: Features,
) -> npt.NDArray[np.bool_]:
    """Tell which features' counterparts are clearly nearer than what is found elsewhere.

    A corner is often found at several sizes: those beside the counterpart are no rivals of it.
    """
    places = np.stack([right["x"], right["y"]], axis=1).astype(np.int32)
    beside = np.abs(places[nearest][:, None] - places[None]).max(axis=2) <= _BESIDE_PX * SCALE
    elsewhere = np.where(beside, _BITS, apart).min(axis=1).astype(np.int32)
    clear: npt.NDArray[np.bool_] = 100 * best.astype(np.int32) < _RATIO_PERCENT * elsewhere
    return clear


def _signs(features: Features) -> npt.NDArray[np.float32]:
    bits = np.unpackbits(np.ascontiguousarray(features["descriptor"]), axis=1)
    return bits.astype(np.float32) * 2 - 1


class SampleIndex:
    """The features of many samples, to tell which frames may show one of them.

    Each descriptor is cut into 16 pieces of 16 bits: two that are near have a piece in common, as
    two numbers with few wrong digits have (Norouzi et al., "Fast exact search in Hamming space
    with multi-index hashing", 2012).
    """

    def __init__(self, samples: Sequence[Features]) -> None:
        """Take the features of every sample."""
        self._owners = owners(samples)
        described = rows(samples)
        self._words = described.view("<u8")
        pieces = described.view("<u2").T
        self._orders = [np.argsort(piece, kind="stable") for piece in pieces]
        self._sorted = [piece[order] for piece, order in zip(pieces, self._orders, strict=True)]

    def votes(self, frames: Sequence[Features]) -> list[tuple[int, int, int]]:
        """Return (sample, frame, features of the sample with a near counterpart there).

        In order; pairs without any are left out.
        """
        if not len(self._owners):
            return []
        found = []
        for start in range(0, len(frames), _FRAMES_AT_ONCE):
            some = frames[start : start + _FRAMES_AT_ONCE]
            found += [(sample, start + frame, n) for sample, frame, n in self._votes(some)]
        return sorted(found)

    def _votes(self, frames: Sequence[Features]) -> list[tuple[int, int, int]]:
        described, frame_of = rows(frames), owners(frames)
        words = described.view("<u8")
        voted = [np.zeros(0, np.int64)]
        for own, order, theirs in zip(
            self._sorted, self._orders, np.ascontiguousarray(described.view("<u2").T), strict=True
        ):
            known = np.zeros(1 << 16, np.bool_)
            known[own] = True
            hit = np.flatnonzero(known[theirs])
            first = np.searchsorted(own, theirs[hit], "left")
            counts = np.searchsorted(own, theirs[hit], "right") - first
            row = np.repeat(hit, counts)
            offset = np.arange(len(row)) - np.repeat(np.cumsum(counts) - counts, counts)
            feature = order[np.repeat(first, counts) + offset]
            differing = np.bitwise_count(words[row] ^ self._words[feature]).sum(axis=1)
            near = differing <= NEAR
            voted.append(feature[near] * len(frames) + frame_of[row[near]])
        pairs = np.unique(np.concatenate(voted))  # a feature votes once in a frame
        places = self._owners[pairs // len(frames)] * len(frames) + pairs % len(frames)
        place, count = np.unique(places, return_counts=True)
        return [
            (int(at) // len(frames), int(at) % len(frames), int(number))
            for at, number in zip(place, count, strict=True)
        ]


def owners(pictures: Sequence[Features]) -> npt.NDArray[np.int64]:
    """Return whose each feature is, of all pictures one after the other."""
    return np.repeat(np.arange(len(pictures), dtype=np.int64), [len(one) for one in pictures])


def rows(pictures: Sequence[Features]) -> npt.NDArray[np.uint8]:
    """Return the descriptors of all pictures, one a row."""
    parts = [np.ascontiguousarray(features["descriptor"]) for features in pictures]
    return np.concatenate(parts) if parts else np.zeros((0, DESCRIPTOR_BYTES), np.uint8)
