"""Who holds which review: one reviewer at a time, until the lease ends.

Every change is one durable transaction whose first statement writes: it holds the write lock before
it looks, so that nobody claims or decides what it looks at meanwhile.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.ids import Ids
from videre.orchestrator.review.model import ReviewState
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.review_reads import ReviewReader
from videre.orchestrator.store.review_records import (
    ReviewRecord,
    Wanted,
    conditions,
    free_at,
    missing_review,
)

_R: Final = t.review.c
_A: Final = t.review_action.c
#: Columns of a review that nobody holds.
NOT_HELD: Final[dict[str, Any]] = {"claimed_by": "", "lease_id": "", "lease_end_ns": 0}
DECIDED: Final = "DECIDED"
ESCALATED: Final = "ESCALATED"
APPEALED: Final = "APPEALED"
UNDONE: Final = "UNDONE"


class ReviewLeases(ReviewReader):
    """Gives reviews to reviewers and takes them back. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock, ids: Ids) -> None:
        super().__init__(database, clock)
        self._ids = ids

    def claim_next(
        self,
        project_id: str,
        reviewer: str,
        lease_ns: int,
        wanted: Wanted,
        limit: int,
        lease_id: str = "",
    ) -> list[ReviewRecord]:
        """Give a reviewer the most urgent reviews that nobody holds, those due first first.

        Args:
            lease_id: of the request, where it may be repeated: what it gave and is still held is
                given again.
        """
        now = self._clock.now_ns()
        lease = self._lease(reviewer, now + lease_ns, lease_id)
        may = (free_at(now), _R.project_id == project_id, ~has_said(reviewer))
        some = (
            sa.select(_R.id)
            .where(*may, *conditions(wanted, now))
            .order_by(_R.due_ns, _R.id)
            .limit(limit)
        )
        given = (
            _R.project_id == project_id,
            _R.state == ReviewState.OPEN,
            _R.claimed_by == reviewer,
            _R.lease_id == lease_id,
            _R.lease_end_ns > now,
        )
        with self._db.durable.begin() as connection:
            rows = []
            if lease_id:
                again = sa.update(t.review).where(*given).values(**lease).returning(t.review)
                rows = list(connection.execute(again))
            if not rows:  # one statement: between looking and taking nobody else takes
                take = sa.update(t.review).where(_R.id.in_(some), *may).values(**lease)
                rows = list(connection.execute(take.returning(t.review)))
        return sorted((ReviewRecord(**row._mapping) for row in rows), key=_urgency)

    def claim(
        self, project_id: str, reviewer: str, lease_ns: int, review_ids: Sequence[str]
    ) -> list[ReviewRecord]:
        """Give a reviewer these reviews, all or none; what they hold they hold on.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, REVIEW_CLAIMED, REVIEWER_EXCLUDED.
        """
        now = self._clock.now_ns()
        ids = sorted(set(review_ids))
        mine = sa.and_(_R.state == ReviewState.OPEN, _R.claimed_by == reviewer)
        with self._db.durable.begin() as connection:
            rows = connection.execute(
                sa.update(t.review)
                .where(
                    _R.id.in_(ids),
                    _R.project_id == project_id,
                    sa.or_(free_at(now), mine),
                    ~has_said(reviewer),
                )
                .values(**self._lease(reviewer, now + lease_ns, ""))
                .returning(t.review)
            ).all()
            if len(rows) < len(ids):
                taken = {row.id for row in rows}
                there = {one.id: one for one in self._named(connection, project_id, ids)}
                first = next(one for one in ids if one not in taken)
                raise not_free(first, there.get(first), reviewer, now)  # nothing is taken then
        return sorted((ReviewRecord(**row._mapping) for row in rows), key=_urgency)

    def _lease(self, reviewer: str, end_ns: int, lease_id: str) -> dict[str, Any]:
        return {
            "claimed_by": reviewer,
            "lease_id": lease_id or self._ids.new(),
            "lease_end_ns": end_ns,
            "edit": _R.edit + 1,
        }

    def renew(
        self, project_id: str, review_id: str, reviewer: str, lease_id: str, lease_ns: int
    ) -> ReviewRecord:
        """Let a reviewer hold a review longer.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, LEASE_LOST.
        """
        with self._db.durable.begin() as connection:
            record = self._held(connection, project_id, review_id, reviewer, lease_id)
            return self._change(connection, record, lease_end_ns=self._clock.now_ns() + lease_ns)

    def release(
        self, project_id: str, review_id: str, reviewer: str, lease_id: str
    ) -> ReviewRecord:
        """Give a review back to the queue.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, LEASE_LOST.
        """
        with self._db.durable.begin() as connection:
            record = self._held(connection, project_id, review_id, reviewer, lease_id)
            return self._change(connection, record, **NOT_HELD)

    # --- inside a transaction ----------------------------------------------------------------

    @staticmethod
    def _locked(connection: sa.Connection, project_id: str, review_id: str) -> ReviewRecord:
        """Return a review; from now on nobody else changes it before the commit."""
        row = connection.execute(
            sa.update(t.review)
            .where(_R.id == review_id, _R.project_id == project_id)
            .values(edit=_R.edit)
            .returning(t.review)
        ).one_or_none()
        if row is None:
            raise missing_review(review_id)
        return ReviewRecord(**row._mapping)

    def _held(
        self,
        connection: sa.Connection,
        project_id: str,
        review_id: str,
        reviewer: str,
        lease_id: str,
    ) -> ReviewRecord:
        record = self._locked(connection, project_id, review_id)
        self._require_held(record, reviewer, lease_id)
        return record

    def _require_held(self, record: ReviewRecord, reviewer: str, lease_id: str) -> None:
        if record.state != ReviewState.OPEN:
            raise wrong_state(record)
        mine = record.claimed_by == reviewer and lease_id in ("", record.lease_id)
        if not mine or not record.held(self._clock.now_ns()):
            raise VidereError(
                Reason.LEASE_LOST,
                f"{reviewer!r} does not hold review {record.id} by this lease",
                metadata={"review_id": record.id, "claimed_by": record.claimed_by},
            )

    @staticmethod
    def _change(connection: sa.Connection, record: ReviewRecord, **columns: Any) -> ReviewRecord:
        row = connection.execute(
            sa.update(t.review)
            .where(_R.id == record.id)
            .values(edit=_R.edit + 1, **columns)
            .returning(t.review)
        ).one()
        return ReviewRecord(**row._mapping)


