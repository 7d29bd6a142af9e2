"""Parameters of `synthesize_speech`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    known_value,
    one_of,
)
from videre.exports.production_params.sound import MAIN, check_number
from videre.exports.speech_script import CHARACTERS, ScriptError, read_script
from videre.v1 import production_pb2 as pb

VOLUME: Final = (0, 100)
RATE: Final = (-500, 500)
PITCH: Final = (-500, 500)
SAMPLE_RATES: Final = (8_000, 11_025, 16_000, 22_050, 24_000, 32_000, 44_100, 48_000)
LANGUAGES: Final = ("en", "zh")
_FORMATS: Final = {pb.SPEECH_FORMAT_PCM: "pcm", pb.SPEECH_FORMAT_MP3: "mp3"}


@dataclass(frozen=True, slots=True)
class SynthesizeSpeechOptions(Options):
    """What a task asks for, defaults filled in.

    Args:
        text: what is said; empty = what the input holds.
        input: name of a text document.
        language: "en" or "zh"; empty = as the text is.
        volume: 0..100.
        speech_rate: −500 (half as fast) .. 500 (twice).
        pitch_rate: −500..500.
        form: "wav", "pcm" or "mp3".
        sample_rate: samples a second.
    """

    text: str
    input: str
    language: str
    volume: int
    speech_rate: int
    pitch_rate: int
    form: str
    sample_rate: int


def _check(given: pb.SynthesizeSpeechParams) -> list[ParamViolation]:
    found = _check_text(given)
    if given.language:
        found += one_of("language", given.language, LANGUAGES)
    for field, bounds in (("volume", VOLUME), ("speech_rate", RATE), ("pitch_rate", PITCH)):
        found += check_number(given, field, bounds)
    found += known_value("format", given.format, pb.SpeechFormat.keys())
    if given.sample_rate and given.sample_rate not in SAMPLE_RATES:
        limit = ", ".join(map(str, SAMPLE_RATES))
        actual = str(given.sample_rate)
        found.append(ParamViolation("sample_rate", f"must be one of {limit}", limit, actual))
    return found


def _check_text(given: pb.SynthesizeSpeechParams) -> list[ParamViolation]:
    if given.WhichOneof("source") != "text":
        return []
    count = len(given.text)
    if not 1 <= count <= CHARACTERS:
        limit = f"1..{CHARACTERS} characters"
        return [ParamViolation("text", f"must have {limit}", limit, str(count))]
    try:
        clauses = read_script(given.text)
    except ScriptError as error:
        return [ParamViolation("text", str(error), "the subset of SSML", given.text[:80])]
    if not any(one.words for one in clauses):
        return [ParamViolation("text", "has no word", "a word", given.text[:80])]
    return []


def _options(given: pb.SynthesizeSpeechParams) -> SynthesizeSpeechOptions:
    return SynthesizeSpeechOptions(
        text=given.text,
        input=given.input or MAIN,
        language=given.language,
        volume=given.volume if given.HasField("volume") else 50,
        speech_rate=given.speech_rate,
        pitch_rate=given.pitch_rate,
        form=_FORMATS.get(given.format, "wav"),
        sample_rate=given.sample_rate or 16_000,
    )


def _inputs(given: pb.SynthesizeSpeechParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


SYNTHESIZE_SPEECH: Final = Function(
    "synthesize_speech",
    _check,
    _options,
    _inputs,
    preview=Preview.WRITTEN,
)
