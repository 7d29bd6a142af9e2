"""`videre produce assemble`: a timeline carried out."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.commands.produce import (
    Aspect,
    FitOption,
    Folder,
    Height,
    Options,
    Rate,
    Width,
    make,
    shape_of,
)


def assemble(
    timeline: Annotated[Path, typer.Argument(help="OpenTimelineIO file (.otio).")],
    source: Annotated[
        str,
        typer.Argument(
            metavar="[SOURCE]",
            help="File or URI of the input main; none = references are ids of media.",
        ),
    ] = "",
    more: Annotated[
        list[str] | None,
        typer.Option("--input", help="Further input NAME=FILE or NAME=URI; may be repeated."),
    ] = None,
    reference: Annotated[
        list[str] | None,
        typer.Option("--map", help="Input of a media reference, URL=NAME; may be repeated."),
    ] = None,
    loudness: Annotated[
        float | None, typer.Option(help="Integrated loudness of several tracks, LUFS.")
    ] = None,
    duck: Annotated[
        float | None, typer.Option(help="By how much music is lowered under speech, dB.")
    ] = None,
    preset: Annotated[
        list[str] | None,
        typer.Option("--preset", "-p", help="One file per preset; default web."),
    ] = None,
    width: Width = None,
    height: Height = None,
    aspect: Aspect = "",
    fit: FitOption = None,
    rate: Rate = "",
    option: Options = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Carry out a timeline: clips with cuts and dissolves, titles, tracks of sound."""
    from videre.cli.production_words import renditions
    from videre.v1 import production_pb2 as pb

    shape = shape_of(width, height, aspect, fit, rate, option)
    shaped = bool(width or height or aspect or rate or option)
    text = timeline.read_text(encoding="utf-8")
    inputs, further = dict(_pair(word) for word in reference or ()), shared.parse_tags(more)
    if not source:
        source, further, inputs = _media_of(text, further, inputs)
    params = pb.AssembleParams(
        timeline=text,
        inputs=inputs,
        loudness=loudness,
        duck_db=duck,
        renditions=renditions(preset or [], shape) if preset or shaped else (),
    )
    task = pb.ProductionTask(assemble=params)
    make(server, source, further, task, folder=output, timeout=timeout, as_json=json)


def _media_of(
    text: str, further: dict[str, str], inputs: dict[str, str]
) -> tuple[str, dict[str, str], dict[str, str]]:
    """Return main and further inputs of a timeline whose references are ids of media.

    References that `inputs` names are left to those who named them.
    """
    from videre.exports.assembly import NotRenderedError
    from videre.exports.assembly_timeline import read_assembly

    try:
        urls = [url for url in read_assembly(text).urls if url not in inputs]
    except NotRenderedError as error:
        raise typer.BadParameter(f"the timeline is not rendered: {error}") from error
    urls = [url for url in urls if url not in further]
    if not urls:
        raise typer.BadParameter("give a SOURCE: no reference is left that a media could be")
    main, *others = urls
    media = {url: f"media:{url}" for url in others}
    return f"media:{main}", {**further, **media}, {**inputs, main: "main"}


def _pair(word: str) -> tuple[str, str]:
    """Return URL and name; an URL may have equals signs of its own."""
    url, equals, name = word.rpartition("=")
    if not equals:
        raise typer.BadParameter(f"{word!r} is not URL=NAME")
    return url, name
