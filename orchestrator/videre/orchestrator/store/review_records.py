"""The rows of reviews as values, and questions to them. Field names are the columns'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

import sqlalchemy as sa

from videre.common.errors import Reason, VidereError
from videre.orchestrator.review.model import Finding, ReviewState, Severity
from videre.orchestrator.store import schema as t

_R: Final = t.review.c
_F: Final = t.review_finding.c


@dataclass(frozen=True, slots=True)
class ReviewRecord:
    """A row of `review`."""

    id: str
    project_id: str
    media_id: str
    job_id: str
    revision: int
    last_revision: int
    template: str
    suggestion: str
    severity: int
    categories: list[str]
    finding_count: int
    state: str
    people: str
    escalations: int
    appeals: int
    claimed_by: str
    lease_id: str
    lease_end_ns: int
    create_ns: int
    due_ns: int
    decide_ns: int | None
    decided_by: str
    edit: int

    def held(self, now_ns: int) -> bool:
        """Tell whether somebody holds it."""
        return self.state == ReviewState.OPEN and self.lease_end_ns > now_ns

    def overdue(self, now_ns: int) -> bool:
        """Tell whether it should be decided and is not."""
        return self.state == ReviewState.OPEN and self.due_ns <= now_ns


@dataclass(frozen=True, slots=True)
class FindingRecord:
    """A row of `review_finding`."""

    review_id: str
    position: int
    project_id: str
    place: int
    segment: int | None
    category: str
    medium: str
    label: str
    rule_id: str
    reason: str
    suggestion: str
    score: int
    words: list[str]
    picture_digest: str
    picture_hash: str
    outcome: str
    cause: str

    @property
    def index(self) -> int:
        """Its place in the review."""
        return self.position


@dataclass(frozen=True, slots=True)
class ActionRecord:
    """A row of `review_action`."""

    id: str
    review_id: str
    project_id: str
    kind: str
    outcome: str
    cause: str
    note: str
    rulings: list[dict[str, Any]]
    people: str
    origin_id: str
    reviewer: str
    created_by: str
    create_ns: int
    request_id: str | None
    request_digest: str


@dataclass(frozen=True, slots=True)
class Subject:
    """The analysis that a review is opened with."""

    project_id: str
    media_id: str
    job_id: str
    revision: int


@dataclass(frozen=True, slots=True)
class NewReview:
    """What people are to be asked about.

    Args:
        id: globally unique.
        categories: in the order of the template.
        hashes: perceptual hashes of pictures, by their digests.
    """

    id: str
    template: str
    suggestion: str
    severity: Severity
    due_ns: int
    categories: Sequence[str]
    findings: Sequence[Finding]
    hashes: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which reviews are meant; every condition that is given must hold.

    Args:
        states: OPEN means those that nobody holds, CLAIMED those that somebody holds; () = any.
        reviewer: who holds it or has decided it.
    """

    states: Sequence[str] = ()
    categories: Sequence[str] = ()
    severities: Sequence[int] = ()
    reviewer: str = ""
    overdue: bool = False
    media_id: str = ""
    job_id: str = ""
    rule_id: str = ""
    min_create_ns: int | None = None
    max_create_ns: int | None = None


def conditions(wanted: Wanted, now_ns: int) -> list[sa.ColumnElement[bool]]:
    """Return a question as conditions on `review`."""
    free, held = free_at(now_ns), sa.and_(_R.state == ReviewState.OPEN, _R.lease_end_ns > now_ns)
    found: list[sa.ColumnElement[bool]] = []
    if wanted.states:
        known = {"OPEN": free, "CLAIMED": held}
        asked = [known.get(state, _R.state == state) for state in wanted.states]
        found.append(sa.or_(*asked))
    if wanted.severities:
        found.append(_R.severity.in_(wanted.severities))
    if wanted.reviewer:
        mine = sa.and_(held, _R.claimed_by == wanted.reviewer)
        found.append(sa.or_(mine, _R.decided_by == wanted.reviewer))
    if wanted.overdue:
        found += [_R.state == ReviewState.OPEN, _R.due_ns <= now_ns]
    if wanted.media_id:
        found.append(_R.media_id == wanted.media_id)
    if wanted.job_id:
        found.append(_R.job_id == wanted.job_id)
    if wanted.min_create_ns is not None:
        found.append(_R.create_ns >= wanted.min_create_ns)
    if wanted.max_create_ns is not None:
        found.append(_R.create_ns < wanted.max_create_ns)
    if wanted.categories:
        found.append(_with_finding(_F.category.in_(wanted.categories)))
    if wanted.rule_id:
        found.append(_with_finding(_F.rule_id == wanted.rule_id))
    return found


def _with_finding(condition: sa.ColumnElement[bool]) -> sa.ColumnElement[bool]:
    return sa.exists().where(_F.review_id == _R.id, condition)


def free_at(now_ns: int) -> sa.ColumnElement[bool]:
    """Return the condition that nobody holds or has decided a review."""
    return sa.and_(_R.state == ReviewState.OPEN, _R.lease_end_ns <= now_ns)


def missing_review(review_id: str) -> VidereError:
    """Return the refusal of a review that is not there."""
    return VidereError(
        Reason.REVIEW_NOT_FOUND, f"no review {review_id!r}", metadata={"review_id": review_id}
    )
