"""Reading the search index, and writing what waits. Blocking: call through threads."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import sqlalchemy as sa

from videre.orchestrator.recommend.model import ItemRow
from videre.orchestrator.search.looks import Looks
from videre.orchestrator.search.model import INDEX_VERSION, Moment
from videre.orchestrator.search.packing import Packed
from videre.orchestrator.search.ranking import (
    NO_POSTINGS,
    Corpus,
    Mask,
    PostingRow,
    Postings,
)
from videre.orchestrator.search.table import MediaRow, MediaTable, table_of
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.search_index import index_media, outdate
from videre.orchestrator.store.search_passages import read_moments
from videre.orchestrator.store.search_tables import COLUMNS, FACETS, HeldTables, snapshot

_MEDIA: Final = t.search_media.c
_TERM: Final = t.search_term.c
_POSTING: Final = t.search_posting.c
#: Most names in one statement.
_NAMES: Final = 500


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which media may be found. Every condition that is given must hold.

    Args:
        media_ids: one of these; () = any.
        suggestions: what the verdict of the latest analysis advises, "" where nothing was judged;
            () = any.
        min_create_ns: registered at or after.
        max_create_ns: registered before.
    """

    media_ids: tuple[str, ...] = ()
    suggestions: tuple[str, ...] = ()
    min_create_ns: int | None = None
    max_create_ns: int | None = None


@dataclass(frozen=True, slots=True)
class Gathered:
    """What the index has about some terms.

    Args:
        allowed: which media of the table may be found; None = all.
    """

    table: MediaTable
    postings: dict[str, Postings]
    corpus: Corpus
    allowed: Mask | None


@dataclass(frozen=True, slots=True)
class IndexedMedia:
    """A media that is shown in an answer."""

    key: int
    media_id: str
    title: str
    create_ns: int
    revision: int
    suggestion: str
    in_characters: bool


@dataclass(frozen=True, slots=True)
class IndexState:
    """How much is indexed: media, their moments, and media that wait."""

    media: int
    moments: int
    waiting: int


