"""What corrections of analyses teach libraries: samples, inside the transaction of the feedback."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import sqlalchemy as sa

from videre.common.errors import invalid
from videre.orchestrator.library.model import MAX_SAMPLES, EntryForm, Lesson, NewEntry
from videre.orchestrator.store.libraries import LibraryStore
from videre.orchestrator.store.library_records import EntryRecord, unknown


def learn(
    store: LibraryStore,
    connection: sa.Connection,
    project_id: str,
    library_id: str,
    lessons: Sequence[Lesson],
    subject: str,
) -> None:
    """Give entries the samples that they do not have, as one version of the library.

    Who becomes an entry is no counter-sample of it any more. The other way round, a sample stays
    beside its counter-sample, which wins: an entry keeps a sample that shows it.

    Raises:
        VidereError: LIBRARY_NOT_FOUND, LIBRARY_FULL, FIELD_INVALID for an entry with too many
            samples.
    """
    of_entry: dict[str, list[Lesson]] = {}
    for lesson in lessons:
        of_entry.setdefault(lesson.entry_id, []).append(lesson)
    known = store.present(connection, project_id, library_id, list(of_entry))
    changed: list[NewEntry] = []
    contrary: list[str] = []
    for entry_id, own in of_entry.items():
        record = known.get(entry_id)
        name = next((lesson.name for lesson in own if lesson.name), "")
        if record is None and not name:
            continue  # removed since the analysis
        taken_back = _contrary(own, record)
        kept = [s for s in record.samples if s.id not in taken_back] if record is not None else []
        fresh = tuple(unknown((lesson.sample for lesson in own), kept))
        if (count := len(kept) + len(fresh)) > MAX_SAMPLES:
            limit = f"{MAX_SAMPLES} samples"
            raise invalid("library_id", f"has no room in {entry_id!r}", limit=limit,
                          actual=str(count))  # fmt: skip
        if not fresh and not taken_back:
            continue
        contrary += taken_back
        changed.append(
            NewEntry(entry_id, EntryForm(name, "", {}), fresh, "")
            if record is None
            else NewEntry(entry_id, form(record), fresh, record.request_digest)
        )
    if changed:
        store.put(connection, project_id, library_id, changed, contrary, subject)


def learn_now(
    store: LibraryStore,
    project_id: str,
    library_id: str,
    lessons: Sequence[Lesson],
    subject: str,
    *,
    check_only: bool = False,
) -> list[Lesson]:
    """Give entries the samples that they do not have, in a transaction of its own.

    Returns:
        What they did not know.

    Raises:
        VidereError: as `learn` does.
    """
    with store.begin() as connection:
        ids = list({lesson.entry_id for lesson in lessons})
        known = store.present(connection, project_id, library_id, ids)
        fresh = _untaught(known, lessons)
        if fresh and not check_only:
            learn(store, connection, project_id, library_id, fresh, subject)
    return fresh


def _untaught(known: Mapping[str, EntryRecord], lessons: Sequence[Lesson]) -> list[Lesson]:
    """Return the lessons whose samples their entries do not have, each once."""
    had = {
        (entry_id, sample.engine, sample.vector, sample.negative)
        for entry_id, record in known.items()
        for sample in record.samples
    }
    fresh: dict[tuple[str, str, bytes, bool], Lesson] = {}
    for lesson in lessons:
        sample = lesson.sample
        key = (lesson.entry_id, sample.engine, sample.vector, sample.negative)
        if key not in had:
            fresh.setdefault(key, lesson)
    return list(fresh.values())


def _contrary(lessons: Sequence[Lesson], record: EntryRecord | None) -> list[str]:
    """Return the counter-samples that are who the entry is said to be."""
    shown = {(one.sample.engine, one.sample.vector) for one in lessons if not one.sample.negative}
    kept = record.samples if record is not None else ()
    return [one.id for one in kept if one.negative and (one.engine, one.vector) in shown]


def form(record: EntryRecord) -> EntryForm:
    """Return the form that an entry has now."""
    return EntryForm(record.name, record.category, record.document)
