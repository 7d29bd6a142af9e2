"""Reading libraries and their entries."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.json_columns import has_pairs
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord, SampleRecord
from videre.orchestrator.store.vault import vault_of

#: Most ids in one statement.
_IDS = 500


class LibraryReader:
    """Reads of libraries. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def get(self, project_id: str, library_id: str) -> LibraryRecord:
        """Return a library.

        Raises:
            VidereError: LIBRARY_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return self.find(connection, project_id, library_id)

    @staticmethod
    def find(connection: sa.Connection, project_id: str, library_id: str) -> LibraryRecord:
        """Return a library as a caller's transaction sees it.

        Raises:
            VidereError: LIBRARY_NOT_FOUND.
        """
        library = t.library.c
        query = sa.select(t.library).where(
            library.project_id == project_id, library.id == library_id
        )
        row = connection.execute(query).one_or_none()
        if row is None:
            raise VidereError(
                Reason.LIBRARY_NOT_FOUND,
                f"no library {library_id!r}",
                metadata={"library_id": library_id},
            )
        return LibraryRecord(**row._mapping)

    def libraries(
        self, project_id: str, *, limit: int, after_id: str = "", kind: str = ""
    ) -> list[LibraryRecord]:
        """Return at most `limit` libraries in the order of their ids."""
        library = t.library.c
        query = sa.select(t.library).where(library.project_id == project_id, library.id > after_id)
        if kind:
            query = query.where(library.kind == kind)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(library.id).limit(limit))
            return [LibraryRecord(**row._mapping) for row in rows]

    def entry(self, project_id: str, library_id: str, entry_id: str) -> EntryRecord:
        """Return an entry as it is now.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ENTRY_NOT_FOUND.
        """
        found = self.some_entries(project_id, library_id, [entry_id])
        if not found:
            self.get(project_id, library_id)
            raise missing_entry(entry_id)
        return found[0]

    def some_entries(
        self, project_id: str, library_id: str, entry_ids: Sequence[str]
    ) -> list[EntryRecord]:
        """Return those of some entries that there are, in the order of their ids."""
        found: list[EntryRecord] = []
        with self._db.steps.connect() as connection:
            for start in range(0, len(entry_ids), _IDS):
                wanted = t.library_entry.c.entry_id.in_(entry_ids[start : start + _IDS])
                found += self._entries(connection, project_id, library_id, [wanted], None)
        return sorted(found, key=lambda record: record.entry_id)

    def forms(self, project_id: str, library_id: str, entry_id: str) -> list[EntryRecord]:
        """Return the forms that an entry had, without samples, the present one first.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ENTRY_NOT_FOUND.
        """
        self.entry(project_id, library_id, entry_id)
        entry = t.library_entry.c
        query = sa.select(t.library_entry).where(
            entry.project_id == project_id,
            entry.library_id == library_id,
            entry.entry_id == entry_id,
        )
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(entry.added_in.desc()))
            return [EntryRecord(**row._mapping) for row in rows]

    def named(self, project_id: str, library_id: str, name: str) -> list[str]:
        """Return the ids of the entries that have a name now, in their order."""
        entry = t.library_entry.c
        query = sa.select(entry.entry_id).where(
            entry.project_id == project_id,
            entry.library_id == library_id,
            entry.name == name,
            entry.removed_in.is_(None),
        )
        with self._db.steps.connect() as connection:
            return list(connection.execute(query.order_by(entry.entry_id)).scalars())

    def entries(
        self,
        project_id: str,
        library_id: str,
        *,
        limit: int | None = None,
        after_id: str = "",
        category: str = "",
        tags: Mapping[str, str] | None = None,
        name_prefix: str = "",
    ) -> list[EntryRecord]:
        """Return entries that meet every condition, in the order of their ids.

        Raises:
            VidereError: LIBRARY_NOT_FOUND.
        """
        self.get(project_id, library_id)
        entry = t.library_entry.c
        conditions: list[sa.ColumnElement[bool]] = [entry.entry_id > after_id]
        if category:
            conditions.append(entry.category == category)
        mine = (entry.project_id == project_id, entry.library_id == library_id)
        now = (*mine, entry.removed_in.is_(None))
        with self._db.steps.connect() as connection:
            if vault_of(connection.dialect) is not None and (name_prefix or tags):
                # The database cannot look into what is sealed.
                found = sa.select(entry.entry_id, entry.name, entry.document)
                ids = [
                    row.entry_id
                    for row in connection.execute(found.where(*now, *conditions))
                    if row.name.startswith(name_prefix)
                    and (tags or {}).items() <= row.document.get("tags", {}).items()
                ]
                conditions = [entry.entry_id.in_(sorted(ids)[:limit])]
            else:
                if name_prefix:
                    begins = sa.func.substr(entry.name, 1, len(name_prefix), type_=sa.Text)
                    conditions.append(begins == name_prefix)
                conditions += has_pairs(entry.document["tags"], tags)
            return self._entries(connection, project_id, library_id, conditions, limit)

    @staticmethod
    def _entries(
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        conditions: Sequence[sa.ColumnElement[bool]],
        limit: int | None,
    ) -> list[EntryRecord]:
        entry, sample = t.library_entry.c, t.library_sample.c
        mine = (entry.project_id == project_id, entry.library_id == library_id)
        query = sa.select(t.library_entry).where(*mine, entry.removed_in.is_(None), *conditions)
        rows = connection.execute(query.order_by(entry.entry_id).limit(limit)).all()
        ids = [row.entry_id for row in rows]
        samples: dict[str, list[SampleRecord]] = defaultdict(list)
        for start in range(0, len(ids), _IDS):
            of_these = sa.select(t.library_sample).where(
                sample.project_id == project_id,
                sample.library_id == library_id,
                sample.entry_id.in_(ids[start : start + _IDS]),
            )
            for found in connection.execute(of_these.order_by(sample.id)):
                samples[found.entry_id].append(SampleRecord(**found._mapping))
        return [
            EntryRecord(**row._mapping, samples=tuple(samples.get(row.entry_id, ())))
            for row in rows
        ]

    def names(
        self, project_id: str, entries: Collection[tuple[str, str]]
    ) -> dict[tuple[str, str], tuple[str, str]]:
        """Return name and group of entries as they are now, by library and entry."""
        entry = t.library_entry.c
        by_library: dict[str, list[str]] = defaultdict(list)
        for library_id, entry_id in sorted(entries):
            by_library[library_id].append(entry_id)
        found: dict[tuple[str, str], tuple[str, str]] = {}
        with self._db.steps.connect() as connection:
            for library_id, ids in by_library.items():
                for start in range(0, len(ids), _IDS):
                    query = sa.select(entry.entry_id, entry.name, entry.category).where(
                        entry.project_id == project_id,
                        entry.library_id == library_id,
                        entry.entry_id.in_(ids[start : start + _IDS]),
                        entry.removed_in.is_(None),
                    )
                    for row in connection.execute(query):
                        found[library_id, row.entry_id] = row.name, row.category
        return found

    def known_digests(
        self, project_id: str, library_id: str, entry_ids: Sequence[str]
    ) -> dict[str, str]:
        """Return the request digests of those of some entries that there are now, by id."""
        with self._db.steps.connect() as connection:
            return self.digests(connection, project_id, library_id, entry_ids)

    @staticmethod
    def digests(
        connection: sa.Connection, project_id: str, library_id: str, entry_ids: Sequence[str]
    ) -> dict[str, str]:
        """Return the same as a caller's transaction sees it."""
        entry = t.library_entry.c
        found: dict[str, Any] = {}
        for start in range(0, len(entry_ids), _IDS):
            query = sa.select(entry.entry_id, entry.request_digest).where(
                entry.project_id == project_id,
                entry.library_id == library_id,
                entry.entry_id.in_(entry_ids[start : start + _IDS]),
                entry.removed_in.is_(None),
            )
            found.update((row.entry_id, row.request_digest) for row in connection.execute(query))
        return found


def missing_entry(entry_id: str) -> VidereError:
    """Return ENTRY_NOT_FOUND."""
    return VidereError(
        Reason.ENTRY_NOT_FOUND, f"no entry {entry_id!r}", metadata={"entry_id": entry_id}
    )
