"""Parameters of `trim` and `concatenate`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import Function, Options, ParamViolation, placed
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2

PARTS: Final = 1_000
INPUTS: Final = 32


@dataclass(frozen=True, slots=True)
class Part:
    """A stretch of an input."""

    input: str
    stretch: Stretch


@dataclass(frozen=True, slots=True)
class TrimOptions(Options):
    """What a trim task asks for, defaults filled in."""

    parts: tuple[Part, ...]
    output: RenditionOptions


@dataclass(frozen=True, slots=True)
class ConcatenateOptions(Options):
    """What a concatenate task asks for, defaults filled in; no parts = every input, whole."""

    parts: tuple[Part, ...]
    output: RenditionOptions


def _count(field: str, actual: int, low: int) -> list[ParamViolation]:
    if low <= actual <= PARTS:
        return []
    limit = f"{low}..{PARTS}"
    return [ParamViolation(field, f"has {actual} entries, must be {limit}", limit, str(actual))]


def _check_trim(given: production_pb2.TrimParams) -> list[ParamViolation]:
    found = _count("keep", len(given.keep), 1)
    for index, one in enumerate(given.keep):
        found += check_range(f"keep[{index}]", one)
    return found + placed("output", check_rendition(given.output))


def _trim(given: production_pb2.TrimParams) -> TrimOptions:
    source = given.input or "main"
    parts = tuple(Part(source, stretch_of(one)) for one in given.keep)
    return TrimOptions(parts, rendition_of(given.output))


def _trimmed(given: production_pb2.TrimParams) -> tuple[str, ...]:
    return (given.input or "main",)


def _check_concatenate(given: production_pb2.ConcatenateParams) -> list[ParamViolation]:
    found = _count("parts", len(given.parts), 0)
    for index, part in enumerate(given.parts):
        found += check_range(f"parts[{index}].range", part.range)
    names = _concatenated(given)
    if len(names) > INPUTS:
        words = f"names {len(names)} inputs, at most {INPUTS}"
        found.append(ParamViolation("parts", words, str(INPUTS), str(len(names))))
    return found + placed("output", check_rendition(given.output))


def _concatenate(given: production_pb2.ConcatenateParams) -> ConcatenateOptions:
    parts = tuple(Part(part.input or "main", stretch_of(part.range)) for part in given.parts)
    return ConcatenateOptions(parts, rendition_of(given.output))


def _concatenated(given: production_pb2.ConcatenateParams) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.input or "main" for part in given.parts))


TRIM: Final = Function("trim", _check_trim, _trim, _trimmed)
CONCATENATE: Final = Function("concatenate", _check_concatenate, _concatenate, _concatenated)