class SearchStore:
    """Reads of the index, and writes of media that wait.

    Args:
        tables: of projects, held between searches; None = as many as usual.
    """

    def __init__(self, database: Database, tables: HeldTables | None = None) -> None:
        self._db = database
        self._tables = tables or HeldTables()

    def gather(
        self,
        project_id: str,
        terms: Sequence[str],
        wanted: Wanted,
        *,
        places: bool,
        facets: bool = False,
    ) -> Gathered:
        """Return where some terms stand, and a table that has at least the media that have one.

        Args:
            places: with the places of terms, which phrases need.
            facets: with what moments are counted by.
        """
        with self._db.steps.connect() as connection, snapshot(connection):
            corpus, held = self._tables.read(connection, project_id)
            postings = held.known(terms, places=places) if held is not None else {}
            missing = [term for term in terms if term not in postings]
            names = _names(connection, project_id, missing) if missing else {}
            if held is not None:
                table = held.table
            else:
                table = _having(connection, project_id, list(names), facets=facets)
            if missing:
                read = _postings(connection, names, table, places=places)
                found = dict.fromkeys(missing, NO_POSTINGS) | read
                if held is not None:
                    held.keep(found, places=places)
                postings |= found
            allowed = _allowed(connection, project_id, table, wanted)
        return Gathered(table, postings, corpus, allowed)

    def spans(self, keys: Sequence[int]) -> dict[int, bytes]:
        """Return the starts and ends of the moments of media that have times."""
        rows = self._of(keys, _MEDIA.key, _MEDIA.spans, _MEDIA.in_characters)
        return {row.key: row.spans for row in rows if not row.in_characters}

    def facets(self, keys: Sequence[int]) -> list[tuple[int, bytes, Sequence[str]]]:
        """Return what the moments of media are counted by: key, pairs, values."""
        rows = self._of(keys, _MEDIA.key, _MEDIA.facets, _MEDIA.facet_values)
        return [(row.key, row.facets, row.facet_values) for row in rows]

    def _of(self, keys: Sequence[int], *columns: sa.ColumnElement[Any]) -> Iterable[Any]:
        with self._db.steps.connect() as connection:
            for start in range(0, len(keys), _NAMES):
                some = sa.select(*columns).where(_MEDIA.key.in_(keys[start : start + _NAMES]))
                yield from connection.execute(some).all()

    def shown(self, keys: Sequence[int]) -> dict[int, IndexedMedia]:
        """Return what is shown of media, by key."""
        with self._db.steps.connect() as connection:
            rows = connection.execute(_SHOWN, {"keys": keys})
            return {row[0]: IndexedMedia(*row) for row in rows}

    def moments(self, wanted: Mapping[int, Sequence[int]]) -> dict[tuple[int, int], Moment]:
        """Return moments, what is given with their media among the passages of the first.

        Args:
            wanted: numbers of moments by key of media.
        """
        with self._db.steps.connect() as connection:
            return read_moments(connection, wanted)

    def state(self, project_id: str) -> IndexState:
        """Return how much of a project is indexed."""
        media = t.media.c
        with self._db.steps.connect() as connection:
            count, moments = connection.execute(
                sa.select(
                    sa.func.count(), sa.func.coalesce(sa.func.sum(_MEDIA.moment_count), 0)
                ).where(_MEDIA.project_id == project_id)
            ).one()
            waiting = connection.execute(
                sa.select(sa.func.count())
                .select_from(_analysed())
                .where(media.project_id == project_id, _WAITS)
            ).scalar_one()
        return IndexState(int(count), int(moments), int(waiting))

    def is_known(self, media_id: str) -> bool:
        """Tell whether a media is indexed, as it is or as it was."""
        query = sa.select(sa.exists().where(_MEDIA.media_id == media_id))
        with self._db.steps.connect() as connection:
            return bool(connection.execute(query).scalar_one())

    def waiting(self, project_id: str, limit: int, after_id: str = "") -> list[tuple[str, str]]:
        """Return analysed media that are not indexed as they are, with their projects.

        Args:
            project_id: of this project; "" = of any.
            after_id: media with greater ids only.
        """
        media = t.media.c
        query = (
            sa.select(media.project_id, media.id)
            .select_from(_analysed())
            .where(_WAITS, media.id > after_id)
            .order_by(media.id)
            .limit(limit)
        )
        if project_id:
            query = query.where(media.project_id == project_id)
        with self._db.steps.connect() as connection:
            return [(row[0], row[1]) for row in connection.execute(query)]

    def entry_names(
        self, project_id: str, entries: Iterable[tuple[str, str]]
    ) -> dict[tuple[str, str], str]:
        """Return what entries are called now, by library and entry."""
        entry = t.library_entry.c
        wanted = sorted(set(entries))
        found: dict[tuple[str, str], str] = {}
        with self._db.steps.connect() as connection:
            for start in range(0, len(wanted), _NAMES):
                pairs = sa.tuple_(entry.library_id, entry.entry_id).in_(
                    wanted[start : start + _NAMES]
                )
                query = sa.select(entry.library_id, entry.entry_id, entry.name).where(
                    entry.project_id == project_id, entry.removed_in.is_(None), pairs
                )
                found.update(((row[0], row[1]), row[2]) for row in connection.execute(query))
        return found

    def outdate_all(self, project_id: str) -> None:
        """Note that all media of a project are to be indexed anew."""
        of = sa.select(_MEDIA.media_id).where(_MEDIA.project_id == project_id)
        with self._db.durable.begin() as connection:
            outdate(connection, list(connection.execute(of).scalars()))

    def write(
        self,
        record: AnalysisRecord,
        document: Packed,
        given: Packed | None,
        looks: Looks,
        item: ItemRow,
    ) -> bool:
        """Index a media unless it has another analysis by now; tell whether it was."""
        query = sa.select(t.media.c.latest_revision).where(t.media.c.id == record.media_id)
        with self._db.steps.begin() as connection:
            # First, since it takes the write lock: nobody publishes between looking and writing.
            outdate(connection, [record.media_id])
            if connection.execute(query).scalar_one_or_none() != record.revision:
                return False
            index_media(
                connection, record.project_id, record.media_id, document, given, looks, item
            )
        return True


