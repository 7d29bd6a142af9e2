"""`videre produce …`: files made of media, without an analysis."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextvars import ContextVar
from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.cli.production_words import Shape
    from videre.v1 import production_pb2

app = typer.Typer(help="Make files of media: cuts, encodings.", no_args_is_help=True)

#: The preview that the command line asks for, of whichever function it names.
_PREVIEW: ContextVar[production_pb2.ProductionPreview | None] = ContextVar("preview", default=None)


class Fallback(StrEnum):
    """What is shown of shots whose subjects do not fit."""

    BLUR = "blur"
    BLACK = "black"
    CROP = "crop"


class Fit(StrEnum):
    """How a picture is put into a frame of another shape."""

    INSIDE = "inside"
    PAD = "pad"
    CROP = "crop"


Source = Annotated[str, typer.Argument(help="File or URI.")]
Preset = Annotated[str, typer.Option("--preset", "-p", help="How it is encoded.")]
Folder = Annotated[Path, typer.Option("--output", "-o", help="Folder for the files.")]
Width = Annotated[int | None, typer.Option(help="Width of the frame, pixels.")]
Height = Annotated[int | None, typer.Option(help="Height of the frame, pixels.")]
Aspect = Annotated[str, typer.Option(help="Shape of the frame, such as 9:16.")]
FitOption = Annotated[Fit | None, typer.Option(help="How the picture is put into the frame.")]
Rate = Annotated[str, typer.Option(help="Frames a second, such as 25 or 30000/1001.")]
Options = Annotated[
    list[str] | None, typer.Option("--set", help="Encoder option NAME=VALUE; may be repeated.")
]
Mute = Annotated[bool, typer.Option("--mute", help="Leave the sound out.")]


@app.callback()
def begin(
    preview: Annotated[
        str,
        typer.Option(
            metavar="AT",
            help="Before the function's name: only a preview of this instant, or of the 'middle'.",
        ),
    ] = "",
) -> None:
    """Make files of media: cuts, encodings."""
    from videre.cli.production_words import preview_of

    _PREVIEW.set(preview_of(preview))


@app.command()
def transcode(
    source: Source,
    preset: Annotated[
        list[str] | None,
        typer.Option("--preset", "-p", help="One file per preset; default web."),
    ] = None,
    part: Annotated[str, typer.Option(help="Only this stretch, such as 1.5-4.")] = "",
    width: Width = None,
    height: Height = None,
    aspect: Aspect = "",
    fit: FitOption = None,
    rate: Rate = "",
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Encode a media anew, once for each preset, decoding it once."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    shape = shape_of(width, height, aspect, fit, rate, option, mute)
    params = pb.TranscodeParams(
        range=range_of(part) if part else None, renditions=renditions(preset or [], shape)
    )
    task = pb.ProductionTask(transcode=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


@app.command()
def trim(
    source: Source,
    keep: Annotated[
        list[str],
        typer.Option("--keep", "-k", help="Stretch to keep, such as 1.5-4; may be repeated."),
    ],
    preset: Preset = "web",
    width: Width = None,
    height: Height = None,
    aspect: Aspect = "",
    fit: FitOption = None,
    rate: Rate = "",
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Keep stretches of a media, one after the other in one file, exact to the frame."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    shape = shape_of(width, height, aspect, fit, rate, option, mute)
    params = pb.TrimParams(
        keep=[range_of(word) for word in keep], output=renditions([preset], shape)[0]
    )
    task = pb.ProductionTask(trim=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


@app.command()
def concatenate(
    sources: Annotated[list[str], typer.Argument(help="Files or URIs, in order.")],
    preset: Preset = "web",
    width: Width = None,
    height: Height = None,
    aspect: Aspect = "",
    fit: FitOption = None,
    rate: Rate = "",
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Put media one after the other in one file, in the frame of the first."""
    from videre.cli.production_words import renditions
    from videre.v1 import production_pb2 as pb

    shape = shape_of(width, height, aspect, fit, rate, option, mute)
    task = pb.ProductionTask(
        concatenate=pb.ConcatenateParams(output=renditions([preset], shape)[0])
    )
    further = {f"part-{number}": one for number, one in enumerate(sources[1:], start=2)}
    make(server, sources[0], further, task, folder=output, timeout=timeout, as_json=json)


