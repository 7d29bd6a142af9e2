"""Rules over profiles: each change is one transaction."""

from __future__ import annotations

from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once

#: Segments of a project.
MAX_SEGMENTS: Final = 100
_SEGMENT: Final = t.audience_segment.c


class SegmentStore:
    """Reads and writes of segments. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def put(self, project_id: str, segment_id: str, document: bytes) -> None:
        """Store a segment, in the place of the one with its id.

        Raises:
            VidereError: SEGMENTS_FULL.
        """
        now = self._clock.now_ns()
        values = {"document": document, "update_ns": now}
        row = {"project_id": project_id, "segment_id": segment_id, "create_ns": now, **values}
        with self._db.durable.begin() as connection:
            if not insert_once(connection, t.audience_segment, row):
                of = (_SEGMENT.project_id == project_id, _SEGMENT.segment_id == segment_id)
                connection.execute(sa.update(t.audience_segment).where(*of).values(**values))
            query = sa.select(sa.func.count()).where(_SEGMENT.project_id == project_id)
            if connection.execute(query).scalar_one() > MAX_SEGMENTS:
                raise VidereError(
                    Reason.SEGMENTS_FULL,
                    f"project {project_id} would have more than {MAX_SEGMENTS} segments",
                    metadata={"limit": str(MAX_SEGMENTS)},
                )

    def remove(self, project_id: str, segment_id: str) -> None:
        """Remove a segment.

        Raises:
            VidereError: SEGMENT_NOT_FOUND.
        """
        of = (_SEGMENT.project_id == project_id, _SEGMENT.segment_id == segment_id)
        with self._db.durable.begin() as connection:
            if not connection.execute(sa.delete(t.audience_segment).where(*of)).rowcount:
                raise missing(segment_id)

    def all(self, project_id: str) -> list[bytes]:
        """Return the segments of a project by id."""
        query = (
            sa.select(_SEGMENT.document)
            .where(_SEGMENT.project_id == project_id)
            .order_by(_SEGMENT.segment_id)
        )
        with self._db.steps.connect() as connection:
            return list(connection.execute(query).scalars())


def missing(segment_id: str) -> VidereError:
    """Return what is told of a segment that is not there."""
    return VidereError(
        Reason.SEGMENT_NOT_FOUND,
        f"no segment {segment_id!r}",
        metadata={"segment_id": segment_id},
    )
