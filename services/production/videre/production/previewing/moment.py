"""When a preview of a function looks that has no stretch of its own. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from typing import Final

from videre.common.errors import VidereError, invalid
from videre.exports.production_params.preview import LENGTH, SIGHT, Glance
from videre.production.known import Stretch
from videre.production.rendering.job import Segment

_NS: Final = 1_000_000_000
_FIELD: Final = "task.preview.at"


def moment_of(glance: Glance, end_ns: int) -> tuple[int, Stretch]:
    """Return the instant that is shown and the seconds around it, nanoseconds.

    Raises:
        VidereError: FIELD_INVALID, it lies behind the end.
    """
    at = end_ns // 2 if glance.at is None else int(glance.at * _NS)
    if at >= end_ns:
        raise refused(f"before {end_ns / _NS:g} s", f"{at / _NS:g} s")
    half = int(SIGHT * _NS / 2)
    return at, Stretch(max(0, at - half), min(end_ns, at + half))


def first_heard(glance: Glance, length: Fraction) -> Fraction:
    """Return the instant from which on something of a length is heard: its middle seconds."""
    return max(Fraction(0), (length - LENGTH) / 2) if glance.at is None else glance.at


def heard(segments: Sequence[Segment], glance: Glance) -> tuple[Segment, ...]:
    """Return what is heard of segments that follow one another, in a preview's few seconds.

    Raises:
        VidereError: FIELD_INVALID, the instant lies behind the last one.
    """
    length = sum((one.end - one.start for one in segments), Fraction(0))
    first = first_heard(glance, length)
    if first >= length:
        raise refused(f"before {float(length):g} s", f"{float(first):g} s")
    passed, kept = Fraction(0), []
    for one in segments:
        begin = max(one.start, one.start + first - passed)
        end = min(one.end, one.start + first + LENGTH - passed)
        passed += one.end - one.start
        if begin < end:
            kept.append(replace(one, start=begin, end=end))
    return tuple(kept)


def refused(limit: str, actual: str) -> VidereError:
    """Return the refusal of an instant."""
    return invalid(_FIELD, f"must lie {limit}", limit=limit, actual=actual)
