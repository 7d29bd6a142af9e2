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
_NS: Final = 1_000_000_000
LENGTH_NS: Final = (_NS // 2, 10 * _NS)
_MOTIONS: Final = {
    production_pb2.COVER_MOTION_GIF: "gif",
    production_pb2.COVER_MOTION_WEBP: "webp",
    production_pb2.COVER_MOTION_APNG: "apng",
    production_pb2.COVER_MOTION_MP4: "mp4",
}


@dataclass(frozen=True, slots=True)
class CoverOptions(Options):
    """What a cover task asks for, defaults filled in; sizes in pixels.

    Args:
        count: covers at most.
        max_side: longer side.
        format: of still ones.
        motion: "" = still, "gif", "webp", "apng" or "mp4".
        length_ns: of moving ones.
    """

    count: int
    max_side: int
    format: production_pb2.ImageFormat.ValueType
    motion: str = ""
    length_ns: int = 3 * _NS


def _check(cover: production_pb2.CoverParams) -> list[ParamViolation]:
    found = []
    if cover.HasField("count"):
        found += in_range("count", cover.count, COUNT)
    if cover.HasField("max_side"):
        found += in_range("max_side", cover.max_side, MAX_SIDE)
    if cover.HasField("length"):
        length = cover.length.seconds * _NS + cover.length.nanos
        if not LENGTH_NS[0] <= length <= LENGTH_NS[1]:
            limit = "0.5..10 s"
            found.append(ParamViolation("length", f"must be {limit}", limit, f"{length / _NS:g} s"))
    found += known_value("format", cover.format, production_pb2.ImageFormat.keys())
    return found + known_value("motion", cover.motion, production_pb2.CoverMotion.keys())


def _options(cover: production_pb2.CoverParams) -> CoverOptions:
    return CoverOptions(
        count=cover.count if cover.HasField("count") else 1,
        max_side=cover.max_side if cover.HasField("max_side") else 480 if cover.motion else 1_280,
        format=cover.format or production_pb2.IMAGE_FORMAT_JPEG,
        motion=_MOTIONS.get(cover.motion, ""),
        length_ns=(
            cover.length.seconds * _NS + cover.length.nanos if cover.HasField("length") else 3 * _NS
        ),
    )


COVER: Final = Function(
    "cover", _check, _options, uses=("shots", "faces", "frame_conditions", "text_lines")
)
