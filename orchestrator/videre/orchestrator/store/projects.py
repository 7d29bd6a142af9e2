"""Projects: made, changed, closed; what they use of their quotas."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.auth import DEFAULT_PROJECT
from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.admission import let_in
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.records import JobState
from videre.orchestrator.store.usage import day_of, day_start_ns, media_ms

_PROJECT: Final = t.project.c
_LIMITS: Final = sa.select(
    _PROJECT.active_jobs, _PROJECT.storage_bytes, _PROJECT.media_seconds_per_day
).where(_PROJECT.id == sa.bindparam("of"))
#: When a caller who met a quota may look again: a job may have ended by then.
_LATER_S: Final = 30.0
#: Milliseconds of a second.
_MS: Final = 1_000


@dataclass(frozen=True, slots=True)
class ProjectRecord:
    """A row of `project`."""

    id: str
    name: str
    description: str
    active_jobs: int
    storage_bytes: int
    create_ns: int
    update_ns: int
    delete_ns: int | None
    created_by: str
    edit: int
    running_jobs: int
    media_retention_ns: int
    media_seconds_per_day: int


@dataclass(frozen=True, slots=True)
class Usage:
    """What a project uses of its quotas."""

    active_jobs: int
    storage_bytes: int
    running_jobs: int
    media_seconds_per_day: int


class ProjectStore:
    """Reads and writes of `project`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def open_ids(self) -> frozenset[str]:
        """Return the ids of the projects that are not closed."""
        query = sa.select(_PROJECT.id).where(_PROJECT.delete_ns.is_(None))
        with self._db.steps.connect() as connection:
            return frozenset(connection.execute(query).scalars())

    def get(self, project_id: str) -> ProjectRecord:
        """Return a project, closed ones too.

        Raises:
            VidereError: PROJECT_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return _get(connection, project_id)

    def page(
        self, limit: int, after_id: str, *, closed: bool, only: frozenset[str] | None
    ) -> list[ProjectRecord]:
        """Return projects in the order of their ids.

        Args:
            limit: most of them.
            after_id: the last one seen.
            closed: also those that are closed.
            only: of these; None = of all.
        """
        query = sa.select(t.project).where(_PROJECT.id > after_id)
        if not closed:
            query = query.where(_PROJECT.delete_ns.is_(None))
        if only is not None:
            query = query.where(_PROJECT.id.in_(sorted(only)))
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_PROJECT.id).limit(limit))
            return [ProjectRecord(**row._mapping) for row in rows]

    def create(self, values: Mapping[str, Any]) -> ProjectRecord:
        """Store a project: id, name, description, quotas and maker.

        Raises:
            VidereError: PROJECT_EXISTS.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            if not insert_once(
                connection, t.project, {**values, "create_ns": now, "update_ns": now}
            ):
                name = str(values["id"])
                raise VidereError(
                    Reason.PROJECT_EXISTS,
                    f"there is a project {name!r}, or there was",
                    metadata={"project_id": name},
                )
            return _get(connection, str(values["id"]))

    def change(self, project_id: str, values: Mapping[str, Any], etag: str) -> ProjectRecord:
        """Change columns of a project and return it.

        Raises:
            VidereError: PROJECT_NOT_FOUND, ETAG_MISMATCH.
        """
        with self._db.durable.begin() as connection:
            self._update(connection, _get(connection, project_id), values, etag)
            return _get(connection, project_id)

    def close(self, project_id: str, etag: str) -> ProjectRecord:
        """Close a project; again is no error.

        Raises:
            VidereError: PROJECT_NOT_FOUND, ETAG_MISMATCH; PROJECT_STATE, it is the default one.
        """
        if project_id == DEFAULT_PROJECT:
            raise _state(project_id, "cannot be closed")
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id)
            if record.delete_ns is None:
                closed = {"delete_ns": self._clock.now_ns()}
                self._update(connection, record, closed, etag)
            return _get(connection, project_id)

    def reopen(self, project_id: str) -> ProjectRecord:
        """Open a closed project again.

        Raises:
            VidereError: PROJECT_NOT_FOUND; PROJECT_STATE, it is open.
        """
        with self._db.durable.begin() as connection:
            record = _get(connection, project_id)
            if record.delete_ns is None:
                raise _state(project_id, "is open")
            self._update(connection, record, {"delete_ns": None}, "")
            return _get(connection, project_id)

    def _update(
        self,
        connection: sa.Connection,
        record: ProjectRecord,
        values: Mapping[str, Any],
        etag: str,
    ) -> None:
        if etag and etag != str(record.edit):
            raise VidereError(
                Reason.ETAG_MISMATCH,
                f"project {record.id} changed since it was read",
                metadata={"project_id": record.id, "etag": str(record.edit)},
            )
        fresh = {**values, "edit": record.edit + 1, "update_ns": self._clock.now_ns()}
        connection.execute(sa.update(t.project).where(_PROJECT.id == record.id).values(fresh))

    def usage(self, project_id: str) -> Usage:
        """Return what a project uses."""
        with self._db.steps.connect() as connection:
            return Usage(
                _active(connection, project_id),
                _stored(connection, project_id),
                let_in(connection, project_id),
                media_ms(connection, project_id, day_of(self._clock.now_ns())) // _MS,
            )


