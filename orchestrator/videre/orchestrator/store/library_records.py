"""The rows of libraries as values. Field names are the columns'."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from videre.orchestrator.library.model import NewSample


@dataclass(frozen=True, slots=True)
class LibraryRecord:
    """A row of `library`."""

    project_id: str
    id: str
    kind: str
    name: str
    description: str
    usages: list[str]
    tags: dict[str, str]
    threshold: int | None
    version: int
    edit: int
    bound_version: int
    request_digest: str
    entry_count: int
    create_ns: int
    update_ns: int
    created_by: str


@dataclass(frozen=True, slots=True)
class SampleRecord:
    """A row of `library_sample`."""

    id: str
    project_id: str
    library_id: str
    entry_id: str
    negative: bool
    picture_digest: str
    box: list[int] | None
    engine: str
    vector: bytes | None
    added_in: int
    create_ns: int
    origin: dict[str, str] | None = None


@dataclass(frozen=True, slots=True)
class EntryRecord:
    """A row of `library_entry` with its samples, oldest first."""

    project_id: str
    library_id: str
    entry_id: str
    added_in: int
    removed_in: int | None
    name: str
    category: str
    document: dict[str, Any]
    request_digest: str
    create_ns: int
    changed_by: str
    samples: tuple[SampleRecord, ...] = ()


def unknown(given: Iterable[NewSample], kept: Iterable[SampleRecord]) -> list[NewSample]:
    """Return the samples that are not kept yet: of the same picture and vector one is enough.

    A call that is repeated because its answer was lost therefore adds nothing.
    """
    seen = {(one.negative, one.picture_digest, one.engine, one.vector) for one in kept}
    fresh = []
    for sample in given:
        content = sample.negative, sample.picture_digest, sample.engine, sample.vector
        if content not in seen:
            seen.add(content)
            fresh.append(sample)
    return fresh
