"""Pairing what should be there with what is there, each at most once."""

from __future__ import annotations

from collections.abc import Sequence


def match(
    expected: Sequence[float], found: Sequence[float], tolerance: float
) -> list[tuple[int, int]]:
    """Return index pairs (expected, found) at most `tolerance` apart, as many as there can be.

    Both are walked in order of time, which pairs the most on a line.
    """
    wanted = sorted(range(len(expected)), key=lambda index: expected[index])
    there = sorted(range(len(found)), key=lambda index: found[index])
    pairs = []
    position = 0
    for index in wanted:
        low = expected[index] - tolerance
        while position < len(there) and found[there[position]] < low:
            position += 1
        if position < len(there) and found[there[position]] <= expected[index] + tolerance:
            pairs.append((index, there[position]))
            position += 1
    return pairs
