"""A long queue: how long Submit, pages of the list and the start of the next job take meanwhile.

The jobs are short texts that need no service, one at a time is worked on, and each is another one.
"""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice, pairwise
from pathlib import Path
from typing import Final

import numpy as np

from bench.harness import Outcome
from bench.options import Options
from tests.calling import TIMEOUT_S, Api
from tests.doubles.postgres import postgres, programs
from tests.running import Processes, processes
from videre.cli.evaluation.figures import Measured
from videre.client import Access, Videre
from videre.v1 import job_pb2, operations_pb2, project_pb2

_JOBS: Final = 10_000
_QUICK_JOBS: Final = 500
#: Jobs of a project that comes when the others wait already.
_LATE: Final = 10
_LATE_PROJECT: Final = "late"
_PLACES: Final = 50
_PAGE: Final = 50
_PAGES: Final = 200
_PATIENCE_S: Final = 300.0
_ENDED: Final = (job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_PARTIAL, job_pb2.JOB_STATE_FAILED)
#: Services are not there and nobody waits for them.
_SETTINGS: Final = {"VIDERE_STAGE_PATIENCE": "0.1", "VIDERE_JOBS_AT_ONCE": "1"}


@dataclass(slots=True)
class Taken:
    """What was measured on one engine, seconds.

    Args:
        queued: jobs that waited when the last was submitted.
        starts: from a job's end to the start of the next one.
        between: jobs of others that began between two of the project that came late.
    """

    queued: int = 0
    submits: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    places: list[float] = field(default_factory=list)
    starts: list[float] = field(default_factory=list)
    between: int = 0


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Fill the queue on both engines, look at it, measure.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    if programs() is None:
        raise FileNotFoundError("PostgreSQL is not installed on this machine")
    jobs = _QUICK_JOBS if options.quick else _JOBS
    figures = []
    for engine, settings in (("SQLite", contextlib.nullcontext({})), ("PostgreSQL", _database())):
        with (
            settings as own,
            tempfile.TemporaryDirectory(prefix="videre-bench-queue-") as place,
            processes(Path(place), "orchestrator", **_SETTINGS, **own) as suite,
        ):
            taken = _fill(suite, jobs, engine, tell)
        figures += _figures(engine, taken)
    return figures, []


@contextlib.contextmanager
def _database() -> Iterator[dict[str, str]]:
    with postgres() as server:
        yield {"VIDERE_DATABASE_URL": server.make()}


def _fill(suite: Processes, jobs: int, engine: str, tell: Callable[[str], None]) -> Taken:
    taken = Taken()
    with suite.client() as client, _late(suite) as late:
        for number in range(jobs):
            begun = time.monotonic()
            client.submit_request(_request(f"Text {number}."))
            taken.submits.append(time.monotonic() - begun)
            if number % 500 == 499:
                tell(f"{engine}: {number + 1} submitted, p99 {_part(taken.submits, 99):.4f} s")
        client.projects.create(project_pb2.CreateProjectRequest(project_id=_LATE_PROJECT))
        last = [late.submit_request(_request(f"Late {n}.")).job.job_id for n in range(_LATE)]
        counts = {one.state: one.jobs for one in client.backlog().jobs}
        taken.queued = counts.get(job_pb2.JOB_STATE_QUEUED, 0)
        taken.pages = _page_times(suite.ports.target("orchestrator"))
        taken.places = _place_times(client)
        ended = [late.wait(job_id, timeout_s=_PATIENCE_S) for job_id in last]
        ours = list(client.list_jobs(states=_ENDED))
    taken.starts = _gaps([*ours, *ended])
    first, final = (f(_ns(job.start_time) for job in ended) for f in (min, max))
    taken.between = sum(first < _ns(job.start_time) < final for job in ours)
    return taken


def _request(text: str) -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(inline_text=text)
    return request


@contextlib.contextmanager
def _late(suite: Processes) -> Iterator[Videre]:
    """Give a client whose calls are about another project."""
    with Videre(suite.ports.target("orchestrator"), access=Access(project=_LATE_PROJECT)) as client:
        yield client


def _page_times(target: str) -> list[float]:
    """Return how long each of the first pages of the list takes."""
    taken: list[float] = []
    request = job_pb2.ListJobsRequest(page_size=_PAGE)
    with Api(target) as api:
        while len(taken) < _PAGES:
            begun = time.monotonic()
            page = api.jobs.ListJobs(request, timeout=TIMEOUT_S)
            taken.append(time.monotonic() - begun)
            request.page_token = page.next_page_token
            if not request.page_token:
                break
    return taken


def _place_times(client: Videre) -> list[float]:
    """Return how long it takes to tell the place of the jobs that came last."""
    taken: list[float] = []
    found = client.list_jobs(states=[job_pb2.JOB_STATE_QUEUED])
    for job in islice(found, _PLACES):
        begun = time.monotonic()
        place: operations_pb2.GetQueuePlaceResponse = client.queue_place(job.job_id)
        taken.append(time.monotonic() - begun)
        if place.state != job_pb2.JOB_STATE_QUEUED:
            taken.pop()
    return taken


def _ns(time_stamp: object) -> int:
    return int(time_stamp.ToNanoseconds())  # type: ignore[attr-defined]


def _gaps(jobs: Sequence[job_pb2.Job]) -> list[float]:
    """Return the seconds from each job's end to the start of the next one."""
    spans = sorted((_ns(job.start_time), _ns(job.end_time)) for job in jobs)
    return [max(0, start - end) / 1e9 for (_, end), (start, _) in pairwise(spans)]


def _part(values: Sequence[float], percent: float) -> float | None:
    return float(np.percentile(values, percent)) if values else None


def _figures(engine: str, taken: Taken) -> list[Measured]:
    disk = "its own disk, each committed" if engine == "SQLite" else "fsync off"
    return [
        Measured(f"{engine}: jobs queued", taken.queued, "jobs", "when the last was submitted"),
        Measured(f"{engine}: submit p99", _part(taken.submits, 99), "s",
                 f"{len(taken.submits)} one after the other, {disk}"),
        Measured(f"{engine}: page of the list p95", _part(taken.pages, 95), "s",
                 f"{len(taken.pages)} pages of {_PAGE}"),
        Measured(f"{engine}: place in the queue p95", _part(taken.places, 95), "s",
                 f"{len(taken.places)} of the last jobs"),
        Measured(f"{engine}: next job begins p95", _part(taken.starts, 95), "s",
                 f"after the end of the one before; {len(taken.starts)} jobs, one at a time"),
        Measured(f"{engine}: jobs before a late project's", taken.between / (_LATE - 1), "jobs",
                 f"between two of its {_LATE} jobs"),
    ]  # fmt: skip
