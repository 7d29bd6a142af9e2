"""Reading what indexed media look like. Blocking: call through threads."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.search.looks import Looks
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.search_reads import Wanted, chosen

_LOOK: Final = t.search_look.c
_MEDIA: Final = t.search_media.c
#: What whole media are compared by.
_HASHED: Final = (
    _LOOK.times, _LOOK.hashes, _LOOK.still, _LOOK.sound_times, _LOOK.sound_hashes,
)  # fmt: skip
#: Media that are in memory at a time.
_AT_ONCE: Final = 100


class LookStore:
    """Reads of `search_look`."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def of_media(self, project_id: str, media_id: str) -> tuple[int, bytes, Looks] | None:
        """Return key, spans and looks of a media; None where it is not indexed, or unseen."""
        query = (
            sa.select(t.search_look, _MEDIA.spans)
            .join(t.search_media, _MEDIA.key == _LOOK.media_key)
            .where(_MEDIA.media_id == media_id, _MEDIA.project_id == project_id)
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        return None if row is None else (row.media_key, row.spans, _looks(row))

    def vectors(
        self, project_id: str, engine: str, wanted: Wanted
    ) -> Iterator[tuple[int, bytes, bytes]]:
        """Yield key, moments and vectors of the media of an engine that may be found."""
        query = chosen(
            sa.select(_LOOK.media_key, _LOOK.numbers, _LOOK.vectors)
            .select_from(t.search_look)
            .join(t.search_media, _MEDIA.key == _LOOK.media_key)
            .where(_LOOK.project_id == project_id, _LOOK.engine == engine)
            .order_by(_LOOK.media_key),
            wanted,
        )
        with self._db.steps.connect() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
                yield row.media_key, row.numbers, row.vectors

    def hashes(self, project_id: str, besides: int) -> Iterator[tuple[int, Looks]]:
        """Yield key and hashes of the media of a project but one."""
        query = (
            sa.select(_LOOK.media_key, *_HASHED)
            .where(
                _LOOK.project_id == project_id,
                _LOOK.media_key != besides,
                sa.func.length(_LOOK.hashes)
                + sa.func.length(_LOOK.still)
                + sa.func.length(_LOOK.sound_hashes)
                > 0,
            )
            .order_by(_LOOK.media_key)
        )
        with self._db.steps.connect() as connection:
            for row in connection.execution_options(yield_per=_AT_ONCE).execute(query):
                hashed = {column.name: row._mapping[column.name] for column in _HASHED}
                yield row.media_key, Looks(**hashed)


def _looks(row: Any) -> Looks:
    return Looks(**{one.name: row._mapping[one.name] for one in dataclasses.fields(Looks)})
