"""What media are recommended by: written with the search index, read as a whole."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.document import Suggestion
from videre.orchestrator.recommend.model import ItemRow
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database

_ITEM: Final = t.audience_item.c
#: Most names in one statement.
_NAMES: Final = 500


@dataclasses.dataclass(frozen=True, slots=True)
class StoredItem:
    """A media that may be recommended."""

    key: int
    edit: int
    media_id: str
    create_ns: int
    row: ItemRow


def write_item(connection: sa.Connection, project_id: str, key: int, row: ItemRow) -> None:
    """Make this what a media is recommended by, in the transaction that indexes it."""
    of = _ITEM.media_key == key
    edit = connection.execute(sa.select(_ITEM.edit).where(of)).scalar_one_or_none()
    values = {"edit": (edit or 0) + 1, **dataclasses.asdict(row)}
    if edit is None:
        made = {"media_key": key, "project_id": project_id, **values}
        connection.execute(sa.insert(t.audience_item), made)
    else:
        connection.execute(sa.update(t.audience_item).where(of).values(**values))


class ItemStore:
    """Reads of `audience_item`. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def edits(self, project_id: str) -> dict[int, int]:
        """Return the edits of a project's items by key."""
        query = sa.select(_ITEM.media_key, _ITEM.edit).where(_ITEM.project_id == project_id)
        with self._db.steps.connect() as connection:
            return {key: edit for key, edit in connection.execute(query)}

    def items(self, keys: Sequence[int]) -> list[StoredItem]:
        """Return items by their keys; those that are gone are left out."""
        media, indexed = t.media.c, t.search_media.c
        found = []
        names = [one.name for one in dataclasses.fields(ItemRow)]
        query = (
            sa.select(t.audience_item, media.id, media.create_ns)
            .join(t.search_media, indexed.key == _ITEM.media_key)
            .join(t.media, media.id == indexed.media_id)
        )
        with self._db.steps.connect() as connection:
            for start in range(0, len(keys), _NAMES):
                some = query.where(_ITEM.media_key.in_(keys[start : start + _NAMES]))
                for row in connection.execute(some):
                    values = ItemRow(**{name: getattr(row, name) for name in names})
                    found.append(StoredItem(row.media_key, row.edit, row.id, row.create_ns, values))
        return found

    def blocked(self, project_id: str) -> list[int]:
        """Return the keys of media that people, or else the verdict, advise to block."""
        media, indexed = t.media.c, t.search_media.c
        analysis, review = t.analysis.c, t.review.c
        latest = sa.and_(analysis.media_id == media.id, analysis.revision == media.latest_revision)
        of_it = sa.and_(
            review.media_id == media.id,
            review.revision <= media.latest_revision,
            review.last_revision >= media.latest_revision,
            review.people != "",
        )
        advice = sa.func.coalesce(review.people, analysis.suggestion)
        query = (
            sa.select(indexed.key)
            .join(t.media, media.id == indexed.media_id)
            .join(t.analysis, latest)
            .outerjoin(t.review, of_it)
            .where(indexed.project_id == project_id, advice == Suggestion.BLOCK)
        )
        with self._db.steps.connect() as connection:
            return list(connection.execute(query).scalars())
