"""Two hundred clients wait for one job: they take no threads, and all hear of its end at once."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Final

import grpc.aio
import pytest
from calling import TIMEOUT_S, Api
from running import Processes, processes

from tests import synth
from videre.v1 import job_pb2, job_pb2_grpc

CLIENTS: Final = 200
#: Threads by which the pools of asyncio (at most 32) and gRPC may fill up under two hundred calls.
THREADS: Final = 40
#: Seconds until the last of all has heard of the end.
TOLD_S: Final = 10.0
#: Each client has a connection of its own.
APART: Final = [("grpc.use_local_subchannel_pool", 1)]


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("server")
    settings = {"VIDERE_STAGE_PATIENCE": "600"}
    with processes(folder, "orchestrator", **settings) as running:
        yield running


@pytest.fixture(scope="module")
def job_id(server: Processes) -> str:
    """A job that runs until it is cancelled: the service that it needs is not there."""
    sound = synth.Sound(synth.tone(2.0, rate=16_000), rate=16_000)
    path = synth.make(synth.Clip("tone.m4a", 0, sounds=(sound,)), server.folder)
    with server.client() as videre:
        submitted = videre.submit(path.as_uri(), features=["speech"]).job_id
        for event in videre.watch(submitted):
            if event.stage.name == "probe" and event.stage.done:
                break
    return submitted


def threads(pid: int) -> int:
    return len(list(Path(f"/proc/{pid}/task").iterdir()))


async def waiting(target: str, job_id: str, stack: AsyncExitStack) -> asyncio.Task[job_pb2.Job]:
    """Begin to wait for a job on a connection of its own, and return once the server knows."""
    channel = await stack.enter_async_context(grpc.aio.insecure_channel(target, APART))
    stub = job_pb2_grpc.JobServiceStub(channel)
    request = job_pb2.QueryJobRequest(job_id=job_id)
    request.read_mask.paths.append("job")
    now = job_pb2.QueryJobRequest.FromString(request.SerializeToString())
    request.wait.seconds = 60

    async def wait() -> job_pb2.Job:
        answer: job_pb2.QueryJobResponse = await stub.QueryJob(request, timeout=90)
        return answer.job

    task = asyncio.create_task(wait())
    # Calls of one connection arrive in order: with this one answered, that one waits.
    state = (await stub.QueryJob(now, timeout=TIMEOUT_S)).job.state
    assert state == job_pb2.JOB_STATE_RUNNING
    return task


@pytest.mark.long
def test_two_hundred_clients_wait_without_a_thread_each(server: Processes, job_id: str) -> None:
    target, pid = server.ports.target("orchestrator"), server.pid("orchestrator")

    async def scene() -> tuple[int, int, list[job_pb2.Job], float]:
        async with AsyncExitStack() as stack:
            first = [await waiting(target, job_id, stack) for _ in range(10)]
            before = threads(pid)
            tasks = first + [await waiting(target, job_id, stack) for _ in range(CLIENTS - 10)]
            during = threads(pid)
            assert not any(task.done() for task in tasks)
            with Api(target) as api:
                cancel = job_pb2.CancelJobRequest(job_id=job_id)
                await asyncio.to_thread(api.jobs.CancelJob, cancel, timeout=TIMEOUT_S)
            ended = time.monotonic()
            jobs = await asyncio.gather(*tasks)
            return before, during, jobs, time.monotonic() - ended

    before, during, jobs, told_s = asyncio.run(scene())
    assert during - before <= THREADS
    assert [job.state for job in jobs] == [job_pb2.JOB_STATE_CANCELLED] * CLIENTS
    assert all(job.HasField("end_time") for job in jobs)
    assert len({job.etag for job in jobs}) == 1, "all have heard the same"
    assert told_s < TOLD_S
