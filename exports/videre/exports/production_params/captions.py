"""Parameters of `captions`. Pure."""

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

LINE_LENGTH: Final = (10, 200)


@dataclass(frozen=True, slots=True)
class CaptionsOptions(Options):
    """What a captions task asks for, defaults filled in; lengths in characters."""

    source: production_pb2.CaptionSource.ValueType
    format: production_pb2.CaptionFormat.ValueType
    max_line_length: int


def _check(captions: production_pb2.CaptionsParams) -> list[ParamViolation]:
    found = known_value("source", captions.source, production_pb2.CaptionSource.keys())
    found += known_value("format", captions.format, production_pb2.CaptionFormat.keys())
    if captions.HasField("max_line_length"):
        found += in_range("max_line_length", captions.max_line_length, LINE_LENGTH)
    return found


def _options(captions: production_pb2.CaptionsParams) -> CaptionsOptions:
    given = captions.HasField("max_line_length")
    return CaptionsOptions(
        source=captions.source or production_pb2.CAPTION_SOURCE_SPEECH,
        format=captions.format or production_pb2.CAPTION_FORMAT_SRT,
        max_line_length=captions.max_line_length if given else 42,
    )


CAPTIONS: Final = Function("captions", _check, _options, uses=("utterances", "text_lines"))
