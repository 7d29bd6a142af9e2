"""`videre top | capacity | place | usage`."""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING, Annotated

import typer

from videre.cli.commands import options as shared

if TYPE_CHECKING:
    from rich.console import RenderableType

    from videre.client import Videre

_MOST_JOBS = 20


def top(
    interval: Annotated[float, typer.Option(min=0.5, help="Seconds between two looks.")] = 2.0,
    once: Annotated[bool, typer.Option("--once", help="Look once; print and end.")] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
) -> None:
    """Show what runs and waits, live: services, queue, jobs. Ctrl-C ends it."""
    import time

    from rich.live import Live

    from videre.cli.console import out
    from videre.client import Videre

    with Videre(server) as client:
        if once:
            out().print(_looked(client))
            return
        with Live(_looked(client), console=out(), screen=out().is_terminal) as live:
            try:
                while True:
                    time.sleep(interval)
                    live.update(_looked(client))
            except KeyboardInterrupt:
                return


def _looked(client: Videre) -> RenderableType:
    from videre.cli.operation_tables import top_view
    from videre.v1 import job_pb2

    states = [job_pb2.JOB_STATE_RUNNING, job_pb2.JOB_STATE_QUEUED]
    jobs = [
        client.query(job.job_id).job for job in islice(client.list_jobs(states=states), _MOST_JOBS)
    ]
    return top_view(client.backlog(), jobs)


def capacity(server: shared.Server = shared.DEFAULT_SERVER, json: shared.Json = False) -> None:
    """Tell what waits, how long it will take, and which service holds it up."""
    from rich.console import Group

    from videre.cli.console import out, print_json
    from videre.cli.operation_tables import backlog_words, service_table
    from videre.client import Videre

    with Videre(server) as client:
        backlog = client.backlog()
    if json:
        print_json(backlog)
    else:
        out().print(Group(backlog_words(backlog), service_table(backlog.services)))


def place(
    job: shared.JobId,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell where a queued job stands in the queue, and about how long it will wait."""
    from videre.cli.console import say
    from videre.cli.operation_tables import place_words
    from videre.client import Videre

    with Videre(server) as client:
        found = client.queue_place(job)
    say(found, place_words(found), as_json=json)


def usage(
    first: Annotated[str, typer.Option("--from", help="First day, 2026-11-22.")] = "",
    last: Annotated[str, typer.Option("--to", help="Last day; default: today.")] = "",
    csv: Annotated[bool, typer.Option("--csv", help="As CSV, for charging.")] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell what was used, per day (UTC): jobs, media, processor time, calls of models, files."""
    from videre.cli.console import out, print_json
    from videre.cli.operation_tables import usage_csv, usage_table
    from videre.client import Videre

    with Videre(server) as client:
        days = client.usage(first, last)
    if json:
        print_json(days)
    elif csv:
        typer.echo(usage_csv(days), nl=False)
    else:
        out().print(usage_table(days))
