"""Parameters of `remove_text`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation
from videre.exports.production_params.regions import Region, check_still_regions, regions_of
from videre.exports.production_params.retouched import (
    MAIN,
    RetouchedOptions,
    check_image_format,
    check_retouched,
    common_of,
    image_format_of,
)
from videre.v1 import production_pb2


@dataclass(frozen=True, slots=True)
class RemoveTextOptions(RetouchedOptions):
    """What a task asks for, defaults filled in.

    Args:
        regions: boxes with text; none = what the analysis read.
        image_format: of what is made of a picture.
    """

    regions: tuple[Region, ...]
    image_format: production_pb2.ImageFormat.ValueType


def _check(given: production_pb2.RemoveTextParams) -> list[ParamViolation]:
    found = [
        *check_retouched(given),
        *check_image_format(given),
        *check_still_regions("regions", given.regions),
    ]
    if not given.regions and (given.input or MAIN) != MAIN:
        limit = "regions, or the main input"
        words = f"needs {limit}: nobody read another one"
        found.append(ParamViolation("regions", words, limit, "none"))
    return found


def _options(given: production_pb2.RemoveTextParams) -> RemoveTextOptions:
    return RemoveTextOptions(
        **common_of(given),
        regions=regions_of(given.regions),
        image_format=image_format_of(given),
    )


def _inputs(given: production_pb2.RemoveTextParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


REMOVE_TEXT: Final = Function("remove_text", _check, _options, _inputs, uses=("text_lines",))
