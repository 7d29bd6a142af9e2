"""What has changed of a project's media and users since when, for those who keep copies.

Media are numbered by the generations of the search index, users by calls that bring events or erase
a user. Both rise in the writer's transaction, so that a lower number is never seen later. Of what
was deleted a row stays for `KEPT_NS`: the media's id, or the name that the user was exported under.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from enum import IntEnum
from functools import cache
from typing import Any, Final

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from videre.common.clock import Clock
from videre.common.sealing import Seal
from videre.orchestrator.recommend.model import DAY_NS, Event, ItemRow
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.audience_keys import known_keys
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.search_tables import snapshot

#: Deletions are told for so long. An older copy has to be made anew.
KEPT_NS: Final = 30 * DAY_NS
_HEAD: Final = t.audience_head.c
_GONE: Final = t.audience_gone.c
_PROFILE: Final = t.audience_profile.c
_MEDIA: Final = t.search_media.c


class Kind(IntEnum):
    """What is deleted. The numbers are stored."""

    ITEM = 1
    USER = 2


@dataclass(frozen=True, slots=True)
class Place:
    """Where a reader is: after the change with this number, of this row where several have it.

    Args:
        gone: deletions with numbers up to this one are not told.
    """

    number: int = -1
    row: str = ""
    gone: int = -1


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A media as it is now; without a row it was deleted."""

    number: int
    media_id: str
    create_ns: int = 0
    row: ItemRow | None = None


@dataclass(frozen=True, slots=True)
class UserChange:
    """What a user did; without events' tuple the user was erased.

    Args:
        pseudonym: what the user is stored under; of one that was erased as `exported`.
        exported: what the user is exported under.
    """

    number: int
    pseudonym: str
    exported: str
    events: tuple[Event, ...] | None = None


def next_change(connection: sa.Connection, project_id: str) -> int:
    """Take the next number of a project's audience, in a writer's transaction."""
    taking = _taking(connection.dialect.name, t.audience_head)
    return int(connection.execute(taking, {"of": project_id}).scalar_one())


@cache
def _taking(dialect: str, table: sa.Table) -> Any:
    insert = (postgresql if dialect == "postgresql" else sqlite).insert(table)
    first = insert.values(project_id=sa.bindparam("of"), last=1)
    return first.on_conflict_do_update(
        index_elements=[_HEAD.project_id], set_={"last": _HEAD.last + 1}
    ).returning(_HEAD.last)


def note_gone(
    connection: sa.Connection, project_id: str, kind: Kind, subject: str, number: int, now_ns: int
) -> None:
    """Keep for a while that a media or a user is gone, in the transaction that deletes it."""
    of = (_GONE.project_id == project_id, _GONE.kind == int(kind), _GONE.subject == subject)
    connection.execute(sa.delete(t.audience_gone).where(*of))  # of a user who had come again
    row = {
        "project_id": project_id, "kind": int(kind), "subject": subject, "number": number,
        "time_ns": now_ns,
    }  # fmt: skip
    connection.execute(sa.insert(t.audience_gone), row)


class AudienceFeed:
    """Reads of what has changed. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, seal: Seal) -> None:
        self._db, self._clock, self._seal = database, clock, seal

    def last(self, project_id: str, kind: Kind) -> int:
        """Return the number of the last change of a kind; 0 = there was none."""
        head = t.search_head.c if kind is Kind.ITEM else _HEAD
        number = head.generation if kind is Kind.ITEM else head.last
        query = sa.select(number).where(head.project_id == project_id)
        with self._db.steps.connect() as connection:
            return int(connection.execute(query).scalar() or 0)

    def items(self, project_id: str, place: Place, limit: int) -> list[ItemChange]:
        """Return media that changed after a place, in the order of their changes."""
        names = [one.name for one in fields(ItemRow)]
        of_media = t.audience_item.c
        query = (
            sa.select(
                _MEDIA.generation, _MEDIA.media_id, t.media.c.create_ns,
                *(of_media[name] for name in names),
            )
            .join(t.audience_item, of_media.media_key == _MEDIA.key)
            .join(t.media, t.media.c.id == _MEDIA.media_id)
            .where(
                _MEDIA.project_id == project_id,
                sa.tuple_(_MEDIA.generation, _MEDIA.media_id)
                > sa.tuple_(place.number, place.row),
            )
            .order_by(_MEDIA.generation, _MEDIA.media_id)
            .limit(limit)
        )  # fmt: skip
        with self._db.steps.connect() as connection, snapshot(connection):
            found = [
                ItemChange(number, media_id, create_ns, ItemRow(*row))
                for number, media_id, create_ns, *row in connection.execute(query)
            ]
            gone = self._gone(connection, project_id, Kind.ITEM, place, limit)
        found += [ItemChange(number, subject) for number, subject in gone]
        return sorted(found, key=lambda one: one.number)[:limit]

    def users(self, project_id: str, place: Place, limit: int) -> list[UserChange]:
        """Return users who did something, or were erased, after a place, in the order of that.

        Raises:
            VidereError: KEY_MISSING, a profile cannot be opened.
        """
        query = (
            sa.select(t.audience_profile)
            .where(
                _PROFILE.project_id == project_id,
                sa.tuple_(_PROFILE.number, _PROFILE.pseudonym) > sa.tuple_(place.number, place.row),
            )
            .order_by(_PROFILE.number, _PROFILE.pseudonym)
            .limit(limit)
        )
        with self._db.steps.connect() as connection, snapshot(connection):
            keys = known_keys(connection, self._seal, project_id)
            if keys is None:
                return []
            rows = connection.execute(query).all()
            gone = self._gone(connection, project_id, Kind.USER, place, limit)
        found = [UserChange(number, subject, subject) for number, subject in gone]
        for row in rows:
            profile = keys.open(row.sealed, row.key_version, row.pseudonym)
            exported = keys.exported(row.pseudonym)
            found.append(UserChange(row.number, row.pseudonym, exported, profile.events))
        return sorted(found, key=lambda one: one.number)[:limit]

    def newest_users(self, project_id: str, count: int) -> Place:
        """Return the place after which the users stand who did something last, at most so many."""
        query = (
            sa.select(_PROFILE.number, _PROFILE.pseudonym)
            .where(_PROFILE.project_id == project_id)
            .order_by(_PROFILE.number.desc(), _PROFILE.pseudonym.desc())
            .offset(count)
            .limit(1)
        )
        with self._db.steps.connect() as connection:
            found = connection.execute(query).one_or_none()
        return Place() if found is None else Place(found.number, found.pseudonym)

    @staticmethod
    def _gone(
        connection: sa.Connection, project_id: str, kind: Kind, place: Place, limit: int
    ) -> list[tuple[int, str]]:
        """Return deletions after a place: each has a number of its own."""
        query = (
            sa.select(_GONE.number, _GONE.subject)
            .where(
                _GONE.project_id == project_id,
                _GONE.kind == int(kind),
                _GONE.number > max(place.number, place.gone),
            )
            .order_by(_GONE.number)
            .limit(limit)
        )
        return [(number, subject) for number, subject in connection.execute(query)]

    def forget(self) -> int:
        """Remove what was deleted so long ago that nobody is told any more; return how many."""
        oldest = self._clock.now_ns() - KEPT_NS
        with self._db.steps.begin() as connection:
            old = sa.delete(t.audience_gone).where(_GONE.time_ns < oldest)
            return connection.execute(old).rowcount