@app.command()
def reframe(
    source: Source,
    aspect: Annotated[
        list[str] | None,
        typer.Option("--aspect", "-a", help="One file per shape, such as 9:16 (default) or 1:1."),
    ] = None,
    fallback: Annotated[
        Fallback, typer.Option(help="What is shown where the subjects do not fit.")
    ] = Fallback.BLUR,
    preset: Preset = "web",
    part: Annotated[str, typer.Option(help="Only this stretch, such as 1.5-4.")] = "",
    option: Options = None,
    mute: Mute = False,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Bring a video or a picture into other shapes, the frame following its subject."""
    from videre.cli.production_words import range_of, renditions
    from videre.v1 import production_pb2 as pb

    wanted = []
    for one in aspect or ["9:16"]:
        (made,) = renditions([preset], shape_of(None, None, one, None, "", option, mute))
        made.name = f"{preset}-{one.replace(':', 'x')}"
        wanted.append(made)
    params = pb.ReframeParams(
        range=range_of(part) if part else None,
        renditions=wanted,
        fallback=pb.ReframeFallback.Value(f"REFRAME_FALLBACK_{fallback.name}"),
    )
    task = pb.ProductionTask(reframe=params)
    make(server, source, {}, task, folder=output, timeout=timeout, as_json=json)


@app.command()
def run(
    source: Source,
    tasks: Annotated[
        Path, typer.Argument(help="JSON file: one production task, or a list of them.")
    ],
    more: Annotated[
        list[str] | None,
        typer.Option("--input", help="Further input NAME=FILE or NAME=URI; may be repeated."),
    ] = None,
    output: Folder = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Carry out production tasks as the API has them."""
    from json import loads

    from google.protobuf.json_format import ParseDict, ParseError

    from videre.v1 import production_pb2 as pb

    try:
        given = loads(tasks.read_text(encoding="utf-8"))
        listed = given if isinstance(given, list) else [given]
        parsed = [ParseDict(one, pb.ProductionTask()) for one in listed]
    except (ValueError, ParseError) as error:
        raise typer.BadParameter(f"{tasks}: {error}") from error
    further = shared.parse_tags(more)
    make(server, source, further, *parsed, folder=output, timeout=timeout, as_json=json)


def shape_of(
    width: int | None = None,
    height: int | None = None,
    aspect: str = "",
    fit: Fit | None = None,
    rate: str = "",
    option: Sequence[str] | None = None,
    mute: bool = False,
) -> Shape:
    """Return what all outputs of a command share."""
    from videre.cli.production_words import Shape

    return Shape(width, height, aspect, fit or "", rate, tuple(option or ()), mute)


def make(
    server: str,
    source: str,
    further: Mapping[str, str],
    *tasks: production_pb2.ProductionTask,
    folder: Path,
    timeout: float | None,
    as_json: bool,
    features: Sequence[str] = (),
    template: str = "",
) -> None:
    """Submit a job that makes files, wait for it, and fetch them.

    Where the command line asks for a preview, the tasks make that instead.
    `features` and the moderation `template` are what the tasks need of an analysis; without them
    nothing is analysed.
    """
    from videre.cli.console import err, out, print_json
    from videre.cli.exits import Exit
    from videre.cli.production_table import failures, outputs_table
    from videre.client import Videre
    from videre.v1 import job_pb2

    preview = _PREVIEW.get()
    if preview is not None:
        for task in tasks:
            task.preview.CopyFrom(preview)
    with Videre(server) as client:
        job = client.submit(
            source,
            production_tasks=tasks,
            skip_analysis=not (features or template),
            features=features,
            moderation_template=template,
            more_inputs=further,
        )
        job = client.wait(job.job_id, timeout_s=timeout)
        folder.mkdir(parents=True, exist_ok=True)
        for made in job.outputs:
            # The name is the server's: only its last part is taken.
            client.read_artifact_to(made.digest, folder / Path(made.name).name)
    if as_json:
        print_json(job)
    else:
        if job.outputs:
            out().print(outputs_table(job, folder))
        for words in failures(job):
            err().print(words, markup=False, soft_wrap=True)
    if job.state != job_pb2.JOB_STATE_SUCCEEDED:
        raise typer.Exit(int(Exit.JOB))
