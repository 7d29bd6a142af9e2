"""The log of what callers change: an entry in the very transaction that changes it.

While a call is served, `enter` has said who calls what. Each transaction of the store looks which
rows of AUDITED tables its statements touch, reads them before and at its end, and appends one entry
with the digests of what they were and what they became. So nothing that a call writes can be left
out, and what is rolled back leaves no entry. What the suite does by itself stands in events.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.sql import operators

from videre.common.clock import Clock
from videre.common.values import canonical_json, sha256_hex
from videre.exports.chain import BEGINNING, link_digest
from videre.orchestrator.moderation.facts import instant
from videre.orchestrator.store import schema as t

#: Tables of what callers make, change and delete.
AUDITED: Final = frozenset(
    table.name
    for table in (
        t.ad, t.analysis, t.audience_key, t.audience_segment, t.credential, t.credential_key,
        t.delivery, t.feedback, t.job, t.library, t.library_entry, t.library_sample, t.media,
        t.media_hold,
        t.pipeline, t.project, t.review, t.routing, t.taxonomy_overlay, t.template,
        t.template_default, t.template_version, t.upload, t.watch, t.watch_file,
        t.watch_version, t.webhook,
    )
)  # fmt: skip
#: Rows named one by one in an entry; the digest is of all.
MOST_NAMED: Final = 20
#: Rows read back by one statement.
_KEYS: Final = 200
_ENTRY: Final = t.audit_entry.c
#: The last entry of a project.
_HEAD: Final = (
    sa.select(_ENTRY.number, _ENTRY.digest)
    .where(_ENTRY.project_id == sa.bindparam("of"))
    .order_by(_ENTRY.number.desc())
    .limit(1)
)


@dataclass(frozen=True, slots=True)
class Note:
    """A call that is being served.

    Args:
        subject: who calls.
        method: what, "JobService/SubmitJob".
        request: digest of the request as it came.
    """

    subject: str
    method: str
    request: str
    clock: Clock


_note: ContextVar[Note | None] = ContextVar("audit_note", default=None)


def enter(note: Note) -> None:
    """Say for the running task, and the threads that it starts, who changes what is changed."""
    _note.set(note)


@contextmanager
def audited(connection: sa.Connection) -> Iterator[None]:
    """Append to the log, at the end of a transaction, what a call has changed in it."""
    note = _note.get()
    if note is None:
        yield
        return
    watch = _Watch(connection)
    event.listen(connection, "before_execute", watch.before)
    event.listen(connection, "after_execute", watch.after)
    try:
        yield
    finally:
        event.remove(connection, "before_execute", watch.before)
        event.remove(connection, "after_execute", watch.after)
    for project_id, changes in watch.changes().items():
        _append(connection, project_id, note, changes)


@dataclass(frozen=True, slots=True)
class _Seen:
    """What a row was: its project and its digest; "" = it was not there."""

    project_id: str = ""
    digest: str = ""


class _Watch:
    """Rows that the statements of a transaction touch, and what they were before."""

    def __init__(self, connection: sa.Connection) -> None:
        self._connection = connection
        self._before: dict[str, dict[tuple[Any, ...], _Seen]] = defaultdict(dict)

    def before(
        self, connection: sa.Connection, statement: Any, many: Any, one: Any, options: Any
    ) -> None:
        """Read the rows that a statement is about to change or delete."""
        table = _audited_table(statement) if isinstance(statement, sa.Update | sa.Delete) else None
        if table is None:
            return
        query = sa.select(table)
        if statement.whereclause is not None:
            query = query.where(statement.whereclause)
        named, known = _key_named(table, statement.whereclause), self._before[table.name]
        for given in many or [one]:
            if named is not None and (given.get(named.key, named.value),) in known:
                continue
            for row in connection.execute(query, given):
                key = tuple(row._mapping[column] for column in table.primary_key)
                known.setdefault(key, _seen(table, row))

    def after(
        self, connection: sa.Connection, statement: Any, many: Any, one: Any, options: Any,
        result: Any,
    ) -> None:  # fmt: skip
        """Note the rows that a statement has inserted."""
        table = _audited_table(statement) if isinstance(statement, sa.Insert) else None
        if table is None or result.rowcount == 0:  # there was such a row
            return
        columns = table.primary_key
        keys = (
            [tuple(given[column.key] for column in columns) for given in many]
            if many
            else [tuple(result.inserted_primary_key)]
        )
        for key in keys:
            self._before[table.name].setdefault(key, _Seen())

    def changes(self) -> dict[str, list[dict[str, str]]]:
        """Return what differs now, by project."""
        found: dict[str, list[dict[str, str]]] = defaultdict(list)
        for name, before in sorted(self._before.items()):
            now = self._now(t.metadata.tables[name], list(before))
            for key, was in before.items():
                becomes = now.get(key, _Seen())
                if becomes.digest != was.digest:
                    found[becomes.project_id or was.project_id].append(
                        {
                            "what": name,
                            "id": "/".join(str(part) for part in key),
                            "from": was.digest,
                            "to": becomes.digest,
                        }
                    )
        return found

    def _now(
        self, table: sa.Table, keys: Sequence[tuple[Any, ...]]
    ) -> dict[tuple[Any, ...], _Seen]:
        columns = list(table.primary_key)
        found = {}
        for start in range(0, len(keys), _KEYS):
            some = sa.tuple_(*columns).in_(keys[start : start + _KEYS])
            for row in self._connection.execute(sa.select(table).where(some)):
                key = tuple(row._mapping[column] for column in columns)
                found[key] = _seen(table, row)
        return found


def _audited_table(statement: sa.Update | sa.Delete | sa.Insert) -> sa.Table | None:
    table = statement.table
    return table if isinstance(table, sa.Table) and table.name in AUDITED else None


def _key_named(
    table: sa.Table, where: sa.ColumnElement[bool] | None
) -> sa.BindParameter[Any] | None:
    """Return the parameter that is the key of the only row that a condition can let through."""
    parts: Sequence[Any] = [where]
    if isinstance(where, sa.BooleanClauseList) and where.operator is operators.and_:
        parts = where.clauses
    columns = list(table.primary_key)
    key = columns[0] if len(columns) == 1 else None
    for part in parts:
        if (
            isinstance(part, sa.BinaryExpression)
            and part.operator is operators.eq
            and part.left is key
            and isinstance(part.right, sa.BindParameter)
        ):
            return part.right
    return None


def _seen(table: sa.Table, row: sa.Row[Any]) -> _Seen:
    values: Mapping[str, Any] = dict(zip(table.columns.keys(), row, strict=True))
    text = json.dumps(values, sort_keys=True, ensure_ascii=False, default=bytes.hex)
    owner = values["id"] if table is t.project else values["project_id"]
    return _Seen(str(owner), sha256_hex(text.encode()))


def _append(
    connection: sa.Connection, project_id: str, note: Note, changes: Sequence[dict[str, str]]
) -> None:
    head = connection.execute(_HEAD, {"of": project_id}).one_or_none()
    number, previous = (head.number, head.digest) if head is not None else (0, BEGINNING)
    facts = {
        "project": project_id,
        "number": number + 1,
        "time": instant(note.clock.now_ns()),
        "subject": note.subject,
        "method": note.method,
        "request": note.request,
        "changed": len(changes),
        "changes": list(changes[:MOST_NAMED]),
        "changes_digest": sha256_hex(canonical_json(list(changes))),
    }
    connection.execute(
        sa.insert(t.audit_entry),
        {
            "project_id": project_id,
            "number": number + 1,
            "subject": note.subject,
            "method": note.method,
            "facts": canonical_json(facts).decode(),
            "digest": link_digest(previous, facts),
        },
    )
