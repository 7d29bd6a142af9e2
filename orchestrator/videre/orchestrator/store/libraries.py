"""Libraries and their entries: every change one durable transaction that raises the version.

An entry's form is never overwritten: a change ends the row of the old form and adds one, so that
the entries of an earlier version can be told. Samples are the exception: what is removed is gone,
with its vector and, when nothing else needs it, its picture.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

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

#: Owner of the pictures of samples, in `artifact_ref`.
_OWNER: Final = "library"
#: Most rows of one statement.
_ROWS: Final = 500

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
            samples = self._samples_of(connection, project_id, library_id)
            self._release(connection, project_id, library_id, samples)
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
            library = self._raise_version(
                connection, project_id, library_id, etag, steps=int(bool(fresh)),
                grow=len(fresh) - len(other),
            )  # fmt: skip
            samples = self._samples_of(connection, project_id, library_id, other)
            self._release(connection, project_id, library_id, samples)
            self._end(connection, library, other)
            self._insert(connection, library, fresh, subject)
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
            library = self._raise_version(connection, project_id, library_id, etag, steps=1)
            this = t.library_entry.c.entry_id == entry_id
            found = self._entries(connection, project_id, library_id, [this], None)
            if not found:
                raise missing_entry(entry_id)
            (before,) = found
            kept = [sample for sample in before.samples if sample.id not in removed]
            self._end(connection, library, [entry_id])
            self._release(connection, project_id, library_id, removed)
            samples = tuple(unknown(added, kept))
            changed = NewEntry(entry_id, form, samples, before.request_digest)
            self._insert(connection, library, [changed], subject)
        return self.entry(project_id, library_id, entry_id)

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
            samples = self._samples_of(connection, project_id, library_id, ids)
            self._release(connection, project_id, library_id, samples)
            self._end(connection, library, ids)
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
        limit = MAX_PICTURES if record.kind == LibraryKind.PICTURES.value else MAX_ENTRIES
        if grow > 0 and record.entry_count > limit:
            raise VidereError(
                Reason.LIBRARY_FULL,
                f"a library of {record.kind} has at most {limit} entries",
                metadata={"limit": str(limit), "actual": str(record.entry_count)},
            )
        if steps:
            self._on_change(connection, record)
        return record

    def _insert(
        self,
        connection: sa.Connection,
        library: LibraryRecord,
        entries: Sequence[NewEntry],
        subject: str,
    ) -> None:
        for start in range(0, len(entries), _ROWS):
            some = entries[start : start + _ROWS]
            rows = [_entry_row(library, entry, subject) for entry in some]
            connection.execute(sa.insert(t.library_entry), rows)
        samples = [(entry.entry_id, sample) for entry in entries for sample in entry.samples]
        for start in range(0, len(samples), _ROWS):
            rows = [_sample_row(library, *one) for one in samples[start : start + _ROWS]]
            connection.execute(sa.insert(t.library_sample), rows)
        for _, sample in samples:
            if sample.picture_digest:
                kept = {
                    "project_id": library.project_id,
                    "digest": sample.picture_digest,
                    "owner_kind": _OWNER,
                    "owner_id": sample.id,
                    "create_ns": library.update_ns,
                }
                insert_once(connection, t.artifact_ref, kept)

    @staticmethod
    def _end(connection: sa.Connection, library: LibraryRecord, entry_ids: Sequence[str]) -> None:
        """End the present forms of entries with this version."""
        entry = t.library_entry.c
        for start in range(0, len(entry_ids), _ROWS):
            connection.execute(
                sa.update(t.library_entry)
                .where(
                    entry.project_id == library.project_id,
                    entry.library_id == library.id,
                    entry.entry_id.in_(entry_ids[start : start + _ROWS]),
                    entry.removed_in.is_(None),
                )
                .values(removed_in=library.version)
            )

    @staticmethod
    def _samples_of(
        connection: sa.Connection,
        project_id: str,
        library_id: str,
        entry_ids: Sequence[str] | None = None,
    ) -> list[str]:
        sample = t.library_sample.c
        query = sa.select(sample.id).where(
            sample.project_id == project_id, sample.library_id == library_id
        )
        if entry_ids is None:
            return list(connection.execute(query).scalars())
        found: list[str] = []
        for start in range(0, len(entry_ids), _ROWS):
            some = query.where(sample.entry_id.in_(entry_ids[start : start + _ROWS]))
            found += connection.execute(some).scalars()
        return found

    @staticmethod
    def _release(
        connection: sa.Connection, project_id: str, library_id: str, sample_ids: Sequence[str]
    ) -> None:
        """Remove samples and the references to their pictures."""
        sample, reference = t.library_sample.c, t.artifact_ref.c
        for start in range(0, len(sample_ids), _ROWS):
            ids = sample_ids[start : start + _ROWS]
            connection.execute(
                sa.delete(t.artifact_ref).where(
                    reference.project_id == project_id,
                    reference.owner_kind == _OWNER,
                    reference.owner_id.in_(ids),
                )
            )
            connection.execute(
                sa.delete(t.library_sample).where(
                    sample.project_id == project_id,
                    sample.library_id == library_id,
                    sample.id.in_(ids),
                )
            )


def _entry_row(library: LibraryRecord, entry: NewEntry, subject: str) -> dict[str, Any]:
    return {
        "project_id": library.project_id,
        "library_id": library.id,
        "entry_id": entry.entry_id,
        "added_in": library.version,
        "name": entry.form.name,
        "category": entry.form.category,
        "document": dict(entry.form.document),
        "request_digest": entry.request_digest,
        "create_ns": library.update_ns,
        "changed_by": subject,
    }


def _sample_row(library: LibraryRecord, entry_id: str, sample: NewSample) -> dict[str, Any]:
    return {
        "id": sample.id,
        "project_id": library.project_id,
        "library_id": library.id,
        "entry_id": entry_id,
        "negative": sample.negative,
        "picture_digest": sample.picture_digest,
        "box": list(sample.box) if sample.box is not None else None,
        "engine": sample.engine,
        "vector": sample.vector,
        "added_in": library.version,
        "create_ns": library.update_ns,
    }


def _exists(entry_id: str) -> VidereError:
    violation = FieldViolation("entries", f"there is another entry {entry_id!r}", "", entry_id)
    return VidereError(
        Reason.ENTRY_EXISTS,
        violation.description,
        violations=(violation,),
        metadata={"entry_id": entry_id},
    )
