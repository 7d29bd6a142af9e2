"""Triggers and the files that they know. Every change is one transaction."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once, inserting_once
from videre.orchestrator.store.records import JobState
from videre.orchestrator.triggers.rules import Known, Listed

#: Triggers of a project.
MAX_TRIGGERS: Final = 100
_WATCH: Final = t.watch.c
_VERSION: Final = t.watch_version.c
_FILE: Final = t.watch_file.c


class FileState(StrEnum):
    """What became of a file."""

    SEEN = "SEEN"
    SUBMITTED = "SUBMITTED"
    DONE = "DONE"
    ERROR = "ERROR"


@dataclass(frozen=True, slots=True)
class TriggerRecord:
    """A version of a trigger, with what is known of its looks."""

    project_id: str
    id: str
    version: int
    document: bytes
    create_ns: int
    created_by: str
    look_ns: int | None
    error: str


@dataclass(frozen=True, slots=True)
class FileRecord:
    """A row of `watch_file`."""

    project_id: str
    watch_id: str
    number: int
    path: str
    version: str
    size_bytes: int
    state: str
    seen_ns: int
    attempt: int
    job_id: str | None
    watch_version: int
    reason: str
    message: str


class TriggerStore:
    """Reads and writes of triggers. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    # --- triggers ----------------------------------------------------------------------------

    def put(
        self, project_id: str, trigger_id: str, document: bytes, by: str, etag: str
    ) -> TriggerRecord:
        """Store a version of a trigger; the latest one again makes none.

        Raises:
            VidereError: ETAG_MISMATCH, TRIGGERS_FULL.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            known = _find(connection, project_id, trigger_id)
            if etag and etag != str(known.version if known is not None else 0):
                raise VidereError(
                    Reason.ETAG_MISMATCH,
                    f"trigger {trigger_id} changed since it was read",
                    metadata={"trigger_id": trigger_id},
                )
            if known is not None and known.document == document:
                return known
            version = 1 if known is None else known.version + 1
            if known is None:
                row = {"project_id": project_id, "id": trigger_id, "version": 1, "next_ns": now}
                insert_once(connection, t.watch, row)
                _require_place(connection, project_id)
            else:
                change = {"version": version, "next_ns": now, "error": ""}
                this = _this(project_id, trigger_id)
                connection.execute(sa.update(t.watch).where(*this).values(change))
            written = {
                "project_id": project_id, "watch_id": trigger_id, "version": version,
                "document": document, "create_ns": now, "created_by": by,
            }  # fmt: skip
            connection.execute(sa.insert(t.watch_version), written)
            return _get(connection, project_id, trigger_id)

    def get(self, project_id: str, trigger_id: str, version: int = 0) -> TriggerRecord:
        """Return a version of a trigger; 0 = the latest.

        Raises:
            VidereError: TRIGGER_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return _get(connection, project_id, trigger_id, version)

    def all(self, project_id: str) -> list[TriggerRecord]:
        """Return the latest versions of a project's triggers by id."""
        query = _latest().where(_WATCH.project_id == project_id).order_by(_WATCH.id)
        with self._db.steps.connect() as connection:
            return [TriggerRecord(**row._mapping) for row in connection.execute(query)]

    def due(self) -> list[TriggerRecord]:
        """Return triggers of open projects whose folders are to be looked at."""
        opened = sa.select(t.project.c.id).where(t.project.c.delete_ns.is_(None))
        query = _latest().where(
            _WATCH.next_ns <= self._clock.now_ns(), _WATCH.project_id.in_(opened)
        )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_WATCH.next_ns))
            return [TriggerRecord(**row._mapping) for row in rows]

    def delete(self, project_id: str, trigger_id: str) -> None:
        """Delete a trigger with all that it knows.

        Raises:
            VidereError: TRIGGER_NOT_FOUND.
        """
        with self._db.durable.begin() as connection:
            _get(connection, project_id, trigger_id)
            connection.execute(sa.delete(t.watch).where(*_this(project_id, trigger_id)))

    def put_off(self, record: TriggerRecord, next_ns: int) -> None:
        """Note when the next look is, without one."""
        with self._db.steps.begin() as connection:
            this = (*_this(record.project_id, record.id), _WATCH.version == record.version)
            connection.execute(sa.update(t.watch).where(*this).values(next_ns=next_ns))

    def rest(self, record: TriggerRecord, next_ns: int, error: str) -> None:
        """Note a look and when the next one is, unless the trigger has changed meanwhile."""
        values = {"next_ns": next_ns, "look_ns": self._clock.now_ns(), "error": error}
        with self._db.steps.begin() as connection:
            this = (*_this(record.project_id, record.id), _WATCH.version == record.version)
            connection.execute(sa.update(t.watch).where(*this).values(values))

    # --- files -------------------------------------------------------------------------------

    def known(self, record: TriggerRecord) -> tuple[list[Known], frozenset[tuple[str, str]]]:
        """Return the files that wait, and paths and versions of the others."""
        query = sa.select(_FILE.number, _FILE.path, _FILE.version, _FILE.seen_ns, _FILE.state)
        waiting: list[Known] = []
        taken: set[tuple[str, str]] = set()
        with self._db.steps.connect() as connection:
            for row in connection.execute(query.where(*_files(record.project_id, record.id))):
                if row.state == FileState.SEEN:
                    waiting.append(Known(row.number, row.path, row.version, row.seen_ns))
                else:
                    taken.add((row.path, row.version))
        return waiting, frozenset(taken)

    def see(self, record: TriggerRecord, new: Sequence[Listed], gone: Sequence[Known]) -> None:
        """Note new files, and forget those that changed or went before they were taken."""
        if not new and not gone:
            return
        now, files = self._clock.now_ns(), _files(record.project_id, record.id)
        with self._db.steps.begin() as connection:
            for start in range(0, len(gone), 500):
                numbers = [one.number for one in gone[start : start + 500]]
                connection.execute(
                    sa.delete(t.watch_file).where(
                        *files, _FILE.state == FileState.SEEN, _FILE.number.in_(numbers)
                    )
                )
            if not new or _find(connection, record.project_id, record.id) is None:
                return
            top = connection.execute(sa.select(sa.func.max(_FILE.number)).where(*files)).scalar()
            rows = [
                {
                    "project_id": record.project_id, "watch_id": record.id,
                    "number": (top or 0) + place, "path": one.path, "version": one.version,
                    "size_bytes": one.size_bytes, "state": FileState.SEEN, "seen_ns": now,
                }
                for place, one in enumerate(new, start=1)
            ]  # fmt: skip
            connection.execute(inserting_once(connection.dialect.name, t.watch_file), rows)

    def file(self, record: TriggerRecord, number: int) -> FileRecord | None:
        """Return a file that a trigger knows; None when it is not there any more."""
        query = sa.select(t.watch_file).where(
            *_files(record.project_id, record.id), _FILE.number == number
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else FileRecord(**row._mapping)

    def note(self, file: FileRecord, state: FileState, **values: Any) -> None:
        """Note what became of a file that was waited for."""
        with self._db.durable.begin() as connection:
            connection.execute(
                sa.update(t.watch_file)
                .where(*_files(file.project_id, file.watch_id), _FILE.number == file.number)
                .where(_FILE.state == FileState.SEEN)
                .values(state=state, **values)
            )

    def settle(self, record: TriggerRecord) -> None:
        """Note how the jobs of files have ended."""
        job = t.job.c
        final = [state for state in JobState if state.final]
        query = (
            sa.select(_FILE.number, job.state, job.error)
            .join(t.job, job.id == _FILE.job_id)
            .where(*_files(record.project_id, record.id), _FILE.state == FileState.SUBMITTED)
            .where(job.state.in_(final))
        )
        with self._db.steps.connect() as connection:
            ended = connection.execute(query).all()
        if not ended:
            return
        with self._db.steps.begin() as connection:
            for number, state, error in ended:
                bad = state in (JobState.FAILED, JobState.CANCELLED)
                told = error or {}
                connection.execute(
                    sa.update(t.watch_file)
                    .where(*_files(record.project_id, record.id), _FILE.number == number)
                    .where(_FILE.state == FileState.SUBMITTED)
                    .values(
                        state=FileState.ERROR if bad else FileState.DONE,
                        reason=str(told.get("reason", "")) if bad else "",
                        message=str(told.get("message", "")) if bad else "",
                    )
                )

    def files(
        self, project_id: str, trigger_id: str, state: str, limit: int, after: int
    ) -> list[FileRecord]:
        """Return files of a trigger by number; "" = in any state."""
        query = sa.select(t.watch_file).where(*_files(project_id, trigger_id), _FILE.number > after)
        if state:
            query = query.where(_FILE.state == state)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_FILE.number).limit(limit))
            return [FileRecord(**row._mapping) for row in rows]

    def counts(self, project_id: str, trigger_id: str) -> dict[str, int]:
        """Return how many files a trigger knows, by state."""
        query = (
            sa.select(_FILE.state, sa.func.count())
            .where(*_files(project_id, trigger_id))
            .group_by(_FILE.state)
        )
        with self._db.steps.connect() as connection:
            return {state: count for state, count in connection.execute(query)}

    def retry(self, project_id: str, trigger_id: str, numbers: Iterable[int]) -> int:
        """Take files out of the error box, those with numbers or all; return how many."""
        chosen = list(numbers)
        values = {
            "state": FileState.SEEN, "attempt": _FILE.attempt + 1, "job_id": None,
            "watch_version": 0, "reason": "", "message": "",
        }  # fmt: skip
        change = sa.update(t.watch_file).where(
            *_files(project_id, trigger_id), _FILE.state == FileState.ERROR
        )
        if chosen:
            change = change.where(_FILE.number.in_(chosen))
        with self._db.durable.begin() as connection:
            _get(connection, project_id, trigger_id)
            connection.execute(
                sa.update(t.watch)
                .where(*_this(project_id, trigger_id))
                .values(next_ns=self._clock.now_ns())
            )
            return connection.execute(change.values(values)).rowcount


