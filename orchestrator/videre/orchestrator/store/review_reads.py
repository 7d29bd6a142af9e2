"""Reading reviews."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.orchestrator.review.rates import SaidOfRule
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.review_records import (
    ActionRecord,
    FindingRecord,
    ReviewRecord,
    Wanted,
    conditions,
    missing_review,
)

_R: Final = t.review.c


class ReviewReader:
    """Reads of the tables of reviews. Blocking: call through threads."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._db, self._clock = database, clock

    def get(self, project_id: str, review_id: str) -> ReviewRecord:
        """Return a review of a project.

        Raises:
            VidereError: REVIEW_NOT_FOUND.
        """
        with self._db.steps.connect() as connection:
            return self._get(connection, project_id, review_id)

    def findings(self, review_id: str) -> list[FindingRecord]:
        """Return what a review is about, worst first."""
        with self._db.steps.connect() as connection:
            return self._findings(connection, review_id)

    def actions(self, review_id: str) -> list[ActionRecord]:
        """Return what was done to a review, oldest first."""
        with self._db.steps.connect() as connection:
            return self._actions(connection, review_id)

    def of_revision(self, media_id: str, revision: int) -> ReviewRecord | None:
        """Return the review of the verdict that a revision has; None where none was opened."""
        query = (
            sa.select(t.review)
            .where(_R.media_id == media_id, _R.revision <= revision, _R.last_revision >= revision)
            .order_by(_R.revision.desc())
            .limit(1)
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        return ReviewRecord(**row._mapping) if row is not None else None

    def people(self, media_id: str, revision: int) -> str:
        """Return what people advise of a revision; "" where they have not decided."""
        found = self.of_revision(media_id, revision) if media_id and revision else None
        return found.people if found is not None else ""

    def people_of(self, revisions: Sequence[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """Return what people advise of revisions of media, where a review was opened."""
        media = sorted({media_id for media_id, revision in revisions if revision})
        if not media:
            return {}
        query = sa.select(_R.media_id, _R.revision, _R.last_revision, _R.people).where(
            _R.media_id.in_(media)
        )
        said: dict[tuple[str, int], str] = {}
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_R.revision)).all()
        for media_id, first, last, people in rows:
            for found in revisions:
                if found[0] == media_id and first <= found[1] <= last:
                    said[found] = people
        return said

    def page(
        self,
        project_id: str,
        wanted: Wanted,
        *,
        limit: int,
        after: tuple[int, str] | None = None,
    ) -> list[ReviewRecord]:
        """Return at most `limit` reviews that meet every condition, those due first first.

        Args:
            after: due time and id of the last one seen.
        """
        query = sa.select(t.review).where(
            _R.project_id == project_id, *conditions(wanted, self._clock.now_ns())
        )
        if after is not None:
            due_ns, last = after
            query = query.where(sa.or_(_R.due_ns > due_ns, sa.and_(_R.due_ns == due_ns,
                                                                    _R.id > last)))  # fmt: skip
        with self._db.steps.connect() as connection:
            rows = connection.execute(query.order_by(_R.due_ns, _R.id).limit(limit))
            return [ReviewRecord(**row._mapping) for row in rows]

    def said(
        self,
        project_id: str,
        *,
        template: str = "",
        min_ns: int | None = None,
        max_ns: int | None = None,
    ) -> list[SaidOfRule]:
        """Return what people say of findings now, by rule and review.

        Args:
            template: "id" or "id@version"; "" = any.
            min_ns: only of reviews decided at or after this time.
            max_ns: only of reviews decided before this time.
        """
        finding = t.review_finding.c
        query = (
            sa.select(_R.template, finding.rule_id, _R.id, finding.outcome, finding.cause)
            .join(t.review_finding, finding.review_id == _R.id)
            .where(_R.project_id == project_id, finding.rule_id != "", finding.outcome != "")
            .distinct()
        )
        if "@" in template:
            query = query.where(_R.template == template)
        elif template:
            query = query.where(_R.template.startswith(f"{template}@", autoescape=True))
        if min_ns is not None:
            query = query.where(_R.decide_ns >= min_ns)
        if max_ns is not None:
            query = query.where(_R.decide_ns < max_ns)
        with self._db.steps.connect() as connection:
            return [SaidOfRule(*row) for row in connection.execute(query)]

    # --- inside a transaction ----------------------------------------------------------------

    @staticmethod
    def _get(connection: sa.Connection, project_id: str, review_id: str) -> ReviewRecord:
        query = sa.select(t.review).where(_R.id == review_id, _R.project_id == project_id)
        row = connection.execute(query).one_or_none()
        if row is None:
            raise missing_review(review_id)
        return ReviewRecord(**row._mapping)

    @staticmethod
    def _named(
        connection: sa.Connection, project_id: str, review_ids: Sequence[str]
    ) -> list[ReviewRecord]:
        query = sa.select(t.review).where(_R.id.in_(review_ids), _R.project_id == project_id)
        return [ReviewRecord(**row._mapping) for row in connection.execute(query)]

    @staticmethod
    def _findings(connection: sa.Connection, review_id: str) -> list[FindingRecord]:
        finding = t.review_finding.c
        query = sa.select(t.review_finding).where(finding.review_id == review_id)
        rows = connection.execute(query.order_by(finding.position))
        return [FindingRecord(**row._mapping) for row in rows]

    @staticmethod
    def _actions(connection: sa.Connection, review_id: str) -> list[ActionRecord]:
        action = t.review_action.c
        query = sa.select(t.review_action).where(action.review_id == review_id)
        rows = connection.execute(query.order_by(action.id))
        return [ActionRecord(**row._mapping) for row in rows]
