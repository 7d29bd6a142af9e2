"""What the functions that change the pictures of one input share. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from videre.exports.production_params.base import (
    Options,
    ParamViolation,
    in_range,
    known_value,
    placed,
)
from videre.exports.production_params.presets import DEFAULT_PRESET, PRESETS
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_names,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2

RENDITIONS: Final = 8
RANGES: Final = 1_000
MAIN: Final = "main"


@dataclass(frozen=True, slots=True)
class RetouchedOptions(Options):
    """What all of them ask for, defaults filled in.

    Args:
        input: name of the input.
        stretch: what of it.
        ranged: whether a stretch was asked for.
        renditions: what is made of a video.
    """

    input: str
    stretch: Stretch
    ranged: bool
    renditions: tuple[RenditionOptions, ...]


def check_retouched(given: Any) -> list[ParamViolation]:
    """Return what is wrong with the fields that all of them have."""
    found = check_range("range", given.range)
    count = len(given.renditions)
    if count > RENDITIONS:
        words = f"has {count} entries, at most {RENDITIONS}"
        found.append(ParamViolation("renditions", words, str(RENDITIONS), str(count)))
    for index, one in enumerate(given.renditions):
        wrong = check_rendition(one) or _without_picture(one)
        found += placed(f"renditions[{index}]", wrong)
    return found + check_names("renditions", given.renditions)


def check_image_format(given: Any) -> list[ParamViolation]:
    """Return what is wrong with the format of pictures."""
    return known_value("image_format", given.image_format, production_pb2.ImageFormat.keys())


def _without_picture(given: production_pb2.Rendition) -> list[ParamViolation]:
    preset = PRESETS[given.preset or DEFAULT_PRESET]
    if preset.video:
        return []
    words = "has no picture"
    return [ParamViolation("preset", words, "a preset with a picture", preset.name)]


def check_share(given: Any, field: str, bounds: tuple[float, float]) -> list[ParamViolation]:
    """Return what is wrong with an optional number; a float says 0.1 not quite."""
    if not given.HasField(field):
        return []
    return in_range(field, round(getattr(given, field), 6), bounds)


def check_ranges(
    field: str, given: Sequence[production_pb2.MediaRange], most: int = RANGES
) -> list[ParamViolation]:
    """Return what is wrong with stretches of the input."""
    if len(given) > most:
        words = f"has {len(given)} entries, at most {most}"
        return [ParamViolation(field, words, str(most), str(len(given)))]
    return [
        wrong for index, one in enumerate(given) for wrong in check_range(f"{field}[{index}]", one)
    ]


def stretches_of(given: Sequence[production_pb2.MediaRange]) -> tuple[Stretch, ...]:
    """Return stretches whose numbers are right."""
    return tuple(stretch_of(one) for one in given)


def common_of(given: Any) -> dict[str, Any]:
    """Return the fields that all of them have, for the constructor of their options."""
    return {
        "input": given.input or MAIN,
        "stretch": stretch_of(given.range),
        "ranged": given.range.HasField("start") or given.range.HasField("end"),
        "renditions": tuple(
            rendition_of(one) for one in given.renditions or [production_pb2.Rendition()]
        ),
    }


def image_format_of(given: Any) -> production_pb2.ImageFormat.ValueType:
    """Return the format of pictures."""
    wanted: production_pb2.ImageFormat.ValueType = given.image_format
    return wanted or production_pb2.IMAGE_FORMAT_JPEG
