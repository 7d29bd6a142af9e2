"""Reviews: opened with their analysis, decided, appealed, taken back, decided like another one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.review.model import DEFAULT_LEASE_S, Cause, Outcome, ReviewState, Ruling
from videre.orchestrator.review.similar import Pair, pairs
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import insert_once
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.review_actions import Decision, ReviewActions, Step, standing
from videre.orchestrator.store.review_leases import (
    APPEALED,
    ESCALATED,
    NOT_HELD,
    UNDONE,
    has_said,
    not_free,
    wrong_state,
)
from videre.orchestrator.store.review_records import (
    FindingRecord,
    NewReview,
    ReviewRecord,
    Subject,
    free_at,
)

_R: Final = t.review.c
_F: Final = t.review_finding.c
#: Appeals of one review.
MAX_APPEALS: Final = 3
#: Reviews that are compared with one: those due first.
_MOST_COMPARED: Final = 1_000


class ReviewStore(ReviewActions):
    """Reads and writes of the tables of reviews. Blocking: call through threads."""

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
                    "picture_hash": new.hashes.get(one.picture, ""),
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
                self._act(connection, given, ESCALATED, record.people)
                record = self._change(
                    connection, record, escalations=record.escalations + 1, **NOT_HELD
                )
                return record, False
            found = self._findings(connection, record.id)
            record = self._settle(connection, record, given, found)
        self._announce([record.job_id])
        return record, False

    def appeal(self, step: Step, due_ns: int) -> tuple[ReviewRecord, bool]:
        """Have a decision looked at by somebody else; it stands until they have decided.

        Returns:
            The review, and whether an earlier request with the same id had appealed.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, REQUEST_ID_REUSED.
        """
        with self._db.durable.begin() as connection:
            record = self._locked(connection, step.project_id, step.review_id)
            if self._repeated(connection, step):
                return record, True
            if record.state != ReviewState.DECIDED or record.appeals >= MAX_APPEALS:
                raise wrong_state(record, limit=f"DECIDED, at most {MAX_APPEALS} appeals")
            _check_latest(connection, record)
            self._act(connection, step, APPEALED, record.people)
            record = self._change(
                connection, record, state=ReviewState.OPEN, appeals=record.appeals + 1,
                due_ns=due_ns,
            )  # fmt: skip
            self._tell(connection, record)
        self._announce([record.job_id])
        return record, False

    def undo(self, step: Step, limit_ns: int) -> tuple[ReviewRecord, bool]:
        """Take a decision back; who took it back holds the review again.

        Args:
            limit_ns: longest time since the decision.

        Returns:
            The review, and whether an earlier request with the same id had undone it.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, UNDO_REFUSED, REQUEST_ID_REUSED.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            record = self._locked(connection, step.project_id, step.review_id)
            if self._repeated(connection, step):
                return record, True
            last = standing(self._actions(connection, record.id))
            if record.state != ReviewState.DECIDED or last is None:
                raise wrong_state(record, limit="DECIDED")
            _check_latest(connection, record)
            if last.reviewer != step.reviewer or now - last.create_ns > limit_ns:
                raise VidereError(
                    Reason.UNDO_REFUSED,
                    f"{last.reviewer!r} decided {(now - last.create_ns) // NS} s ago",
                    metadata={
                        "review_id": record.id, "reviewer": last.reviewer,
                        "limit": f"{limit_ns // NS} s",
                    },
                )  # fmt: skip
            self._act(connection, step, UNDONE, "", last.id)
            record = self._unsettle(connection, record)
            lease = self._lease(step.reviewer, now + DEFAULT_LEASE_S * NS, "")
            del lease["edit"]
            record = self._change(connection, record, **lease)
            self._tell(connection, record)
        self._announce([record.job_id])
        return record, False

    # --- the same again ----------------------------------------------------------------------

    def similar(
        self, record: ReviewRecord, reviewer: str, limit: int
    ) -> list[tuple[ReviewRecord, tuple[Pair, ...]]]:
        """Return reviews that nobody holds and that are about the same, those due first first.

        Only such as a decision on `record` speaks of every finding of, by the same template.
        """
        with self._db.steps.connect() as connection:
            of = self._findings(connection, record.id)
            alike = (
                sa.select(t.review)
                .where(
                    free_at(self._clock.now_ns()),
                    _R.project_id == record.project_id,
                    _R.id != record.id,
                    _R.template.startswith(f"{_template(record)}@", autoescape=True),
                    ~has_said(reviewer),
                    sa.exists().where(
                        _F.review_id == _R.id,
                        sa.tuple_(_F.category, _F.medium).in_(
                            sorted({(one.category, one.medium) for one in of})
                        ),
                    ),
                )
                .order_by(_R.due_ns, _R.id)
                .limit(_MOST_COMPARED)
            )
            rows = [ReviewRecord(**row._mapping) for row in connection.execute(alike)]
            found: list[tuple[ReviewRecord, tuple[Pair, ...]]] = []
            for one in rows:
                same = pairs(self._findings(connection, one.id), of)
                if same is not None:
                    found.append((one, same))
                if len(found) == limit:
                    break
        return found

    def decide_like(self, step: Step, source: ReviewRecord) -> tuple[ReviewRecord, bool]:
        """Say of a review what was said of another one that is about the same.

        Args:
            step: names the review that is to be decided.
            source: the one that was decided.

        Returns:
            The review, and whether an earlier request with the same id had decided it.

        Raises:
            VidereError: REVIEW_NOT_FOUND, REVIEW_STATE, REVIEW_CLAIMED, REVIEWER_EXCLUDED,
                REVIEW_NOT_ALIKE, REQUEST_ID_REUSED.
        """
        now = self._clock.now_ns()
        with self._db.durable.begin() as connection:
            record = self._locked(connection, step.project_id, step.review_id)
            if self._repeated(connection, step):
                return record, True
            source = self._get(connection, source.project_id, source.id)
            last = standing(self._actions(connection, source.id))
            if source.state != ReviewState.DECIDED or last is None:
                raise wrong_state(source, limit="DECIDED")
            said = sa.select(has_said(step.reviewer)).where(_R.id == record.id)
            excluded = connection.execute(said).scalar_one()
            if record.state != ReviewState.OPEN or excluded or (
                record.held(now) and record.claimed_by != step.reviewer
            ):  # fmt: skip
                raise not_free(record.id, record, step.reviewer, now)
            found = self._findings(connection, record.id)
            of = {one.index: one for one in self._findings(connection, source.id)}
            same = pairs(found, list(of.values()))
            if same is None or _template(record) != _template(source):
                raise VidereError(
                    Reason.REVIEW_NOT_ALIKE,
                    f"review {record.id} has findings that {source.id} says nothing of",
                    metadata={"review_id": record.id, "like": source.id},
                )
            decision = _like(step, same, of)
            record = self._settle(connection, record, decision, found, last.id)
        self._announce([record.job_id])
        return record, False


def _template(record: ReviewRecord) -> str:
    return record.template.partition("@")[0]


def _like(step: Step, same: Iterable[Pair], of: dict[int, FindingRecord]) -> Decision:
    """Return a decision that says of each finding what was said of its counterpart."""
    return Decision(
        project_id=step.project_id,
        review_id=step.review_id,
        reviewer=step.reviewer,
        note=step.note,
        created_by=step.created_by,
        request_id=step.request_id,
        request_digest=step.request_digest,
        lease_id="",
        outcome=None,
        cause=None,
        rulings=[
            Ruling(pair.finding, "", "", Outcome(of[pair.of].outcome), Cause(of[pair.of].cause))
            for pair in same
        ],
    )


def _check_latest(connection: sa.Connection, record: ReviewRecord) -> None:
    """Let a review be looked at again only while it is about the media's latest verdict.

    Of a later one there is a review of its own: a media has at most one that is to be decided.

    Raises:
        VidereError: REVIEW_STATE.
    """
    later = sa.select(_R.id).where(
        _R.media_id == record.media_id, _R.revision > record.last_revision
    )
    if connection.execute(later.limit(1)).first() is not None:
        raise wrong_state(record, limit="about the latest verdict of its media")
