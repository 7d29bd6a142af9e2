"""Parameters of `trim_silence`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, Preview
from videre.exports.production_params.sound import (
    MAIN,
    check_length,
    check_number,
    check_output,
    length_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb

THRESHOLD_DB: Final = (-90, -10)
SHORTEST: Final = (0.05, 60.0)
MARGIN: Final = (0.0, 5.0)


@dataclass(frozen=True, slots=True)
class TrimSilenceOptions(Options):
    """What silence is and what is left of it, seconds; `output` has no preset where none is given,
    for the input decides."""

    input: str
    stretch: Stretch
    threshold_db: float
    shortest: Fraction
    margin: Fraction
    ends_only: bool
    output: pb.Rendition


def _check(given: pb.TrimSilenceParams) -> list[ParamViolation]:
    return [
        *check_range("range", given.range),
        *check_number(given, "threshold_db", THRESHOLD_DB),
        *check_length(given, "shortest", SHORTEST),
        *check_length(given, "margin", MARGIN),
        *check_output(given),
    ]


def _options(given: pb.TrimSilenceParams) -> TrimSilenceOptions:
    return TrimSilenceOptions(
        input=given.input or MAIN,
        stretch=stretch_of(given.range),
        threshold_db=given.threshold_db if given.HasField("threshold_db") else -50.0,
        shortest=length_of(given, "shortest", Fraction(1, 2)),
        margin=length_of(given, "margin", Fraction(1, 10)),
        ends_only=given.ends_only,
        output=given.output,
    )


def _inputs(given: pb.TrimSilenceParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


TRIM_SILENCE: Final = Function(
    "trim_silence",
    _check,
    _options,
    _inputs,
    preview=Preview.SOUND,
)
