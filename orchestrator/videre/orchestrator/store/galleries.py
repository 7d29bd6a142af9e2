"""Libraries as analyses are bound with them: read once for each version, then kept in memory."""

from __future__ import annotations

import threading
from collections import OrderedDict, defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.library.coarse import thinned
from videre.orchestrator.library.entries import (
    DEFAULT_DISTANCE,
    DEFAULT_THRESHOLD,
    SHA256,
    HashEntry,
    Marks,
    PictureEntry,
    SamplePicture,
    WordEntry,
)
from videre.orchestrator.library.hashes import HashList
from videre.orchestrator.library.heads import from_document
from videre.orchestrator.library.marks import from_bytes
from videre.orchestrator.library.model import LibraryKind, LibraryUsage
from videre.orchestrator.library.persons import FaceSample, PersonLibrary, gallery
from videre.orchestrator.library.pictures import MOST_WHOLE, PictureFinder
from videre.orchestrator.library.wanted import (
    HashLibrary,
    HeadLibrary,
    Library,
    PictureLibrary,
    WordLibrary,
)
from videre.orchestrator.library.words import WordFinder
from videre.orchestrator.moderation.folds import Fold
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.library_rows import count_samples

#: Libraries kept; one with 100,000 faces or words takes 100 MiB, of pictures 450 MiB.
_KEPT: Final = 8
#: Samples of pictures that are read at a time: bounds the memory.
_READ_AT_ONCE: Final = 500
_LIBRARY, _ENTRY, _SAMPLE = t.library.c, t.library_entry.c, t.library_sample.c
_HEX: Final = 16


#: Kinds in which rules look for entries.
_REVIEWED: Final = frozenset(
    {LibraryKind.PERSONS.value, LibraryKind.PICTURES.value, LibraryKind.WORDS.value}
)


@dataclass(frozen=True, slots=True)
class Reviewed:
    """A library as moderation looks in it.

    Args:
        library: what it holds; None where it is not meant for reviews.
        categories: of every entry.
    """

    library_id: str
    version: int
    kind: str
    library: Library | None
    categories: Mapping[str, str]


class Galleries:
    """Reads what is looked for in every analysis. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database
        self._lock = threading.Lock()
        self._kept: OrderedDict[tuple[str, str, int, int], Library] = OrderedDict()

    def all(self, connection: sa.Connection, project_id: str) -> list[Library]:
        """Return a project's libraries as the transaction sees them."""
        return [self._library(connection, row) for row in _rows(connection, project_id)]

    def for_review(
        self, connection: sa.Connection, project_id: str, library_ids: Collection[str]
    ) -> dict[str, Reviewed]:
        """Return those of some libraries that there are, as moderation looks in them."""
        query = sa.select(t.library).where(
            _LIBRARY.project_id == project_id, _LIBRARY.id.in_(sorted(library_ids))
        )
        return {row.id: self._reviewed(connection, row) for row in connection.execute(query).all()}

    def _reviewed(self, connection: sa.Connection, row: Any) -> Reviewed:
        """Return a library; what it holds is read only where it is meant for reviews."""
        meant = LibraryUsage.REVIEW.value in row.usages
        if not meant or row.kind not in _REVIEWED:
            return Reviewed(row.id, row.version, row.kind, None, {})
        query = sa.select(_ENTRY.entry_id, _ENTRY.category).where(
            _ENTRY.project_id == row.project_id,
            _ENTRY.library_id == row.id,
            _ENTRY.removed_in.is_(None),
        )
        categories = {entry.entry_id: entry.category for entry in connection.execute(query)}
        return Reviewed(row.id, row.version, row.kind, self._library(connection, row), categories)

    @staticmethod
    def versions(connection: sa.Connection, project_id: str) -> tuple[str, ...]:
        """Return what `bind.versions` says of them, without reading what they hold."""
        return tuple(sorted(f"{row.id}@{row.version}" for row in _rows(connection, project_id)))

    def hash_lists(
        self, connection: sa.Connection, project_id: str, ids: Collection[str]
    ) -> dict[str, HashLibrary]:
        """Return a project's libraries of hashes with these ids, whatever their usage."""
        found = (self._library(connection, row) for row in _hash_rows(connection, project_id, ids))
        return {one.library_id: one for one in found if isinstance(one, HashLibrary)}

    @staticmethod
    def hash_versions(
        connection: sa.Connection, project_id: str, ids: Collection[str]
    ) -> tuple[str, ...]:
        """Return "id@version" of those that `hash_lists` returns, in order."""
        rows = _hash_rows(connection, project_id, ids)
        return tuple(sorted(f"{row.id}@{row.version}" for row in rows))

    def _library(self, connection: sa.Connection, row: Any) -> Library:
        key = (row.project_id, row.id, row.create_ns, row.version)
        with self._lock:
            held = self._kept.get(key)
            if held is None:
                held = self._read(connection, row)
                for old in [known for known in self._kept if known[:2] == key[:2]]:
                    del self._kept[old]
                self._kept[key] = held
            self._kept.move_to_end(key)
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
            return held

    def _read(self, connection: sa.Connection, row: Any) -> Library:
        match LibraryKind(row.kind):
            case LibraryKind.PICTURES:
                large = count_samples(connection, row.project_id, row.id) > MOST_WHOLE
                whole = partial(self._whole, row.project_id, row.id) if large else None
                pictures = PictureFinder(_pictures(connection, row, large=large), whole)
                return PictureLibrary(row.id, row.version, pictures)
            case LibraryKind.HASHES:
                return HashLibrary(row.id, row.version, HashList(_hashes(connection, row)))
            case LibraryKind.WORDS:
                return WordLibrary(row.id, row.version, WordFinder(_words(connection, row)))
            case LibraryKind.HEADS:
                limit = DEFAULT_THRESHOLD if row.threshold is None else row.threshold
                heads = tuple(from_document(*one) for one in _documents(connection, row))
                return HeadLibrary(row.id, row.version, limit, heads)
            case _:
                samples = gallery(FaceSample(**one._mapping) for one in _samples(connection, row))
                return PersonLibrary(row.id, row.version, row.threshold, samples)

    def _whole(
        self, project_id: str, library_id: str, sample_ids: Sequence[str]
    ) -> dict[str, Marks]:
        """Return samples of a large library with all features; without those that are gone."""
        query = sa.select(_SAMPLE.id, _SAMPLE.vector).where(
            _SAMPLE.project_id == project_id,
            _SAMPLE.library_id == library_id,
            _SAMPLE.id.in_(sample_ids),
            _SAMPLE.vector.is_not(None),
        )
        with self._db.steps.connect() as connection:
            return {row.id: from_bytes(row.vector) for row in connection.execute(query)}


