"""Parameters of `detect_music_segments`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, Preview
from videre.exports.production_params.renditions import RenditionOptions
from videre.exports.production_params.sound import (
    SOUND_PRESET,
    check_length,
    check_number,
    check_output,
    length_of,
    output_of,
)
from videre.v1 import production_pb2 as pb

CHORUSES: Final = (0, 20)
FADE: Final = (0.0, 10.0)
_NONE: Final = Fraction(0)


@dataclass(frozen=True, slots=True)
class DetectMusicSegmentsOptions(Options):
    """What is made of the parts of songs: fades in seconds."""

    choruses: int
    fade_in: Fraction
    fade_out: Fraction
    output: RenditionOptions


def _check(given: pb.DetectMusicSegmentsParams) -> list[ParamViolation]:
    return [
        *check_number(given, "choruses", CHORUSES),
        *check_length(given, "fade_in", FADE),
        *check_length(given, "fade_out", FADE),
        *check_output(given),
    ]


def _options(given: pb.DetectMusicSegmentsParams) -> DetectMusicSegmentsOptions:
    return DetectMusicSegmentsOptions(
        choruses=given.choruses,
        fade_in=length_of(given, "fade_in", _NONE),
        fade_out=length_of(given, "fade_out", _NONE),
        output=output_of(given.output, SOUND_PRESET, "chorus"),
    )


DETECT_MUSIC_SEGMENTS: Final = Function(
    "detect_music_segments",
    _check,
    _options,
    uses=("music",),
    preview=Preview.WRITTEN,
)
