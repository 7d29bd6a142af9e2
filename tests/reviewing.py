"""Reviews in a real database: what the tests of the store share."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import pytest

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.document import Suggestion
from videre.orchestrator.review.model import Cause, Finding, Outcome, Ruling, Severity
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.review_actions import Decision, Step
from videre.orchestrator.store.review_records import NewReview, Subject, Wanted
from videre.orchestrator.store.reviews import ReviewStore

P = "films"
MINUTE = 60 * NS


class CountedIds:
    """Ids that rise."""

    def __init__(self) -> None:
        self._count = itertools.count(1)

    def new(self) -> str:
        return f"id-{next(self._count):06d}"


class Desk:
    """Media with verdicts that people are asked about."""

    def __init__(self, database: Database, clock: FakeClock) -> None:
        self.database, self.clock, self.ids = database, clock, CountedIds()
        self.announced: list[str] = []
        self.reviews = ReviewStore(database, clock, self.ids, self.announced.extend)
        self.media = MediaStore(database, clock)

    def finding(self, index: int, **fields: Any) -> Finding:
        given = {
            "index": index, "group": index, "segment": 0, "category": "porn", "medium": "image",
            "label": "porn", "rule_id": "porn.image", "reason": "",
            "suggestion": Suggestion.REVIEW, "score": 8_000,
        }  # fmt: skip
        return Finding(**(given | fields))

    def open(
        self,
        media_id: str,
        revision: int = 1,
        *,
        findings: Sequence[Finding] | None = None,
        due_s: float = 3_600,
        template: str = "careful@2",
        hashes: Mapping[str, str] | None = None,
        severity: Severity = Severity.HIGH,
        job_id: str = "j1",
    ) -> str:
        """Publish a verdict that people are asked about; return the review."""
        self.add(media_id)
        found = [self.finding(0)] if findings is None else findings
        new = NewReview(
            id=self.ids.new(), template=template, hashes=hashes or {}, suggestion="review",
            severity=severity,
            due_ns=self.clock.now_ns() + round(due_s * NS), findings=found,
            categories=list(dict.fromkeys(one.category for one in found)),
        )  # fmt: skip
        self.publish(media_id, revision, new, job_id)
        return new.id

    def add(self, media_id: str) -> None:
        """Register a media, once."""
        with self.database.durable.begin() as connection:
            self.media.insert(connection, NewMedia(media_id, P, "upload:x", "ada"))

    def publish(
        self, media_id: str, revision: int, new: NewReview | None, job_id: str = "j1"
    ) -> None:
        """Publish a verdict."""
        with self.database.durable.begin() as connection:
            self.reviews.open(connection, Subject(P, media_id, job_id, revision), new)

    def claim(self, review_id: str, who: str = "ann", lease_ns: int = 15 * MINUTE) -> str:
        """Claim a review; return the lease."""
        (record,) = self.reviews.claim(P, who, lease_ns, [review_id])
        return record.lease_id

    def decision(self, review_id: str, **fields: Any) -> Decision:
        """Return a decision that overturns all."""
        given: dict[str, Any] = {
            "project_id": P, "review_id": review_id, "lease_id": "", "reviewer": "ann",
            "outcome": Outcome.OVERTURN, "cause": Cause.FALSE_POSITIVE, "note": "", "rulings": (),
            "created_by": "ann", "request_id": None, "request_digest": "d",
        }  # fmt: skip
        return Decision(**(given | fields))

    def step(self, review_id: str, **fields: Any) -> Step:
        """Return something that is wanted done to a review."""
        given: dict[str, Any] = {
            "project_id": P, "review_id": review_id, "reviewer": "ann", "note": "why",
            "created_by": "ann", "request_id": None, "request_digest": "d",
        }  # fmt: skip
        return Step(**(given | fields))

    def decided(self, review_id: str, who: str = "ann", **fields: Any) -> None:
        """Claim a review and decide it."""
        self.claim(review_id, who)
        self.reviews.decide(self.decision(review_id, reviewer=who, **fields))

    def appeal(self, review_id: str, who: str = "owner", due_s: float = 60) -> None:
        """Appeal a decision."""
        due_ns = self.clock.now_ns() + round(due_s * NS)
        self.reviews.appeal(self.step(review_id, reviewer=who), due_ns)


def upheld(finding: int) -> Ruling:
    """Return a ruling that a finding holds."""
    return Ruling(finding, "", "", Outcome.UPHOLD, Cause.VIOLATION)


def reason(call: Callable[[], object]) -> Reason:
    """Return why a call is refused."""
    with pytest.raises(VidereError) as refused:
        call()
    return refused.value.reason


def ids(desk: Desk, **wanted: Any) -> list[str]:
    """Return the ids of the reviews that are there, in the order of the list."""
    return [one.id for one in desk.reviews.page(P, Wanted(**wanted), limit=100)]
