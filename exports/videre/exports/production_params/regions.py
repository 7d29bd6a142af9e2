"""Boxes in the picture, at rest or moving. Pure."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import ParamViolation, in_range
from videre.exports.production_params.times import (
    Stretch,
    check_range,
    check_time,
    seconds_of,
    stretch_of,
)
from videre.v1 import production_pb2, types_pb2

REGIONS: Final = 100
KEYS: Final = 1_000
#: What floats leave beyond the picture's edge.
_SLACK: Final = 1e-6


@dataclass(frozen=True, slots=True)
class Box:
    """Left, top, width, height as shares of the picture."""

    x: float
    y: float
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the picture.

    Args:
        keys: instants in seconds and boxes; one is at rest, between two each side moves evenly.
        stretch: when it is there.
    """

    keys: tuple[tuple[Fraction, Box], ...]
    stretch: Stretch


def check_regions(
    field: str, given: Sequence[production_pb2.PictureRegion]
) -> list[ParamViolation]:
    """Return what is wrong with parts of the picture."""
    if len(given) > REGIONS:
        words = f"has {len(given)} entries, at most {REGIONS}"
        return [ParamViolation(field, words, str(REGIONS), str(len(given)))]
    found: list[ParamViolation] = []
    for index, region in enumerate(given):
        found += _check_region(f"{field}[{index}]", region)
    return found


def check_still_regions(
    field: str, given: Sequence[production_pb2.PictureRegion]
) -> list[ParamViolation]:
    """Return what is wrong with parts of the picture that must stand still."""
    found = check_regions(field, given)
    for index, region in enumerate(given):
        if len(region.keys) > 1:
            where, actual = f"{field}[{index}].keys", str(len(region.keys))
            found.append(ParamViolation(where, "must be one: it stands still", "1", actual))
    return found


def _check_region(where: str, region: production_pb2.PictureRegion) -> list[ParamViolation]:
    found = check_range(f"{where}.range", region.range)
    count = len(region.keys)
    if not 1 <= count <= KEYS:
        limit = f"1..{KEYS}"
        words = f"has {count} entries, must be {limit}"
        return [*found, ParamViolation(f"{where}.keys", words, limit, str(count))]
    wrong: list[ParamViolation] = []
    for index, key in enumerate(region.keys):
        if key.HasField("at"):
            wrong += check_time(f"{where}.keys[{index}].at", key.at)
        elif count > 1:
            words = "must be given, there are several keys"
            wrong.append(ParamViolation(f"{where}.keys[{index}].at", words, "a time", "none"))
        wrong += check_box(f"{where}.keys[{index}].box", key.box)
    if not wrong:
        times = [seconds_of(key.at) for key in region.keys if key.HasField("at")]
        if any(later <= earlier for earlier, later in itertools.pairwise(times)):
            actual = ", ".join(f"{float(time):g}" for time in times[:20])
            words = "must be in order of time"
            wrong.append(ParamViolation(f"{where}.keys", words, "rising times", actual))
    return found + wrong


def check_box(where: str, box: types_pb2.BoundingBox) -> list[ParamViolation]:
    """Return what is wrong with a box."""
    found = []
    for side in ("x", "y"):
        found += in_range(f"{where}.{side}", getattr(box, side), (0, 1))
    for side, start in (("width", box.x), ("height", box.y)):
        size = getattr(box, side)
        if not (size > 0 and start + size <= 1 + _SLACK):
            limit = "above 0, inside the picture"
            found.append(ParamViolation(f"{where}.{side}", f"must be {limit}", limit, f"{size:g}"))
    return found


def box_of(box: types_pb2.BoundingBox) -> Box:
    """Return a box without violations."""
    return Box(box.x, box.y, box.width, box.height)


def regions_of(given: Sequence[production_pb2.PictureRegion]) -> tuple[Region, ...]:
    """Return parts of the picture without violations."""
    return tuple(
        Region(
            tuple(
                (
                    seconds_of(key.at) if key.HasField("at") else Fraction(0),
                    box_of(key.box),
                )
                for key in region.keys
            ),
            stretch_of(region.range),
        )
        for region in given
    )
