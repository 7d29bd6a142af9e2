"""What a measurement hands over. Pure."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Case:
    """One place where the answer differs from the truth.

    Args:
        file: the media, as the set names it.
        at_s: where in it, seconds from its origin; None = as a whole.
        expected: the truth.
        got: the answer.
        weight: how bad it is beside others of the same figure; larger is worse.
    """

    file: str
    at_s: float | None
    expected: str
    got: str
    weight: float = 1.0


@dataclass(frozen=True, slots=True)
class Measured:
    """A measured figure.

    Args:
        name: of the figure.
        value: None = there was nothing to measure it on.
        unit: of the value.
        how: how many of what were measured, and by which rule.
        spread: interval of the value (95 %, bootstrap), or None.
        cases: where the answer differs from the truth.
        shown: how many of them a report names, the worst first.
    """

    name: str
    value: float | None
    unit: str
    how: str
    spread: tuple[float, float] | None = None
    cases: tuple[Case, ...] = ()
    shown: int = 8