def require_job_room(connection: sa.Connection, project_id: str, now_ns: int) -> None:
    """Check, in the transaction that stored one more job, that the quota allows it.

    Raises:
        VidereError: QUOTA_EXCEEDED.
    """
    jobs, size, seconds = _limits(connection, project_id)
    if seconds:
        day = day_of(now_ns)
        if (actual := media_ms(connection, project_id, day) // _MS) >= seconds:
            left_s = (day_start_ns(day + 1) - now_ns) / NS
            raise _exceeded(project_id, "media_seconds_per_day", seconds, actual, left_s)
    if jobs and (actual := _active(connection, project_id)) > jobs:
        raise _exceeded(project_id, "active_jobs", jobs, actual)
    if size and (actual := _stored(connection, project_id)) >= size:
        raise _exceeded(project_id, "storage_bytes", size, actual)


def require_storage(connection: sa.Connection, project_id: str) -> None:
    """Check, in the transaction that reserved bytes, that the quota allows them.

    Raises:
        VidereError: QUOTA_EXCEEDED.
    """
    _, size, _ = _limits(connection, project_id)
    if size and (actual := _stored(connection, project_id)) > size:
        raise _exceeded(project_id, "storage_bytes", size, actual)


def _get(connection: sa.Connection, project_id: str) -> ProjectRecord:
    query = sa.select(t.project).where(_PROJECT.id == project_id)
    row = connection.execute(query).one_or_none()
    if row is None:
        raise VidereError(
            Reason.PROJECT_NOT_FOUND,
            f"no project {project_id!r}",
            metadata={"project_id": project_id},
        )
    return ProjectRecord(**row._mapping)


def _limits(connection: sa.Connection, project_id: str) -> tuple[int, int, int]:
    """Return the most active jobs, bytes, and seconds of media a day; 0 = no limit."""
    row = connection.execute(_LIMITS, {"of": project_id}).one_or_none()
    return (0, 0, 0) if row is None else (row[0], row[1], row[2])


def _active(connection: sa.Connection, project_id: str) -> int:
    active = t.job.c.state.in_((JobState.QUEUED, JobState.RUNNING))
    query = sa.select(sa.func.count()).where(t.job.c.project_id == project_id, active)
    return int(connection.execute(query).scalar() or 0)


def _stored(connection: sa.Connection, project_id: str) -> int:
    """Return the bytes of media, each content once, and those that uploads under way will have."""
    media, upload = t.media.c, t.upload.c
    contents = (
        sa.select(sa.func.max(media.size_bytes).label("size"))
        .where(media.project_id == project_id, media.digest != "", media.reference.is_(None))
        .group_by(media.digest)
        .subquery()
    )
    kept = sa.select(sa.func.coalesce(sa.func.sum(contents.c.size), 0)).scalar_subquery()
    coming = (
        sa.select(sa.func.coalesce(sa.func.sum(upload.total_size), 0))
        .where(upload.project_id == project_id, upload.media_id.is_(None))
        .scalar_subquery()
    )
    return int(connection.execute(sa.select(kept + coming)).scalar() or 0)


def _state(project_id: str, why: str) -> VidereError:
    return VidereError(
        Reason.PROJECT_STATE,
        f"project {project_id} {why}",
        metadata={"project_id": project_id},
    )


def _exceeded(
    project_id: str, field: str, limit: int, actual: int, retry_s: float = _LATER_S
) -> VidereError:
    return VidereError(
        Reason.QUOTA_EXCEEDED,
        f"project {project_id} may use {limit} of {field}; with this it is at {actual}",
        metadata={
            "project_id": project_id, "field": field, "limit": str(limit), "actual": str(actual),
        },
        retry_after_s=retry_s,
    )  # fmt: skip
