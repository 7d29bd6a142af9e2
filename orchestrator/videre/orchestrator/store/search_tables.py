"""Tables of indexed media that stay in memory between searches, and follow the index.

Every writing of the index gives a project its next *generation*, and the media it writes; so what
has changed since a table was made is read by that number alone. The totals of the index are looked
at too: what wrote without a generation, a release before there were any, makes the table anew.
"""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.search.ranking import Corpus, Postings
from videre.orchestrator.search.table import MediaRow, MediaTable, table_of
from videre.orchestrator.store import schema as t

_MEDIA: Final = t.search_media.c
_HEAD: Final = t.search_head.c
#: Moments of all tables that are held, of about 50 bytes each. A larger project is read as it is
#: asked.
HELD_MOMENTS: Final = 1_000_000
#: Entries of the terms that are held with one table: 8 bytes each, or four places.
HELD_ENTRIES: Final = 1_000_000
#: A term without entries counts as this many.
_TERM: Final = 64
#: Generation of a project, its moments and their places.
_STATE: Final = sa.select(
    sa.func.coalesce(
        sa.select(_HEAD.generation).where(_HEAD.project_id == sa.bindparam("of")).scalar_subquery(),
        0,
    ),
    sa.func.coalesce(sa.func.sum(_MEDIA.moment_count), 0),
    sa.func.coalesce(sa.func.sum(_MEDIA.length + _MEDIA.given_length), 0),
).where(_MEDIA.project_id == sa.bindparam("of"))
#: What a table is made of.
COLUMNS: Final = (_MEDIA.key, _MEDIA.media_id, _MEDIA.lengths, _MEDIA.given_length)
FACETS: Final = (_MEDIA.facets, _MEDIA.facet_values)


@contextmanager
def snapshot(connection: sa.Connection) -> Iterator[None]:
    """Let all that is read by a new connection be of one moment."""
    if connection.dialect.name == "postgresql":
        connection.execution_options(isolation_level="REPEATABLE READ")
        yield
    else:
        connection.exec_driver_sql("BEGIN")  # else every SELECT stands for itself
        yield


@dataclass(slots=True)
class Held:
    """A table, and where terms that were asked for last stand in it.

    Args:
        most: entries of all these terms.
    """

    generation: int
    table: MediaTable
    most: int = HELD_ENTRIES
    _terms: OrderedDict[tuple[str, bool], Postings] = field(default_factory=OrderedDict)
    _size: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def known(self, terms: Iterable[str], *, places: bool) -> dict[str, Postings]:
        """Return those of some terms that are held, with places or without."""
        with self._lock:
            found = {}
            for term in terms:
                postings = self._terms.get((term, places))
                if postings is not None:
                    self._terms.move_to_end((term, places))
                    found[term] = postings
            return found

    def keep(self, found: Mapping[str, Postings], *, places: bool) -> None:
        """Hold terms."""
        with self._lock:
            for term, one in found.items():
                before = self._terms.pop((term, places), None)
                self._size += _size(one) - (_size(before) if before is not None else 0)
                self._terms[term, places] = one
            while self._size > self.most:
                self._size -= _size(self._terms.popitem(last=False)[1])


def _size(postings: Postings) -> int:
    return _TERM + len(postings.moment) + len(postings.places) // 4


class HeldTables:
    """Tables by project, those that were asked for last.

    Args:
        most: moments of all of them.
    """

    def __init__(self, most: int = HELD_MOMENTS) -> None:
        self._most = most
        self._held: OrderedDict[str, Held] = OrderedDict()
        self._lock = threading.Lock()

    def read(self, connection: sa.Connection, project_id: str) -> tuple[Corpus, Held | None]:
        """Return what a project has in all, and its table; None where it is too large to be held.

        Args:
            connection: in a `snapshot` that has read nothing yet.
        """
        with self._lock:  # whoever reads later sees no earlier generation
            generation, corpus = _state(connection, project_id)
            held = self._held.pop(project_id, None)
            if corpus.moments > self._most:
                return corpus, None
            if held is None or held.generation != generation or not _fits(held.table, corpus):
                held = Held(generation, _followed(connection, project_id, held, corpus))
            self._held[project_id] = held
            while sum(one.table.size for one in self._held.values()) > self._most:
                self._held.popitem(last=False)
            return corpus, held


def _state(connection: sa.Connection, project_id: str) -> tuple[int, Corpus]:
    number, moments, length = connection.execute(_STATE, {"of": project_id}).one()
    return int(number), Corpus(int(moments), int(length))


def _fits(table: MediaTable, corpus: Corpus) -> bool:
    return (table.size, table.length) == (corpus.moments, corpus.length)


def _followed(
    connection: sa.Connection, project_id: str, held: Held | None, corpus: Corpus
) -> MediaTable:
    """Return the table of a project as it is now."""
    of_project = _MEDIA.project_id == project_id
    rows = sa.select(*COLUMNS, *FACETS).where(of_project)
    if held is not None:
        changed = connection.execute(rows.where(_MEDIA.generation > held.generation))
        keys = connection.execute(sa.select(_MEDIA.key).where(of_project)).scalars()
        table = table_of((MediaRow(*row) for row in changed), held.table, set(keys))
        if _fits(table, corpus):
            return table
    return table_of(MediaRow(*row) for row in connection.execute(rows))
