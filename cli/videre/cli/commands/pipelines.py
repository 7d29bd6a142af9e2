"""`videre pipelines …`: named queues of a project."""

from __future__ import annotations

from typing import Annotated

import typer

from videre.cli.commands import options as shared

app = typer.Typer(no_args_is_help=True, help="Pipelines: named queues of a project.")
PipelineId = Annotated[str, typer.Argument(metavar="PIPELINE", help="Id of the pipeline.")]


@app.command("set")
def set_pipelines(
    file: Annotated[
        typer.FileText,
        typer.Argument(
            metavar="FILE", encoding="utf-8",
            help="Pipelines, one JSON object a line; - = standard input.",
        ),
    ],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:  # fmt: skip
    """Store pipelines, in the place of those with their ids."""
    from videre.cli.console import say
    from videre.cli.json_lines import messages
    from videre.client import Videre
    from videre.v1 import pipeline_pb2 as pb

    with Videre(server) as client:
        for given in messages(file, pb.Pipeline):
            made = client.pipelines.set(given)
            say(made, f"{made.pipeline_id}  {made.name}", as_json=json)


@app.command("list")
def list_pipelines(
    server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False
) -> None:
    """List pipelines."""
    from videre.cli.console import out, print_json
    from videre.cli.pipeline_tables import pipeline_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.pipelines.list()
    if json:
        print_json(list(found))
    else:
        out().print(pipeline_table(found))


@app.command()
def show(
    pipeline: PipelineId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Show a pipeline and how many jobs it has."""
    from videre.cli.console import out, print_json
    from videre.cli.pipeline_tables import pipeline_table
    from videre.client import Videre

    with Videre(server) as client:
        found = client.pipelines.get(pipeline)
    if json:
        print_json(found)
        return
    out().print(pipeline_table([found]))
    line = f"{found.waiting_count} jobs wait, {found.running_count} are at work or next"
    out().print(line, markup=False)


@app.command()
def pause(
    pipeline: PipelineId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Let no job of a pipeline begin any more; those at work or next go on."""
    _turn(server, pipeline, paused=True, as_json=json)


@app.command()
def resume(
    pipeline: PipelineId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Let jobs of a pipeline begin again."""
    _turn(server, pipeline, paused=False, as_json=json)


@app.command()
def delete(
    pipeline: PipelineId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete a pipeline that has no job which has not ended."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        client.pipelines.delete(pipeline)
    say({"pipelineId": pipeline}, f"pipeline {pipeline} is deleted", as_json=json)


def _turn(server: str, pipeline: str, *, paused: bool, as_json: bool) -> None:
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        made = client.pipelines.pause(pipeline, paused=paused)
    state = "is paused" if made.paused else "lets jobs in"
    say(made, f"pipeline {pipeline} {state}", as_json=as_json)
