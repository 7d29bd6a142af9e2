"""Feedback is stored once, in order, and goes with its media."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count

import pytest

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import feedback as store
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.feedback import FeedbackStore, NewFeedback
from videre.orchestrator.store.media import MediaStore, NewMedia

_IDS = (f"{number:04d}" for number in count(1))


@pytest.fixture
def feedback(database: Database, clock: FakeClock, media: MediaStore) -> FeedbackStore:
    for name in ("m1", "m2"):
        media.create(NewMedia(name, "films", "upload:x", "ada"))
    return FeedbackStore(database, clock, media)


def new(number: int = 1, kind: str = "WRONG", **changes: object) -> NewFeedback:
    made = NewFeedback(
        project_id="films", media_id="m1", revision=1, job_id="j1",
        corrections=[(next(_IDS), kind, b"said") for _ in range(number)], author="", source="",
        created_by="ada", request_id=None, request_digest="d",
    )  # fmt: skip
    return replace(made, **changes)  # type: ignore[arg-type]


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(VidereError) as refused:
        call()
    return refused.value.reason


def test_a_request_is_stored_once(feedback: FeedbackStore) -> None:
    first, again = feedback.add(new(3, request_id="r"))
    assert (len(first), again) == (3, False)
    repeated, again = feedback.add(new(3, request_id="r"))
    assert ([one.id for one in repeated], again) == ([one.id for one in first], True)
    assert [one.id for one in feedback.repeated("films", "r", "d")] == [one.id for one in first]
    assert feedback.repeated("films", "other", "d") == []
    assert reason(lambda: feedback.add(new(request_id="r", request_digest="e"))) is (
        Reason.REQUEST_ID_REUSED
    )
    assert reason(lambda: feedback.repeated("films", "r", "e")) is Reason.REQUEST_ID_REUSED


def test_requests_without_an_id_are_each_stored(feedback: FeedbackStore) -> None:
    feedback.add(new(2))
    feedback.add(new(2))
    assert len(feedback.page("films", limit=10)) == 4


def test_pages_are_in_order_and_filtered(feedback: FeedbackStore) -> None:
    feedback.add(new(2))
    feedback.add(new(1, kind="TEXT", media_id="m2", job_id="j2"))
    whole = feedback.page("films", limit=10)
    assert [one.id for one in whole] == sorted(one.id for one in whole)
    assert feedback.page("films", limit=10, after_id=whole[0].id) == whole[1:]
    assert feedback.page("films", limit=1) == whole[:1]
    assert feedback.page("films", limit=10, kinds=["TEXT"]) == whole[2:]
    assert feedback.page("films", limit=10, media_id="m1") == whole[:2]
    assert feedback.page("films", limit=10, job_id="j2") == whole[2:]
    assert feedback.page("other", limit=10) == []


def test_feedback_goes_with_its_media(feedback: FeedbackStore, media: MediaStore) -> None:
    feedback.add(new(2))
    feedback.add(new(1, media_id="m2"))
    media.delete("films", "m1", "")
    assert [one.media_id for one in feedback.page("films", limit=10)] == ["m2"]
    assert reason(lambda: feedback.add(new())) is Reason.MEDIA_NOT_FOUND


def test_a_media_takes_so_much(feedback: FeedbackStore, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(store, "MAX_PER_MEDIA", 3)
    feedback.add(new(2))
    assert reason(lambda: feedback.add(new(2))) is Reason.FEEDBACK_LIMIT
    assert len(feedback.page("films", limit=10)) == 2
    feedback.add(new(1))


def test_what_is_stored_beside_is_stored_once_and_with_it(feedback: FeedbackStore) -> None:
    made: list[int] = []
    for _ in range(2):
        feedback.add(new(request_id="r"), lambda _connection: made.append(1))
    assert made == [1]

    def fail(_connection: object) -> None:
        raise VidereError(Reason.LIBRARY_FULL, "full")

    before = feedback.page("films", limit=10)
    assert reason(lambda: feedback.add(new(2), fail)) is Reason.LIBRARY_FULL
    assert feedback.page("films", limit=10) == before
