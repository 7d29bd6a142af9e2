"""What the parameters of functions that work on sound share. Pure."""

from __future__ import annotations

from fractions import Fraction
from typing import Any, Final

from videre.exports.production_params.base import ParamViolation, in_range, placed
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import check_time, seconds_of
from videre.v1 import production_pb2 as pb

SOUND_PRESET: Final = "audio-m4a"
MAIN: Final = "main"


def check_length(given: Any, field: str, bounds: tuple[float, float]) -> list[ParamViolation]:
    """Return what is wrong with an optional length of time."""
    if not given.HasField(field):
        return []
    time = getattr(given, field)
    wrong = check_time(field, time)
    if wrong:
        return wrong
    seconds = float(seconds_of(time))
    if bounds[0] <= seconds <= bounds[1]:
        return []
    limit = f"{bounds[0]:g}..{bounds[1]:g} s"
    return [ParamViolation(field, f"must be {limit}", limit, f"{seconds:g} s")]


def length_of(given: Any, field: str, default: Fraction) -> Fraction:
    """Return an optional length of time, seconds."""
    return seconds_of(getattr(given, field)) if given.HasField(field) else default


def check_number(given: Any, field: str, bounds: tuple[float, float]) -> list[ParamViolation]:
    """Return what is wrong with an optional number."""
    return in_range(field, getattr(given, field), bounds) if given.HasField(field) else []


def check_output(given: Any) -> list[ParamViolation]:
    """Return what is wrong with an output that must have sound."""
    if given.output.without_sound:
        return [ParamViolation("output.without_sound", "leaves nothing", "false", "true")]
    return placed("output", check_rendition(given.output))


def output_of(given: pb.Rendition, default: str, name: str = "") -> RenditionOptions:
    """Return an output whose preset and name are others where none is given."""
    output = pb.Rendition()
    output.CopyFrom(given)
    output.preset = output.preset or default
    output.name = output.name or name
    return rendition_of(output)
