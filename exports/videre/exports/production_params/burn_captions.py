"""Parameters of `burn_captions`. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.exports.cues import Cue
from videre.exports.production_params.base import (
    Function,
    ParamViolation,
    in_range,
    known_value,
)
from videre.exports.production_params.captions import LINE_LENGTH
from videre.exports.production_params.retouched import (
    MAIN,
    RetouchedOptions,
    check_retouched,
    check_share,
    common_of,
)
from videre.exports.production_params.times import check_range, stretch_of
from videre.v1 import production_pb2

CUES: Final = 5_000
CUE_TEXT: Final = 500
SIZE: Final = (0.02, 0.2)
MARGIN: Final = (0, 0.5)
_LINE_LENGTH: Final = 42
_SIZE: Final = 0.055
_MARGIN: Final = 0.05
_NS: Final = 1_000_000_000


@dataclass(frozen=True, slots=True)
class BurnCaptionsOptions(RetouchedOptions):
    """What a task asks for, defaults filled in; one of `source`, `file` and `track` is set.

    Args:
        source: what the analysis heard or read; None = the captions are given.
        file: name of the input with a subtitle file; empty = there is none.
        track: cues that came with the task.
        max_line_length: columns of a line, for what the analysis heard or read.
        size: height of a line as share of the frame's.
        margin: between the captions and the lower edge, share of the frame's height.
        boxed: on a dark box, else with an outline.
    """

    source: production_pb2.CaptionSource.ValueType | None
    file: str
    track: tuple[Cue, ...]
    max_line_length: int
    size: float
    margin: float
    boxed: bool


def _check(given: production_pb2.BurnCaptionsParams) -> list[ParamViolation]:
    found = check_retouched(given)
    which = given.WhichOneof("captions")
    if which == "source":
        found += known_value("source", given.source, production_pb2.CaptionSource.keys())
        if (given.input or MAIN) != MAIN:
            limit = "the main input"
            words = f"knows the words of {limit} alone"
            found.append(ParamViolation("input", words, limit, given.input[:80]))
    elif which == "file" and not given.file:
        found.append(ParamViolation("file", "must be named", "name of an input", "empty"))
    elif which == "track":
        found += _check_track(given.track)
    if given.HasField("max_line_length"):
        found += in_range("max_line_length", given.max_line_length, LINE_LENGTH)
    for field, bounds in (("size", SIZE), ("margin", MARGIN)):
        found += check_share(given, field, bounds)
    return found + known_value("style", given.style, production_pb2.CaptionStyle.keys())


def _check_track(track: production_pb2.CaptionTrack) -> list[ParamViolation]:
    count = len(track.cues)
    if not 1 <= count <= CUES:
        limit = f"1..{CUES}"
        words = f"has {count} entries, must be {limit}"
        return [ParamViolation("track.cues", words, limit, str(count))]
    found = []
    for index, cue in enumerate(track.cues):
        where = f"track.cues[{index}]"
        if not cue.text.strip() or len(cue.text) > CUE_TEXT:
            limit, actual = f"1..{CUE_TEXT} characters", f"{len(cue.text.strip())} characters"
            found.append(ParamViolation(f"{where}.text", f"must be {limit}", limit, actual))
        found += check_range(f"{where}.range", cue.range)
        if not cue.range.HasField("end"):
            found.append(ParamViolation(f"{where}.range.end", "must be given", "a time", "none"))
    return found


def _cue(cue: production_pb2.CaptionCue) -> Cue:
    stretch = stretch_of(cue.range)
    assert stretch.end is not None
    start = int(stretch.start * _NS)
    lines = tuple(line.strip() for line in cue.text.strip().splitlines())
    return Cue(start, max(start + 1, int(stretch.end * _NS)), lines)


def _options(given: production_pb2.BurnCaptionsParams) -> BurnCaptionsOptions:
    which = given.WhichOneof("captions") or "source"
    return BurnCaptionsOptions(
        **common_of(given),
        source=(given.source or production_pb2.CAPTION_SOURCE_SPEECH)
        if which == "source"
        else None,
        file=given.file,
        track=tuple(_cue(cue) for cue in given.track.cues),
        max_line_length=given.max_line_length
        if given.HasField("max_line_length")
        else _LINE_LENGTH,
        size=given.size if given.HasField("size") else _SIZE,
        margin=given.margin if given.HasField("margin") else _MARGIN,
        boxed=given.style == production_pb2.CAPTION_STYLE_BOX,
    )


def _inputs(given: production_pb2.BurnCaptionsParams) -> tuple[str, ...]:
    names = [given.input or MAIN, *([given.file] if given.file else [])]
    return tuple(dict.fromkeys(names))


BURN_CAPTIONS: Final = Function(
    "burn_captions", _check, _options, _inputs, uses=("utterances", "text_lines")
)
