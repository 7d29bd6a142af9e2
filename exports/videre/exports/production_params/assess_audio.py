"""Parameters of `assess_audio`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, Preview
from videre.exports.production_params.sound import MAIN
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb


@dataclass(frozen=True, slots=True)
class AssessAudioOptions(Options):
    """What is listened to."""

    input: str
    stretch: Stretch


def _check(given: pb.AssessAudioParams) -> list[ParamViolation]:
    return check_range("range", given.range)


def _options(given: pb.AssessAudioParams) -> AssessAudioOptions:
    return AssessAudioOptions(given.input or MAIN, stretch_of(given.range))


def _inputs(given: pb.AssessAudioParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


ASSESS_AUDIO: Final = Function(
    "assess_audio",
    _check,
    _options,
    _inputs,
    preview=Preview.WHOLE,
)
