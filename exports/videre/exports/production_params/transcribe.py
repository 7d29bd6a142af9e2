"""Parameters of `transcribe`. Pure."""

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
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb


@dataclass(frozen=True, slots=True)
class TranscribeOptions(Options):
    """What a transcript holds."""

    format: pb.TranscriptFormat.ValueType
    stretch: Stretch
    with_words: bool


def _check(given: pb.TranscribeParams) -> list[ParamViolation]:
    return [
        *known_value("format", given.format, pb.TranscriptFormat.keys()),
        *check_range("range", given.range),
    ]


def _options(given: pb.TranscribeParams) -> TranscribeOptions:
    return TranscribeOptions(
        format=given.format or pb.TRANSCRIPT_FORMAT_TXT,
        stretch=stretch_of(given.range),
        with_words=not given.without_words,
    )


TRANSCRIBE: Final = Function(
    "transcribe",
    _check,
    _options,
    uses=("utterances",),
    preview=Preview.WRITTEN,
)
