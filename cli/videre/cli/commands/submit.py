"""`videre submit` and `videre estimate`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated, Any

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit

Inputs = Annotated[
    list[str] | None,
    typer.Argument(
        metavar="[INPUT]...",
        help="Files, folders, globs, MANIFEST.jsonl, URIs, media:ID.",
    ),
]


def submit(
    inputs: Inputs = None,
    text: Annotated[
        list[str] | None,
        typer.Option("--text", help="A text itself, instead of a file; may be repeated."),
    ] = None,
    title: Annotated[str, typer.Option(help="Title; moderated too.")] = "",
    description: Annotated[str, typer.Option(help="Description; moderated too.")] = "",
    comments: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help='Comments, moderated too: one a line, or .jsonl of {"text", "offset", "id"}.',
        ),
    ] = None,
    cover: Annotated[
        list[str] | None,
        typer.Option(metavar="FILE", help="Cover picture, or media:ID; moderated too. Repeatable."),
    ] = None,
    features: shared.Features = "",
    template: Annotated[str, typer.Option(help="Moderation template.")] = "",
    analysis_template: Annotated[str, typer.Option(help="Analysis template.")] = "",
    production_template: Annotated[str, typer.Option(help="Production template.")] = "",
    priority: Annotated[
        int | None, typer.Option(min=0, max=9, help="0 is the most urgent; default 5.")
    ] = None,
    pipeline: Annotated[str, typer.Option(help="Pipeline whose queue they wait in.")] = "",
    flow: Annotated[
        typer.FileText | None,
        typer.Option(
            metavar="FILE",
            encoding="utf-8",
            help="What follows from the verdict: branches, one JSON object a line.",
        ),
    ] = None,
    language: Annotated[str, typer.Option(help="Expected languages, by commas.")] = "",
    engine: shared.EnginePins = None,
    tag: shared.Tags = None,
    sample_interval: Annotated[
        float | None,
        typer.Option(
            min=0.5, max=60, help="Seconds between looks into a shot; default 3, 0.5 for tracks."
        ),
    ] = None,
    budget: Annotated[
        float | None,
        typer.Option(min=0, help="CPU-seconds that engines may take; what is left out is told."),
    ] = None,
    request_id_prefix: Annotated[
        str, typer.Option(help="Beginning of request ids; also makes those of URIs last.")
    ] = "",
    again: Annotated[
        bool, typer.Option("--again", help="New jobs, although the same were submitted before.")
    ] = False,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the jobs have ended.")] = False,
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Submit media. The same command again goes on where an interrupted one stopped."""
    import asyncio

    from google.protobuf.json_format import MessageToDict

    from videre.cli.batch import BatchPlan
    from videre.cli.batch_inputs import expand, of_texts
    from videre.cli.batch_show import submit_and_show
    from videre.cli.comments import read_comments
    from videre.cli.json_lines import messages
    from videre.v1.job_pb2 import FlowBranch

    plan = BatchPlan(
        options=_given(
            features=shared.parse_list(features),
            moderation_template=template,
            analysis_template=analysis_template,
            production_template=production_template,
            priority=priority,
            pipeline=pipeline,
            flow=[MessageToDict(one) for one in messages(flow or (), FlowBranch)],
            language_hints=shared.parse_list(language),
            engine_pins=shared.parse_pins(engine),
            tags=shared.parse_tags(tag),
            sample_interval=sample_interval,
            budget=budget,
            title=title,
            description=description,
            covers=cover or [],
            comments=read_comments(comments) if comments is not None else [],
        ),
        prefix=request_id_prefix,
        again=again,
        wait=wait,
        timeout_s=timeout,
    )
    items = [*(expand(inputs or []) if inputs or not text else []), *of_texts(text or [])]
    outcomes = asyncio.run(submit_and_show(server, items, plan, as_json=json))
    if any(outcome.failed for outcome in outcomes):
        raise typer.Exit(int(Exit.JOB))


def _given(**options: Any) -> dict[str, Any]:
    """Return the options that say something."""
    return {name: value for name, value in options.items() if value not in ("", None, [], {})}


def estimate(
    source: Annotated[str, typer.Argument(help="URI or media:ID; nothing is uploaded.")],
    duration: Annotated[
        float | None, typer.Option(help="Length in seconds, where it is not known to the server.")
    ] = None,
    features: shared.Features = "",
    engine: shared.EnginePins = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell what a job would cost, without starting it."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import estimate_table
    from videre.client import Videre, build_request
    from videre.v1 import job_pb2

    main = job_pb2.JobInput(name="main")
    if source.startswith("media:"):
        main.media_id = source.removeprefix("media:")
    else:
        main.uri = source
    request = build_request(
        main,
        {"features": shared.parse_list(features), "engine_pins": shared.parse_pins(engine)},
    )
    with Videre(server) as client:
        answer = client.estimate(request, duration_s=duration)
    if json:
        print_json(answer)
    else:
        out().print(estimate_table(answer))
