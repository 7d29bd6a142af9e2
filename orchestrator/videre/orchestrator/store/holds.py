"""Holds: media that are kept with all that is known of them, whatever would remove them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.records import JobState

_HOLD: Final = t.media_hold.c
#: Ids in one statement.
_IDS: Final = 500


@dataclass(frozen=True, slots=True)
class HoldRecord:
    """A row of `media_hold`."""

    media_id: str
    hold_id: str
    project_id: str
    reason: str
    create_ns: int
    created_by: str


def held(media_id: Any) -> sa.ColumnElement[bool]:
    """Return the condition that a hold stands on the media of a column."""
    return sa.exists().where(_HOLD.media_id == media_id)


def require_free(connection: sa.Connection, media_ids: Sequence[str]) -> None:
    """Make sure, in the transaction that removes something of media, that no hold stands on them.

    Raises:
        VidereError: MEDIA_HELD.
    """
    for start in range(0, len(media_ids), _IDS):
        query = sa.select(_HOLD.media_id, _HOLD.hold_id).where(
            _HOLD.media_id.in_(media_ids[start : start + _IDS])
        )
        _refuse(connection, query)


def require_free_project(connection: sa.Connection, project_id: str) -> None:
    """Make sure that no hold stands on a media of a project.

    Raises:
        VidereError: MEDIA_HELD.
    """
    query = sa.select(_HOLD.media_id, _HOLD.hold_id).where(_HOLD.project_id == project_id)
    _refuse(connection, query)


def _refuse(connection: sa.Connection, query: sa.Select[tuple[str, str]]) -> None:
    found = connection.execute(query.order_by(_HOLD.media_id, _HOLD.hold_id).limit(1)).first()
    if found is not None:
        raise VidereError(
            Reason.MEDIA_HELD,
            f"media {found.media_id} is held by {found.hold_id!r}",
            metadata={"media_id": found.media_id, "hold_id": found.hold_id},
        )


class HoldStore:
    """Reads and writes of `media_hold`, and media whose age is over. Blocking."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def hold(
        self, project_id: str, media_id: str, hold_id: str, reason: str, subject: str
    ) -> HoldRecord:
        """Hold a media; the same hold again changes nothing.

        Raises:
            VidereError: MEDIA_NOT_FOUND; HOLD_EXISTS with another reason.
        """
        row = {
            "media_id": media_id, "hold_id": hold_id, "project_id": project_id, "reason": reason,
            "create_ns": self._clock.now_ns(), "created_by": subject,
        }  # fmt: skip
        media = sa.select(t.media.c.id).where(
            t.media.c.id == media_id, t.media.c.project_id == project_id
        )
        with self._db.durable.begin() as connection:
            if connection.execute(media).first() is None:
                raise VidereError(
                    Reason.MEDIA_NOT_FOUND,
                    f"no media {media_id!r}",
                    metadata={"media_id": media_id},
                )
            insert_once(connection, t.media_hold, row)
            known = sa.select(t.media_hold).where(
                _HOLD.media_id == media_id, _HOLD.hold_id == hold_id
            )
            record = HoldRecord(**connection.execute(known).one()._mapping)
        if record.reason != reason:
            raise VidereError(
                Reason.HOLD_EXISTS,
                f"media {media_id} is held by {hold_id!r} for another reason",
                metadata={"media_id": media_id, "hold_id": hold_id},
            )
        return record

    def release(self, project_id: str, media_id: str, hold_id: str) -> None:
        """Take a hold away.

        Raises:
            VidereError: HOLD_NOT_FOUND.
        """
        this = (
            _HOLD.project_id == project_id, _HOLD.media_id == media_id, _HOLD.hold_id == hold_id,
        )  # fmt: skip
        with self._db.durable.begin() as connection:
            if not connection.execute(sa.delete(t.media_hold).where(*this)).rowcount:
                raise VidereError(
                    Reason.HOLD_NOT_FOUND,
                    f"media {media_id!r} has no hold {hold_id!r}",
                    metadata={"media_id": media_id, "hold_id": hold_id},
                )

    def page(
        self, project_id: str, *, media_id: str, hold_id: str, limit: int, after: tuple[str, str]
    ) -> list[HoldRecord]:
        """Return holds of a project by media and id.

        Args:
            media_id: only of this media; "" = of all.
            hold_id: only with this id; "" = all.
            limit: most of them.
            after: media and id of the last one seen.
        """
        query = sa.select(t.media_hold).where(
            _HOLD.project_id == project_id,
            sa.tuple_(_HOLD.media_id, _HOLD.hold_id) > sa.tuple_(*map(sa.literal, after)),
        )
        if media_id:
            query = query.where(_HOLD.media_id == media_id)
        if hold_id:
            query = query.where(_HOLD.hold_id == hold_id)
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_HOLD.media_id, _HOLD.hold_id).limit(limit))
            return [HoldRecord(**row._mapping) for row in rows]

    def require_free(self, media_ids: Sequence[str]) -> None:
        """Make sure that no hold stands on media.

        Raises:
            VidereError: MEDIA_HELD.
        """
        with self._db.steps.connect() as connection:
            require_free(connection, media_ids)

    def require_free_project(self, project_id: str) -> None:
        """Make sure that no hold stands on a media of a project.

        Raises:
            VidereError: MEDIA_HELD.
        """
        with self._db.steps.connect() as connection:
            require_free_project(connection, project_id)

    def due(self, limit: int) -> list[tuple[str, str]]:
        """Return project and id of media that are older than their project keeps them.

        Those that are held, in use or under review are not due yet.
        """
        media, project, job, review = t.media.c, t.project.c, t.job.c, t.review.c
        busy = sa.exists().where(
            job.media_id == media.id, job.state.in_((JobState.QUEUED, JobState.RUNNING))
        )
        asked = sa.exists().where(review.media_id == media.id, review.state == "OPEN")
        query = (
            sa.select(media.project_id, media.id)
            .join_from(t.media, t.project, project.id == media.project_id)
            .where(
                project.media_retention_ns > 0,
                media.create_ns < self._clock.now_ns() - project.media_retention_ns,
                ~held(media.id),
                ~busy,
                ~asked,
            )
            .order_by(media.create_ns)
            .limit(limit)
        )
        with self._db.steps.connect() as connection:
            return [(row.project_id, row.id) for row in connection.execute(query)]
