"""Parameters of `cover`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    in_range,
    known_value,
)
from videre.v1 import production_pb2

COUNT: Final = (1, 20)
MAX_SIDE: Final = (16, 3_840)


@dataclass(frozen=True, slots=True)
class CoverOptions(Options):
    """What a cover task asks for, defaults filled in; sizes in pixels."""

    count: int
    max_side: int
    format: production_pb2.ImageFormat.ValueType


def _check(cover: production_pb2.CoverParams) -> list[ParamViolation]:
    found = []
    if cover.HasField("count"):
        found += in_range("count", cover.count, COUNT)
    if cover.HasField("max_side"):
        found += in_range("max_side", cover.max_side, MAX_SIDE)
    return found + known_value("format", cover.format, production_pb2.ImageFormat.keys())


def _options(cover: production_pb2.CoverParams) -> CoverOptions:
    return CoverOptions(
        count=cover.count if cover.HasField("count") else 1,
        max_side=cover.max_side if cover.HasField("max_side") else 1_280,
        format=cover.format or production_pb2.IMAGE_FORMAT_JPEG,
    )


COVER: Final = Function("cover", _check, _options, uses=("shots", "faces", "frame_conditions"))
