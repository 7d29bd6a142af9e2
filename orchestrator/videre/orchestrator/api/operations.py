"""OperationsService: what waits, what holds it up, and what was used."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any, Final

import grpc.aio

from videre.common.errors import invalid
from videre.common.values import NS
from videre.orchestrator.api import present
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.capacity import OWN_WORK, Load, busiest_first, cpu_left, pace
from videre.orchestrator.catalog import ServiceCatalog
from videre.orchestrator.queueing import wait_s
from videre.orchestrator.store.records import JobRecord, JobState
from videre.orchestrator.store.usage import UsageDay
from videre.orchestrator.store.workload import Waiting
from videre.v1 import job_pb2
from videre.v1 import operations_pb2 as pb
from videre.v1.operations_pb2_grpc import OperationsServiceServicer

Context = grpc.aio.ServicerContext[Any, Any]

#: How far back work tells how fast it is done.
_PACE_OF_NS: Final = 3_600 * NS
#: Days between the first and the last one of a request: by default, and at most.
_DAYS: Final = 30
MOST_DAYS: Final = 366
_EPOCH: Final = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class _Work:
    """What the database says of work.

    Args:
        waiting: jobs that have not ended.
        pace: seconds of media per second of work.
        cpu_s: CPU-seconds left, by service.
        held: queued jobs of the project for which it has no room.
    """

    waiting: list[Waiting]
    pace: float | None
    cpu_s: dict[str, float]
    held: int


class OperationsServicer(OperationsServiceServicer):
    """See operations.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def GetBacklog(
        self, request: pb.GetBacklogRequest, context: Context
    ) -> pb.GetBacklogResponse:
        """See operations.proto."""
        project = project_of(request.project_id)
        now_ns = self._app.clock.now_ns()
        work, catalogs = await asyncio.gather(
            asyncio.to_thread(self._work, project, now_ns), self._app.services.catalogs(wanted=None)
        )
        answer = pb.GetBacklogResponse(time=present.timestamp(now_ns))
        own = [one for one in work.waiting if one.project_id == project]
        for one in own:
            state = job_pb2.JobState.Value(f"JOB_STATE_{one.state}")
            answer.jobs.add(state=state, jobs=one.jobs)
            if one.state is JobState.QUEUED:
                answer.oldest_waiting.CopyFrom(present.duration(max(0, now_ns - one.oldest_ns)))
        left_of_all = sum(one.left_ns for one in work.waiting)
        answer.media_left.CopyFrom(present.duration(sum(one.left_ns for one in own)))
        answer.unmeasured_jobs = sum(one.unmeasured for one in own)
        answer.media_left_of_all.CopyFrom(present.duration(left_of_all))
        answer.unmeasured_jobs_of_all = sum(one.unmeasured for one in work.waiting)
        if work.pace is not None:
            answer.pace = work.pace
            answer.drain_time.CopyFrom(present.duration(round(left_of_all / work.pace)))
        answer.held_jobs = work.held
        self._add_services(answer, catalogs, work.cpu_s)
        return answer

    async def GetQueuePlace(
        self, request: pb.GetQueuePlaceRequest, context: Context
    ) -> pb.GetQueuePlaceResponse:
        """See operations.proto."""
        if not request.job_id:
            raise invalid("job_id", "is empty", limit="a job's id")
        job = await asyncio.to_thread(self._app.jobs.get, project_of(""), request.job_id)
        answer = pb.GetQueuePlaceResponse(state=job_pb2.JobState.Value(f"JOB_STATE_{job.state}"))
        if job.state == JobState.QUEUED:
            answer.held = job.held
            await asyncio.to_thread(self._add_place, answer, job)
        return answer

    def _add_place(self, answer: pb.GetQueuePlaceResponse, job: JobRecord) -> None:
        ahead = self._app.workload.ahead(job)
        answer.ahead = ahead.jobs
        if job.held:
            return
        since_ns = self._app.clock.now_ns() - _PACE_OF_NS
        ended = self._app.workload.ended_since(since_ns)
        usual_s = sum(one.media_ns for one in ended) / NS / len(ended) if ended else None
        left_s = wait_s(self._app.workload.running(), ahead, pace(ended, since_ns), usual_s)
        if left_s is not None:
            answer.wait.CopyFrom(present.duration(round(left_s * NS)))

    def _work(self, project_id: str, now_ns: int) -> _Work:
        since_ns = now_ns - _PACE_OF_NS
        return _Work(
            self._app.workload.waiting(),
            pace(self._app.workload.ended_since(since_ns), since_ns),
            cpu_left(self._app.workload.left_by_stage(), self._app.evidence.costs()),
            self._app.workload.held(project_id),
        )

    def _add_services(
        self, answer: pb.GetBacklogResponse, catalogs: list[ServiceCatalog], cpu_s: dict[str, float]
    ) -> None:
        slots = {one.service: 0 if one.down else one.slots for one in catalogs}
        loads = [
            Load(name, count, self._app.services.under_way(name), cpu_s.get(name, 0.0))
            for name, count in slots.items()
        ]
        loads.append(Load(OWN_WORK, self._app.settings.slots, 0, cpu_s.get(OWN_WORK, 0.0)))
        ordered = busiest_first(loads)
        for load in ordered:
            answer.services.add(
                service=load.service,
                state=pb.SERVICE_STATE_SERVING if load.slots else pb.SERVICE_STATE_DOWN,
                slots=load.slots,
                calls=load.calls,
                cpu_seconds_left=round(load.cpu_s, 3),
            )
        if ordered[0].cpu_s:
            answer.bottleneck = ordered[0].service

    async def ListUsage(
        self, request: pb.ListUsageRequest, context: Context
    ) -> pb.ListUsageResponse:
        """See operations.proto."""
        project = project_of(request.project_id)
        first, last = _days_of(request, self._app.clock.now_ns())
        days = await asyncio.to_thread(self._app.usage.days, project, first, last)
        return pb.ListUsageResponse(days=[_day(one) for one in days])


def _day(used: UsageDay) -> pb.UsageDay:
    return pb.UsageDay(
        day=(_EPOCH + timedelta(days=used.day)).isoformat(),
        jobs=used.jobs,
        media=present.duration(used.media_ms * 1_000_000),
        cpu_seconds=used.cpu_ms / 1_000,
        model_calls=used.model_calls,
        output_bytes=used.output_bytes,
    )


def _days_of(request: pb.ListUsageRequest, now_ns: int) -> tuple[int, int]:
    """Return the first and the last day that are asked for, since the Unix epoch.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    today = datetime.fromtimestamp(now_ns / NS, UTC).date()
    last = _read(found, "last_day", request.last_day, today)
    first = _read(found, "first_day", request.first_day, last - timedelta(days=_DAYS))
    found.raise_if_any()
    found.number("first_day", (last - first).days, 0, MOST_DAYS)
    found.raise_if_any()
    return (first - _EPOCH).days, (last - _EPOCH).days


def _read(found: Violations, field: str, text: str, default: date) -> date:
    if not text:
        return default
    try:
        read = date.fromisoformat(text)
    except ValueError:
        read = date.min
    # Python reads further forms of ISO 8601, and has days for which others have none.
    if read.isoformat() != text or read < _EPOCH:
        found.add(field, "is no day from 1970 on", "YYYY-MM-DD", text)
    return max(read, _EPOCH)
