"""Reviews are decided once, beside the verdict; appealed, taken back, said again of the same."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from reviewing import MINUTE, Desk, P, reason, upheld

from videre.common.clock import FakeClock
from videre.common.errors import Reason
from videre.common.values import NS
from videre.orchestrator.review.model import Cause, Outcome
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.review_records import Wanted

# --- decided ---------------------------------------------------------------------------------


def test_what_people_say_stands_beside_the_verdict(
    desk: Desk, jobs: JobStore, submit: Callable[..., str]
) -> None:
    job = submit()
    review = desk.open("m1", job_id=job, findings=[desk.finding(0), desk.finding(1)])
    desk.claim(review)
    decision = desk.decision(review, note="no", rulings=(upheld(1),))
    record, reused = desk.reviews.decide(decision)
    assert (record.state, record.suggestion, record.people, reused) == (
        "DECIDED", "review", "block", False,
    )  # fmt: skip
    assert (record.decided_by, record.claimed_by) == ("ann", "")
    said = [(one.outcome, one.cause) for one in desk.reviews.findings(review)]
    assert said == [("OVERTURN", "FALSE_POSITIVE"), ("UPHOLD", "VIOLATION")]
    (action,) = desk.reviews.actions(review)
    assert (action.kind, action.note, action.people, action.reviewer) == (
        "DECIDED", "no", "block", "ann",
    )  # fmt: skip
    assert action.rulings[0]["finding"] == 1
    event = jobs.events(job, 0, 10)[-1]
    assert (event.kind, event.payload["people"], event.payload["state"]) == (
        "review", "block", "DECIDED",
    )  # fmt: skip
    assert desk.announced == [job]


def test_a_decision_is_made_where_the_job_is_gone(desk: Desk) -> None:
    review = desk.open("m1", job_id="gone")
    desk.claim(review)
    assert desk.reviews.decide(desk.decision(review))[0].people == "pass"


def test_a_repeated_decision_is_answered_as_done(desk: Desk) -> None:
    review = desk.open("m1")
    desk.claim(review)
    desk.reviews.decide(desk.decision(review, request_id="r"))
    record, reused = desk.reviews.decide(desk.decision(review, request_id="r"))
    assert (record.state, reused) == ("DECIDED", True)
    other = desk.decision(review, request_id="r", request_digest="e")
    assert reason(lambda: desk.reviews.decide(other)) is Reason.REQUEST_ID_REUSED
    assert len(desk.reviews.actions(review)) == 1
    assert reason(lambda: desk.reviews.decide(desk.decision(review))) is Reason.REVIEW_STATE


def test_only_who_holds_a_review_decides(desk: Desk) -> None:
    review = desk.open("m1")
    assert reason(lambda: desk.reviews.decide(desk.decision(review))) is Reason.LEASE_LOST
    desk.claim(review, "bob")
    assert reason(lambda: desk.reviews.decide(desk.decision(review))) is Reason.LEASE_LOST
    missing = desk.decision("x")
    assert reason(lambda: desk.reviews.decide(missing)) is Reason.REVIEW_NOT_FOUND


def test_what_is_passed_on_goes_to_somebody_else(desk: Desk) -> None:
    review = desk.open("m1")
    desk.claim(review)
    passed = desk.decision(review, outcome=Outcome.ESCALATE, cause=Cause.SECOND_OPINION)
    record, _ = desk.reviews.decide(passed)
    assert (record.state, record.people, record.escalations, record.claimed_by) == (
        "OPEN", "", 1, "",
    )  # fmt: skip
    assert reason(lambda: desk.claim(review)) is Reason.REVIEWER_EXCLUDED
    assert desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 1) == []
    desk.claim(review, "bob")
    desk.reviews.decide(desk.decision(review, reviewer="bob"))
    assert [one.kind for one in desk.reviews.actions(review)] == ["ESCALATED", "DECIDED"]
    assert desk.announced == ["j1"]


def test_due_times_do_not_move_with_leases(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1", due_s=60)
    due = desk.reviews.get(P, review).due_ns
    desk.claim(review)
    desk.reviews.release(P, review, "ann", "")
    assert desk.reviews.get(P, review).due_ns == due == clock.now_ns() + 60 * NS


# --- appealed --------------------------------------------------------------------------------


def test_an_appeal_goes_to_another_reviewer_and_is_due_anew(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1", due_s=10)
    assert reason(lambda: desk.appeal(review)) is Reason.REVIEW_STATE
    desk.decided(review)
    clock.advance(100)
    desk.appeal(review, due_s=60)
    record = desk.reviews.get(P, review)
    assert (record.state, record.people, record.appeals) == ("OPEN", "pass", 1)
    assert not record.overdue(clock.now_ns())
    assert reason(lambda: desk.claim(review, "ann")) is Reason.REVIEWER_EXCLUDED
    assert desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 5) == []
    desk.decided(review, "bob", outcome=Outcome.UPHOLD, cause=Cause.VIOLATION)
    assert desk.reviews.people("m1", 1) == "block"
    told = [(one.kind, one.reviewer, one.people) for one in desk.reviews.actions(review)]
    assert told == [
        ("DECIDED", "ann", "pass"), ("APPEALED", "owner", "pass"), ("DECIDED", "bob", "block"),
    ]  # fmt: skip
    assert desk.announced == ["j1", "j1", "j1"]


def test_appeals_are_repeated_by_their_request_id_and_bounded(desk: Desk) -> None:
    review = desk.open("m1")
    for number in range(3):
        desk.decided(review, f"r{number}")
        step = desk.step(review, reviewer="owner", request_id=f"a{number}")
        assert desk.reviews.appeal(step, 0)[1] is False
        assert desk.reviews.appeal(step, 0)[1] is True
    desk.decided(review, "r9")
    assert reason(lambda: desk.appeal(review)) is Reason.REVIEW_STATE


# --- undone ----------------------------------------------------------------------------------


def test_who_decided_takes_it_back_for_a_while(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1")
    desk.decided(review)
    other = desk.step(review, reviewer="bob")
    assert reason(lambda: desk.reviews.undo(other, 10 * NS)) is Reason.UNDO_REFUSED
    clock.advance(10)
    record, _ = desk.reviews.undo(desk.step(review), 10 * NS)
    assert (record.state, record.people, record.decided_by, record.decide_ns) == (
        "OPEN", "", "", None,
    )  # fmt: skip
    assert (record.claimed_by, record.held(clock.now_ns())) == ("ann", True)
    assert [one.outcome for one in desk.reviews.findings(review)] == [""]
    assert reason(lambda: desk.reviews.undo(desk.step(review), 10 * NS)) is Reason.REVIEW_STATE
    held = desk.decision(review, outcome=Outcome.UPHOLD, cause=Cause.VIOLATION)
    assert desk.reviews.decide(held)[0].people == "block"
    clock.advance(11)
    assert reason(lambda: desk.reviews.undo(desk.step(review), 10 * NS)) is Reason.UNDO_REFUSED
    kinds = [(one.kind, bool(one.origin_id)) for one in desk.reviews.actions(review)]
    assert kinds == [("DECIDED", False), ("UNDONE", True), ("DECIDED", False)]


def test_what_stood_before_stands_again(desk: Desk) -> None:
    review = desk.open("m1", findings=[desk.finding(0), desk.finding(1)])
    desk.decided(review, rulings=(upheld(1),))
    desk.appeal(review)
    desk.decided(review, "bob")
    assert desk.reviews.people("m1", 1) == "pass"
    step = desk.step(review, reviewer="bob", request_id="u")
    record, _ = desk.reviews.undo(step, NS)
    assert (record.people, record.decided_by, record.appeals) == ("block", "ann", 1)
    assert [one.outcome for one in desk.reviews.findings(review)] == ["OVERTURN", "UPHOLD"]
    assert desk.reviews.undo(step, NS)[1] is True
    assert reason(lambda: desk.claim(review, "ann")) is Reason.REVIEW_CLAIMED


# --- the same again --------------------------------------------------------------------------


def test_the_same_again_is_shown_then_decided_where_it_is_confirmed(desk: Desk) -> None:
    def words(*entries: str) -> list[Any]:
        return [
            desk.finding(0, category="prohibited", medium="text", rule_id="prohibited.text",
                         label="drugs", words=entries)
        ]  # fmt: skip

    first = desk.open("m1", findings=words("drugs-en:cocaine"))
    alike = desk.open("m2", findings=words("drugs-en:cocaine"))
    held = desk.open("m3", findings=words("drugs-en:cocaine"))
    desk.open("m4", findings=words("drugs-en:heroin"))
    desk.open("m5", findings=[*words("drugs-en:cocaine"), desk.finding(1)])
    other = desk.open("m6", findings=words("drugs-en:cocaine"), template="house@1")
    record = desk.reviews.get(P, first)
    shown = desk.reviews.similar(record, "ann", 10)
    assert [(one.id, same[0].likeness) for one, same in shown] == [
        (alike, "WORDS"), (held, "WORDS"),
    ]  # fmt: skip
    assert len(desk.reviews.similar(record, "ann", 1)) == 1
    like = desk.step(alike, request_id="s", note="as before")
    assert reason(lambda: desk.reviews.decide_like(like, record)) is Reason.REVIEW_STATE
    desk.decided(first)
    desk.claim(held, "bob")
    done, reused = desk.reviews.decide_like(like, record)
    assert (done.state, done.people, done.decided_by, reused) == ("DECIDED", "pass", "ann", False)
    assert desk.reviews.decide_like(like, record)[1] is True
    (action,) = desk.reviews.actions(alike)
    assert action.origin_id == desk.reviews.actions(first)[0].id
    for review, expected in (
        (held, Reason.REVIEW_CLAIMED), (other, Reason.REVIEW_NOT_ALIKE), (alike, "REVIEW_STATE"),
        ("nothing", Reason.REVIEW_NOT_FOUND),
    ):  # fmt: skip
        step = desk.step(review)
        assert reason(lambda step=step: desk.reviews.decide_like(step, record)) == expected


def test_who_passed_a_review_on_does_not_decide_it_like_another(desk: Desk) -> None:
    first, second = desk.open("m1"), desk.open("m2")
    desk.decided(first)
    desk.claim(second)
    passed = desk.decision(second, outcome=Outcome.ESCALATE, cause=Cause.OTHER)
    desk.reviews.decide(passed)
    source = desk.reviews.get(P, first)
    assert reason(lambda: desk.reviews.decide_like(desk.step(second), source)) is (
        Reason.REVIEWER_EXCLUDED
    )
    assert desk.reviews.similar(source, "ann", 9) == []
    assert [one.id for one, _ in desk.reviews.similar(source, "bob", 9)] == [second]
