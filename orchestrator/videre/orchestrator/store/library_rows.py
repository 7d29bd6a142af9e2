"""Rows of entries and samples: written and removed inside a caller's transaction."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.library.model import NewEntry, NewSample
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import insert_once
from videre.orchestrator.store.library_records import LibraryRecord

#: Owner of the pictures of samples, in `artifact_ref`.
_OWNER: Final = "library"
#: Most rows of one statement.
_ROWS: Final = 500


def count_samples(connection: sa.Connection, project_id: str, library_id: str) -> int:
    """Return how many samples a library has."""
    sample = t.library_sample.c
    query = sa.select(sa.func.count()).where(
        sample.project_id == project_id, sample.library_id == library_id
    )
    return int(connection.execute(query).scalar_one())


def insert_entries(
    connection: sa.Connection,
    library: LibraryRecord,
    entries: Sequence[NewEntry],
    subject: str,
) -> None:
    """Write forms, samples and the references to their pictures."""
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


def end_forms(connection: sa.Connection, library: LibraryRecord, entry_ids: Sequence[str]) -> None:
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


def samples_of(
    connection: sa.Connection,
    project_id: str,
    library_id: str,
    entry_ids: Sequence[str] | None = None,
) -> list[str]:
    """Return the ids of the samples of some entries; None = of all."""
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


def release(
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
        "origin": dict(sample.origin) if sample.origin is not None else None,
    }
