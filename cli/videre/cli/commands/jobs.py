"""`videre query | watch | list | cancel | delete | requeue`."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

from videre.cli.commands import options as shared
from videre.cli.exits import Exit


class State(StrEnum):
    """States of jobs, as options."""

    QUEUED = "queued"
    RUNNING = "running"
    SUCCEEDED = "succeeded"
    PARTIAL = "partial"
    FAILED = "failed"
    CANCELLED = "cancelled"


def query(
    job: shared.JobId,
    view: shared.ViewOption = shared.View.BASIC,
    kinds: shared.Kinds = "",
    language: shared.Language = "",
    min_confidence: shared.MinConfidence = None,
    nodes: shared.Nodes = "",
    start: shared.Start = None,
    end: shared.End = None,
    wait: Annotated[bool, typer.Option("--wait", help="Wait until the job has ended.")] = False,
    timeout: shared.Timeout = None,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Tell a job's state and what is known of its media, partial results included."""
    from videre.cli.console import out, print_json
    from videre.cli.terminal_report import print_job
    from videre.client import Videre, has_ended
    from videre.v1 import analysis_pb2, job_pb2

    wanted = shared.analysis_filter(kinds, language, min_confidence, nodes, start, end)
    with Videre(server) as client:
        if wait:
            client.wait(job, timeout_s=timeout)
        chosen = analysis_pb2.AnalysisView.Value(f"ANALYSIS_VIEW_{view.name}")
        answer = client.query(job, view=chosen, filter=wanted)
    if json:
        print_json(answer)
    else:
        print_job(out(), answer.job, answer.analysis if answer.HasField("analysis") else None)
    if has_ended(answer.job) and answer.job.state != job_pb2.JOB_STATE_SUCCEEDED:
        raise typer.Exit(int(Exit.JOB))


def watch(
    job: shared.JobId,
    after: Annotated[int, typer.Option(min=0, help="Only events after this number.")] = 0,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Follow a job's events until it has ended."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import event_line
    from videre.client import Videre
    from videre.v1 import job_pb2

    state = job_pb2.JOB_STATE_UNSPECIFIED
    with Videre(server) as client:
        for event in client.watch(job, after_seq=after):
            if json:
                print_json(event, line=True)
            else:
                out().print(event_line(event), soft_wrap=True)
            if event.HasField("state_changed"):
                state = event.state_changed.state
    if state not in (job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_UNSPECIFIED):
        raise typer.Exit(int(Exit.JOB))


def list_jobs(
    state: Annotated[list[State] | None, typer.Option(help="May be repeated.")] = None,
    tag: shared.Tags = None,
    media: Annotated[str, typer.Option(help="Only jobs of this media.")] = "",
    dead: Annotated[
        bool, typer.Option("--dead", help="Only jobs that the installation failed; see requeue.")
    ] = False,
    limit: Annotated[int, typer.Option(min=1, help="Most jobs shown.")] = 20,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """List jobs, newest first."""
    from itertools import islice

    from videre.cli.console import out, print_json
    from videre.cli.tables import job_table
    from videre.client import Videre
    from videre.v1 import job_pb2

    states = [job_pb2.JobState.Value(f"JOB_STATE_{name.upper()}") for name in state or []]
    with Videre(server) as client:
        found = client.list_jobs(
            states=states, tags=shared.parse_tags(tag), media_id=media, dead=dead
        )
        jobs = list(islice(found, limit))
    if json:
        print_json(jobs)
    else:
        out().print(job_table(jobs))


def cancel(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB...", help="Job ids.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Cancel jobs; those that have ended stay as they are."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import job_table
    from videre.client import Videre

    with Videre(server) as client:
        cancelled = [client.cancel(job) for job in jobs]
    if json:
        print_json(cancelled)
    else:
        out().print(job_table(cancelled))


def delete(
    jobs: Annotated[list[str], typer.Argument(metavar="JOB...", help="Job ids.")],
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Delete ended jobs; the analyses of their media stay."""
    from videre.cli.console import say
    from videre.client import Videre

    with Videre(server) as client:
        for job in jobs:
            client.delete(job)
    say({"deleted": jobs}, f"deleted {len(jobs)}", as_json=json)


def requeue(
    jobs: Annotated[
        list[str] | None, typer.Argument(metavar="[JOB...]", help="Ended jobs.")
    ] = None,
    dead: Annotated[
        bool, typer.Option("--dead", help="All jobs that the installation failed.")
    ] = False,
    server: shared.Server = shared.DEFAULT_SERVER,
    json: shared.Json = False,
) -> None:
    """Do ended jobs again, as new jobs; what was found before is not looked for again."""
    from videre.cli.console import out, print_json
    from videre.cli.tables import job_table
    from videre.client import Videre

    if bool(jobs) == dead:
        raise typer.BadParameter("name jobs, or give --dead")
    with Videre(server) as client:
        wanted = jobs or [job.job_id for job in client.list_jobs(dead=True)]
        again = [client.requeue(job) for job in wanted]
    if json:
        print_json(again)
    else:
        out().print(job_table(again))
