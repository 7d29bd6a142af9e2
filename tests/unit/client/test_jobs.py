"""Jobs through the blocking client, against a server that misbehaves on demand."""

from __future__ import annotations

import pytest
from doubles.api import ApiServer
from doubles.world import Fault, World

from videre.client import (
    AlreadyExists,
    Conflict,
    FailedPrecondition,
    InvalidRequest,
    NotFound,
    Overloaded,
    Unavailable,
    Videre,
    WaitTimeout,
    build_request,
)
from videre.v1 import analysis_pb2, job_pb2


def test_submit_sends_what_was_given_and_a_request_id(videre: Videre, world: World) -> None:
    job = videre.submit(
        "https://example.org/film.mp4", features=["text"], priority=0, tags={"a": "b"},
        moderation_template="careful", title="A film",
    )  # fmt: skip
    (request,) = world.calls("SubmitJob")
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    assert request.inputs[0].name == "main"
    assert request.inputs[0].uri == "https://example.org/film.mp4"
    assert request.HasField("priority")
    assert (request.templates.moderation, request.context.title) == ("careful", "A film")
    assert 1 <= len(request.request_id) <= 64


def test_submit_takes_text_and_media(videre: Videre, world: World) -> None:
    videre.submit(text="what is said")
    videre.submit(media_id="m1")
    first, second = world.calls("SubmitJob")
    assert first.inputs[0].inline_text == "what is said"
    assert second.inputs[0].media_id == "m1"
    assert not first.HasField("priority")


@pytest.mark.parametrize("given", [{}, {"source": "a.mp4", "text": "b"}])
def test_submit_wants_exactly_one_input(videre: Videre, given: dict[str, str]) -> None:
    with pytest.raises(ValueError, match="exactly one"):
        videre.submit(**given)  # type: ignore[arg-type]


def test_a_lost_answer_makes_one_job(videre: Videre, world: World) -> None:
    world.faults["SubmitJob"] = [
        Fault("UNAVAILABLE", after=True), Fault("ABORTED"), Fault("CANCELLED"),
    ]  # fmt: skip
    job = videre.submit("https://example.org/film.mp4")
    assert list(world.jobs) == [job.job_id]
    assert len({call.request_id for call in world.calls("SubmitJob")}) == 1
    assert len(world.calls("SubmitJob")) == 4


def test_submit_request_reports_a_reused_id(videre: Videre) -> None:
    request = build_request(job_pb2.JobInput(media_id="m1"), {"request_id": "batch-1"})
    assert not videre.submit_request(request).reused
    assert videre.submit_request(request).reused
    request.features.append("text")
    with pytest.raises(AlreadyExists) as raised:
        videre.submit_request(request)
    assert raised.value.reason == "REQUEST_ID_REUSED"


def test_violations_reach_the_caller(videre: Videre, world: World) -> None:
    world.faults["SubmitJob"] = [
        Fault("INVALID_ARGUMENT", "FIELD_INVALID", violations=(("priority", "0..9"),))
    ]
    with pytest.raises(InvalidRequest) as raised:
        videre.submit(media_id="m1", priority=11)
    assert raised.value.violations[0].field == "priority"
    assert raised.value.code == "INVALID_ARGUMENT"


def test_final_errors_are_not_tried_again(videre: Videre, world: World) -> None:
    with pytest.raises(NotFound, match="no job j9"):
        videre.query("j9")
    assert len(world.calls("QueryJob")) == 1


def test_an_outdated_etag_is_not_tried_again(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_RUNNING)
    with pytest.raises(Conflict):
        videre.cancel("j1", etag="old")
    assert len(world.calls("CancelJob")) == 1


def test_retries_end(videre: Videre, world: World) -> None:
    world.faults["ListJobs"] = [Fault("RESOURCE_EXHAUSTED", "OVERLOADED")] * 20
    with pytest.raises(Overloaded):
        list(videre.list_jobs())
    assert len(world.calls("ListJobs")) == 8


def test_a_pause_longer_than_the_deadline_is_not_begun(server: ApiServer) -> None:
    server.world.faults["CancelJob"] = [Fault("RESOURCE_EXHAUSTED", retry_after_s=60)]
    with Videre(server.target, timeout_s=5) as videre, pytest.raises(Overloaded) as raised:
        videre.cancel("j1")
    assert raised.value.retry_after_s == 60


def test_nobody_there() -> None:
    with Videre("127.0.0.1:1", timeout_s=0.3) as videre, pytest.raises(Unavailable):
        videre.query("j1")


def test_query_collects_all_pages(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED, media_id=world.add_film())
    answer = videre.query("j1", view=analysis_pb2.ANALYSIS_VIEW_FULL)
    assert [shot.index for shot in answer.analysis.shots] == list(range(17))
    assert len(answer.analysis.labels) == 12
    assert answer.analysis.stages[0].name == "ingest"
    assert len(answer.analysis.stages) == 15
    assert answer.next_page_token == ""


def test_wait_returns_ended_jobs_and_gives_up_on_others(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_PARTIAL)
    world.add_job("j2", job_pb2.JOB_STATE_RUNNING)
    assert videre.wait("j1").state == job_pb2.JOB_STATE_PARTIAL
    with pytest.raises(WaitTimeout) as raised:
        videre.wait("j2", timeout_s=0.01)
    assert raised.value.job.job_id == "j2"
    assert world.calls("QueryJob")[0].wait.ToSeconds() == 30


def test_watch_goes_on_after_the_last_event(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED)
    world.faults["WatchJob"] = [Fault("UNAVAILABLE")]
    assert [event.seq for event in videre.watch("j1")] == [1, 2, 3, 4]
    assert [call.after_seq for call in world.calls("WatchJob")] == [0, 2]


def test_watch_ends_with_a_final_error(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_SUCCEEDED)
    world.faults["WatchJob"] = [Fault("NOT_FOUND", "JOB_EXPIRED")]
    with pytest.raises(NotFound):
        list(videre.watch("j1"))


def test_list_jobs_walks_the_pages(videre: Videre, world: World) -> None:
    for number in range(5):
        world.add_job(f"j{number}", job_pb2.JOB_STATE_FAILED, tags={"odd": str(number % 2)})
    assert [job.job_id for job in videre.list_jobs()] == ["j4", "j3", "j2", "j1", "j0"]
    assert [job.job_id for job in videre.list_jobs(tags={"odd": "1"})] == ["j3", "j1"]
    assert list(videre.list_jobs(states=[job_pb2.JOB_STATE_RUNNING])) == []


def test_cancel_and_delete(videre: Videre, world: World) -> None:
    world.add_job("j1", job_pb2.JOB_STATE_RUNNING)
    with pytest.raises(FailedPrecondition):
        videre.delete("j1")
    assert videre.cancel("j1").state == job_pb2.JOB_STATE_CANCELLED
    videre.delete("j1")
    assert not world.jobs


def test_estimate_passes_the_duration(videre: Videre, world: World) -> None:
    request = build_request(job_pb2.JobInput(uri="https://example.org/a.mp4"), {})
    assert videre.estimate(request, duration_s=75.5).cpu_seconds == 15.5
    assert world.calls("EstimateJob")[0].duration.ToMilliseconds() == 75_500
