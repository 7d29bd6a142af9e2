"""Parameters of `reframe`. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
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
_DEFAULT_ASPECT: Final = "9:16"
_FALLBACKS: Final = {
    production_pb2.REFRAME_FALLBACK_BLACK: "black",
    production_pb2.REFRAME_FALLBACK_CROP: "crop",
}


@dataclass(frozen=True, slots=True)
class ReframeOptions(Options):
    """What a reframe task asks for, defaults filled in.

    Args:
        input: name of the input.
        stretch: what of it.
        ranged: whether a stretch was asked for.
        renditions: what is made; each has a shape.
        fallback: "blur", "black" or "crop".
        image_format: of pictures.
    """

    input: str
    stretch: Stretch
    ranged: bool
    renditions: tuple[RenditionOptions, ...]
    fallback: str
    image_format: production_pb2.ImageFormat.ValueType


def _check(given: production_pb2.ReframeParams) -> list[ParamViolation]:
    found = check_range("range", given.range)
    count = len(given.renditions)
    if count > RENDITIONS:
        words = f"has {count} entries, at most {RENDITIONS}"
        found.append(ParamViolation("renditions", words, str(RENDITIONS), str(count)))
    for index, one in enumerate(given.renditions):
        wrong = check_rendition(one) or _check_shape(one)
        found += placed(f"renditions[{index}]", wrong)
    found += check_names("renditions", given.renditions)
    found += known_value("fallback", given.fallback, production_pb2.ReframeFallback.keys())
    return found + known_value(
        "image_format", given.image_format, production_pb2.ImageFormat.keys()
    )


def _check_shape(given: production_pb2.Rendition) -> list[ParamViolation]:
    """Return what keeps an output, right in itself, from being a window's shape."""
    preset = PRESETS[given.preset or DEFAULT_PRESET]
    if not preset.video:
        words = "has no picture"
        return [ParamViolation("preset", words, "a preset with a picture", preset.name)]
    if given.fit:
        actual = production_pb2.Fit.Name(given.fit)
        return [ParamViolation("fit", "must be left out", "no fit", actual)]
    sides = given.HasField("width") + given.HasField("height")
    own = preset.width and preset.height and not sides
    if given.aspect or sides == 2 or own:
        return []
    limit = "aspect, or width and height"
    return [ParamViolation("aspect", f"needs {limit}", limit, given.aspect)]


def _options(given: production_pb2.ReframeParams) -> ReframeOptions:
    renditions = list(given.renditions) or [production_pb2.Rendition(aspect=_DEFAULT_ASPECT)]
    return ReframeOptions(
        input=given.input or "main",
        stretch=stretch_of(given.range),
        ranged=given.range.HasField("start") or given.range.HasField("end"),
        renditions=tuple(replace(rendition_of(one), fit="crop") for one in renditions),
        fallback=_FALLBACKS.get(given.fallback, "blur"),
        image_format=given.image_format or production_pb2.IMAGE_FORMAT_JPEG,
    )


def _inputs(given: production_pb2.ReframeParams) -> tuple[str, ...]:
    return (given.input or "main",)


REFRAME: Final = Function(
    "reframe", _check, _options, _inputs, uses=("shots", "faces", "tracks", "text_lines")
)
