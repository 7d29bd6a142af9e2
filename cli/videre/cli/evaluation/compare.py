"""Two evaluations side by side, and which differences are clear. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from videre.cli.evaluation.figures import Measured
from videre.cli.evaluation.report import Evaluation, less_is_better


class Better(StrEnum):
    """Which side is better.

    CLEAR differences are those whose 95 % intervals do not meet. Intervals of the same media move
    together, so this asks more than a paired test would: what is clear here is clear.
    """

    FIRST = "first"
    SECOND = "second"
    SAME = "same"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of both; None where a side has nothing to measure."""

    name: str
    first: Measured | None
    second: Measured | None
    better: Better


def compare(first: Evaluation, second: Evaluation) -> list[Compared]:
    """Return every figure of either, in the order of the first."""
    ones = {figure.name: figure for figure in first.figures}
    others = {figure.name: figure for figure in second.figures}
    return [
        Compared(name, ones.get(name), others.get(name), _better(ones.get(name), others.get(name)))
        for name in dict.fromkeys((*ones, *others))
    ]


def _better(first: Measured | None, second: Measured | None) -> Better:
    if first is None or second is None or first.value is None or second.value is None:
        return Better.UNCLEAR
    if first.value == second.value:
        return Better.SAME
    if first.spread is None or second.spread is None or _meet(first.spread, second.spread):
        return Better.UNCLEAR
    first_is_less = first.value < second.value
    return Better.FIRST if first_is_less == less_is_better(first.name) else Better.SECOND


def _meet(one: Sequence[float], other: Sequence[float]) -> bool:
    return one[0] <= other[1] and other[0] <= one[1]
