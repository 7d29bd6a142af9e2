"""When a preview of a function looks that has no stretch of its own. Pure."""

from __future__ import annotations

from typing import Final

from videre.common.errors import VidereError
from videre.exports.production_params.preview import SIGHT, Glance
from videre.production.functions.retouching import refused as refused_field
from videre.production.known import Stretch

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


def refused(limit: str, actual: str) -> VidereError:
    """Return the refusal of an instant."""
    return refused_field(_FIELD, f"must lie {limit}", limit, actual)
