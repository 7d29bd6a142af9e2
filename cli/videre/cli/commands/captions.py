"""`videre produce captions`: what is said, or written in the picture, as a subtitle file."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Folder, Source, make

if TYPE_CHECKING:
    from videre.v1 import types_pb2


class CaptionSource(StrEnum):
    """Where captions come from."""

    SPEECH = "speech"
    PICTURE = "picture"


class CaptionFormat(StrEnum):
    """Format of captions."""

    SRT = "srt"
    VTT = "vtt"
    ASS = "ass"


def captions(
    source: Source,
    origin: Annotated[
        CaptionSource, typer.Option("--from", help="What is said, or read in the picture.")
    ] = CaptionSource.SPEECH,
    file_format: Annotated[
        CaptionFormat, typer.Option("--format", help="Format of the file.")
    ] = CaptionFormat.SRT,
    line_length: Annotated[int | None, typer.Option(help="Longest line, characters.")] = None,
    region: Annotated[
        str, typer.Option(help="Where subtitles stand: X,Y,WIDTH,HEIGHT, shares of the picture.")
    ] = "",
    language: Annotated[
        list[str] | None, typer.Option("--language", "-l", help="Keep it, such as zh; repeatable.")
    ] = None,
    split: Annotated[bool, typer.Option("--split", help="A file per language.")] = False,
    main_track: Annotated[
        bool, typer.Option("--main-track", help="Only where most subtitles stand.")
    ] = False,
    prefix: Annotated[str, typer.Option(help="Before the text of every cue, as {\\an8}.")] = "",
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write what is said, or the subtitles in the picture, into a subtitle file."""
    from videre.v1 import production_pb2 as pb

    params = pb.CaptionsParams(
        source=pb.CaptionSource.Value(f"CAPTION_SOURCE_{origin.name}"),
        format=pb.CaptionFormat.Value(f"CAPTION_FORMAT_{file_format.name}"),
        max_line_length=line_length,
        region=_box(region) if region else None,
        languages=language or (),
        split_languages=split,
        main_track_only=main_track,
        cue_prefix=prefix,
    )
    task = pb.ProductionTask(captions=params)
    features = ["text"] if origin is CaptionSource.PICTURE else ["speech"]
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=features)


def _box(words: str) -> types_pb2.BoundingBox:
    from videre.v1 import types_pb2

    try:
        x, y, width, height = (float(word) for word in words.split(","))
    except ValueError:
        raise typer.BadParameter(f"{words}: must be X,Y,WIDTH,HEIGHT") from None
    return types_pb2.BoundingBox(x=x, y=y, width=width, height=height)
