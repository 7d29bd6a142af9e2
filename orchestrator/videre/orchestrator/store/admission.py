"""Which waiting jobs are in the journal's queue, and at which place.

A job is stored held back, and let in within the same transaction unless its project, or its
pipeline, has as many jobs in the queue or at work as it may. Every end of a job lets the next one
in.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.queueing import next_turn
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.pipeline_rooms import rooms
from videre.orchestrator.store.records import JobState

#: Puts a job into the journal's queue: connection, job, priority, turn.
Enqueue = Callable[[sa.Connection, str, int, int], None]

_JOB: Final = t.job.c
_QUEUED: Final = _JOB.state == JobState.QUEUED
_HELD: Final = _JOB.held == sa.true()
_LET_IN: Final = _JOB.held == sa.false()
_BEGUN: Final = _JOB.start_ns.is_not(None)
#: Most jobs that one transaction lets in: a limit that was taken away may have held thousands.
_AT_ONCE: Final = 100


def _turn_of(value: sa.ColumnElement[int], *where: sa.ColumnElement[bool]) -> Any:
    of_priority = _JOB.priority == sa.bindparam("urgent")
    return sa.select(value).where(of_priority, *where).scalar_subquery()


_OWN: Final = _JOB.project_id == sa.bindparam("of")
_LAST: Final = sa.func.max(_JOB.turn)
# Statements of every Submit: expressions cost more to make than to run.
#: Turns of a priority: the first that waits, the last begun, and a project's last ones of both.
_TURNS: Final = sa.select(
    _turn_of(sa.func.min(_JOB.turn), _QUEUED, _LET_IN),
    _turn_of(_LAST, _BEGUN),
    _turn_of(_LAST, _QUEUED, _LET_IN, _OWN),
    _turn_of(_LAST, _BEGUN, _OWN),
)
#: The next jobs of a project that are held back, but for those of pipelines without room.
_NEXT: Final = (
    sa.select(_JOB.id, _JOB.priority, _JOB.pipeline)
    .where(_OWN, _QUEUED, _HELD, _JOB.pipeline.not_in(sa.bindparam("full", expanding=True)))
    .order_by(_JOB.priority, _JOB.turn, _JOB.id)
    .limit(sa.bindparam("room"))
)
_LIMIT: Final = sa.select(t.project.c.running_jobs).where(t.project.c.id == sa.bindparam("of"))
_LETTING_IN: Final = (
    sa.update(t.job)
    .where(_JOB.id == sa.bindparam("one"))
    .values(held=False, turn=sa.bindparam("at"))
)


class Admission:
    """Lets jobs into the queue, inside the transactions of others."""

    def __init__(self, enqueue: Enqueue) -> None:
        self._enqueue = enqueue

    def fill(self, connection: sa.Connection, project_id: str) -> int:
        """Let in the jobs that a project has room for, the most urgent first; return how many."""
        room, count = _room(connection, project_id), 0
        pipelines = rooms(connection, project_id)
        while room > 0:
            some = self._some(connection, project_id, room, pipelines)
            room, count = room - some.let_in, count + some.let_in
            if not some.passed_over:
                break
        return count

    def _some(
        self, connection: sa.Connection, project_id: str, room: int, pipelines: dict[str, int]
    ) -> _Filled:
        """Let in what there is room for among the next jobs; count it in `pipelines`."""
        full = [name for name, left in pipelines.items() if left <= 0]
        asked = {"of": project_id, "full": full, "room": room}
        waiting = connection.execute(_NEXT, asked).all()
        let_in = 0
        for job_id, priority, pipeline in waiting:
            if pipelines.get(pipeline, 1) <= 0:
                continue
            if pipeline in pipelines:
                pipelines[pipeline] -= 1
            turn = _turn(connection, project_id, priority)
            connection.execute(_LETTING_IN, {"one": job_id, "at": turn})
            self._enqueue(connection, job_id, priority, turn)
            let_in += 1
        return _Filled(let_in, passed_over=len(waiting) > let_in)


@dataclass(frozen=True, slots=True)
class _Filled:
    """What became of some waiting jobs: a pipeline that became full has others passed over."""

    let_in: int
    passed_over: bool


def projects_held(connection: sa.Connection) -> list[str]:
    """Return the projects that have jobs held back."""
    query = sa.select(_JOB.project_id).where(_QUEUED, _HELD).distinct()
    return list(connection.execute(query).scalars())


def held_jobs(connection: sa.Connection, project_id: str) -> int:
    """Return how many jobs of a project are held back."""
    query = sa.select(sa.func.count()).where(_JOB.project_id == project_id, _QUEUED, _HELD)
    return int(connection.execute(query).scalar_one())


def let_in(connection: sa.Connection, project_id: str) -> int:
    """Return how many jobs of a project are in the queue or at work."""
    active = _JOB.state.in_((JobState.QUEUED, JobState.RUNNING))
    query = sa.select(sa.func.count()).where(_JOB.project_id == project_id, active, _LET_IN)
    return int(connection.execute(query).scalar_one())


def before(job: Any) -> sa.ColumnElement[bool]:
    """Return the condition of jobs that begin before a queued one: a row or record of `job`."""
    place = sa.tuple_(_JOB.priority, _JOB.turn, _JOB.id)
    # Ids rise with time (UUIDv7).
    earlier = place < sa.tuple_(job.priority, job.turn, job.id)
    if job.held:
        return sa.and_(_JOB.project_id == job.project_id, _QUEUED, _HELD, earlier)
    return sa.and_(_QUEUED, _LET_IN, earlier)


def _room(connection: sa.Connection, project_id: str) -> int:
    limit = connection.execute(_LIMIT, {"of": project_id}).scalar_one_or_none()
    if not limit:
        return _AT_ONCE
    return max(0, min(_AT_ONCE, int(limit) - let_in(connection, project_id)))


def _turn(connection: sa.Connection, project_id: str, priority: int) -> int:
    front, begun, *own = connection.execute(_TURNS, {"of": project_id, "urgent": priority}).one()
    last = max((turn for turn in own if turn is not None), default=None)
    return next_turn(begun if front is None else front, last)
