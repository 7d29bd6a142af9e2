"""Parameters of `denoise_speech`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, Preview
from videre.exports.production_params.sound import MAIN, check_number, check_output
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb

STRENGTH_DB: Final = (3, 100)


@dataclass(frozen=True, slots=True)
class DenoiseSpeechOptions(Options):
    """By how much noise is lowered at most, dB; `output` has no preset where none is given."""

    input: str
    stretch: Stretch
    strength_db: float
    output: pb.Rendition


def _check(given: pb.DenoiseSpeechParams) -> list[ParamViolation]:
    return [
        *check_range("range", given.range),
        *check_number(given, "strength_db", STRENGTH_DB),
        *check_output(given),
    ]


def _options(given: pb.DenoiseSpeechParams) -> DenoiseSpeechOptions:
    return DenoiseSpeechOptions(
        input=given.input or MAIN,
        stretch=stretch_of(given.range),
        strength_db=given.strength_db if given.HasField("strength_db") else 100.0,
        output=given.output,
    )


def _inputs(given: pb.DenoiseSpeechParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


DENOISE_SPEECH: Final = Function(
    "denoise_speech",
    _check,
    _options,
    _inputs,
    preview=Preview.SOUND,
)
