"""Requests inside every limit whose values are extreme: an answer or a refusal, never a defect."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import grpc
import pytest
from calling import TIMEOUT_S, Api, refusal_of, text_request

from videre.v1 import analysis_pb2, job_pb2, media_pb2

FULL = analysis_pb2.ANALYSIS_VIEW_FULL
#: What a Duration may hold at most: some 10,000 years.
LONGEST_S = 315_576_000_000
#: Words that the default template looks for, so that the verdict carries the comment's time.
HIT = "Who sells cocaine here?"
ODD = [
    "\N{RIGHT-TO-LEFT OVERRIDE}",
    "﷽" * 40,
    "\r\n",
    "'; DROP TABLE job; --",
    "%",
    "\ufeff",
]


def extreme(change: Callable[[job_pb2.SubmitJobRequest], Any]) -> job_pb2.SubmitJobRequest:
    request = text_request("Some words.")
    change(request)
    return request


def comment_at(seconds: int, nanos: int = 0) -> job_pb2.SubmitJobRequest:
    request = text_request("Some words.")
    comment = request.context.comments.add(text=HIT)
    comment.offset.seconds, comment.offset.nanos = seconds, nanos
    return request


def range_to(seconds: int) -> job_pb2.SubmitJobRequest:
    request = text_request("Some words.")
    request.options.ranges.add().end_offset.seconds = seconds
    return request


REQUESTS = {
    "a comment at the end of time": comment_at(LONGEST_S),
    "a comment beyond what a Duration holds": comment_at(2**63 - 1),
    "a comment at the very end of time": comment_at(LONGEST_S, 1),
    "a comment with odd nanoseconds": comment_at(0, 2**31 - 1),
    "a comment with opposite signs": comment_at(1, -1),
    "a range to the end of time": range_to(LONGEST_S),
    "a range beyond what a Duration holds": range_to(2**63 - 1),
    "an endless wall time": extreme(
        lambda r: setattr(r.budget.wall_time, "seconds", 1_000_000_000)
    ),
    "the largest budget": extreme(lambda r: setattr(r.budget, "cpu_seconds", 1e9)),
    "no budget at all": extreme(lambda r: setattr(r.budget, "cpu_seconds", 0.0)),
    "a budget below a millisecond": extreme(lambda r: setattr(r.budget, "cpu_seconds", 5e-324)),
    "many languages": extreme(lambda r: r.options.languages.extend(["en"] * 10_000)),
    "nodes that are not there": extreme(lambda r: r.options.include_node_ids.extend(ODD)),
    "a feature many times": extreme(lambda r: r.features.extend(["text"] * 1_000)),
    "odd texts": extreme(lambda r: r.context.comments.extend(
        job_pb2.TimedComment(text=text) for text in ODD)),
    "an odd title": extreme(lambda r: setattr(r.context, "title", "\0")),
}  # fmt: skip


@pytest.mark.parametrize("name", REQUESTS)
def test_an_extreme_request_is_worked_on_or_refused(api: Api, name: str) -> None:
    try:
        job = api.ended(REQUESTS[name])
    except grpc.RpcError as error:
        refusal = refusal_of(error)
        assert refusal.code == "INVALID_ARGUMENT", refusal
        assert refusal.fields
        assert refusal.metadata["limit"]
    else:
        assert job.error.reason != "INTERNAL", job
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        if HIT in {comment.text for comment in REQUESTS[name].context.comments}:
            assert job.suggestion == analysis_pb2.SUGGESTION_REVIEW
        query = job_pb2.QueryJobRequest(job_id=job.job_id, view=FULL)
        assert api.jobs.QueryJob(query, timeout=TIMEOUT_S).job == job


@pytest.mark.parametrize("odd", ODD)
def test_odd_texts_come_back_as_they_were(api: Api, odd: str) -> None:
    job = api.ended(text_request(user_data=odd, tags={odd: odd}))
    assert (job.state, job.user_data, dict(job.tags)) == (
        job_pb2.JOB_STATE_SUCCEEDED, odd, {odd: odd},
    )  # fmt: skip
    wanted = job_pb2.ListJobsRequest(tags={odd: odd})
    found = api.jobs.ListJobs(wanted, timeout=TIMEOUT_S).jobs
    assert [one.job_id for one in found] == [job.job_id]
    media = api.uploaded(b"x", name="odd.txt", title=odd, tags={odd: odd})
    of_media = media_pb2.ListMediaRequest(tags={odd: odd})
    shelf = api.media.ListMedia(of_media, timeout=TIMEOUT_S).media
    assert [one.media_id for one in shelf] == [media.media_id]
    assert shelf[0].title == odd


@pytest.mark.parametrize("seconds", [-(2**63), -1, LONGEST_S, 2**63 - 1])
def test_any_stretch_can_be_asked_for(api: Api, seconds: int) -> None:
    job = api.ended(text_request("Some words."))
    for field in ("start_offset", "end_offset"):
        query = job_pb2.QueryJobRequest(job_id=job.job_id, view=FULL)
        getattr(query.filter, field).seconds = seconds
        answer = api.jobs.QueryJob(query, timeout=TIMEOUT_S)
        shown = (seconds < 0) == (field == "start_offset")
        assert bool(answer.analysis.text_lines) == shown
