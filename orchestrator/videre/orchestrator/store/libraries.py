"""Libraries and their entries: every change one durable transaction that raises the version.

An entry's form is never overwritten: a change ends the row of the old form and adds one, so that
the entries of an earlier version can be told. Samples are the exception: what is removed is gone,
with its vector and, when nothing else needs it, its picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Any

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.library.model import (
    MAX_ENTRIES,
    MAX_PICTURES,
    EntryForm,
    LibraryKind,
    NewEntry,
    NewSample,
)
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.library_reads import LibraryReader, missing_entry
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord, unknown
from videre.orchestrator.store.library_rows import (
    count_samples,
    end_forms,
    insert_entries,
    release,
    samples_of,
)

#: Given the connection and the library as it is now, or was at last, with its new version.
OnChange = Callable[[sa.Connection, LibraryRecord], None]


class LibraryStore(LibraryReader):
    """Reads and writes of libraries. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, on_change: OnChange) -> None:
        """Take what is told of every new version, inside its transaction."""
        super().__init__(database)
        self._clock, self._on_change = clock, on_change

    # --- libraries ---------------------------------------------------------------------------

    def create(self, new: Mapping[str, Any]) -> LibraryRecord:
        """Store a library; the same request under its id is answered with what it made.

        Args:
            new: columns of `library` but versions, counts and times.

        Raises:
            VidereError: LIBRARY_EXISTS.
        """
        now = self._clock.now_ns()
        row = {**new, "version": 1, "edit": 1, "bound_version": 1, "create_ns": now,
               "update_ns": now}  # fmt: skip
        with self._db.durable.begin() as connection:
            inserted = insert_once(connection, t.library, row)
        record = self.get(new["project_id"], new["id"])
        if not inserted and record.request_digest != new["request_digest"]:
            raise VidereError(
                Reason.LIBRARY_EXISTS,
                f"there is another library {record.id!r}",
                metadata={"library_id": record.id},
            )
        return record

    def change(
        self,
        project_id: str,
        library_id: str,
        values: Mapping[str, Any],
        etag: str,
        *,
        alters_answers: bool,
    ) -> LibraryRecord:
        """Change columns of a library.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ETAG_MISMATCH.
        """
        with self._db.durable.begin() as connection:
            self._raise_version(
                connection, project_id, library_id, etag, values=values, steps=int(alters_answers)
            )
        return self.get(project_id, library_id)

    def delete(self, project_id: str, library_id: str, etag: str) -> None:
        """Remove a library, its entries, their samples and vectors.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ETAG_MISMATCH.
        """
        with self._db.durable.begin() as connection:
            self._raise_version(connection, project_id, library_id, etag, steps=1)
            samples = samples_of(connection, project_id, library_id)
            release(connection, project_id, library_id, samples)
            library = t.library.c
            connection.execute(
                sa.delete(t.library).where(
                    library.project_id == project_id, library.id == library_id
                )
            )

    # --- entries -----------------------------------------------------------------------------

    def add(
        self,
        project_id: str,
        library_id: str,
        entries: Sequence[NewEntry],
        etag: str,
        subject: str,
        *,
        replace: bool = False,
    ) -> LibraryRecord:
        """Add entries; those that the same request has added before stay as they are.

        Args:
            replace: give an entry of another content the given form and samples, in their place.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ETAG_MISMATCH, LIBRARY_FULL, ENTRY_EXISTS.
        """
        with self._db.durable.begin() as connection:
            ids = [entry.entry_id for entry in entries]
            known = self.digests(connection, project_id, library_id, ids)
            fresh = [e for e in entries if known.get(e.entry_id) != e.request_digest]
            other = [entry.entry_id for entry in fresh if entry.entry_id in known]
            if other and not replace:
                raise _exists(other[0])
            samples = samples_of(connection, project_id, library_id, other)
            self._put(
                connection, project_id, library_id, fresh, other, samples, etag=etag,
                subject=subject,
            )  # fmt: skip
        return self.get(project_id, library_id)

    def change_entry(
        self,
        project_id: str,
        library_id: str,
        entry_id: str,
        form: EntryForm,
        *,
        added: Sequence[NewSample],
        removed: Sequence[str],
        etag: str,
        subject: str,
    ) -> EntryRecord:
        """Give an entry another form, add samples that it does not have and remove some.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ENTRY_NOT_FOUND, ETAG_MISMATCH.
        """
        with self._db.durable.begin() as connection:
            before = self.present(connection, project_id, library_id, [entry_id]).get(entry_id)
            if before is None:
                self.find(connection, project_id, library_id)
                raise missing_entry(entry_id)
            kept = [sample for sample in before.samples if sample.id not in removed]
            samples = tuple(unknown(added, kept))
            changed = NewEntry(entry_id, form, samples, before.request_digest)
            self._put(
                connection, project_id, library_id, [changed], [entry_id], removed, etag=etag,
                subject=subject,
            )  # fmt: skip
        return self.entry(project_id, library_id, entry_id)

    def present(
        self, connection: sa.Connection, project_id: str, library_id: str, entry_ids: Sequence[str]
    ) -> dict[str, EntryRecord]:
        """Return those of some entries that there are, as a caller's transaction sees them."""
        these = t.library_entry.c.entry_id.in_(entry_ids)
        found = self._entries(connection, project_id, library_id, [these], None)
        return {record.entry_id: record for record in found}

    def begin(self) -> AbstractContextManager[sa.Connection]:
        """Begin a durable transaction, for a change that `put` is a part of."""
        return self._db.durable.begin()

    def put(
        self,
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        entries: Sequence[NewEntry],
        removed: Sequence[str],
        subject: str,
    ) -> None:
        """Give entries their forms and samples beside those they have, in a caller's transaction.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, LIBRARY_FULL.
        """
        ids = [entry.entry_id for entry in entries]
        there = list(self.digests(connection, project_id, library_id, ids))
        self._put(
            connection, project_id, library_id, entries, there, removed, etag="", subject=subject
        )

    def remove(
        self, project_id: str, library_id: str, entry_ids: Sequence[str], etag: str
    ) -> LibraryRecord:
        """Remove entries with their samples; their names go from the earlier versions too.

        Raises:
            VidereError: LIBRARY_NOT_FOUND, ENTRY_NOT_FOUND (nothing was removed), ETAG_MISMATCH.
        """
        ids = sorted(set(entry_ids))
        with self._db.durable.begin() as connection:
            library = self._raise_version(
                connection, project_id, library_id, etag, steps=1, grow=-len(ids)
            )
            known = self.digests(connection, project_id, library_id, ids)
            for entry_id in ids:
                if entry_id not in known:
                    raise missing_entry(entry_id)
            samples = samples_of(connection, project_id, library_id, ids)
            release(connection, project_id, library_id, samples)
            end_forms(connection, library, ids)
            entry = t.library_entry.c
            connection.execute(
                sa.update(t.library_entry)
                .where(
                    entry.project_id == project_id,
                    entry.library_id == library_id,
                    entry.entry_id.in_(ids),
                )
                .values(name="", category="", document={})
            )
        return self.get(project_id, library_id)

    # --- inside a transaction ----------------------------------------------------------------

    def _put(
        self,
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        entries: Sequence[NewEntry],
        there: Sequence[str],
        removed: Sequence[str],
        *,
        etag: str,
        subject: str,
    ) -> None:
        """Give entries their forms and samples; `there` are the ones that have a form now."""
        library = self._raise_version(
            connection, project_id, library_id, etag, steps=int(bool(entries)),
            grow=len(entries) - len(there),
        )  # fmt: skip
        release(connection, project_id, library_id, removed)
        end_forms(connection, library, there)
        insert_entries(connection, library, entries, subject)
        if library.kind == LibraryKind.PICTURES.value:
            samples = count_samples(connection, project_id, library_id)
            if samples > MAX_PICTURES:
                raise _full(library.kind, MAX_PICTURES, "samples", samples)

    def _raise_version(
        self,
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        etag: str,
        *,
        values: Mapping[str, Any] | None = None,
        steps: int = 0,
        grow: int = 0,
    ) -> LibraryRecord:
        """Note a change of a library that is still the one the caller knows, and return it."""
        library = t.library.c
        mine = (library.project_id == project_id, library.id == library_id)
        connection.execute(
            sa.update(t.library)
            .where(*mine)
            .values(
                edit=library.edit + 1,
                version=library.version + steps,
                entry_count=library.entry_count + grow,
                update_ns=self._clock.now_ns(),
                **(values or {}),
            )
        )
        record = self.find(connection, project_id, library_id)
        if etag and etag != str(record.edit - 1):
            raise VidereError(
                Reason.ETAG_MISMATCH,
                f"library {library_id} changed since etag {etag!r}",
                metadata={"id": library_id, "etag": etag},
            )
        if grow > 0 and record.entry_count > MAX_ENTRIES:
            raise _full(record.kind, MAX_ENTRIES, "entries", record.entry_count)
        if steps:
            self._on_change(connection, record)
        return record


def _full(kind: str, limit: int, of: str, actual: int) -> VidereError:
    return VidereError(
        Reason.LIBRARY_FULL,
        f"a library of {kind} has at most {limit} {of}",
        metadata={"limit": str(limit), "actual": str(actual)},
    )


def _exists(entry_id: str) -> VidereError:
    violation = FieldViolation("entries", f"there is another entry {entry_id!r}", "", entry_id)
    return VidereError(
        Reason.ENTRY_EXISTS,
        violation.description,
        violations=(violation,),
        metadata={"entry_id": entry_id},
    )
