"""Tables of what waits, what is busy, and what was used."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from typing import Final

from rich.console import Group
from rich.table import Table
from rich.text import Text

from videre.cli.formatting import length, percent, seconds, size, word
from videre.cli.tables import colored, job_state, table
from videre.v1 import job_pb2
from videre.v1 import operations_pb2 as pb

#: Stages of a job that are shown.
_MOST_STAGES: Final = 4
_COLUMNS: Final = ("day", "jobs", "media_seconds", "cpu_seconds", "model_calls", "output_bytes")


def backlog_words(backlog: pb.GetBacklogResponse) -> Text:
    """Return the backlog in some lines: what waits, for how long, and what holds it up."""
    counts = {one.state: one.jobs for one in backlog.jobs}
    lines = [
        f"running {counts.get(job_pb2.JOB_STATE_RUNNING, 0)}, "
        f"waiting {counts.get(job_pb2.JOB_STATE_QUEUED, 0)}",
    ]
    if backlog.HasField("oldest_waiting"):
        lines[0] += f", the oldest for {length(seconds(backlog.oldest_waiting))}"
    if backlog.held_jobs:
        lines[0] += f"; {backlog.held_jobs} held, as many run as may"
    unopened = f", {backlog.unmeasured_jobs} media not opened yet" * bool(backlog.unmeasured_jobs)
    lines.append(f"{length(seconds(backlog.media_left))} of media left{unopened}")
    of_all = length(seconds(backlog.media_left_of_all))
    if backlog.HasField("drain_time"):
        lines.append(
            f"all projects: {of_all} of media left, {length(seconds(backlog.drain_time))} at the "
            f"last hour's pace of {backlog.pace:.2f}× real time"
        )
    else:
        lines.append(f"all projects: {of_all} of media left; no job ended in the last hour")
    if backlog.bottleneck:
        lines.append(f"most work per slot is left to {backlog.bottleneck}")
    return Text("\n".join(lines))


def place_words(place: pb.GetQueuePlaceResponse) -> str:
    """Return where a job stands, in a line."""
    if place.state != job_pb2.JOB_STATE_QUEUED:
        return f"waits no more: {word(job_pb2.JobState, place.state, 'JOB_STATE')}"
    if place.held:
        return f"{place.ahead} jobs of its project before it, which runs as many as it may"
    if not place.HasField("wait"):
        return f"{place.ahead} jobs before it; no job ended in the last hour"
    return f"{place.ahead} jobs before it, about {length(seconds(place.wait))}"


def service_table(services: Sequence[pb.ServiceLoad]) -> Table:
    """Return one row per service, the one with the most work per slot first."""
    made = table("Service", "State", "Slots", "Calls", "CPU left",
                 numbers=["Slots", "Calls", "CPU left"])  # fmt: skip
    for one in services:
        made.add_row(
            one.service,
            colored(word(pb.ServiceState, one.state, "SERVICE_STATE")),
            str(one.slots or ""),
            str(one.calls or ""),
            f"{one.cpu_seconds_left:.1f} s" if one.cpu_seconds_left else "",
        )
    return made


def running_table(jobs: Sequence[job_pb2.Job]) -> Table:
    """Return one row per job that has not ended, with the stages that are under way."""
    made = table("Job", "State", "Done", "Under way", numbers=["Done"])
    for job in jobs:
        made.add_row(
            job.job_id, colored(job_state(job)), percent(job.progress), Text(_under_way(job))
        )
    return made


def _under_way(job: job_pb2.Job) -> str:
    """Return the stages that have most of their work before them."""
    left = [stage for stage in job.stages if stage.done < stage.total]
    left.sort(key=lambda stage: stage.done / stage.total)
    shown = [f"{stage.name} {stage.done}/{stage.total}" for stage in left[:_MOST_STAGES]]
    more = len(left) - len(shown)
    return ", ".join(shown) + (f" and {more} more" if more else "")


def top_view(backlog: pb.GetBacklogResponse, jobs: Sequence[job_pb2.Job]) -> Group:
    """Return everything that `videre top` shows."""
    return Group(backlog_words(backlog), service_table(backlog.services), running_table(jobs))


def usage_table(days: Sequence[pb.UsageDay]) -> Table:
    """Return one row per day and the sum."""
    made = table("Day", "Jobs", "Media", "CPU", "Model calls", "Files",
                 numbers=["Jobs", "Media", "CPU", "Model calls", "Files"])  # fmt: skip
    for one in days:
        made.add_row(one.day, *_usage_cells([one]))
    made.add_section()
    made.add_row("in all", *_usage_cells(days))
    return made


def _usage_cells(days: Sequence[pb.UsageDay]) -> list[str]:
    return [
        str(sum(one.jobs for one in days)),
        length(sum(seconds(one.media) for one in days)),
        f"{sum(one.cpu_seconds for one in days):.1f} s",
        str(sum(one.model_calls for one in days)),
        size(sum(one.output_bytes for one in days)),
    ]


def usage_csv(days: Sequence[pb.UsageDay]) -> str:
    """Return the days as CSV with a header, for charging."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for one in days:
        row = (one.day, one.jobs, f"{seconds(one.media):.3f}", f"{one.cpu_seconds:.3f}",
               one.model_calls, one.output_bytes)  # fmt: skip
        writer.writerow(row)
    return text.getvalue()
