"""Which of the judged pictures become covers. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from videre.production.stills import BLURRED, Measured

#: Distance of signatures below which two covers look alike, 0..1.
_ALIKE: Final = 0.12
#: What likeness to a chosen cover costs a candidate.
_LIKENESS_COST: Final = 0.6
#: Blur that a media's sharper pictures stay below; share of its pictures that are those.
_SHARPER: Final = 0.3
#: More blur than theirs by this much is a fault, unless it is little by itself.
_MORE: Final = 0.13
_LITTLE: Final = 0.42


def beside_each_other(candidates: Sequence[Measured]) -> list[Measured]:
    """Return candidates, those marked as blurred that are so beside the others of the media.

    How blurred a sharp picture measures depends on what it shows and how it was made.
    """
    blurs = [one.blur for one in candidates if one.fit]
    if not blurs:
        return list(candidates)
    limit = max(_LITTLE, float(np.quantile(np.array(blurs), _SHARPER)) + _MORE)
    return [
        replace(one, reasons=replace(one.reasons, unfit=BLURRED))
        if one.fit and one.blur > limit
        else one
        for one in candidates
    ]


def likeness(a: Measured, b: Measured) -> float:
    """Return how alike two pictures look, 0..1; mean brightness and small shifts count little."""
    first, second = a.signature - a.signature.mean(), b.signature - b.signature.mean()
    distance = float(np.abs(first - second).mean())
    return max(0.0, 1.0 - distance / (2 * _ALIKE))


def choose(candidates: Sequence[Measured], count: int) -> list[Measured]:
    """Return up to `count` candidates, best first: fit ones that do not look alike.

    Unfit ones are taken only when there is nothing else, and then one: the best that is not black,
    else the brightest.
    """
    left = [one for one in candidates if one.fit]
    if not left:
        return sorted(candidates, key=_least_bad)[:1]
    chosen: list[Measured] = []
    while left and len(chosen) < count:
        best = max(left, key=lambda one: (one.score - _cost(one, chosen), -one.frame))
        alike = max((likeness(best, other) for other in chosen), default=0.0)
        chosen.append(replace(best, distinctness=1.0 - alike))
        left.remove(best)
    return chosen


def _least_bad(one: Measured) -> tuple[float, float, int]:
    return (-one.score, -float(one.signature.mean()), one.frame)


def _cost(one: Measured, chosen: list[Measured]) -> float:
    return _LIKENESS_COST * max((likeness(one, other) for other in chosen), default=0.0)
