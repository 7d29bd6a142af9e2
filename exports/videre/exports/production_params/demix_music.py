"""Parameters of `demix_music`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    known_value,
)
from videre.exports.production_params.sound import MAIN, check_output
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb

_STEMS: Final = {
    pb.MUSIC_STEM_VOICE: "voice",
    pb.MUSIC_STEM_ACCOMPANIMENT: "accompaniment",
}


@dataclass(frozen=True, slots=True)
class DemixMusicOptions(Options):
    """Which stems are made, in order; `output` has no preset where none is given."""

    input: str
    stretch: Stretch
    stems: tuple[str, ...]
    output: pb.Rendition


def _check(given: pb.DemixMusicParams) -> list[ParamViolation]:
    return [*check_range("range", given.range), *_check_stems(given), *check_output(given)]


def _check_stems(given: pb.DemixMusicParams) -> list[ParamViolation]:
    names, found = pb.MusicStem.keys(), []
    if len(set(given.stems)) < len(given.stems):
        limit = "each stem once"
        found.append(ParamViolation("stems", f"must have {limit}", limit, str(len(given.stems))))
    for index, stem in enumerate(given.stems):
        field = f"stems[{index}]"
        found += known_value(field, stem, names)
        if stem == pb.MUSIC_STEM_UNSPECIFIED:
            found.append(ParamViolation(field, "names nothing", ", ".join(names[1:]), names[0]))
    return found


def _options(given: pb.DemixMusicParams) -> DemixMusicOptions:
    return DemixMusicOptions(
        input=given.input or MAIN,
        stretch=stretch_of(given.range),
        stems=tuple(_STEMS[stem] for stem in given.stems or _STEMS),
        output=given.output,
    )


def _inputs(given: pb.DemixMusicParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


DEMIX_MUSIC: Final = Function(
    "demix_music",
    _check,
    _options,
    _inputs,
    preview=Preview.SOUND,
)
