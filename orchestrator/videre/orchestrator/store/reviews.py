"""Reviews: opened with their analysis, decided once; what people say stands beside the verdict."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.ids import Ids
from videre.orchestrator.review.model import Cause, Outcome, ReviewState, Ruling
from videre.orchestrator.review.rulings import advised, ruled
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.job_events import tell
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.review_leases import (
    DECIDED,
    ESCALATED,
    NOT_HELD,
    ReviewLeases,
)
from videre.orchestrator.store.review_records import NewReview, ReviewRecord, Subject

_R: Final = t.review.c
_A: Final = t.review_action.c


@dataclass(frozen=True, slots=True)
class Decision:
    """What a reviewer says; checked, but for what only the review tells.

    Args:
        lease_id: "" = the lease that the reviewer holds.
        outcome: of all findings that no ruling names; None = rulings name all.
        created_by: who called.
        request_digest: of the request without its id.
    """

    project_id: str
    review_id: str
    lease_id: str
    reviewer: str
    outcome: Outcome | None
    cause: Cause | None
    note: str
    rulings: Sequence[Ruling]
    created_by: str
    request_id: str | None
    request_digest: str


class ReviewStore(ReviewLeases):
    """Reads and writes of the tables of reviews. Blocking: call through threads."""

    def __init__(
        self,
        database: Database,
        clock: Clock,
        ids: Ids,
        announce: Callable[[Iterable[str]], None],
    ) -> None:
        """Take what is told of jobs that have another event, after the commit."""
        super().__init__(database, clock, ids)
        self._announce = announce

    # --- with an analysis --------------------------------------------------------------------

    def open(self, connection: sa.Connection, of: Subject, new: NewReview | None) -> None:
        """Open a review with the analysis that is published; earlier ones are superseded.

        Those that people have decided stay: they are about another verdict.

        Args:
            connection: of the publishing transaction.
            new: None where nobody is asked.
        """
        connection.execute(
            sa.update(t.review)
            .where(
                _R.media_id == of.media_id,
                _R.revision < of.revision,
                _R.state == ReviewState.OPEN,
            )
            .values(state=ReviewState.SUPERSEDED, edit=_R.edit + 1, **NOT_HELD)
        )
        if new is None:
            return
        row = {
            "id": new.id,
            "project_id": of.project_id,
            "media_id": of.media_id,
            "job_id": of.job_id,
            "revision": of.revision,
            "last_revision": of.revision,
            "template": new.template,
            "suggestion": new.suggestion,
            "severity": int(new.severity),
            "categories": list(new.categories),
            "finding_count": len(new.findings),
            "state": ReviewState.OPEN,
            "create_ns": self._clock.now_ns(),
            "due_ns": new.due_ns,
        }
        if insert_once(connection, t.review, row):
            findings = [
                {
                    "review_id": new.id,
                    "project_id": of.project_id,
                    "position": one.index,
                    "place": one.group,
                    "segment": one.segment,
                    "category": one.category,
                    "medium": one.medium,
                    "label": one.label,
                    "rule_id": one.rule_id,
                    "reason": one.reason,
                    "suggestion": one.suggestion,
                    "score": one.score,
                    "words": list(one.words),
                    "picture_digest": one.picture,
                }
                for one in new.findings
            ]
            connection.execute(sa.insert(t.review_finding), findings)

    @staticmethod
    def follow(connection: sa.Connection, before: Iterable[AnalysisRecord]) -> None:
        """Let reviews be about the next revisions too: those have the same verdicts.

        Args:
            connection: of the transaction that appends them.
            before: the revision before each.
        """
        rows = [{"of": one.media_id, "old": one.revision} for one in before]
        if rows:
            old: sa.BindParameter[int] = sa.bindparam("old")
            connection.execute(
                sa.update(t.review)
                .where(_R.media_id == sa.bindparam("of"), _R.last_revision == old)
                .values(last_revision=_R.last_revision + 1),
                rows,
            )

    # --- decisions ---------------------------------------------------------------------------

    def decide(self, given: Decision) -> tuple[ReviewRecord, bool]:
        """Say what holds of a review, or pass it on.

        Returns:
            The review, and whether an earlier request with the same id had decided it.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, LEASE_LOST, REQUEST_ID_REUSED,
                FIELD_INVALID.
        """
        with self._db.durable.begin() as connection:
            record = self._locked(connection, given.project_id, given.review_id)
            if self._repeated(connection, given):
                return record, True
            self._require_held(record, given.reviewer, given.lease_id)
            if given.outcome is Outcome.ESCALATE:
                self._act(connection, given, ESCALATED, "")
                record = self._change(
                    connection, record, escalations=record.escalations + 1, **NOT_HELD
                )
                return record, False
            record = self._settle(connection, record, given)
        self._announce([record.job_id])
        return record, False

    def _settle(
        self, connection: sa.Connection, record: ReviewRecord, given: Decision
    ) -> ReviewRecord:
        found = self._findings(connection, record.id)
        said = ruled(found, given.outcome, given.cause, given.rulings)
        people = str(advised(said.values()))
        self._act(connection, given, DECIDED, people)
        finding = t.review_finding.c
        connection.execute(
            sa.update(t.review_finding)
            .where(finding.review_id == record.id, finding.position == sa.bindparam("of"))
            .values(outcome=sa.bindparam("new_outcome"), cause=sa.bindparam("new_cause")),
            [
                {"of": index, "new_outcome": str(one.outcome), "new_cause": str(one.cause)}
                for index, one in sorted(said.items())
            ],
        )
        record = self._change(
            connection,
            record,
            state=ReviewState.DECIDED,
            people=people,
            decide_ns=self._clock.now_ns(),
            decided_by=given.reviewer,
            **NOT_HELD,
        )
        self._tell(connection, record)
        return record

    def _repeated(self, connection: sa.Connection, given: Decision) -> bool:
        if given.request_id is None:
            return False
        query = sa.select(_A.request_digest, _A.review_id).where(
            _A.project_id == given.project_id, _A.request_id == given.request_id
        )
        row = connection.execute(query).first()
        if row is None:
            return False
        if row.request_digest != given.request_digest:
            raise VidereError(
                Reason.REQUEST_ID_REUSED,
                f"request_id {given.request_id!r} belongs to review {row.review_id}",
                metadata={"review_id": row.review_id},
            )
        return True

    def _act(self, connection: sa.Connection, given: Decision, kind: str, people: str) -> None:
        connection.execute(
            sa.insert(t.review_action).values(
                id=self._ids.new(),
                review_id=given.review_id,
                project_id=given.project_id,
                kind=kind,
                outcome=given.outcome or "",
                cause=given.cause or "",
                note=given.note,
                rulings=[dataclasses.asdict(one) for one in given.rulings],
                people=people,
                reviewer=given.reviewer,
                created_by=given.created_by,
                create_ns=self._clock.now_ns(),
                request_id=given.request_id,
                request_digest=given.request_digest,
            )
        )

    def _tell(self, connection: sa.Connection, record: ReviewRecord) -> None:
        """Tell the job's watchers what people say now."""
        payload = {
            "review_id": record.id,
            "media_id": record.media_id,
            "revision": record.revision,
            "state": record.state,
            "suggestion": record.suggestion,
            "people": record.people,
        }
        tell(connection, record.job_id, "review", payload, self._clock.now_ns())
