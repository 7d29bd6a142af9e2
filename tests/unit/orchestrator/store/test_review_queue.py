"""Reviews are opened once, listed as they are due, held by one reviewer at a time."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from reviewing import MINUTE, Desk, P, ids, reason

from videre.common.clock import FakeClock
from videre.common.errors import Reason
from videre.orchestrator.review.model import Severity
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import AnalysisRecord
from videre.orchestrator.store.review_records import Wanted

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
    asked = [("m1", revision) for revision in (0, 1, 2, 3)]
    assert desk.reviews.people_of(asked) == {("m1", 1): "pass", ("m1", 2): "pass"}
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
