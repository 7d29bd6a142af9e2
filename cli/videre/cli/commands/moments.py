"""`videre produce …` of the functions that choose moments of a media."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import Aspect, Folder, Source, make, shape_of


class EditList(StrEnum):
    """Format of an edit list."""

    OTIO = "otio"
    EDL = "edl"


class Form(StrEnum):
    """What a cover is: a still picture, or one that moves."""

    JPEG = "jpeg"
    PNG = "png"
    WEBP = "webp"
    GIF = "gif"
    MOVING_WEBP = "moving-webp"
    APNG = "apng"
    MP4 = "mp4"


_MOTIONS = {
    Form.GIF: "COVER_MOTION_GIF",
    Form.MOVING_WEBP: "COVER_MOTION_WEBP",
    Form.APNG: "COVER_MOTION_APNG",
    Form.MP4: "COVER_MOTION_MP4",
}


def cover(
    source: Source,
    count: Annotated[int, typer.Option("--count", "-n", help="How many at most.")] = 1,
    form: Annotated[Form, typer.Option(help="Format; the last four move.")] = Form.JPEG,
    length: Annotated[
        float | None, typer.Option(help="Seconds of those that move; default 3.")
    ] = None,
    max_side: Annotated[int | None, typer.Option(help="Longer side, pixels.")] = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Choose pictures, or a few seconds, that stand for a media."""
    from google.protobuf.duration_pb2 import Duration

    from videre.v1 import production_pb2 as pb

    params = pb.CoverParams(
        count=count,
        max_side=max_side,
    )
    if form in _MOTIONS:
        params.motion = pb.CoverMotion.Value(_MOTIONS[form])
    else:
        params.format = pb.ImageFormat.Value(f"IMAGE_FORMAT_{form.name}")
    if length is not None:
        params.length.CopyFrom(Duration(seconds=int(length), nanos=round(length % 1 * 1e9)))
    task = pb.ProductionTask(cover=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def summarize(
    source: Source,
    length: Annotated[str, typer.Option(help="Length, seconds or 1:30.")] = "5",
    keyword: Annotated[
        list[str] | None, typer.Option("--keyword", "-k", help="Matters where said; repeatable.")
    ] = None,
    highlights: Annotated[int, typer.Option(help="Highlights in the list.")] = 10,
    preset: Annotated[str, typer.Option("--preset", "-p", help="How it is encoded.")] = "",
    aspect: Aspect = "",
    list_only: Annotated[bool, typer.Option("--list-only", help="Make no film.")] = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Make a few seconds of the most interesting moments, and a list of them."""
    from videre.cli.production_words import renditions, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.SummarizeParams(
        length=time_of(length),
        keywords=keyword or [],
        highlights=highlights,
        without_file=list_only,
    )
    if preset or aspect:
        wanted = [preset] if preset else []
        params.output.CopyFrom(renditions(wanted, shape_of(aspect=aspect))[0])
    task = pb.ProductionTask(summarize=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


def split_lecture(
    source: Source,
    shortest: Annotated[str, typer.Option(help="Shortest part, seconds or 1:30.")] = "2",
    part: Annotated[str, typer.Option(help="Only this stretch, such as 60-4:30.")] = "",
    list_only: Annotated[bool, typer.Option("--list-only", help="Make no films.")] = False,
    edit_list: Annotated[
        list[EditList] | None, typer.Option(help="An edit list beside the list; repeatable.")
    ] = None,
    untitled: Annotated[
        bool, typer.Option("--untitled", help="Read no titles: nothing is analysed.")
    ] = False,
    preset: Annotated[str, typer.Option("--preset", "-p", help="How parts are encoded.")] = "web",
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cut a lecture into parts where its slides change, and list them with their titles."""
    from videre.cli.production_words import range_of, time_of
    from videre.v1 import production_pb2 as pb

    params = pb.SplitLectureParams(
        range=range_of(part) if part else None,
        shortest=time_of(shortest),
        without_files=list_only,
        edit_lists=[pb.EditListFormat.Value(f"EDIT_LIST_FORMAT_{one.name}")
                    for one in edit_list or ()],
        output=pb.Rendition(preset=preset),
    )  # fmt: skip
    task = pb.ProductionTask(split_lecture=params)
    features = [] if untitled else ["text"]
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json, features=features)
