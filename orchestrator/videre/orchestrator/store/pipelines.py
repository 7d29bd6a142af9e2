"""Pipelines of projects. Every change is one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.pipeline_rooms import no_pipeline, pipeline_jobs
from videre.orchestrator.store.routing import require_webhooks

#: Pipelines of a project.
MAX_PIPELINES: Final = 100
_PIPELINE: Final = t.pipeline.c


@dataclass(frozen=True, slots=True)
class PipelineRecord:
    """A row of `pipeline`."""

    project_id: str
    id: str
    name: str
    templates: dict[str, str]
    priority: int | None
    running_jobs: int
    waiting_jobs: int
    paused: bool
    targets: list[str]
    occasions: list[str]
    create_ns: int
    update_ns: int
    created_by: str
    edit: int


class PipelineStore:
    """Reads and writes of `pipeline`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def put(
        self, project_id: str, pipeline_id: str, values: Mapping[str, Any], by: str, etag: str
    ) -> PipelineRecord:
        """Store a pipeline, in the place of the one with its id.

        Raises:
            VidereError: ETAG_MISMATCH, PIPELINES_FULL, WEBHOOK_NOT_FOUND; PIPELINE_NOT_FOUND, an
                etag is given and it is not there.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            require_webhooks(connection, project_id, values["targets"])
            known = _find(connection, project_id, pipeline_id)
            if known is None:
                if etag:
                    raise no_pipeline(pipeline_id)
                row = {
                    "project_id": project_id, "id": pipeline_id, "created_by": by,
                    "create_ns": now, "update_ns": now, **values,
                }  # fmt: skip
                insert_once(connection, t.pipeline, row)
                _require_place(connection, project_id)
            else:
                if etag and etag != str(known.edit):
                    raise VidereError(
                        Reason.ETAG_MISMATCH,
                        f"pipeline {pipeline_id} changed since it was read",
                        metadata={"pipeline_id": pipeline_id, "etag": str(known.edit)},
                    )
                fresh = {**values, "update_ns": now, "edit": known.edit + 1}
                this = _this(project_id, pipeline_id)
                connection.execute(sa.update(t.pipeline).where(*this).values(fresh))
            return _get(connection, project_id, pipeline_id)

    def get(self, project_id: str, pipeline_id: str) -> PipelineRecord:
        """Return a pipeline.

        Raises:
            VidereError: PIPELINE_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return _get(connection, project_id, pipeline_id)

    def counts(self, project_id: str, pipeline_id: str) -> tuple[int, int]:
        """Return how many jobs wait in a pipeline, and how many were let in and have not ended."""
        with self._db.steps.connect() as connection:
            waiting, running = (
                pipeline_jobs(connection, project_id, held=held).get(pipeline_id, 0)
                for held in (True, False)
            )
        return waiting, running

    def all(self, project_id: str) -> list[PipelineRecord]:
        """Return the pipelines of a project by id."""
        query = sa.select(t.pipeline).where(_PIPELINE.project_id == project_id)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_PIPELINE.id))
            return [PipelineRecord(**row._mapping) for row in rows]

    def delete(self, project_id: str, pipeline_id: str) -> None:
        """Delete a pipeline.

        Raises:
            VidereError: PIPELINE_NOT_FOUND; PIPELINE_IN_USE, jobs of it have not ended.
        """
        with self._db.durable.begin() as connection:
            _get(connection, project_id, pipeline_id)
            left = sum(
                pipeline_jobs(connection, project_id, held=held).get(pipeline_id, 0)
                for held in (True, False)
            )
            if left:
                raise VidereError(
                    Reason.PIPELINE_IN_USE,
                    f"{left} jobs of pipeline {pipeline_id} have not ended",
                    metadata={"pipeline_id": pipeline_id, "actual": str(left)},
                )
            connection.execute(sa.delete(t.pipeline).where(*_this(project_id, pipeline_id)))


def _this(project_id: str, pipeline_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_PIPELINE.project_id == project_id, _PIPELINE.id == pipeline_id)


def _find(connection: sa.Connection, project_id: str, pipeline_id: str) -> PipelineRecord | None:
    query = sa.select(t.pipeline).where(*_this(project_id, pipeline_id))
    row = connection.execute(query).one_or_none()
    return None if row is None else PipelineRecord(**row._mapping)


def _get(connection: sa.Connection, project_id: str, pipeline_id: str) -> PipelineRecord:
    found = _find(connection, project_id, pipeline_id)
    if found is None:
        raise no_pipeline(pipeline_id)
    return found


def _require_place(connection: sa.Connection, project_id: str) -> None:
    query = sa.select(sa.func.count()).where(_PIPELINE.project_id == project_id)
    if connection.execute(query).scalar_one() > MAX_PIPELINES:
        raise VidereError(
            Reason.PIPELINES_FULL,
            f"project {project_id} would have more than {MAX_PIPELINES} pipelines",
            metadata={"limit": str(MAX_PIPELINES)},
        )
