"""Parameters of `bleep`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    known_value,
)
from videre.exports.production_params.sound import (
    MAIN,
    check_length,
    check_number,
    check_output,
    length_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb

WORDS: Final = 1_000
WORD: Final = 64
RANGES: Final = 1_000
TONE_HZ: Final = (100, 8_000)
MARGIN: Final = (0.0, 2.0)


@dataclass(frozen=True, slots=True)
class BleepOptions(Options):
    """What is covered, and by what: a tone of 0 Hz is silence; `margin` in seconds."""

    input: str
    stretch: Stretch
    words: tuple[str, ...]
    ranges: tuple[Stretch, ...]
    tone_hz: float
    margin: Fraction
    output: pb.Rendition


def _check(given: pb.BleepParams) -> list[ParamViolation]:
    found = check_range("range", given.range)
    found += _check_words(given)
    if len(given.ranges) > RANGES:
        words = f"has {len(given.ranges)} entries, at most {RANGES}"
        found.append(ParamViolation("ranges", words, str(RANGES), str(len(given.ranges))))
    else:
        for index, one in enumerate(given.ranges):
            found += check_range(f"ranges[{index}]", one)
    return [
        *found,
        *known_value("mode", given.mode, pb.BleepMode.keys()),
        *check_number(given, "tone_hz", TONE_HZ),
        *check_length(given, "margin", MARGIN),
        *check_output(given),
    ]


def _check_words(given: pb.BleepParams) -> list[ParamViolation]:
    count = len(given.words)
    if not count and not given.ranges:
        return [ParamViolation("words", "nothing to cover", "words or ranges", "none")]
    if count > WORDS:
        words = f"has {count} entries, at most {WORDS}"
        return [ParamViolation("words", words, str(WORDS), str(count))]
    found = []
    for index, word in enumerate(given.words):
        if not 1 <= len(word) <= WORD:
            limit = f"1..{WORD} characters"
            words = f"must have {limit}"
            found.append(ParamViolation(f"words[{index}]", words, limit, str(len(word))))
        elif not any(sign.isalnum() for sign in word):
            words = "has no letter and no digit"
            found.append(ParamViolation(f"words[{index}]", words, "a word", word))
    if count and given.input not in ("", MAIN):
        words = "words are known of the main input only"
        found.append(ParamViolation("input", words, MAIN, given.input))
    return found


def _options(given: pb.BleepParams) -> BleepOptions:
    tone = given.tone_hz if given.HasField("tone_hz") else 1_000.0
    return BleepOptions(
        input=given.input or MAIN,
        stretch=stretch_of(given.range),
        words=tuple(given.words),
        ranges=tuple(stretch_of(one) for one in given.ranges),
        tone_hz=0.0 if given.mode == pb.BLEEP_MODE_MUTE else tone,
        margin=length_of(given, "margin", Fraction(1, 20)),
        output=given.output,
    )


def _inputs(given: pb.BleepParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


BLEEP: Final = Function(
    "bleep",
    _check,
    _options,
    _inputs,
    uses=("utterances",),
    preview=Preview.SOUND,
)
