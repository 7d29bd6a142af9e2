"""Reviews are opened once, held by one reviewer at a time, decided once."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from reviewing import MINUTE, Desk, P, upheld

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.review.model import Cause, Outcome, Severity
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.review_records import Wanted


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(database, clock)


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(VidereError) as refused:
        call()
    return refused.value.reason


def ids(desk: Desk, **wanted: Any) -> list[str]:
    return [one.id for one in desk.reviews.page(P, Wanted(**wanted), limit=100)]


# --- opened ----------------------------------------------------------------------------------


def test_a_verdict_opens_one_review_however_often_it_is_published(desk: Desk) -> None:
    first = desk.open("m1")
    desk.open("m1")
    assert ids(desk) == [first]
    record = desk.reviews.get(P, first)
    assert (record.state, record.people, record.finding_count) == ("OPEN", "", 1)
    assert len(desk.reviews.findings(first)) == 1
    assert reason(lambda: desk.reviews.get("other", first)) is Reason.REVIEW_NOT_FOUND


def test_another_verdict_supersedes_what_nobody_has_decided(desk: Desk) -> None:
    first = desk.open("m1")
    desk.claim(first)
    second = desk.open("m1", 2)
    record = desk.reviews.get(P, first)
    assert (record.state, record.claimed_by) == ("SUPERSEDED", "")
    assert ids(desk, states=("OPEN", "CLAIMED")) == [second]
    assert reason(lambda: desk.reviews.decide(desk.decision(first))) is Reason.REVIEW_STATE
    desk.publish("m1", 3, None)
    assert ids(desk, states=("OPEN", "CLAIMED")) == []
    assert reason(lambda: desk.claim(second)) is Reason.REVIEW_STATE


def test_a_decision_stays_when_another_verdict_comes(desk: Desk) -> None:
    first = desk.open("m1")
    desk.claim(first)
    desk.reviews.decide(desk.decision(first))
    second = desk.open("m1", 2)
    assert desk.reviews.get(P, first).state == "DECIDED"
    assert ids(desk, states=("OPEN",)) == [second]
    assert (desk.reviews.people("m1", 1), desk.reviews.people("m1", 2)) == ("pass", "")


def test_a_revision_with_the_same_verdict_has_the_same_review(desk: Desk) -> None:
    review = desk.open("m1")
    desk.claim(review)
    before = AnalysisRecord("m1", 1, P, "j1", "d", "d", "review", 0)
    with desk.database.durable.begin() as connection:
        desk.reviews.follow(connection, [before])
        desk.reviews.follow(connection, [])
    desk.reviews.decide(desk.decision(review))
    assert [desk.reviews.people("m1", revision) for revision in (1, 2, 3)] == ["pass", "pass", ""]
    found = desk.reviews.of_revision("m1", 2)
    assert found is not None
    assert (found.revision, found.last_revision) == (1, 2)


def test_an_open_review_keeps_its_media(desk: Desk, media: MediaStore) -> None:
    review = desk.open("m1")
    assert reason(lambda: media.delete(P, "m1", "")) is Reason.REVIEW_OPEN
    desk.claim(review)
    assert reason(lambda: media.delete(P, "m1", "")) is Reason.REVIEW_OPEN
    desk.reviews.decide(desk.decision(review))
    media.delete(P, "m1", "")
    assert reason(lambda: desk.reviews.get(P, review)) is Reason.REVIEW_NOT_FOUND
    other = desk.open("m2")
    media.delete(P, "m2", "", close_reviews=True)
    assert reason(lambda: desk.reviews.get(P, other)) is Reason.REVIEW_NOT_FOUND
    assert desk.reviews.findings(other) == []


# --- listed ----------------------------------------------------------------------------------


def test_reviews_come_in_the_order_in_which_they_are_due(desk: Desk, clock: FakeClock) -> None:
    late, soon = desk.open("m1", due_s=100), desk.open("m2", due_s=10)
    same = desk.open("m3", due_s=100)
    assert ids(desk) == [soon, late, same]
    first = desk.reviews.get(P, soon)
    page = desk.reviews.page(P, Wanted(), limit=2, after=(first.due_ns, first.id))
    assert [one.id for one in page] == [late, same]
    clock.advance(50)
    assert ids(desk, overdue=True) == [soon]
    assert desk.reviews.get(P, soon).overdue(clock.now_ns())
    desk.claim(soon)
    desk.reviews.decide(desk.decision(soon))
    assert ids(desk, overdue=True) == []


def test_reviews_are_filtered(desk: Desk, clock: FakeClock) -> None:
    porn = desk.open("m1", job_id="j1")
    clock.advance(10)
    ad = desk.open(
        "m2", severity=Severity.LOW, job_id="j2",
        findings=[desk.finding(0, category="ad", rule_id="ad.text", medium="text"),
                  desk.finding(1, category="political", rule_id="")],
    )  # fmt: skip
    desk.claim(ad, "bob")
    cases: list[tuple[dict[str, Any], list[str]]] = [
        ({"states": ("OPEN",)}, [porn]),
        ({"states": ("CLAIMED",)}, [ad]),
        ({"states": ("OPEN", "CLAIMED")}, [porn, ad]),
        ({"states": ("DECIDED",)}, []),
        ({"categories": ("political",)}, [ad]),
        ({"categories": ("political", "porn")}, [porn, ad]),
        ({"severities": (1,)}, [ad]),
        ({"reviewer": "bob"}, [ad]),
        ({"reviewer": "ann"}, []),
        ({"media_id": "m1"}, [porn]),
        ({"job_id": "j2"}, [ad]),
        ({"rule_id": "ad.text"}, [ad]),
        ({"min_create_ns": clock.now_ns()}, [ad]),
        ({"max_create_ns": clock.now_ns()}, [porn]),
    ]
    for wanted, expected in cases:
        assert ids(desk, **wanted) == expected, wanted
    clock.advance(16 * 60)
    assert ids(desk, states=("OPEN",)) == [porn, ad]
    assert ids(desk, reviewer="bob") == []


# --- held ------------------------------------------------------------------------------------


def test_what_somebody_holds_nobody_else_gets(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1")
    desk.claim(review, "ann")
    assert reason(lambda: desk.claim(review, "bob")) is Reason.REVIEW_CLAIMED
    assert desk.reviews.claim_next(P, "bob", MINUTE, Wanted(), 5) == []
    clock.advance(15 * 60)
    assert reason(lambda: desk.reviews.decide(desk.decision(review))) is Reason.LEASE_LOST
    desk.claim(review, "bob")
    by_bob = desk.decision(review, reviewer="bob")
    assert desk.reviews.decide(by_bob)[0].decided_by == "bob"


def test_who_holds_a_review_may_claim_it_again(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1")
    first = desk.claim(review)
    clock.advance(60)
    second = desk.claim(review)
    assert second != first
    late = desk.decision(review, lease_id=first)
    assert reason(lambda: desk.reviews.decide(late)) is Reason.LEASE_LOST
    assert desk.reviews.decide(desk.decision(review, lease_id=second))[0].state == "DECIDED"


def test_a_claim_that_is_repeated_gives_the_same(desk: Desk, clock: FakeClock) -> None:
    for number in range(4):
        desk.open(f"m{number}", due_s=number)
    first = desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 2, "lease")
    again = desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 2, "lease")
    assert [one.id for one in again] == [one.id for one in first]
    other = desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 1, "another")
    assert {one.id for one in other}.isdisjoint(one.id for one in first)
    clock.advance(61)
    later = desk.reviews.claim_next(P, "ann", MINUTE, Wanted(), 9, "lease")
    assert len(later) == 4


def test_several_are_claimed_all_or_none(desk: Desk) -> None:
    one, other = desk.open("m1"), desk.open("m2")
    desk.claim(other, "bob")
    refused = reason(lambda: desk.reviews.claim(P, "ann", MINUTE, [one, other]))
    assert refused is Reason.REVIEW_CLAIMED
    assert reason(lambda: desk.reviews.claim(P, "ann", MINUTE, [one, "x"])) is (
        Reason.REVIEW_NOT_FOUND
    )
    assert desk.reviews.get(P, one).claimed_by == ""


def test_leases_are_renewed_and_given_back(desk: Desk, clock: FakeClock) -> None:
    review = desk.open("m1")
    lease = desk.claim(review, lease_ns=MINUTE)
    clock.advance(59)
    desk.reviews.renew(P, review, "ann", lease, MINUTE)
    clock.advance(59)
    assert desk.reviews.get(P, review).held(clock.now_ns())
    assert reason(lambda: desk.reviews.renew(P, review, "bob", "", MINUTE)) is Reason.LEASE_LOST
    assert reason(lambda: desk.reviews.release(P, review, "ann", "x")) is Reason.LEASE_LOST
    desk.reviews.release(P, review, "ann", "")
    assert not desk.reviews.get(P, review).held(clock.now_ns())
    assert reason(lambda: desk.reviews.release(P, review, "ann", "")) is Reason.LEASE_LOST
    desk.claim(review, "bob")


def test_twenty_claim_at_once_and_no_review_is_given_twice(desk: Desk) -> None:
    everything = {desk.open(f"m{number:03d}", due_s=number) for number in range(120)}
    start = threading.Barrier(20)

    def work(who: int) -> list[str]:
        got: list[str] = []
        start.wait()
        while True:
            some = desk.reviews.claim_next(P, f"r{who}", 60 * MINUTE, Wanted(), 1 + who % 3)
            if not some:
                return got
            got += [one.id for one in some]

    with ThreadPoolExecutor(20) as threads:
        given = [one for found in threads.map(work, range(20)) for one in found]
    assert len(given) == len(set(given)) == 120
    assert set(given) == everything


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