def _rows(connection: sa.Connection, project_id: str) -> list[sa.Row[Any]]:
    query = sa.select(t.library).where(_LIBRARY.project_id == project_id).order_by(_LIBRARY.id)
    rows = connection.execute(query).all()
    return [row for row in rows if LibraryUsage.RECOGNITION.value in row.usages]


def _hash_rows(
    connection: sa.Connection, project_id: str, ids: Collection[str]
) -> Sequence[sa.Row[Any]]:
    query = sa.select(t.library).where(
        _LIBRARY.project_id == project_id,
        _LIBRARY.id.in_(sorted(ids)),
        _LIBRARY.kind == LibraryKind.HASHES.value,
    )
    return connection.execute(query.order_by(_LIBRARY.id)).all()


def _samples(connection: sa.Connection, row: Any) -> list[sa.Row[Any]]:
    rows: Any = connection.execute(_all_samples(row)).all()
    return list(rows)


def _all_samples(row: Any) -> sa.Select[Any]:
    query = sa.select(
        _SAMPLE.entry_id,
        _SAMPLE.id.label("sample_id"),
        _SAMPLE.negative,
        _SAMPLE.engine,
        _SAMPLE.vector,
    ).where(
        _SAMPLE.project_id == row.project_id,
        _SAMPLE.library_id == row.id,
        _SAMPLE.vector.is_not(None),
    )
    return query.order_by(_SAMPLE.entry_id, _SAMPLE.id)


def _pictures(connection: sa.Connection, row: Any, *, large: bool) -> list[PictureEntry]:
    """Return the entries; of a large library with some features only of their samples."""
    shown: dict[str, list[SamplePicture]] = defaultdict(list)
    negatives: dict[str, list[SamplePicture]] = defaultdict(list)
    query = _all_samples(row).execution_options(yield_per=_READ_AT_ONCE)
    for sample in connection.execute(query):
        marks = from_bytes(sample.vector)
        picture = SamplePicture(sample.sample_id, thinned(marks) if large else marks)
        (negatives if sample.negative else shown)[sample.entry_id].append(picture)
    limit = DEFAULT_THRESHOLD if row.threshold is None else row.threshold
    nodes = {entry: _node(document) for entry, document in _documents(connection, row)}
    return [
        PictureEntry(entry, tuple(samples), tuple(negatives[entry]), limit, nodes.get(entry, ""))
        for entry, samples in shown.items()
    ]


def _documents(connection: sa.Connection, row: Any) -> list[tuple[str, Mapping[str, Any]]]:
    """Return entries as they are now with their documents, in the order of their ids."""
    query = sa.select(_ENTRY.entry_id, _ENTRY.document).where(
        _ENTRY.project_id == row.project_id,
        _ENTRY.library_id == row.id,
        _ENTRY.removed_in.is_(None),
    )
    rows = connection.execute(query.order_by(_ENTRY.entry_id))
    return [(entry.entry_id, entry.document) for entry in rows]


def _node(document: Mapping[str, Any]) -> str:
    node: str = document.get("node_id", "")
    return node


def _hashes(connection: sa.Connection, row: Any) -> list[HashEntry]:
    return [
        _hash_entry(entry, document["hash"], _node(document))
        for entry, document in _documents(connection, row)
    ]


def _hash_entry(entry_id: str, content: Mapping[str, Any], node_id: str) -> HashEntry:
    if content["algorithm"] == SHA256:
        return HashEntry(entry_id, (), node_id=node_id, digests=(content["value"].lower(),))
    distance = content.get("max_distance", DEFAULT_DISTANCE)
    return HashEntry(entry_id, (int(content["value"], _HEX),), distance=distance, node_id=node_id)


def _words(connection: sa.Connection, row: Any) -> list[WordEntry]:
    return [
        WordEntry(
            entry_id=entry,
            texts=(content["text"], *content.get("aliases", ())),
            negatives=tuple(content.get("exceptions", ())),
            tolerated=frozenset(
                Fold[name.removeprefix("WORD_TOLERANCE_")] for name in content.get("tolerated", ())
            ),
            pattern=content.get("pattern", False),
            near=tuple(content.get("near", ())),
            unless=tuple(content.get("unless", ())),
            window=content.get("window", 0),
            node_id=_node(document),
        )
        for entry, document in _documents(connection, row)
        for content in (document["word"],)
    ]
