"""Whatever reviewers do, in whatever order: no review is held by two, lost, or decided twice."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from reviewing import MINUTE, Desk, P

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.review.model import Cause, Outcome
from videre.orchestrator.store.review_records import Wanted

#: Refusals of what the state of a review does not allow.
STATED = (
    Reason.REVIEW_STATE, Reason.REVIEW_CLAIMED, Reason.REVIEWER_EXCLUDED, Reason.LEASE_LOST,
    Reason.UNDO_REFUSED,
)  # fmt: skip
WHO = st.sampled_from(["ann", "bob", "cy"])


class Reviews(RuleBasedStateMachine):
    """The store against a model of it: who holds what until when, and what was said."""

    reviews = Bundle("reviews")

    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.database = fresh_database(Path(self._folder.name) / "videre.db")
        self.clock = FakeClock()
        self.desk = Desk(self.database, self.clock)
        #: Reviewer and end of the lease.
        self.held: dict[str, tuple[str, int]] = {}
        self.state: dict[str, str] = {}
        self.said: dict[str, set[str]] = {}
        #: Who decided and did not take it back; who passed it on; how often it was appealed.
        self.decided: dict[str, list[str]] = {}
        self.passed: dict[str, set[str]] = {}
        self.appeals: dict[str, int] = {}
        self.latest: dict[str, str] = {}
        self.media_of: dict[str, str] = {}
        self.count = 0

    def teardown(self) -> None:
        self.database.dispose()
        self._folder.cleanup()

    # --- what happens ------------------------------------------------------------------------

    @rule(target=reviews)
    def open_one(self) -> str:
        self.count += 1
        media = f"m{self.count}"
        review = self.desk.open(media)
        self.state[review], self.said[review] = "OPEN", set()
        self.latest[media], self.media_of[review] = review, media
        return review

    @rule(target=reviews, before=reviews)
    def other_verdict(self, before: str) -> str:
        media = self.media_of[before]
        self.count += 1
        review = self.desk.open(media, 1_000 + self.count)
        for known, of in self.media_of.items():
            if of == media and self.state[known] == "OPEN":
                self.state[known] = "SUPERSEDED"
                self.held.pop(known, None)
        self.state[review], self.said[review] = "OPEN", set()
        self.latest[media], self.media_of[review] = review, media
        return review

    @rule(minutes=st.integers(1, 20))
    def time_passes(self, minutes: int) -> None:
        self.clock.advance(60.0 * minutes)

    @rule(review=reviews, who=WHO)
    def claim(self, review: str, who: str) -> None:
        holder = self._holder(review)
        allowed = (
            self.state[review] == "OPEN" and holder in ("", who) and who not in self.said[review]
        )
        done = self._done(lambda: self.desk.reviews.claim(P, who, 10 * MINUTE, [review]))
        assert done is allowed
        if allowed:
            self.held[review] = who, self.clock.now_ns() + 10 * MINUTE

    @rule(who=WHO, limit=st.integers(1, 3))
    def claim_next(self, who: str, limit: int) -> None:
        free = [
            one
            for one, state in self.state.items()
            if state == "OPEN" and not self._holder(one) and who not in self.said[one]
        ]
        got = self.desk.reviews.claim_next(P, who, 10 * MINUTE, Wanted(), limit)
        assert len(got) == min(limit, len(free))
        for record in got:
            assert record.id in free
            self.held[record.id] = who, self.clock.now_ns() + 10 * MINUTE

    @rule(review=reviews, who=WHO)
    def renew(self, review: str, who: str) -> None:
        done = self._done(lambda: self.desk.reviews.renew(P, review, who, "", 10 * MINUTE))
        assert done is (self._holder(review) == who)
        if done:
            self.held[review] = who, self.clock.now_ns() + 10 * MINUTE

    @rule(review=reviews, who=WHO)
    def release(self, review: str, who: str) -> None:
        done = self._done(lambda: self.desk.reviews.release(P, review, who, ""))
        assert done is (self._holder(review) == who)
        if done:
            del self.held[review]

    @rule(review=reviews, who=WHO, escalate=st.booleans())
    def decide(self, review: str, who: str, escalate: bool) -> None:
        given = self.desk.decision(review, reviewer=who)
        if escalate:
            given = self.desk.decision(
                review, reviewer=who, outcome=Outcome.ESCALATE, cause=Cause.OTHER
            )
        done = self._done(lambda: self.desk.reviews.decide(given))
        assert done is (self._holder(review) == who)
        if done:
            del self.held[review]
            self.said[review].add(who)
            if escalate:
                self.passed.setdefault(review, set()).add(who)
            else:
                self.decided.setdefault(review, []).append(who)
            self.state[review] = "OPEN" if escalate else "DECIDED"

    @rule(review=reviews)
    def appeal(self, review: str) -> None:
        allowed = (
            self.state[review] == "DECIDED"
            and self.appeals.get(review, 0) < 3
            and self._is_latest(review)
        )
        assert self._done(lambda: self.desk.appeal(review)) is allowed
        if allowed:
            self.state[review] = "OPEN"
            self.appeals[review] = self.appeals.get(review, 0) + 1

    @rule(review=reviews, who=WHO)
    def undo(self, review: str, who: str) -> None:
        last = self.decided.get(review, [])
        allowed = self.state[review] == "DECIDED" and last[-1] == who and self._is_latest(review)
        done = self._done(
            lambda: self.desk.reviews.undo(self.desk.step(review, reviewer=who), 1 << 62)
        )
        assert done is allowed
        if allowed:
            last.pop()
            self.said[review] = {*last, *self.passed.get(review, set())}
            self.state[review] = "OPEN"
            self.held[review] = who, self.clock.now_ns() + 15 * MINUTE

    # --- what always holds -------------------------------------------------------------------

    @invariant()
    def the_store_says_what_happened(self) -> None:
        now = self.clock.now_ns()
        found = {one.id: one for one in self.desk.reviews.page(P, Wanted(), limit=1_000)}
        assert found.keys() == self.state.keys(), "none is lost"
        for review, record in found.items():
            assert record.state == self.state[review]
            assert (record.claimed_by if record.held(now) else "") == self._holder(review)
            actions = self.desk.reviews.actions(review)
            undone = {one.origin_id for one in actions if one.kind == "UNDONE"}
            kept = [one for one in actions if one.kind == "DECIDED" and one.id not in undone]
            assert [one.reviewer for one in kept] == self.decided.get(review, []), "each once"
            assert len(kept) <= 1 + record.appeals
            assert record.people == (kept[-1].people if kept else "")
            assert record.decided_by == (kept[-1].reviewer if kept else "")

    @invariant()
    def a_media_has_at_most_one_review_to_decide(self) -> None:
        for media in self.latest:
            open_ones = [
                one for one, of in self.media_of.items()
                if of == media and self.state[one] == "OPEN"
            ]  # fmt: skip
            assert open_ones in ([], [self.latest[media]])

    def _is_latest(self, review: str) -> bool:
        return self.latest[self.media_of[review]] == review

    def _holder(self, review: str) -> str:
        who, end = self.held.get(review, ("", 0))
        return who if self.state[review] == "OPEN" and end > self.clock.now_ns() else ""

    def _done(self, call: Callable[[], object]) -> bool:
        """Tell whether a call is done; any other refusal is a fault."""
        try:
            call()
        except VidereError as error:
            if error.reason not in STATED:
                raise
            return False
        return True


TestReviews = Reviews.TestCase
TestReviews.settings = settings(
    max_examples=settings().max_examples // 7, stateful_step_count=30, deadline=None
)
