"""Reads of the log of what callers have changed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database

_ENTRY: Final = t.audit_entry.c
_COLUMNS: Final = (_ENTRY.number, _ENTRY.subject, _ENTRY.method, _ENTRY.facts, _ENTRY.digest)
#: Entries read at once.
_ROWS: Final = 1_000


@dataclass(frozen=True, slots=True)
class AuditEntry:
    """An entry as it is stored; a link of the project's chain.

    Args:
        number: place in the chain, 1 upwards.
        subject: of the facts, to be looked for by.
        method: of the facts, to be looked for by.
        facts: canonical JSON.
        digest: the link's own.
    """

    number: int
    subject: str
    method: str
    facts: str
    digest: str

    def place(self) -> Mapping[str, Any]:
        """Return what stands beside the facts."""
        return {"subject": self.subject, "method": self.method}


class AuditStore:
    """Reads of `audit_entry`. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def page(
        self, project_id: str, limit: int, before: int, *, subject: str, method: str
    ) -> list[AuditEntry]:
        """Return entries with lower numbers than `before`, the last one first.

        Args:
            before: 0 = from the last one on.
            subject: only of this caller; "" = of all.
            method: only of this method; "" = of all.
        """
        query = sa.select(*_COLUMNS).where(_ENTRY.project_id == project_id)
        if before:
            query = query.where(_ENTRY.number < before)
        if subject:
            query = query.where(_ENTRY.subject == subject)
        if method:
            query = query.where(_ENTRY.method == method)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_ENTRY.number.desc()).limit(limit))
            return [AuditEntry(*row) for row in rows]

    def at(self, project_id: str, number: int) -> AuditEntry | None:
        """Return the entry with a number."""
        query = sa.select(*_COLUMNS).where(_ENTRY.project_id == project_id, _ENTRY.number == number)
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else AuditEntry(*row)

    def all(self, project_id: str) -> Iterator[AuditEntry]:
        """Yield every entry in the order of numbers, read some at a time."""
        last = -(1 << 62)
        query = sa.select(*_COLUMNS).where(_ENTRY.project_id == project_id).order_by(_ENTRY.number)
        while True:
            with self._db.steps.connect() as connection:
                some = connection.execute(query.where(_ENTRY.number > last).limit(_ROWS)).all()
            yield from (AuditEntry(*row) for row in some)
            if len(some) < _ROWS:
                return
            last = some[-1].number
