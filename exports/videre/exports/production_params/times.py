"""Exact times and stretches of production tasks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import ParamViolation, in_range
from videre.v1 import production_pb2

VALUE: Final = (0, 1 << 53)
RATE_NUMERATOR: Final = (1, 1_000_000_000)
RATE_DENOMINATOR: Final = (1, 1_000_000)


@dataclass(frozen=True, slots=True)
class Stretch:
    """A half-open stretch of an input, seconds from its origin; `end` None = to its end."""

    start: Fraction
    end: Fraction | None


def _denominator(time: production_pb2.RationalTime) -> int:
    return time.rate_denominator if time.HasField("rate_denominator") else 1


def seconds_of(time: production_pb2.RationalTime) -> Fraction:
    """Return a time in seconds."""
    return Fraction(time.value * _denominator(time), time.rate_numerator)


def rate_of(rate: production_pb2.RationalTime) -> Fraction:
    """Return the ticks a second of a rate."""
    return Fraction(rate.rate_numerator, _denominator(rate))


def rational_of(rate: Fraction) -> production_pb2.RationalTime:
    """Return a rate as message."""
    return production_pb2.RationalTime(
        rate_numerator=rate.numerator, rate_denominator=rate.denominator
    )


def check_time(field: str, time: production_pb2.RationalTime) -> list[ParamViolation]:
    """Return what is wrong with a time's numbers."""
    return [
        *in_range(f"{field}.value", time.value, VALUE),
        *in_range(f"{field}.rate_numerator", time.rate_numerator, RATE_NUMERATOR),
        *in_range(f"{field}.rate_denominator", _denominator(time), RATE_DENOMINATOR),
    ]


def check_range(field: str, given: production_pb2.MediaRange) -> list[ParamViolation]:
    """Return what is wrong with a stretch."""
    found = []
    for side in ("start", "end"):
        if given.HasField(side):
            found += check_time(f"{field}.{side}", getattr(given, side))
    if found or not given.HasField("end"):
        return found
    stretch = stretch_of(given)
    if stretch.end is not None and stretch.end <= stretch.start:
        limit = f"after {float(stretch.start):g} s"
        actual = f"{float(stretch.end):g} s"
        found.append(ParamViolation(f"{field}.end", "must be after start", limit, actual))
    return found


def stretch_of(given: production_pb2.MediaRange) -> Stretch:
    """Return a stretch whose numbers are right."""
    return Stretch(
        seconds_of(given.start) if given.HasField("start") else Fraction(0),
        seconds_of(given.end) if given.HasField("end") else None,
    )
