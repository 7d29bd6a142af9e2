"""How many more jobs of each pipeline may be let in, or wait, inside callers' transactions."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.records import JobState

_JOB: Final = t.job.c
_PIPELINE: Final = t.pipeline.c
#: When a caller who met a full queue may look again: a job may have ended by then.
_LATER_S: Final = 30.0
_OF_PROJECT: Final = sa.select(_PIPELINE.id, _PIPELINE.running_jobs, _PIPELINE.paused).where(
    _PIPELINE.project_id == sa.bindparam("of")
)


def rooms(connection: sa.Connection, project_id: str) -> dict[str, int]:
    """Return how many more jobs each pipeline of a project may let in; of a paused one none."""
    known = connection.execute(_OF_PROJECT, {"of": project_id}).all()
    if not known:
        return {}
    counts = pipeline_jobs(connection, project_id, held=False)
    return {
        row.id: 0 if row.paused else max(0, row.running_jobs - counts.get(row.id, 0))
        for row in known
    }


def pipeline_jobs(connection: sa.Connection, project_id: str, *, held: bool) -> dict[str, int]:
    """Return how many jobs of pipelines have not ended: those held back, or those let in."""
    active = _JOB.state.in_((JobState.QUEUED, JobState.RUNNING))
    query = (
        sa.select(_JOB.pipeline, sa.func.count())
        .where(_JOB.project_id == project_id, _JOB.pipeline != "", active)
        .where(_JOB.held == (sa.true() if held else sa.false()))
        .group_by(_JOB.pipeline)
    )
    return {name: int(count) for name, count in connection.execute(query)}


def require_pipeline_room(connection: sa.Connection, project_id: str, pipeline_id: str) -> None:
    """Check, in the transaction that stored one more job, that its pipeline takes it.

    Raises:
        VidereError: PIPELINE_NOT_FOUND, it was deleted meanwhile; QUOTA_EXCEEDED.
    """
    if not pipeline_id:
        return
    query = sa.select(_PIPELINE.waiting_jobs).where(
        _PIPELINE.project_id == project_id, _PIPELINE.id == pipeline_id
    )
    limit = connection.execute(query).scalar_one_or_none()
    if limit is None:
        raise no_pipeline(pipeline_id)
    # The job itself is among them; there may be room for it at once.
    actual = pipeline_jobs(connection, project_id, held=True).get(pipeline_id, 0)
    if actual > limit + rooms(connection, project_id)[pipeline_id]:
        raise VidereError(
            Reason.QUOTA_EXCEEDED,
            f"{limit} jobs may wait in pipeline {pipeline_id}; this would make {actual}",
            metadata={
                "pipeline_id": pipeline_id, "field": "waiting_jobs", "limit": str(limit),
                "actual": str(actual),
            },
            retry_after_s=_LATER_S,
        )  # fmt: skip


def no_pipeline(pipeline_id: str) -> VidereError:
    """Return what is told of a pipeline that is not there."""
    return VidereError(
        Reason.PIPELINE_NOT_FOUND,
        f"no pipeline {pipeline_id!r}",
        metadata={"pipeline_id": pipeline_id},
    )