#: Analysed, but not indexed by this version as it is now.
_WAITS: Final = sa.or_(_MEDIA.version.is_(None), _MEDIA.version != INDEX_VERSION)


def _analysed() -> sa.FromClause:
    """Return the media with an analysis, each beside its row of the index."""
    media = t.media.c
    return t.media.join(t.analysis, _latest()).outerjoin(
        t.search_media, _MEDIA.media_id == media.id
    )


def _latest() -> sa.ColumnElement[bool]:
    media, analysis = t.media.c, t.analysis.c
    return sa.and_(analysis.media_id == media.id, analysis.revision == media.latest_revision)


#: What is shown of media.
_SHOWN: Final = (
    sa.select(
        _MEDIA.key, t.media.c.id, t.media.c.title, t.media.c.create_ns, t.media.c.latest_revision,
        t.analysis.c.suggestion, _MEDIA.in_characters,
    )
    .join(t.media, t.media.c.id == _MEDIA.media_id)
    .join(t.analysis, _latest())
    .where(_MEDIA.key.in_(sa.bindparam("keys", expanding=True)))
)  # fmt: skip


def _names(connection: sa.Connection, project_id: str, terms: Sequence[str]) -> dict[int, str]:
    query = sa.select(_TERM.id, _TERM.term).where(
        _TERM.project_id == project_id, _TERM.term.in_(terms)
    )
    return {row.id: row.term for row in connection.execute(query)}


def _postings(
    connection: sa.Connection, names: Mapping[int, str], table: MediaTable, *, places: bool
) -> dict[str, Postings]:
    columns = [_POSTING.term_id, _POSTING.media_key, _POSTING.part, _POSTING.entries]
    if places:
        columns.append(_POSTING.places)
    query = (
        sa.select(*columns)
        .where(_POSTING.term_id.in_(names))
        .order_by(_POSTING.term_id, _POSTING.media_key, _POSTING.part)
    )
    found: dict[str, list[PostingRow]] = defaultdict(list)
    for term_id, *row in connection.execute(query).all():
        found[names[term_id]].append(PostingRow(*row))
    return {term: Postings.of(rows, table) for term, rows in found.items()}


def _having(
    connection: sa.Connection, project_id: str, term_ids: Sequence[int], *, facets: bool
) -> MediaTable:
    """Return the table of the media that have one of some terms."""
    having = sa.select(_POSTING.media_key).where(_POSTING.term_id.in_(term_ids))
    query = sa.select(*COLUMNS, *(FACETS if facets else ())).where(
        _MEDIA.project_id == project_id, _MEDIA.key.in_(having)
    )
    return table_of(MediaRow(*row) for row in connection.execute(query))


def _allowed(
    connection: sa.Connection, project_id: str, table: MediaTable, wanted: Wanted
) -> Mask | None:
    """Return which media of a table may be found; None where nothing is asked of them."""
    if wanted == Wanted():
        return None
    query = chosen(sa.select(_MEDIA.key).where(_MEDIA.project_id == project_id), wanted)
    keys = np.fromiter(connection.execute(query).scalars(), np.int64)
    result: Mask = np.isin(table.keys, keys)
    return result


def chosen(query: sa.Select[Any], wanted: Wanted) -> sa.Select[Any]:
    """Return a query on `search_media` for the media that may be found."""
    conditions = _conditions(wanted)
    if not conditions:
        return query
    media = query.join(t.media, t.media.c.id == _MEDIA.media_id).join(t.analysis, _latest())
    return media.where(*conditions)


def _conditions(wanted: Wanted) -> list[sa.ColumnElement[bool]]:
    media = t.media.c
    found: list[sa.ColumnElement[bool]] = []
    if wanted.media_ids:
        found.append(media.id.in_(wanted.media_ids))
    if wanted.suggestions:
        found.append(t.analysis.c.suggestion.in_(wanted.suggestions))
    if wanted.min_create_ns is not None:
        found.append(media.create_ns >= wanted.min_create_ns)
    if wanted.max_create_ns is not None:
        found.append(media.create_ns < wanted.max_create_ns)
    return found
