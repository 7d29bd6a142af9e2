"""Own templates: every change one durable transaction; a version is written once and only read."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once

#: Templates of a project, those included that were deleted and are still cited.
MAX_TEMPLATES: Final = 1_000
#: Numbers below it are for presets.
FIRST_NUMBER: Final = 1_000

#: Asked by every Submit: expressions cost more to make than to run.
_DEFAULTS: Final = sa.select(t.template_default.c.kind, t.template_default.c.template_id).where(
    t.template_default.c.project_id == sa.bindparam("of")
)

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class TemplateRecord:
    """A version of a template.

    Args:
        document: a TemplateDraft in protobuf's JSON, without its id.
        latest: the number of the latest version.
        delete_ns: when the template was deleted; None of one that is there.
    """

    project_id: str
    template_id: str
    number: int
    kind: str
    version: int
    document: Document
    latest: int
    create_ns: int
    created_by: str
    delete_ns: int | None = None


class TemplateStore:
    """Reads and writes of the template tables. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db = database
        self._clock = clock

    # --- reading -----------------------------------------------------------------------------

    def get(self, project_id: str, name: str, version: int = 0) -> TemplateRecord | None:
        """Return a version of a template by its id or number; 0 = the latest, None where not."""
        with self._db.steps.connect() as connection:
            return _read(connection, project_id, name, version)

    def list(self, project_id: str, *, deleted: bool = False) -> list[TemplateRecord]:
        """Return the latest version of every template, by number."""
        conditions = [t.template.c.project_id == project_id]
        if not deleted:
            conditions.append(t.template.c.delete_ns.is_(None))
        newest = t.template_version.c.version == t.template.c.latest_version
        query = _records().where(newest, *conditions).order_by(t.template.c.number)
        with self._db.steps.connect() as connection:
            return [TemplateRecord(**row._mapping) for row in connection.execute(query)]

    def documents(self, project_id: str, template_id: str) -> Sequence[Document]:
        """Return the documents of all versions, oldest first."""
        with self._db.steps.connect() as connection:
            return _documents(connection, project_id, template_id)

    def defaults(self, project_id: str) -> Mapping[str, str]:
        """Return the ids of the chosen defaults by kind."""
        with self._db.steps.connect() as connection:
            chosen = connection.execute(_DEFAULTS, {"of": project_id})
            return {row.kind: row.template_id for row in chosen}

    # --- changing ----------------------------------------------------------------------------

    def create(
        self, project_id: str, template_id: str, kind: str, document: Document, created_by: str
    ) -> TemplateRecord:
        """Store version 1; the same content again is answered with what is there.

        Raises:
            VidereError: TEMPLATE_EXISTS, TEMPLATES_FULL.
        """
        with self._db.durable.begin() as connection:
            known = _read(connection, project_id, template_id, 0)
            if known is not None:
                same = known.delete_ns is None and known.version == 1
                if same and known.document == document:
                    return known
                raise _exists(template_id)
            mine = t.template.c.project_id == project_id
            count, top = connection.execute(
                sa.select(sa.func.count(), sa.func.max(t.template.c.number)).where(mine)
            ).one()
            if count >= MAX_TEMPLATES:
                raise VidereError(
                    Reason.TEMPLATES_FULL,
                    f"the project has {count} templates, at most {MAX_TEMPLATES}",
                    metadata={"limit": str(MAX_TEMPLATES), "actual": str(count)},
                )
            row = {
                "project_id": project_id, "id": template_id, "kind": kind, "latest_version": 1,
                "number": FIRST_NUMBER if top is None else top + 1,
            }  # fmt: skip
            connection.execute(sa.insert(t.template), row)
            self._write(connection, project_id, template_id, 1, document, created_by)
            return _usable(connection, project_id, template_id, 0)

    def append(
        self,
        project_id: str,
        template_id: str,
        document: Document,
        created_by: str,
        *,
        etag: str = "",
        check: Callable[[Sequence[Document]], None],
    ) -> TemplateRecord:
        """Store the next version; the content of the latest one makes none, whatever the etag.

        Args:
            check: raises where the new version contradicts the documents of the earlier ones.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND, ETAG_MISMATCH, what `check` raises.
        """
        with self._db.durable.begin() as connection:
            known = _usable(connection, project_id, template_id, 0)
            if known.document == document:
                return known
            _match(known, etag)
            check(_documents(connection, project_id, template_id))
            self._write(
                connection, project_id, template_id, known.version + 1, document, created_by
            )
            connection.execute(
                sa.update(t.template)
                .where(_this(project_id, template_id))
                .values(latest_version=known.version + 1)
            )
            return _usable(connection, project_id, template_id, 0)

    def delete(self, project_id: str, template_id: str, etag: str = "") -> bool:
        """Delete a template; tell whether its versions stay because something cites them.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND, ETAG_MISMATCH, TEMPLATE_IS_DEFAULT.
        """
        with self._db.durable.begin() as connection:
            known = _usable(connection, project_id, template_id, 0)
            _match(known, etag)
            default = t.template_default.c
            chosen = sa.select(default.kind).where(
                default.project_id == project_id, default.template_id == template_id
            )
            if connection.execute(chosen).first() is not None:
                raise VidereError(
                    Reason.TEMPLATE_IS_DEFAULT,
                    f"{template_id} is the project's default {known.kind} template",
                    metadata={"template": template_id},
                )
            this = _this(project_id, template_id)
            if connection.execute(_cited(project_id, template_id)).first() is None:
                connection.execute(sa.delete(t.template).where(this))
                return False
            now = self._clock.now_ns()
            connection.execute(sa.update(t.template).where(this).values(delete_ns=now))
            return True

    def set_default(self, project_id: str, kind: str, template_id: str, *, own: bool) -> None:
        """Choose the default of a kind.

        Args:
            own: it is the project's own; one that was deleted meanwhile is none.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND.
        """
        default = t.template_default.c
        row = {"project_id": project_id, "kind": kind, "template_id": template_id}
        with self._db.durable.begin() as connection:
            if own:
                _usable(connection, project_id, template_id, 0)
            if not insert_once(connection, t.template_default, row):
                connection.execute(
                    sa.update(t.template_default)
                    .where(default.project_id == project_id, default.kind == kind)
                    .values(template_id=template_id)
                )

    def cite(
        self,
        connection: sa.Connection,
        project_id: str,
        job_id: str,
        versions: Iterable[tuple[str, int]],
    ) -> None:
        """Record, inside the transaction that stores a job or its verdict, what own it cites.

        Raises:
            VidereError: TEMPLATE_NOT_FOUND; one was deleted since it was looked up.
        """
        use = t.template_use.c
        for template_id, version in versions:
            _usable(connection, project_id, template_id, version)
            row = {
                "job_id": job_id, "template_id": template_id, "project_id": project_id,
                "version": version,
            }  # fmt: skip
            if not insert_once(connection, t.template_use, row):
                cited = sa.and_(use.job_id == job_id, use.template_id == template_id)
                newest = sa.update(t.template_use).where(cited).values(version=version)
                connection.execute(newest)

    def forget_uncited(self) -> int:
        """Remove citations by what is gone, and deleted templates without any; return how many."""
        use, mine = t.template_use.c, t.template.c
        jobs = sa.select(t.job.c.id).where(t.job.c.id == use.job_id)
        analyses = sa.select(t.analysis.c.media_id).where(t.analysis.c.job_id == use.job_id)
        cited = sa.select(use.job_id).where(
            use.project_id == mine.project_id, use.template_id == mine.id
        )
        with self._db.durable.begin() as connection:
            connection.execute(sa.delete(t.template_use).where(~jobs.exists(), ~analyses.exists()))
            gone = sa.delete(t.template).where(mine.delete_ns.is_not(None), ~cited.exists())
            return connection.execute(gone).rowcount

    def _write(
        self,
        connection: sa.Connection,
        project_id: str,
        template_id: str,
        version: int,
        document: Document,
        created_by: str,
    ) -> None:
        row = {
            "project_id": project_id, "template_id": template_id, "version": version,
            "document": dict(document), "create_ns": self._clock.now_ns(),
            "created_by": created_by,
        }  # fmt: skip
        connection.execute(sa.insert(t.template_version), row)


