"""Jobs at work: events while they run, cancelling, deleting what is in use and what is not.

The services are not there and the orchestrator waits for them, so that a job stays at work.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import Any

import grpc
import pytest
from calling import (
    TIMEOUT_S,
    Api,
    nothing_left,
    refused,
    text_request,
    until,
    waiting_request,
)
from running import Processes

from videre.v1 import analysis_pb2, job_pb2, media_pb2

CANCELLED = job_pb2.JOB_STATE_CANCELLED
RUNNING = job_pb2.JOB_STATE_RUNNING


@pytest.fixture(scope="module")
def suite(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
) -> Iterator[Processes]:
    with orchestrator(VIDERE_STAGE_PATIENCE="600", VIDERE_SWEEP_INTERVAL="0.2") as running:
        yield running


def at_work(api: Api, **fields: Any) -> job_pb2.Job:
    """Return a job that waits for services."""
    job = api.submit(waiting_request(api, **fields)).job

    def planning() -> bool:
        stages = {stage.name: stage.state for stage in api.job(job.job_id).stages}
        return stages["probe"] == analysis_pb2.STAGE_STATE_SUCCEEDED

    until(planning, "the job is at work")
    return api.job(job.job_id)


def cancel(api: Api, job_id: str, etag: str = "") -> job_pb2.Job:
    request = job_pb2.CancelJobRequest(job_id=job_id, etag=etag)
    return api.jobs.CancelJob(request, timeout=TIMEOUT_S).job


def delete(api: Api, job_id: str, etag: str = "") -> None:
    request = job_pb2.DeleteJobRequest(job_id=job_id, etag=etag)
    api.jobs.DeleteJob(request, timeout=TIMEOUT_S)


def watch(api: Api, job_id: str, after_seq: int = 0) -> Iterator[job_pb2.JobEvent]:
    request = job_pb2.WatchJobRequest(job_id=job_id, after_seq=after_seq)
    return (answer.event for answer in api.jobs.WatchJob(request, timeout=TIMEOUT_S))


# --- cancelling ------------------------------------------------------------------------------


def test_cancelling_is_answered_with_the_end(api: Api) -> None:
    job = at_work(api)
    assert job.state == RUNNING
    started = time.monotonic()
    ended = cancel(api, job.job_id)
    assert time.monotonic() - started < 5
    assert (ended.state, ended.error.reason) == (CANCELLED, "CANCELLED_BY_CALLER")
    assert ended.HasField("end_time")
    assert ended.HasField("expire_time")
    states = {stage.name: stage.state for stage in ended.stages}
    assert states["ingest"] == states["probe"] == analysis_pb2.STAGE_STATE_SUCCEEDED
    rest = {state for name, state in states.items() if name not in ("ingest", "probe")}
    assert rest == {analysis_pb2.STAGE_STATE_CANCELLED}


def test_cancelling_again_changes_nothing(api: Api) -> None:
    job = at_work(api)
    first = cancel(api, job.job_id)
    again = cancel(api, job.job_id)
    assert again == first
    with ThreadPoolExecutor(8) as pool:
        assert all(pool.map(lambda _: cancel(api, job.job_id) == first, range(8)))
    events = list(watch(api, job.job_id))
    ends = [event for event in events if event.state_changed.state == CANCELLED]
    assert len(ends) == 1


def test_a_job_that_waits_for_its_turn_can_be_cancelled(api: Api) -> None:
    working = [at_work(api).job_id for _ in range(4)]
    waiting = api.submit(text_request()).job
    ended = cancel(api, waiting.job_id)
    assert ended.state == CANCELLED
    assert not ended.HasField("start_time")
    for job_id in working:
        cancel(api, job_id)
    assert api.job(waiting.job_id).state == CANCELLED


def test_a_more_urgent_job_goes_first(api: Api) -> None:
    working = [at_work(api).job_id for _ in range(4)]
    waiting = {
        priority: api.submit(waiting_request(api, priority=priority)).job.job_id
        for priority in (9, 5, 0)
    }
    started: list[int] = []
    for job_id in working[:3]:
        cancel(api, job_id)
        now = len(started) + 1

        def one_more(now: int = now) -> bool:
            for priority, waiter in waiting.items():
                if priority not in started and api.job(waiter).state == RUNNING:
                    started.append(priority)
            return len(started) >= now

        until(one_more, "the next job starts")
    for job_id in (working[3], *waiting.values()):
        cancel(api, job_id)
    assert started == [0, 5, 9]


def test_a_stale_etag_cancels_nothing(api: Api) -> None:
    job = at_work(api)
    refusal = refused(lambda: cancel(api, job.job_id, etag="0"))
    assert (refusal.code, refusal.reason) == ("ABORTED", "ETAG_MISMATCH")
    assert api.job(job.job_id).state == RUNNING
    assert cancel(api, job.job_id, etag=api.job(job.job_id).etag).state == CANCELLED


def test_the_wall_time_ends_a_job(api: Api) -> None:
    request = waiting_request(api)
    request.budget.wall_time.nanos = 300_000_000
    job = api.ended(request)
    assert (job.state, job.error.reason) == (CANCELLED, "WALL_TIME")
    took = job.end_time.ToNanoseconds() - job.start_time.ToNanoseconds()
    assert took >= 300_000_000


# --- events ----------------------------------------------------------------------------------


def test_events_come_while_the_job_works_and_end_with_it(api: Api) -> None:
    job = at_work(api, user_data="mine")
    events = []
    with ThreadPoolExecutor(1) as pool:
        stream = watch(api, job.job_id)
        events.append(next(stream))
        rest = pool.submit(lambda: list(stream))
        assert not rest.done()
        cancel(api, job.job_id)
        events += rest.result(timeout=TIMEOUT_S)
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert {event.job_id for event in events} == {job.job_id}
    assert {event.user_data for event in events} == {"mine"}
    times = [event.event_time.ToNanoseconds() for event in events]
    assert times == sorted(times)
    states = [e.state_changed.state for e in events if e.HasField("state_changed")]
    assert states == [job_pb2.JOB_STATE_QUEUED, RUNNING, CANCELLED]
    assert events[-1].state_changed.error.reason == "CANCELLED_BY_CALLER"
    assert events[-1].seq == api.job(job.job_id).last_seq


def test_watching_goes_on_behind_any_event(api: Api) -> None:
    job = at_work(api)
    cancel(api, job.job_id)
    everything = list(watch(api, job.job_id))
    for after in range(len(everything) + 2):
        assert list(watch(api, job.job_id, after)) == everything[after:]


def test_many_watchers_see_the_same(api: Api) -> None:
    job = at_work(api)
    with ThreadPoolExecutor(16) as pool:
        watching = [pool.submit(lambda: list(watch(api, job.job_id))) for _ in range(16)]
        cancel(api, job.job_id)
        seen = [future.result(timeout=TIMEOUT_S) for future in watching]
    assert all(events == seen[0] for events in seen)


# --- deleting --------------------------------------------------------------------------------


def test_a_job_at_work_cannot_be_deleted(api: Api) -> None:
    job = at_work(api)
    refusal = refused(lambda: delete(api, job.job_id))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "JOB_NOT_ENDED")
    assert api.job(job.job_id).state == RUNNING
    cancel(api, job.job_id)


def test_a_deleted_job_is_gone_with_all_its_rows(api: Api, data: Path) -> None:
    request = waiting_request(api, request_id="deleted", tags={"a": "b"})
    for _ in range(2):  # its request id is free again
        with nothing_left(data):
            answer = api.submit(request)
            job_id = answer.job.job_id
            assert not answer.reused
            cancel(api, job_id)
            stale = refused(partial(delete, api, job_id, etag="0"))
            assert (stale.code, stale.reason) == ("ABORTED", "ETAG_MISMATCH")
            delete(api, job_id, etag=api.job(job_id).etag)
        for call in (partial(api.job, job_id), partial(delete, api, job_id)):
            refusal = refused(call)
            assert (refusal.code, refusal.reason) == ("NOT_FOUND", "JOB_NOT_FOUND")


def test_media_in_use_cannot_be_deleted(api: Api) -> None:
    job = at_work(api)
    request = media_pb2.DeleteMediaRequest(media_id=job.media_id)
    refusal = refused(lambda: api.media.DeleteMedia(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "MEDIA_IN_USE")
    assert refusal.metadata == {"media_id": job.media_id}
    cancel(api, job.job_id)
    stale = media_pb2.DeleteMediaRequest(media_id=job.media_id, etag="0")
    refusal = refused(lambda: api.media.DeleteMedia(stale, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == ("ABORTED", "ETAG_MISMATCH")
    current = media_pb2.GetMediaRequest(media_id=job.media_id)
    request.etag = api.media.GetMedia(current, timeout=TIMEOUT_S).media.etag
    api.media.DeleteMedia(request, timeout=TIMEOUT_S)
    gone = refused(lambda: api.media.GetMedia(current, timeout=TIMEOUT_S))
    assert (gone.code, gone.reason) == ("NOT_FOUND", "MEDIA_NOT_FOUND")
    assert api.job(job.job_id).state == CANCELLED, "the job outlives its media"


def test_a_submit_and_a_delete_of_one_media_never_both_win(api: Api) -> None:
    for _ in range(5):
        media = api.uploaded(b"contended")
        request = job_pb2.SubmitJobRequest()
        request.inputs.add(media_id=media.media_id)

        def submit(request: job_pb2.SubmitJobRequest = request) -> str:
            try:
                return api.submit(request).job.job_id
            except grpc.RpcError:
                return ""

        def remove(media_id: str = media.media_id) -> bool:
            try:
                api.media.DeleteMedia(
                    media_pb2.DeleteMediaRequest(media_id=media_id), timeout=TIMEOUT_S
                )
            except grpc.RpcError:
                return False
            return True

        with ThreadPoolExecutor(2) as pool:
            job, removed = pool.submit(submit), pool.submit(remove)
            assert bool(job.result()) != removed.result()
        if job.result():
            cancel(api, job.result())
