"""Parameters of `split_lecture`. Pure."""

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
    placed,
)
from videre.exports.production_params.presets import DEFAULT_PRESET
from videre.exports.production_params.renditions import RenditionOptions, check_rendition
from videre.exports.production_params.sound import MAIN, check_length, length_of, output_of
from videre.exports.production_params.times import Stretch, check_range, stretch_of
from videre.v1 import production_pb2 as pb

SHORTEST: Final = (0.5, 600.0)
#: Name of the parts' files, before their numbers.
_PART: Final = "part"


@dataclass(frozen=True, slots=True)
class SplitLectureOptions(Options):
    """What a split_lecture task asks for, defaults filled in.

    Args:
        input: name of the input.
        stretch: what of it.
        shortest: part, seconds.
        output: how each part is encoded.
        with_files: whether a file is made of each part.
        edit_lists: formats, each once.
    """

    input: str
    stretch: Stretch
    shortest: Fraction
    output: RenditionOptions
    with_files: bool
    edit_lists: tuple[pb.EditListFormat.ValueType, ...]


def _check(given: pb.SplitLectureParams) -> list[ParamViolation]:
    found = check_range("range", given.range)
    found += check_length(given, "shortest", SHORTEST)
    found += placed("output", check_rendition(given.output))
    names = pb.EditListFormat.keys()
    for index, one in enumerate(given.edit_lists):
        field = f"edit_lists[{index}]"
        if one == pb.EDIT_LIST_FORMAT_UNSPECIFIED:
            limit = ", ".join(names[1:])
            found.append(ParamViolation(field, f"must be one of {limit}", limit, names[0]))
        found += known_value(field, one, names)
    if len(set(given.edit_lists)) < len(given.edit_lists):
        actual = str(len(given.edit_lists))
        found.append(ParamViolation("edit_lists", "names a format twice", "each once", actual))
    return found


def _options(given: pb.SplitLectureParams) -> SplitLectureOptions:
    return SplitLectureOptions(
        input=given.input or MAIN,
        stretch=stretch_of(given.range),
        shortest=length_of(given, "shortest", Fraction(2)),
        output=output_of(given.output, DEFAULT_PRESET, _PART),
        with_files=not given.without_files,
        edit_lists=tuple(given.edit_lists),
    )


def _inputs(given: pb.SplitLectureParams) -> tuple[str, ...]:
    return (given.input or MAIN,)


SPLIT_LECTURE: Final = Function(
    "split_lecture",
    _check,
    _options,
    _inputs,
    uses=("text_lines",),
    preview=Preview.WHOLE,
)
