"""What waits and runs, and what was done lately, added up in the database."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.capacity import EndedJob
from videre.orchestrator.queueing import Work
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.admission import before, held_jobs
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.job_reads import ACTIVE
from videre.orchestrator.store.json_columns import whole_number
from videre.orchestrator.store.records import JobRecord, JobState, StageState

#: Jobs that ended that tell how fast work is done: the latest so many.
_MOST_ENDED: Final = 5_000
_DONE: Final = (JobState.SUCCEEDED, JobState.PARTIAL)
_WHOLE: Final = 10_000


@dataclass(frozen=True, slots=True)
class Waiting:
    """Jobs of one project in one state.

    Args:
        jobs: how many.
        oldest_ns: when the oldest was accepted.
        left_ns: length of media that is not analysed yet.
        unmeasured: jobs whose media was not opened yet, which are in no length.
    """

    project_id: str
    state: JobState
    jobs: int
    oldest_ns: int
    left_ns: int
    unmeasured: int


class WorkloadStore:
    """Reads of the job tables for operators. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def waiting(self) -> list[Waiting]:
        """Return the jobs that have not ended, by project and state."""
        job, length = t.job.c, whole_number(t.media.c.facts, "duration_ns")
        share = (_WHOLE - job.progress) / sa.cast(_WHOLE, sa.Float)
        query = (
            sa.select(
                job.project_id,
                job.state,
                sa.func.count(),
                sa.func.min(job.create_ns),
                sa.func.coalesce(sa.func.sum(length * share), 0),
                sa.func.sum(sa.case((length.is_(None), 1), else_=0)),
            )
            .select_from(t.job.outerjoin(t.media, t.media.c.id == job.media_id))
            .where(job.state.in_(ACTIVE))
            .group_by(job.project_id, job.state)
            .order_by(job.project_id, job.state)
        )
        with self._db.steps.connect() as connection:
            return [
                Waiting(project, JobState(state), jobs, oldest, int(left), int(unmeasured))
                for project, state, jobs, oldest, left, unmeasured in connection.execute(query)
            ]

    def running(self) -> Work:
        """Return the jobs at work, of all projects."""
        return self._work(t.job.c.state == JobState.RUNNING)

    def ahead(self, job: JobRecord) -> Work:
        """Return the jobs that begin before a queued one."""
        return self._work(before(job))

    def held(self, project_id: str) -> int:
        """Return how many jobs of a project are held back."""
        with self._db.steps.connect() as connection:
            return held_jobs(connection, project_id)

    def _work(self, which: sa.ColumnElement[bool]) -> Work:
        length = whole_number(t.media.c.facts, "duration_ns")
        share = (_WHOLE - t.job.c.progress) / sa.cast(_WHOLE, sa.Float)
        query = (
            sa.select(
                sa.func.count(),
                sa.func.coalesce(sa.func.sum(length * share), 0),
                sa.func.coalesce(sa.func.sum(sa.case((length.is_(None), 1), else_=0)), 0),
            )
            .select_from(t.job.outerjoin(t.media, t.media.c.id == t.job.c.media_id))
            .where(which)
        )
        with self._db.steps.connect() as connection:
            jobs, left, unmeasured = connection.execute(query).one()
        return Work(jobs, int(left), int(unmeasured))

    def left_by_stage(self) -> dict[str, int]:
        """Return the length of media, nanoseconds, that stages of active jobs have before them."""
        job, stage = t.job.c, t.job_stage.c
        length = whole_number(t.media.c.facts, "duration_ns")
        done = sa.case(
            (stage.total > 0, stage.done / sa.cast(stage.total, sa.Float)), else_=sa.literal(0.0)
        )
        query = (
            sa.select(stage.name, sa.func.sum(length * (1.0 - done)))
            .select_from(
                t.job.join(t.job_stage, stage.job_id == job.id).join(
                    t.media, t.media.c.id == job.media_id
                )
            )
            .where(
                job.state.in_(ACTIVE),
                stage.state.in_((StageState.PENDING, StageState.RUNNING)),
                length.is_not(None),
            )
            .group_by(stage.name)
        )
        with self._db.steps.connect() as connection:
            return {name: int(left) for name, left in connection.execute(query)}

    def ended_since(self, since_ns: int) -> list[EndedJob]:
        """Return the jobs that were done since a time, the latest of them."""
        job, length = t.job.c, whole_number(t.media.c.facts, "duration_ns")
        query = (
            sa.select(job.start_ns, job.end_ns, length)
            .select_from(t.job.join(t.media, t.media.c.id == job.media_id))
            .where(
                job.state.in_(_DONE),
                job.end_ns >= since_ns,
                job.start_ns.is_not(None),
                length.is_not(None),
            )
            .order_by(job.end_ns.desc())
            .limit(_MOST_ENDED)
        )
        with self._db.steps.connect() as connection:
            return [EndedJob(*row) for row in connection.execute(query)]
