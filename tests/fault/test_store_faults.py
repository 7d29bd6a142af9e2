"""A full disk, a store that cannot be written, a locked database, SIGTERM under load: what was
acknowledged goes on, what was not is refused with a reason, nothing is made up."""

from __future__ import annotations

import resource
import shutil
import sqlite3
import threading
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import grpc
import pytest
from calling import BUSY_S, TIMEOUT_S, Api, refusal_of, refused, text_request, until
from running import Processes, processes

from videre.v1 import analysis_pb2, job_pb2

pytestmark = pytest.mark.fault

#: No file may grow beyond this: less than any database or artifact of these tests.
FULL_BYTES = 4_096
FINAL = (job_pb2.JOB_STATE_SUCCEEDED, job_pb2.JOB_STATE_FAILED, job_pb2.JOB_STATE_PARTIAL)


@pytest.fixture(scope="module")
def suite(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Processes]:
    folder = tmp_path_factory.mktemp("store")
    # Nobody waits for services that are not there, and not for long for a store that fails.
    with processes(folder, "orchestrator", VIDERE_STAGE_PATIENCE="1") as running:
        yield running


@pytest.fixture(scope="module")
def api(suite: Processes) -> Iterator[Api]:
    with Api(suite.ports.target("orchestrator")) as api:
        yield api


@contextmanager
def full_disk(suite: Processes) -> Iterator[None]:
    """Let no file of the orchestrator grow while the block runs."""
    pid = suite.pid("orchestrator")
    before = resource.prlimit(pid, resource.RLIMIT_FSIZE)
    resource.prlimit(pid, resource.RLIMIT_FSIZE, (FULL_BYTES, before[1]))
    try:
        yield
    finally:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, before)


@contextmanager
def written_never(suite: Processes) -> Iterator[None]:
    """Let nothing be written to the artifact store: /sys takes no files, even of the superuser."""
    (temporary,) = (suite.folder / "data" / "artifacts").glob("*/tmp")
    shutil.rmtree(temporary)
    temporary.symlink_to("/sys")
    try:
        yield
    finally:
        temporary.unlink()


@contextmanager
def locked(suite: Processes) -> Iterator[None]:
    """Hold the database's write lock from outside."""
    path = suite.folder / "data" / "videre.db"
    with closing(sqlite3.connect(path, isolation_level=None, timeout=TIMEOUT_S)) as other:
        other.execute("BEGIN IMMEDIATE")
        yield
        other.execute("ROLLBACK")


def running(api: Api, job_id: str) -> bool:
    return api.job(job_id).state == job_pb2.JOB_STATE_RUNNING


def file_request(api: Api, text: str) -> job_pb2.SubmitJobRequest:
    """Upload a text; a job that understands it has to write to the artifact store."""
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=api.uploaded(text.encode()).media_id)
    return request


def succeeds(api: Api) -> None:
    job = api.ended(text_request("A quiet line."), BUSY_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job


def test_a_full_disk_refuses_new_jobs_and_is_survived(suite: Processes, api: Api) -> None:
    succeeds(api)
    with full_disk(suite):
        refusal = refused(lambda: api.submit(text_request("Another line.")))
        assert (refusal.code, refusal.reason) == ("UNAVAILABLE", "STORE_FAILED")
        assert suite.alive("orchestrator")
    succeeds(api)


@pytest.mark.long
def test_jobs_that_meet_a_full_disk_end_or_go_on_but_never_pass_unseen(
    suite: Processes, api: Api
) -> None:
    """Room comes back to the database first, to the artifact store once a job has lost patience."""
    texts = [api.submit(text_request(f"Line {n}.")).job.job_id for n in range(12)]
    files = [api.submit(file_request(api, f"Words of file {n}.")).job.job_id for n in range(2)]
    until(lambda: any(running(api, job_id) for job_id in texts), "a job is under way")
    with ExitStack() as store:
        with full_disk(suite):
            assert refused(lambda: api.submit(text_request("One more."))).reason == "STORE_FAILED"
            store.enter_context(written_never(suite))
        lost = [api.end_of(job_id, BUSY_S) for job_id in files]
    assert {job.error.reason for job in lost} == {"STORE_FAILED"}
    suite.stop("orchestrator")
    suite.start("orchestrator")
    for job in (api.end_of(job_id, BUSY_S) for job_id in (*texts, *files)):
        assert job.state in FINAL
        if job.state != job_pb2.JOB_STATE_SUCCEEDED:
            assert job.error.reason in ("STORE_FAILED", "WORKER_CRASHED"), job
            assert job.suggestion != analysis_pb2.SUGGESTION_PASS
    succeeds(api)


def test_a_store_that_cannot_be_written_is_named(suite: Processes, api: Api) -> None:
    request = file_request(api, "Words of an upload.")
    with written_never(suite):
        assert refused(lambda: api.submit(text_request("A line."))).reason == "STORE_FAILED"
        job = api.ended(request, BUSY_S)
    assert (job.state, job.error.reason) == (job_pb2.JOB_STATE_FAILED, "STORE_FAILED"), job
    succeeds(api)


def test_a_locked_database_makes_calls_wait(suite: Processes, api: Api) -> None:
    running = [api.submit(text_request(f"Line {n}.")).job.job_id for n in range(4)]
    waiting: list[str] = []
    with locked(suite):
        request = text_request("A line that waits.")
        call = threading.Thread(target=lambda: waiting.append(api.submit(request).job.job_id))
        call.start()
        call.join(timeout=3)
        assert not waiting, "it was acknowledged without being stored"
    call.join(timeout=TIMEOUT_S)
    for job_id in (*running, *waiting):
        assert api.end_of(job_id, BUSY_S).state == job_pb2.JOB_STATE_SUCCEEDED
    assert len(waiting) == 1


@pytest.mark.long
def test_sigterm_under_load_loses_nothing_acknowledged(suite: Processes, api: Api) -> None:
    acknowledged: list[str] = []
    codes: list[str] = []
    under_load = threading.Event()

    def submit_on(number: int) -> None:
        for line in range(200):
            request = text_request(f"Line {line} of {number}.", request_id=f"{number}-{line}")
            try:
                acknowledged.append(api.submit(request).job.job_id)
                if len(acknowledged) >= 40:
                    under_load.set()
            except grpc.RpcError as error:
                codes.append(refusal_of(error).code)
                return

    callers = [threading.Thread(target=submit_on, args=(number,)) for number in range(4)]
    for caller in callers:
        caller.start()
    assert under_load.wait(TIMEOUT_S), codes
    assert suite.stop("orchestrator") == 0
    for caller in callers:
        caller.join(TIMEOUT_S)
        assert not caller.is_alive()
    assert set(codes) <= {"UNAVAILABLE", "CANCELLED"}
    suite.start("orchestrator")
    for job_id in acknowledged:
        assert api.end_of(job_id, BUSY_S).state == job_pb2.JOB_STATE_SUCCEEDED
    again = api.submit(text_request("Line 0 of 0.", request_id="0-0"))
    assert again.reused
    assert again.job.job_id in acknowledged
