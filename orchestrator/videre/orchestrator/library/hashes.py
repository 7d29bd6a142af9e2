"""Perceptual hashes: how far apart two are, and which entries of hash lists a frame is. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import numpy as np

from videre.common.values import SCORE_ONE
from videre.orchestrator.library.entries import HASH_BITS, HashEntry

#: Hashes of frames that are compared with all others at a time: bounds the memory.
_AT_ONCE: Final = 64


def hash_distance(left: int, right: int) -> int:
    """Return the number of bits, 0..64, in which two hashes differ."""
    return (left ^ right).bit_count()


def closeness(differing: int) -> int:
    """Return how alike hashes are that differ in so many bits, E4."""
    return SCORE_ONE - SCORE_ONE * differing // HASH_BITS


class HashList:
    """All hashes of hash entries, compared with a frame's at once."""

    def __init__(self, entries: Sequence[HashEntry]) -> None:
        """Take the entries of all lists."""
        #: The entries, by their places in hits.
        self.entries: Final = tuple(entries)
        rows = [
            (value, place, entry.distance)
            for place, entry in enumerate(entries)
            for value in entry.hashes
        ]
        self._hashes = np.array([value for value, _, _ in rows], np.uint64)
        self._owners = [place for _, place, _ in rows]
        self._limits = np.array([limit for _, _, limit in rows], np.uint8)
        self._digests: dict[str, list[int]] = {}
        for place, entry in enumerate(entries):
            for digest in entry.digests:
                self._digests.setdefault(digest, []).append(place)

    def find_digest(self, digest: str) -> list[int]:
        """Return the places of the entries that are these bytes, by their SHA-256 (hex)."""
        return self._digests.get(digest, [])

    def find(self, hashes: Sequence[int]) -> list[tuple[int, int, int]]:
        """Return (place of the hash, place of the entry, differing bits) of all that match.

        An entry does not match where one of its negative hashes is as near as its nearest hash.
        """
        nearest: dict[tuple[int, int], int] = {}
        for start in range(0, len(hashes), _AT_ONCE):
            some = np.array(hashes[start : start + _AT_ONCE], np.uint64)
            apart = np.bitwise_count(some[:, None] ^ self._hashes[None, :])
            for row, column in np.argwhere(apart <= self._limits):
                key = start + int(row), self._owners[column]
                nearest[key] = min(int(apart[row, column]), nearest.get(key, 64))
        return [
            (row, place, differing)
            for (row, place), differing in sorted(nearest.items())
            if not self._refuted(place, hashes[row], differing)
        ]

    def _refuted(self, place: int, shown: int, differing: int) -> bool:
        negatives = self.entries[place].negatives
        return any(hash_distance(shown, value) <= differing for value in negatives)
