"""Reading jobs. Query, Watch and List use nothing else."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from operator import attrgetter
from typing import Any

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import job_statements as sql
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.holds import held
from videre.orchestrator.store.records import (
    EventRecord,
    JobRecord,
    JobState,
    OutputRecord,
    StageRecord,
)

#: States of a job that has not ended.
ACTIVE = (JobState.QUEUED, JobState.RUNNING)


class JobReader:
    """Reads of the job tables. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    def get(self, project_id: str, job_id: str) -> JobRecord:
        """Return a job of a project.

        Raises:
            VidereError: JOB_NOT_FOUND, JOB_EXPIRED.
        """
        asked = {"of": job_id, "project": project_id}
        with self._db.steps.connect() as connection:
            row = connection.execute(sql.JOB_OF_PROJECT, asked).one_or_none()
        if row is None:
            raise VidereError(
                Reason.JOB_NOT_FOUND, f"no job {job_id!r}", metadata={"job_id": job_id}
            )
        if (
            row.expire_ns is not None
            and row.expire_ns < self._clock.now_ns()
            and not self._kept(row)
        ):
            raise VidereError(
                Reason.JOB_EXPIRED, f"job {job_id} has expired", metadata={"job_id": job_id}
            )
        return JobRecord(**row._mapping)

    def _kept(self, row: sa.Row[Any]) -> bool:
        """Tell whether a hold keeps a job beyond its time."""
        with self._db.steps.connect() as connection:
            return bool(connection.execute(sa.select(held(row.media_id))).scalar_one())

    def by_id(self, job_id: str) -> JobRecord | None:
        """Return a job by id alone, for the workflow's own steps; None when it is gone."""
        with self._db.steps.connect() as connection:
            row = connection.execute(sql.JOB, {"of": job_id}).one_or_none()
        return JobRecord(**row._mapping) if row is not None else None

    def charged_cpu_ms(self, job_id: str) -> int:
        """Return what answers have taken of a job's budget so far; 0 for one that is gone."""
        with self._db.steps.connect() as connection:
            return connection.execute(sql.CHARGED, {"of": job_id}).scalar_one_or_none() or 0

    def repeated(self, project_id: str, request_id: str, digest: str) -> JobRecord | None:
        """Return the job that the same request made before; None for a new request id.

        Raises:
            VidereError: REQUEST_ID_REUSED when it was another request.
        """
        asked = {"project": project_id, "request": request_id}
        with self._db.steps.connect() as connection:
            row = connection.execute(sql.JOB_OF_REQUEST, asked).one_or_none()
        if row is None:
            return None
        earlier = JobRecord(**row._mapping)
        if earlier.request_digest != digest:
            raise VidereError(
                Reason.REQUEST_ID_REUSED,
                f"request_id {request_id!r} belongs to job {earlier.id} with another request",
                metadata={"job_id": earlier.id},
            )
        return earlier

    def requeued(self, job_id: str) -> JobRecord | None:
        """Return the job that does another one again; None where none does."""
        with self._db.steps.connect() as connection:
            row = connection.execute(sql.JOB_AGAIN, {"of": job_id}).one_or_none()
        return JobRecord(**row._mapping) if row is not None else None

    def stages(self, job_id: str) -> list[StageRecord]:
        """Return a job's stages in order."""
        with self._db.steps.connect() as connection:
            rows = connection.execute(sql.STAGES, {"of": job_id})
            return [StageRecord(**row._mapping) for row in rows]

    def outputs(self, job_id: str) -> list[OutputRecord]:
        """Return the files that a job has made, in the order of its tasks."""
        with self._db.steps.connect() as connection:
            rows = connection.execute(sql.OUTPUTS, {"of": job_id})
            return [OutputRecord(**row._mapping) for row in rows]

    def parts_of(
        self, job_ids: Sequence[str]
    ) -> tuple[dict[str, list[StageRecord]], dict[str, list[OutputRecord]]]:
        """Return, by job, the stages of several jobs in order, and the files that they have made,
        in the order of their tasks."""
        stages: dict[str, list[StageRecord]] = {}
        outputs: dict[str, list[OutputRecord]] = defaultdict(list)
        asked = {"some": list(job_ids)}
        with self._db.steps.connect() as connection:
            for job_id, rows in connection.execute(sql.STAGES_OF, asked):
                made = [StageRecord(*row) for row in rows]
                stages[job_id] = sorted(made, key=attrgetter("position"))
            for row in connection.execute(sql.OUTPUTS_OF, asked):
                outputs[row.job_id].append(OutputRecord(**row._mapping))
        return stages, outputs

    def events(self, job_id: str, after_seq: int, limit: int) -> list[EventRecord]:
        """Return at most `limit` events after a sequence number, in order."""
        query = (
            sa.select(t.job_event)
            .where(t.job_event.c.job_id == job_id, t.job_event.c.seq > after_seq)
            .order_by(t.job_event.c.seq)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            return [EventRecord(**row._mapping) for row in connection.execute(query)]

    def active_jobs(self, limit: int) -> list[JobRecord]:
        """Return running jobs, longest running first."""
        query = (
            sa.select(t.job)
            .where(t.job.c.state == JobState.RUNNING)
            .order_by(t.job.c.start_ns)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            return [JobRecord(**row._mapping) for row in connection.execute(query)]

    def expired(self, limit: int) -> list[JobRecord]:
        """Return jobs to be purged: their retention time has passed twice.

        For the first of the two they answer JOB_EXPIRED, and keep their request id. Those of media
        that are held stay.
        """
        job = t.job.c
        purge_ns = job.expire_ns + (job.expire_ns - job.end_ns)
        past = purge_ns < self._clock.now_ns()
        query = sa.select(t.job).where(past, ~held(job.media_id)).limit(limit)
        with self._db.steps.connect() as connection:
            return [JobRecord(**row._mapping) for row in connection.execute(query)]

    def part_keys(self, job_id: str) -> dict[str, list[str]]:
        """Return the evidence keys that a job's parts wrote or found, by stage."""
        query = (
            sa.select(t.job_chunk.c.stage, t.job_chunk.c.evidence_keys)
            .where(t.job_chunk.c.job_id == job_id)
            .order_by(t.job_chunk.c.stage, t.job_chunk.c.part)
        )
        keys: dict[str, list[str]] = {}
        with self._db.steps.connect() as connection:
            for stage, found in connection.execute(query):
                keys.setdefault(stage, []).extend(found)
        return keys

    def traceparent(self, job_id: str) -> str:
        """Return the trace context of the call that submitted a job; "" where there is none."""
        with self._db.steps.connect() as connection:
            return connection.execute(sql.TRACE, {"of": job_id}).scalar_one_or_none() or ""

    def active(self, job_id: str) -> bool:
        """Tell whether a job has not ended."""
        with self._db.steps.connect() as connection:
            return connection.execute(sql.JOB_STATE, {"of": job_id}).scalar_one_or_none() in ACTIVE