def has_said(reviewer: str) -> sa.ColumnElement[bool]:
    """Return the condition that a reviewer has decided about a review, or passed it on.

    What was undone was not said.
    """
    undo = t.review_action.alias()
    return sa.exists().where(
        _A.review_id == _R.id,
        _A.reviewer == reviewer,
        _A.kind.in_((DECIDED, ESCALATED)),
        ~sa.exists().where(undo.c.origin_id == _A.id, undo.c.kind == UNDONE),
    )


def wrong_state(record: ReviewRecord, limit: str = ReviewState.OPEN) -> VidereError:
    """Return the refusal of what a review's state does not allow."""
    return VidereError(
        Reason.REVIEW_STATE,
        f"review {record.id} is {record.state}",
        metadata={
            "review_id": record.id, "state": record.state, "appeals": str(record.appeals),
            "limit": limit,
        },
    )  # fmt: skip


def not_free(
    review_id: str, record: ReviewRecord | None, reviewer: str, now_ns: int
) -> VidereError:
    """Return why a review cannot be given to a reviewer."""
    if record is None:
        return missing_review(review_id)
    if record.state != ReviewState.OPEN:
        return wrong_state(record)
    if record.held(now_ns) and record.claimed_by != reviewer:
        return VidereError(
            Reason.REVIEW_CLAIMED,
            f"{record.claimed_by!r} holds review {record.id}",
            metadata={"review_id": record.id, "claimed_by": record.claimed_by},
        )
    return VidereError(
        Reason.REVIEWER_EXCLUDED,
        f"{reviewer!r} has decided about review {record.id} before, or passed it on",
        metadata={"review_id": record.id, "reviewer": reviewer},
    )


def _urgency(record: ReviewRecord) -> tuple[int, str]:
    return record.due_ns, record.id