def _this(project_id: str, template_id: str) -> sa.ColumnElement[bool]:
    return sa.and_(t.template.c.project_id == project_id, t.template.c.id == template_id)


def _records() -> sa.Select[Any]:
    head, version = t.template.c, t.template_version.c
    both = sa.and_(version.project_id == head.project_id, version.template_id == head.id)
    return sa.select(
        head.project_id,
        head.id.label("template_id"),
        head.number,
        head.kind,
        version.version,
        version.document,
        head.latest_version.label("latest"),
        version.create_ns,
        version.created_by,
        head.delete_ns,
    ).join_from(t.template, t.template_version, both)


def _read(
    connection: sa.Connection, project_id: str, name: str, version: int
) -> TemplateRecord | None:
    head = t.template.c
    # Ids are never of digits alone; a number of more digits than SQLite counts is nobody's.
    is_number = name.isascii() and name.isdigit()
    if is_number and len(name) > 18:
        return None
    named = head.number == int(name) if is_number else head.id == name
    wanted = t.template_version.c.version == (version or head.latest_version)
    query = _records().where(head.project_id == project_id, named, wanted)
    row = connection.execute(query).one_or_none()
    return None if row is None else TemplateRecord(**row._mapping)


def _usable(
    connection: sa.Connection, project_id: str, template_id: str, version: int
) -> TemplateRecord:
    """Return a version of a template that was not deleted; 0 = the latest.

    Raises:
        VidereError: TEMPLATE_NOT_FOUND.
    """
    known = _read(connection, project_id, template_id, version)
    if known is None or known.delete_ns is not None:
        raise VidereError(
            Reason.TEMPLATE_NOT_FOUND,
            f"there is no template {template_id!r} any more",
            metadata={"actual": template_id},
        )
    return known


def _documents(connection: sa.Connection, project_id: str, template_id: str) -> Sequence[Document]:
    version = t.template_version.c
    query = (
        sa.select(version.document)
        .where(version.project_id == project_id, version.template_id == template_id)
        .order_by(version.version)
    )
    return [row.document for row in connection.execute(query)]


def _cited(project_id: str, template_id: str) -> sa.Select[Any]:
    """Return a query for a job or an analysis that cites a template."""
    use = t.template_use.c
    jobs = sa.select(t.job.c.id).where(t.job.c.id == use.job_id)
    analyses = sa.select(t.analysis.c.media_id).where(t.analysis.c.job_id == use.job_id)
    return sa.select(use.job_id).where(
        use.project_id == project_id,
        use.template_id == template_id,
        sa.or_(jobs.exists(), analyses.exists()),
    )


def _match(known: TemplateRecord, etag: str) -> None:
    if etag and etag != str(known.version):
        raise VidereError(
            Reason.ETAG_MISMATCH,
            f"template {known.template_id!r} changed since etag {etag!r}",
            metadata={"id": known.template_id, "etag": etag},
        )


def _exists(template_id: str) -> VidereError:
    return VidereError(
        Reason.TEMPLATE_EXISTS,
        f"there is another template {template_id!r}",
        metadata={"template": template_id},
    )
