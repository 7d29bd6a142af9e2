"""Parameters of `detect_beats`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    known_value,
)
from videre.v1 import production_pb2 as pb


@dataclass(frozen=True, slots=True)
class DetectBeatsOptions(Options):
    """What beats are written as."""

    format: pb.BeatsFormat.ValueType


def _check(given: pb.DetectBeatsParams) -> list[ParamViolation]:
    return known_value("format", given.format, pb.BeatsFormat.keys())


def _options(given: pb.DetectBeatsParams) -> DetectBeatsOptions:
    return DetectBeatsOptions(given.format or pb.BEATS_FORMAT_JSON)


DETECT_BEATS: Final = Function(
    "detect_beats",
    _check,
    _options,
    uses=("music",),
    preview=Preview.WRITTEN,
)
