"""`videre marketing …`: copy of media, and the film that its script describes."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from videre.client import Videre
    from videre.v1 import job_pb2, marketing_pb2

app = typer.Typer(no_args_is_help=True, help="Marketing copy of media, and promotional films.")
Media = Annotated[str, typer.Argument(metavar="MEDIA", help="Media id.")]
Length = Annotated[
    float | None, typer.Option(min=5, max=120, help="Seconds of the script; else 30 or less.")
]


class Engine(StrEnum):
    """What writes the words."""

    TEMPLATES = "templates"
    CHAT = "chat"


EngineOption = Annotated[
    Engine | None, typer.Option(help="What writes it; else chat where the server has an endpoint.")
]


@app.command()
def write(
    media: Media,
    language: Annotated[
        list[str] | None, typer.Option(help="en (default) or zh; may be repeated.")
    ] = None,
    segment: Annotated[
        list[str] | None, typer.Option(help="For this segment; may be repeated.")
    ] = None,
    length: Length = None,
    engine: EngineOption = None,
    output: Annotated[
        Path | None, typer.Option("--output", "-o", help="Folder for the scripts' timelines.")
    ] = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write titles, a hook, highlights, tags and a script, with what each rests on."""
    from videre.cli.console import out, print_json
    from videre.cli.marketing_tables import render_copies
    from videre.client import Videre

    with Videre(server) as client:
        answer = client.marketing.write(
            _asked(media, language or [], segment or [], length, engine)
        )
    if output is not None:
        output.mkdir(parents=True, exist_ok=True)
        for number, one in enumerate(answer.copies, 1):
            if one.timeline:
                path = output / f"promo-{number}.{one.language_code}.otio"
                path.write_text(one.timeline, encoding="utf-8")
    if json:
        print_json(answer)
    else:
        out().print(*render_copies(answer), sep="\n", markup=False)


@app.command()
def film(
    media: Media,
    language: Annotated[str, typer.Option(help="en or zh.")] = "en",
    segment: Annotated[str, typer.Option(help="For this segment; else for everybody.")] = "",
    length: Length = None,
    engine: EngineOption = None,
    output: Annotated[Path, typer.Option("--output", "-o", help="Folder for files.")] = Path("."),
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Write a script, have its voice-over said, and make the film."""
    from videre.cli.console import out, print_json
    from videre.cli.production_table import outputs_table
    from videre.client import Videre
    from videre.v1 import production_pb2 as pb

    segments = [segment] if segment else []
    with Videre(server) as client:
        answer = client.marketing.write(_asked(media, [language], segments, length, engine))
        copy = answer.copies[0]
        if not copy.script:
            raise typer.BadParameter(f"media {media} has no script: too little of it can be shown")
        output.mkdir(parents=True, exist_ok=True)
        (output / "promo.otio").write_text(copy.timeline, encoding="utf-8")
        voices: dict[str, str] = {}
        if copy.voices:
            said = client.submit(media_id=media, skip_analysis=True, production_tasks=copy.voices)
            said = client.wait(said.job_id, timeout_s=timeout)
            _end_where_failed(said)
            voices = _fetched(client, said, output)
        task = pb.ProductionTask(name="promo", assemble=pb.AssembleParams(timeline=copy.timeline))
        job = client.submit(
            media_id=media, skip_analysis=True, production_tasks=[task], more_inputs=voices
        )
        job = client.wait(job.job_id, timeout_s=timeout)
        for made in job.outputs:
            client.read_artifact_to(made.digest, output / Path(made.name).name)
    if json:
        print_json(job)
    else:
        out().print(outputs_table(job, output))
    _end_where_failed(job)


def _asked(
    media: str,
    languages: list[str],
    segments: list[str],
    length: float | None,
    engine: Engine | None,
) -> marketing_pb2.WriteMarketingCopyRequest:
    from videre.v1 import marketing_pb2 as pb

    request = pb.WriteMarketingCopyRequest(
        media_id=media, language_codes=languages, segment_ids=segments
    )
    if length is not None:
        request.length.FromNanoseconds(round(length * 1e9))
    if engine is not None:
        request.engine = pb.MarketingEngine.Value(f"MARKETING_ENGINE_{engine.name}")
    return request


def _end_where_failed(job: job_pb2.Job) -> None:
    """End the command where a job did not succeed, and say why."""
    from videre.cli.console import err
    from videre.cli.exits import Exit
    from videre.cli.production_table import failures
    from videre.v1 import job_pb2

    if job.state != job_pb2.JOB_STATE_SUCCEEDED:
        for words in failures(job):
            err().print(words, markup=False, soft_wrap=True)
        raise typer.Exit(int(Exit.JOB))


def _fetched(client: Videre, job: job_pb2.Job, folder: Path) -> dict[str, str]:
    """Fetch what was said; return the files by the name of their task."""
    files: dict[str, str] = {}
    for made in job.outputs:
        if made.role == "audio":
            path = folder / f"{made.task}{Path(made.name).suffix}"
            client.read_artifact_to(made.digest, path)
            files[made.task] = str(path)
    return files