def _this(project_id: str, trigger_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_WATCH.project_id == project_id, _WATCH.id == trigger_id)


def _files(project_id: str, trigger_id: str) -> tuple[sa.ColumnElement[bool], ...]:
    return (_FILE.project_id == project_id, _FILE.watch_id == trigger_id)


def _records() -> sa.Select[Any]:
    same = sa.and_(_VERSION.project_id == _WATCH.project_id, _VERSION.watch_id == _WATCH.id)
    return sa.select(
        _WATCH.project_id, _WATCH.id, _VERSION.version, _VERSION.document, _VERSION.create_ns,
        _VERSION.created_by, _WATCH.look_ns, _WATCH.error,
    ).join(t.watch_version, same)  # fmt: skip


def _latest() -> sa.Select[Any]:
    return _records().where(_VERSION.version == _WATCH.version)


def _find(
    connection: sa.Connection, project_id: str, trigger_id: str, version: int = 0
) -> TriggerRecord | None:
    query = _records().where(_VERSION.version == version) if version else _latest()
    row = connection.execute(query.where(*_this(project_id, trigger_id))).one_or_none()
    return None if row is None else TriggerRecord(**row._mapping)


def _get(
    connection: sa.Connection, project_id: str, trigger_id: str, version: int = 0
) -> TriggerRecord:
    found = _find(connection, project_id, trigger_id, version)
    if found is None:
        raise VidereError(
            Reason.TRIGGER_NOT_FOUND,
            f"no trigger {trigger_id!r}" + (f" of version {version}" if version else ""),
            metadata={"trigger_id": trigger_id},
        )
    return found


def _require_place(connection: sa.Connection, project_id: str) -> None:
    query = sa.select(sa.func.count()).where(_WATCH.project_id == project_id)
    if connection.execute(query).scalar_one() > MAX_TRIGGERS:
        raise VidereError(
            Reason.TRIGGERS_FULL,
            f"project {project_id} would have more than {MAX_TRIGGERS} triggers",
            metadata={"limit": str(MAX_TRIGGERS)},
        )
