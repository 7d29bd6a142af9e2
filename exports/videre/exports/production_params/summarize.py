"""Parameters of `summarize`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    in_range,
    placed,
)
from videre.exports.production_params.renditions import check_rendition
from videre.exports.production_params.sound import MAIN, check_length, length_of
from videre.v1 import production_pb2 as pb

LENGTH: Final = (1.0, 600.0)
HIGHLIGHTS: Final = (0, 100)
KEYWORDS: Final = 50
_KEYWORD: Final = 64


@dataclass(frozen=True, slots=True)
class SummarizeOptions(Options):
    """What a summary shall be; `output` has no preset where none is given, for the input decides.

    Args:
        input: name of the input.
        length: of the summary, seconds.
        output: how it is encoded.
        with_file: whether a film is made.
        highlights: listed at most.
        keywords: in small letters.
    """

    input: str
    length: Fraction
    output: pb.Rendition
    with_file: bool
    highlights: int
    keywords: tuple[str, ...]


def _check(given: pb.SummarizeParams) -> list[ParamViolation]:
    found = check_length(given, "length", LENGTH)
    if given.HasField("highlights"):
        found += in_range("highlights", given.highlights, HIGHLIGHTS)
    if len(given.keywords) > KEYWORDS:
        count = len(given.keywords)
        words = f"has {count} entries, at most {KEYWORDS}"
        found.append(ParamViolation("keywords", words, str(KEYWORDS), str(count)))
    limit = f"1..{_KEYWORD} characters"
    for index, word in enumerate(given.keywords):
        if not len(word.strip()) >= 1 or len(word) > _KEYWORD:
            field = f"keywords[{index}]"
            found.append(ParamViolation(field, f"must have {limit}", limit, word[:80]))
    return found + placed("output", check_rendition(given.output))


def _options(given: pb.SummarizeParams) -> SummarizeOptions:
    return SummarizeOptions(
        input=given.input or MAIN,
        length=length_of(given, "length", Fraction(5)),
        output=given.output,
        with_file=not given.without_file,
        highlights=given.highlights if given.HasField("highlights") else 10,
        keywords=tuple(word.strip().casefold() for word in given.keywords),
    )


def _inputs(given: pb.SummarizeParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


SUMMARIZE: Final = Function(
    "summarize",
    _check,
    _options,
    _inputs,
    uses=("shots", "faces", "frame_conditions", "utterances", "music", "keywords"),
    preview=Preview.WHOLE,
)
