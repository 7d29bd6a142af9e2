"""Parameters of `remove_logo`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, ParamViolation, known_value
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

_MODES: Final = {
    production_pb2.REMOVAL_MODE_BLUR: "blur",
    production_pb2.REMOVAL_MODE_MOSAIC: "mosaic",
}


@dataclass(frozen=True, slots=True)
class RemoveLogoOptions(RetouchedOptions):
    """What a task asks for, defaults filled in.

    Args:
        regions: where logos are; none = they are looked for.
        mode: "restore", "blur" or "mosaic".
        image_format: of what is made of a picture.
    """

    regions: tuple[Region, ...]
    mode: str
    image_format: production_pb2.ImageFormat.ValueType


def _check(given: production_pb2.RemoveLogoParams) -> list[ParamViolation]:
    return [
        *check_retouched(given),
        *check_image_format(given),
        *known_value("mode", given.mode, production_pb2.RemovalMode.keys()),
        *check_still_regions("regions", given.regions),
    ]


def _options(given: production_pb2.RemoveLogoParams) -> RemoveLogoOptions:
    return RemoveLogoOptions(
        **common_of(given),
        regions=regions_of(given.regions),
        mode=_MODES.get(given.mode, "restore"),
        image_format=image_format_of(given),
    )


def _inputs(given: production_pb2.RemoveLogoParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


REMOVE_LOGO: Final = Function("remove_logo", _check, _options, _inputs)
