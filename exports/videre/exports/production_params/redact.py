"""Parameters of `redact`. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    known_value,
    one_of,
    placed,
)
from videre.exports.production_params.renditions import check_rendition
from videre.exports.production_params.retouched import check_image_format, image_format_of
from videre.exports.production_params.retouched import check_share as check_number
from videre.exports.production_params.sound import check_length, length_of
from videre.v1 import production_pb2 as pb

#: Of verdicts.
CATEGORIES: Final = ("porn", "terrorism", "political", "prohibited", "ad", "custom")
GROW: Final = (0, 1)
TONE_HZ: Final = (100, 8_000)
MARGIN: Final = (0.0, 5.0)
_GROW: Final = 0.15
_TONE_HZ: Final = 1_000.0
_MARGIN: Final = Fraction(1, 10)
_ACTIONS: Final = {pb.REDACT_ACTION_CUT: "cut", pb.REDACT_ACTION_KEEP: "keep"}
_MODES: Final = {pb.OBSCURE_MODE_MOSAIC: "mosaic", pb.OBSCURE_MODE_FILL: "fill"}


@dataclass(frozen=True, slots=True)
class RedactOptions(Options):
    """What a redact task asks for, defaults filled in.

    Args:
        on_block: "cover", "cut" or "keep": what is done about what would be blocked.
        on_review: the same of what would be reviewed.
        categories: findings of others stay; empty = there are no others.
        mode: "blur", "mosaic" or "fill".
        grow: by how much boxes are moved out, share of their sides.
        tone_hz: of what covers sound; 0 = silence.
        margin: beside each finding, seconds.
        output: how it is encoded.
        image_format: of what is made of a picture.
    """

    on_block: str
    on_review: str
    categories: frozenset[str]
    mode: str
    grow: float
    tone_hz: float
    margin: Fraction
    output: pb.Rendition
    image_format: pb.ImageFormat.ValueType


def _check(given: pb.RedactParams) -> list[ParamViolation]:
    actions = pb.RedactAction.keys()
    return [
        *known_value("on_block", given.on_block, actions),
        *known_value("on_review", given.on_review, actions),
        *_check_categories(given.categories),
        *known_value("mode", given.mode, pb.ObscureMode.keys()),
        *check_number(given, "grow", GROW),
        *known_value("sound", given.sound, pb.BleepMode.keys()),
        *check_number(given, "tone_hz", TONE_HZ),
        *check_length(given, "margin", MARGIN),
        *placed("output", check_rendition(given.output)),
        *check_image_format(given),
    ]


def _check_categories(given: Sequence[str]) -> list[ParamViolation]:
    if len(given) > len(CATEGORIES):
        limit, actual = str(len(CATEGORIES)), str(len(given))
        words = f"has {actual} entries, at most {limit}"
        return [ParamViolation("categories", words, limit, actual)]
    return [
        wrong
        for index, one in enumerate(given)
        for wrong in one_of(f"categories[{index}]", one, CATEGORIES)
    ]


def _options(given: pb.RedactParams) -> RedactOptions:
    tone = given.tone_hz if given.HasField("tone_hz") else _TONE_HZ
    return RedactOptions(
        on_block=_ACTIONS.get(given.on_block, "cover"),
        on_review=_ACTIONS.get(given.on_review, "cover"),
        categories=frozenset(given.categories),
        mode=_MODES.get(given.mode, "blur"),
        grow=given.grow if given.HasField("grow") else _GROW,
        tone_hz=0.0 if given.sound == pb.BLEEP_MODE_MUTE else tone,
        margin=length_of(given, "margin", _MARGIN),
        output=given.output,
        image_format=image_format_of(given),
    )


REDACT: Final = Function(
    "redact", _check, _options, uses=("faces", "tracks", "text_lines", "verdict")
)
