"""How surely there are many of something, when each of them is more or less sure. Pure."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from videre.common.values import SCORE_ONE

#: Fixed point: probabilities below this share are nothing.
_ONE: Final = 10**16


def at_least(scores: Iterable[int], count: int) -> int:
    """Return the probability E4 that at least `count` things are there.

    Each is there with its score E4, independently of the others (Poisson binomial distribution).
    Whole numbers in a fixed order: the same scores give the same answer on every machine.
    """
    exactly = [_ONE] + [0] * count  # the last: `count` or more
    for score in sorted(scores):
        exactly[count] += exactly[count - 1] * score // SCORE_ONE
        for number in range(count - 1, 0, -1):
            stays = exactly[number] * (SCORE_ONE - score)
            exactly[number] = (stays + exactly[number - 1] * score) // SCORE_ONE
        exactly[0] = exactly[0] * (SCORE_ONE - score) // SCORE_ONE
    return (exactly[count] * SCORE_ONE + _ONE // 2) // _ONE
