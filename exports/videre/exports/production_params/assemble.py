"""Parameters of `assemble`. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from videre.exports.assembly import Assembly, NotRenderedError
from videre.exports.assembly_timeline import read_assembly
from videre.exports.production_params.base import Function, Options, ParamViolation, placed
from videre.exports.production_params.mix_audio import DUCK_DB, LOUDNESS, TRUE_PEAK
from videre.exports.production_params.renditions import (
    RenditionOptions,
    check_names,
    check_rendition,
    rendition_of,
)
from videre.exports.production_params.retouched import RENDITIONS
from videre.exports.production_params.sound import SOUND_PRESET, check_number
from videre.v1 import production_pb2 as pb

BYTES: Final = 1_000_000
INPUTS: Final = 32
#: Most problems of a timeline that are told.
_TOLD: Final = 8


@dataclass(frozen=True, slots=True)
class AssembleOptions(Options):
    """What an assemble task asks for, defaults filled in.

    Args:
        assembly: what is shown and heard when.
        inputs: name of the input of every url in it.
        loudness: of a mix, LUFS.
        true_peak: of a mix, dBTP.
        duck_db: by which music is lowered under speech.
        renditions: what is made.
    """

    assembly: Assembly
    inputs: Mapping[str, str]
    loudness: float
    true_peak: float
    duck_db: float
    renditions: tuple[RenditionOptions, ...]


def _check(given: pb.AssembleParams) -> list[ParamViolation]:
    found = _check_timeline(given)
    if len(given.inputs) > INPUTS:
        words = f"has {len(given.inputs)} entries, at most {INPUTS}"
        found.append(ParamViolation("inputs", words, str(INPUTS), str(len(given.inputs))))
    for field, bounds in (("loudness", LOUDNESS), ("true_peak", TRUE_PEAK), ("duck_db", DUCK_DB)):
        found += check_number(given, field, bounds)
    count = len(given.renditions)
    if count > RENDITIONS:
        words = f"has {count} entries, at most {RENDITIONS}"
        found.append(ParamViolation("renditions", words, str(RENDITIONS), str(count)))
    for index, one in enumerate(given.renditions):
        found += placed(f"renditions[{index}]", check_rendition(one))
    return found + check_names("renditions", given.renditions)


def _check_timeline(given: pb.AssembleParams) -> list[ParamViolation]:
    size = len(given.timeline.encode())
    if not 1 <= size <= BYTES:
        limit = f"1..{BYTES} bytes"
        return [ParamViolation("timeline", f"must have {limit}", limit, str(size))]
    try:
        _read(given.timeline)
    except NotRenderedError as error:
        return [
            ParamViolation(
                f"timeline.{one.place}" if one.place else "timeline",
                one.description, one.limit, one.actual,
            )
            for one in error.problems[:_TOLD]
        ]  # fmt: skip
    return []


@lru_cache(maxsize=4)  # asked for by the check, the inputs and the options of one task
def _read(timeline: str) -> Assembly:
    return read_assembly(timeline)


def _options(given: pb.AssembleParams) -> AssembleOptions:
    assembly = _read(given.timeline)
    wanted = given.renditions or [pb.Rendition(preset="" if assembly.shots else SOUND_PRESET)]
    return AssembleOptions(
        assembly=assembly,
        inputs={url: given.inputs.get(url, url) for url in assembly.urls},
        loudness=given.loudness if given.HasField("loudness") else -16.0,
        true_peak=given.true_peak if given.HasField("true_peak") else -1.0,
        duck_db=given.duck_db if given.HasField("duck_db") else 10.0,
        renditions=tuple(rendition_of(one) for one in wanted),
    )


def _inputs(given: pb.AssembleParams) -> tuple[str, ...]:
    """Return the inputs of a timeline; none of one that is refused anyway."""
    try:
        urls = _read(given.timeline).urls
    except NotRenderedError:
        return ()
    return tuple(dict.fromkeys(given.inputs.get(url, url) for url in urls))


ASSEMBLE: Final = Function("assemble", _check, _options, _inputs)
