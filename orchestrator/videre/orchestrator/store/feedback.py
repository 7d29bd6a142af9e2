"""Feedback on analyses: stored once, kept as long as its media."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import FeedbackRecord

#: Feedback that one media takes: an analysis carries all of it.
MAX_PER_MEDIA: Final = 10_000
#: Given the connection of the transaction that stores feedback.
Beside: TypeAlias = Callable[[sa.Connection], None]


@dataclass(frozen=True, slots=True)
class NewFeedback:
    """Checked corrections of one request.

    Args:
        corrections: id, kind and message (bytes) of each, ids rising.
        request_digest: of the request without its id.
    """

    project_id: str
    media_id: str
    revision: int
    job_id: str
    corrections: Sequence[tuple[str, str, bytes]]
    author: str
    source: str
    created_by: str
    request_id: str | None
    request_digest: str


class FeedbackStore:
    """Reads and writes of `feedback`. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, media: MediaStore) -> None:
        self._db, self._clock, self._media = database, clock, media

    def add(
        self, new: NewFeedback, beside: Beside | None = None
    ) -> tuple[list[FeedbackRecord], bool]:
        """Store the corrections of a request, all or none.

        Args:
            beside: what is stored in the same transaction, unless an earlier request had stored it.

        Returns:
            What is stored, and whether an earlier request with the same id had stored it.

        Raises:
            VidereError: REQUEST_ID_REUSED, MEDIA_NOT_FOUND, FEEDBACK_LIMIT.
        """
        with self._db.durable.begin() as connection:
            earlier = self._repeated(connection, new.project_id, new.request_id, new.request_digest)
            if earlier:
                return earlier, True
            self._media.require(connection, new.media_id)
            count = sa.select(sa.func.count()).where(t.feedback.c.media_id == new.media_id)
            held = connection.execute(count).scalar_one()
            if held + len(new.corrections) > MAX_PER_MEDIA:
                raise VidereError(
                    Reason.FEEDBACK_LIMIT,
                    f"media {new.media_id} has {held} pieces of feedback, at most {MAX_PER_MEDIA}",
                    metadata={"limit": str(MAX_PER_MEDIA), "actual": str(held)},
                )
            rows = self._rows(new)
            connection.execute(sa.insert(t.feedback), rows)
            if beside is not None:
                beside(connection)
        return [FeedbackRecord(**row) for row in rows], False

    def repeated(
        self, project_id: str, request_id: str, request_digest: str
    ) -> list[FeedbackRecord]:
        """Return what an earlier request with the same id has stored; [] when there is none.

        Raises:
            VidereError: REQUEST_ID_REUSED.
        """
        with self._db.steps.connect() as connection:
            return self._repeated(connection, project_id, request_id, request_digest)

    def _repeated(
        self,
        connection: sa.Connection,
        project_id: str,
        request_id: str | None,
        request_digest: str,
    ) -> list[FeedbackRecord]:
        if request_id is None:
            return []
        feedback = t.feedback.c
        query = sa.select(t.feedback).where(
            feedback.project_id == project_id, feedback.request_id == request_id
        )
        rows = connection.execute(query.order_by(feedback.position))
        found = [FeedbackRecord(**row._mapping) for row in rows]
        if found and found[0].request_digest != request_digest:
            raise VidereError(
                Reason.REQUEST_ID_REUSED,
                f"request_id {request_id!r} belongs to feedback {found[0].id}",
                metadata={"feedback_id": found[0].id},
            )
        return found

    def _rows(self, new: NewFeedback) -> list[dict[str, Any]]:
        now = self._clock.now_ns()
        return [
            {
                "id": identifier,
                "project_id": new.project_id,
                "media_id": new.media_id,
                "revision": new.revision,
                "job_id": new.job_id,
                "kind": kind,
                "correction": correction,
                "author": new.author,
                "source": new.source,
                "request_id": new.request_id,
                "request_digest": new.request_digest,
                "position": position,
                "create_ns": now,
                "created_by": new.created_by,
            }
            for position, (identifier, kind, correction) in enumerate(new.corrections)
        ]

    def page(
        self,
        project_id: str,
        *,
        limit: int,
        after_id: str = "",
        job_id: str = "",
        media_id: str = "",
        kinds: Sequence[str] = (),
    ) -> list[FeedbackRecord]:
        """Return at most `limit` pieces of feedback that meet every condition, oldest first."""
        feedback = t.feedback.c
        query = sa.select(t.feedback).where(feedback.project_id == project_id)
        if after_id:
            query = query.where(feedback.id > after_id)
        if job_id:
            query = query.where(feedback.job_id == job_id)
        if media_id:
            query = query.where(feedback.media_id == media_id)
        if kinds:
            query = query.where(feedback.kind.in_(kinds))
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(feedback.id).limit(limit))
            return [FeedbackRecord(**row._mapping) for row in rows]
