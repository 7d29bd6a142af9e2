"""Parameters of `captions`. Pure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from videre.exports.production_params.base import (
    Function,
    Options,
    ParamViolation,
    Preview,
    in_range,
    known_value,
)
from videre.exports.production_params.regions import Box, box_of, check_box
from videre.v1 import production_pb2

LINE_LENGTH: Final = (10, 200)
LANGUAGES: Final = 10
PREFIX: Final = 64
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}")
#: What only subtitles in the picture have.
_SEEN: Final = ("region", "languages", "split_languages", "main_track_only")
_PICTURE: Final = "CAPTION_SOURCE_PICTURE"


@dataclass(frozen=True, slots=True)
class CaptionsOptions(Options):
    """What a captions task asks for, defaults filled in; lengths in characters.

    Args:
        source: where they come from.
        format: of the files.
        max_line_length: columns of a line.
        region: in which the middle of a line lies; None = anywhere.
        languages: that are kept; empty = all.
        split: whether each language becomes a file.
        main_track: whether only lines of the main track are kept.
        prefix: of every cue's text.
    """

    source: production_pb2.CaptionSource.ValueType
    format: production_pb2.CaptionFormat.ValueType
    max_line_length: int
    region: Box | None = None
    languages: tuple[str, ...] = ()
    split: bool = False
    main_track: bool = False
    prefix: str = ""


def _check(captions: production_pb2.CaptionsParams) -> list[ParamViolation]:
    found = known_value("source", captions.source, production_pb2.CaptionSource.keys())
    found += known_value("format", captions.format, production_pb2.CaptionFormat.keys())
    if captions.HasField("max_line_length"):
        found += in_range("max_line_length", captions.max_line_length, LINE_LENGTH)
    if captions.HasField("region"):
        found += check_box("region", captions.region)
    found += _check_languages(captions)
    if captions.source != production_pb2.CAPTION_SOURCE_PICTURE:
        given = {field.name for field, _ in captions.ListFields()}
        found += [
            ParamViolation(field, f"needs source {_PICTURE}", _PICTURE, "another source")
            for field in _SEEN
            if field in given
        ]
    return found + _check_prefix(captions)


def _check_languages(captions: production_pb2.CaptionsParams) -> list[ParamViolation]:
    count = len(captions.languages)
    if count > LANGUAGES:
        words = f"has {count} entries, at most {LANGUAGES}"
        return [ParamViolation("languages", words, str(LANGUAGES), str(count))]
    limit = _LANGUAGE.pattern
    found = [
        ParamViolation(f"languages[{index}]", f"must match {limit}", limit, one[:80])
        for index, one in enumerate(captions.languages)
        if not _LANGUAGE.fullmatch(one)
    ]
    if len(set(captions.languages)) < count:
        actual = ", ".join(captions.languages)
        found.append(ParamViolation("languages", "names one twice", "each once", actual))
    return found


def _check_prefix(captions: production_pb2.CaptionsParams) -> list[ParamViolation]:
    prefix = captions.cue_prefix
    if not prefix:
        return []
    if len(prefix) > PREFIX or not prefix.isprintable():
        limit = f"at most {PREFIX} printable characters"
        return [ParamViolation("cue_prefix", f"must be {limit}", limit, prefix[:80])]
    if captions.format == production_pb2.CAPTION_FORMAT_VTT:
        limit = "SRT or ASS"
        return [ParamViolation("cue_prefix", f"needs {limit}", limit, "CAPTION_FORMAT_VTT")]
    return []


def _options(captions: production_pb2.CaptionsParams) -> CaptionsOptions:
    given = captions.HasField("max_line_length")
    return CaptionsOptions(
        source=captions.source or production_pb2.CAPTION_SOURCE_SPEECH,
        format=captions.format or production_pb2.CAPTION_FORMAT_SRT,
        max_line_length=captions.max_line_length if given else 42,
        region=box_of(captions.region) if captions.HasField("region") else None,
        languages=tuple(captions.languages),
        split=captions.split_languages,
        main_track=captions.main_track_only,
        prefix=captions.cue_prefix,
    )


CAPTIONS: Final = Function(
    "captions",
    _check,
    _options,
    uses=("utterances", "text_lines"),
    preview=Preview.WRITTEN,
)
