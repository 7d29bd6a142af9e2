"""Feedback through the clients: sent once, listed across pages."""

from __future__ import annotations

import pytest
from doubles.world import Fault, World

from videre.client import AsyncVidere, Videre
from videre.v1 import feedback_pb2, job_pb2

WRONG, COMMENT = feedback_pb2.CORRECTION_KIND_WRONG, feedback_pb2.CORRECTION_KIND_COMMENT


@pytest.fixture
def request_() -> feedback_pb2.SubmitFeedbackRequest:
    corrections = [
        feedback_pb2.Correction(kind=WRONG, node_id="animal.dog"),
        *(feedback_pb2.Correction(kind=COMMENT, comment=str(number)) for number in range(4)),
    ]
    return feedback_pb2.SubmitFeedbackRequest(job_id="j1", corrections=corrections)


@pytest.fixture(autouse=True)
def job(world: World) -> job_pb2.Job:
    return world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film())


def test_a_lost_answer_does_not_store_twice(
    videre: Videre, world: World, request_: feedback_pb2.SubmitFeedbackRequest
) -> None:
    world.faults["SubmitFeedback"] = [Fault("UNAVAILABLE", after=True)]
    answer = videre.submit_feedback(request_)
    assert (len(answer.feedback_ids), answer.reused) == (5, True)
    assert len(world.feedback) == 5
    assert not request_.request_id, "the caller's request stays as it is"
    ids = {call.request_id for call in world.calls("SubmitFeedback")}
    assert len(ids) == 1
    assert ids != {""}


def test_feedback_is_listed_across_pages(
    videre: Videre, world: World, request_: feedback_pb2.SubmitFeedbackRequest
) -> None:
    videre.submit_feedback(request_)
    listed = list(videre.list_feedback(media_id="m", kinds=[COMMENT]))
    assert [item.correction.comment for item in listed] == ["0", "1", "2", "3"]
    assert {call.media_id for call in world.calls("ListFeedback")} == {"m"}


async def test_the_awaiting_client_does_the_same(
    async_videre: AsyncVidere, request_: feedback_pb2.SubmitFeedbackRequest
) -> None:
    await async_videre.submit_feedback(request_)
    listed = [item async for item in async_videre.list_feedback()]
    assert [item.correction.kind for item in listed] == [WRONG, *[COMMENT] * 4]
