"""The queue as callers see it: limits of projects, places, dead letters that are done again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, refused, until, waiting_request
from running import Processes

from tests import synth
from videre.v1 import job_pb2, operations_pb2, project_pb2

QUEUED, RUNNING = job_pb2.JOB_STATE_QUEUED, job_pb2.JOB_STATE_RUNNING


@pytest.fixture(scope="module")
def patient(orchestrator: Callable[..., AbstractContextManager[Processes]]) -> Iterator[Api]:
    """An orchestrator whose jobs stay at work: it waits for services that are not there."""
    with (
        orchestrator(VIDERE_STAGE_PATIENCE="600", VIDERE_SWEEP_INTERVAL="0.2") as running,
        Api(running.ports.target("orchestrator")) as api,
    ):
        yield api


def limit(api: Api, running_jobs: int) -> project_pb2.Project:
    request = project_pb2.UpdateProjectRequest()
    request.quotas.running_jobs = running_jobs
    return api.projects.UpdateProject(request, timeout=TIMEOUT_S).project


def place(api: Api, job_id: str) -> operations_pb2.GetQueuePlaceResponse:
    request = operations_pb2.GetQueuePlaceRequest(job_id=job_id)
    return api.operations.GetQueuePlace(request, timeout=TIMEOUT_S)


def cancel(api: Api, job_id: str) -> None:
    api.jobs.CancelJob(job_pb2.CancelJobRequest(job_id=job_id), timeout=TIMEOUT_S)


def begins(api: Api, job_id: str) -> None:
    until(lambda: api.job(job_id).state == RUNNING, "the job begins")


@pytest.mark.long
def test_a_project_runs_as_many_jobs_as_it_may(patient: Api) -> None:
    assert limit(patient, 1).quotas.running_jobs == 1
    first, second, third = (patient.submit(waiting_request(patient)).job.job_id for _ in range(3))
    begins(patient, first)
    found = place(patient, third)
    assert (found.state, found.held, found.ahead) == (QUEUED, True, 1)
    backlog = patient.operations.GetBacklog(operations_pb2.GetBacklogRequest(), timeout=TIMEOUT_S)
    assert backlog.held_jobs == 2
    cancel(patient, first)
    begins(patient, second)
    assert place(patient, second).state == RUNNING
    limit(patient, 0)
    begins(patient, third)  # by a sweep
    for job_id in (second, third):
        cancel(patient, job_id)


def test_a_queued_job_has_a_place(patient: Api) -> None:
    working = [patient.submit(waiting_request(patient)).job.job_id for _ in range(4)]
    for job_id in working:
        begins(patient, job_id)
    waiting = [patient.submit(waiting_request(patient)).job.job_id for _ in range(2)]
    found = place(patient, waiting[1])
    assert (found.state, found.held, found.ahead) == (QUEUED, False, 1)
    assert not found.HasField("wait"), "no job with a length has ended"
    for job_id in (*reversed(waiting), *working):
        cancel(patient, job_id)


def test_a_job_that_has_not_ended_is_not_done_again(patient: Api) -> None:
    job_id = patient.submit(waiting_request(patient)).job.job_id
    refusal = refused(lambda: requeue(patient, job_id))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "JOB_NOT_ENDED")
    cancel(patient, job_id)
    again = requeue(patient, job_id)
    assert (again.reused, again.job.requeue_of) == (False, job_id)
    assert again.job.media_id == patient.job(job_id).media_id
    repeated = requeue(patient, job_id)
    assert (repeated.reused, repeated.job.job_id) == (True, again.job.job_id)
    cancel(patient, again.job.job_id)


def requeue(api: Api, job_id: str) -> job_pb2.RequeueJobResponse:
    return api.jobs.RequeueJob(job_pb2.RequeueJobRequest(job_id=job_id), timeout=TIMEOUT_S)


def dead(api: Api) -> list[str]:
    request = job_pb2.ListJobsRequest(dead=True)
    return [job.job_id for job in api.jobs.ListJobs(request, timeout=TIMEOUT_S).jobs]


def test_what_a_missing_service_failed_is_done_again(api: Api, files: Path) -> None:
    sound = synth.Sound(synth.tone(1.0, rate=16_000), rate=16_000)
    path = synth.make(synth.Clip("tone.m4a", 0, sounds=(sound,)), files)
    request = job_pb2.SubmitJobRequest(features=["speech"], user_data="mine", priority=2)
    request.inputs.add(uri=path.as_uri())
    job = api.ended(request)
    assert job.job_id in dead(api)
    again = requeue(api, job.job_id).job
    assert (again.user_data, again.priority, again.media_id) == ("mine", 2, job.media_id)
    api.end_of(again.job_id)
    assert again.job_id in dead(api)
    assert job.job_id not in dead(api)
