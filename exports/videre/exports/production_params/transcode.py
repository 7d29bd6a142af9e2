"""Parameters of `transcode`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, placed
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_names,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2

RENDITIONS: Final = 8


@dataclass(frozen=True, slots=True)
class TranscodeOptions(Options):
    """What a transcode task asks for, defaults filled in."""

    input: str
    stretch: Stretch
    renditions: tuple[RenditionOptions, ...]


def _check(given: production_pb2.TranscodeParams) -> list[ParamViolation]:
    found = check_range("range", given.range)
    count = len(given.renditions)
    if count > RENDITIONS:
        words = f"has {count} entries, at most {RENDITIONS}"
        found.append(ParamViolation("renditions", words, str(RENDITIONS), str(count)))
    for index, one in enumerate(given.renditions):
        found += placed(f"renditions[{index}]", check_rendition(one))
    return found + check_names("renditions", given.renditions)


def _options(given: production_pb2.TranscodeParams) -> TranscodeOptions:
    renditions = list(given.renditions) or [production_pb2.Rendition()]
    return TranscodeOptions(
        input=given.input or "main",
        stretch=stretch_of(given.range),
        renditions=tuple(rendition_of(one) for one in renditions),
    )


def _inputs(given: production_pb2.TranscodeParams) -> tuple[str, ...]:
    return (given.input or "main",)


TRANSCODE: Final = Function("transcode", _check, _options, _inputs)
