"""The chain of published verdicts: written with what it tells of, read to be checked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

import sqlalchemy as sa

from videre.common.values import canonical_json
from videre.exports.chain import BEGINNING, link_digest
from videre.exports.verdict_chain import Link
from videre.orchestrator.moderation.facts import instant
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.records import NextRevision

_LINK: Final = t.verdict_link.c
_COLUMNS: Final = (_LINK.number, _LINK.media_id, _LINK.revision, _LINK.facts, _LINK.digest)
#: Links read at once.
_ROWS: Final = 1_000


def append_links(
    connection: sa.Connection, project_id: str, published: Sequence[NextRevision], now_ns: int
) -> None:
    """Append links for revisions that bring a verdict, inside the transaction that appends them.

    Args:
        connection: of a transaction that has the write lock, as all have here.
        published: in the order in which they count as published.
        now_ns: when they are published.
    """
    last = sa.select(_LINK.number, _LINK.digest).where(_LINK.project_id == project_id)
    head = connection.execute(last.order_by(_LINK.number.desc()).limit(1)).first()
    number, previous = (head.number, head.digest) if head is not None else (0, BEGINNING)
    rows = []
    for one in published:
        if one.facts is None:
            continue
        number += 1
        facts = {
            "project": project_id,
            "number": number,
            "media": one.media_id,
            "revision": one.revision,
            "job": one.job_id,
            "published": instant(now_ns),
            **one.facts.said(),
        }
        previous = link_digest(previous, facts)
        rows.append(
            {
                "project_id": project_id,
                "number": number,
                "media_id": one.media_id,
                "revision": one.revision,
                "facts": canonical_json(facts).decode(),
                "digest": previous,
            }
        )
    if rows:
        connection.execute(sa.insert(t.verdict_link), rows)


class VerdictLinkStore:
    """Reads of `verdict_link`. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_revision(self, project_id: str, media_id: str, revision: int) -> Link | None:
        """Return the link of a revision's verdict."""
        return self._one(project_id, _LINK.media_id == media_id, _LINK.revision == revision)

    def at(self, project_id: str, number: int) -> Link | None:
        """Return the link with a number."""
        return self._one(project_id, _LINK.number == number)

    def _one(self, project_id: str, *conditions: sa.ColumnElement[bool]) -> Link | None:
        query = sa.select(*_COLUMNS).where(_LINK.project_id == project_id, *conditions)
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else Link(*row)

    def before(self, project_id: str, number: int) -> Link | None:
        """Return the last link with a lower number."""
        query = sa.select(*_COLUMNS).where(_LINK.project_id == project_id, _LINK.number < number)
        with self._db.steps.connect() as connection:
            row = connection.execute(query.order_by(_LINK.number.desc()).limit(1)).first()
        return None if row is None else Link(*row)

    def all(self, project_id: str) -> Iterator[Link]:
        """Yield every link in the order of numbers, read some at a time."""
        last = -(1 << 62)
        query = sa.select(*_COLUMNS).where(_LINK.project_id == project_id).order_by(_LINK.number)
        while True:
            with self._db.steps.connect() as connection:
                some = connection.execute(query.where(_LINK.number > last).limit(_ROWS)).all()
            yield from (Link(*row) for row in some)
            if len(some) < _ROWS:
                return
            last = some[-1].number
