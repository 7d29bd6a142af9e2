"""What the parameters of functions have in common that change every frame of one input. Pure."""

from __future__ import annotations

import re
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
from videre.exports.production_params.presets import PRESETS
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_names,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2

RENDITIONS: Final = 8
_TRANSPARENT: Final = "prores-4444"
_COLOUR: Final = re.compile(r"#[0-9a-fA-F]{6}")
_MAIN: Final = "main"
#: Red, green, blue, 0..255.
Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class PaintedOptions(Options):
    """What every function asks for that changes frames, defaults filled in.

    Args:
        input: name of the input.
        stretch: what of it.
        ranged: whether a stretch was asked for.
        renditions: what is made.
        image_format: of pictures.
    """

    input: str
    stretch: Stretch
    ranged: bool
    renditions: tuple[RenditionOptions, ...]
    image_format: production_pb2.ImageFormat.ValueType


@dataclass(frozen=True, slots=True)
class Backdrop:
    """What is put behind a subject: a colour, or an input by name; neither = nothing."""

    colour: Rgb | None = None
    input: str = ""

    @property
    def clear(self) -> bool:
        """Whether there is nothing."""
        return self.colour is None and not self.input


def check_painted(given: Any) -> list[ParamViolation]:
    """Return what is wrong with the fields that all these messages have."""
    found = check_range("range", given.range)
    count = len(given.renditions)
    if count > RENDITIONS:
        words = f"has {count} entries, at most {RENDITIONS}"
        found.append(ParamViolation("renditions", words, str(RENDITIONS), str(count)))
    for index, one in enumerate(given.renditions):
        found += placed(f"renditions[{index}]", check_rendition(one) or _check_picture(one))
    found += check_names("renditions", given.renditions)
    return found + known_value(
        "image_format", given.image_format, production_pb2.ImageFormat.keys()
    )


def _check_picture(given: production_pb2.Rendition) -> list[ParamViolation]:
    one = rendition_of(given)
    if one.preset.video:
        return []
    return [ParamViolation("preset", "has no picture", "a preset with a picture", one.preset.name)]


def check_colour(field: str, colour: str) -> list[ParamViolation]:
    """Refuse what is not a colour; empty = not said."""
    if not colour or _COLOUR.fullmatch(colour):
        return []
    return [ParamViolation(field, "must be #rrggbb", "#rrggbb", colour[:80])]


def check_strength(given: Any, *fields: str) -> list[ParamViolation]:
    """Refuse optional fields outside 0..1."""
    named = [field for field in fields if given.HasField(field)]
    return [one for field in named for one in in_range(field, getattr(given, field), (0, 1))]


def colour_of(word: str) -> Rgb:
    """Return a colour that was checked."""
    red, green, blue = bytes.fromhex(word.removeprefix("#"))
    return red, green, blue


def check_backdrop(given: Any) -> list[ParamViolation]:
    """Return what is wrong with a message's backdrop, and with outputs that need one."""
    backdrop, kind = given.backdrop, given.backdrop.WhichOneof("kind")
    found = []
    if kind == "color":
        if not backdrop.color:
            found.append(ParamViolation("backdrop.color", "must be #rrggbb", "#rrggbb", ""))
        found += check_colour("backdrop.color", backdrop.color)
    if kind == "input" and not backdrop.input:
        words = "must name an input"
        found.append(ParamViolation("backdrop.input", words, words.removeprefix("must "), ""))
    if kind is not None:
        return found
    for index, one in enumerate(given.renditions):
        if not check_rendition(one) and not rendition_of(one).transparent:
            limit = ", ".join(name for name, preset in PRESETS.items() if preset.transparent)
            words = f"keeps no transparency; without a backdrop use {limit}"
            actual = one.preset or "web"
            found.append(ParamViolation(f"renditions[{index}].preset", words, limit, actual))
    if given.image_format == production_pb2.IMAGE_FORMAT_JPEG:
        limit = "PNG or WEBP"
        words = f"keeps no transparency; without a backdrop use {limit}"
        found.append(ParamViolation("image_format", words, limit, "IMAGE_FORMAT_JPEG"))
    return found


def backdrop_of(given: Any) -> Backdrop:
    """Return a message's backdrop."""
    kind = given.backdrop.WhichOneof("kind")
    if kind == "color":
        return Backdrop(colour=colour_of(given.backdrop.color))
    return Backdrop(input=given.backdrop.input)


def painted_fields(given: Any, *, clear: bool = False) -> dict[str, Any]:
    """Return the fields of `PaintedOptions`.

    Args:
        given: the message.
        clear: what is made may be transparent.
    """
    renditions = list(given.renditions)
    if not renditions:
        renditions = [production_pb2.Rendition(preset=_TRANSPARENT if clear else "")]
    usual = production_pb2.IMAGE_FORMAT_PNG if clear else production_pb2.IMAGE_FORMAT_JPEG
    return {
        "input": given.input or _MAIN,
        "stretch": stretch_of(given.range),
        "ranged": given.range.HasField("start") or given.range.HasField("end"),
        "renditions": tuple(rendition_of(one) for one in renditions),
        "image_format": given.image_format or usual,
    }


def inputs_of(given: Any) -> tuple[str, ...]:
    """Return the names of the inputs: what is changed, and a backdrop where there may be one."""
    names: Sequence[str] = [given.input or _MAIN]
    if "backdrop" in given.DESCRIPTOR.fields_by_name and given.backdrop.input:
        names = [*names, given.backdrop.input]
    return tuple(dict.fromkeys(names))
