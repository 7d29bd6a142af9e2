"""Ten thousand jobs are listed in pages while others submit and delete: each that stays comes
once, in order, whatever happens meanwhile."""

from __future__ import annotations

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

import pytest
import sqlalchemy as sa
from calling import TIMEOUT_S, Api, text_request
from running import Processes, processes

from tests.fresh import fresh_database
from videre.common.clock import SystemClock
from videre.orchestrator.ids import TimeIds
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.records import JobState
from videre.v1 import job_pb2

JOBS: Final = 10_000
PAGE: Final = 500
#: Every so manieth job is deleted while the list is read.
DELETED: Final = 40
WAIT_S: Final = 60.0
_DAY_NS: Final = 24 * 3_600 * 10**9


def fill(path: Path) -> list[str]:
    """Put ended jobs into a database and return their ids, oldest first."""
    database, clock = fresh_database(path), SystemClock()
    ids = TimeIds(clock, random.Random(0))
    now = clock.now_ns()
    rows = [
        {
            "id": ids.new(), "project_id": "default", "state": JobState.CANCELLED, "request": b"",
            "request_digest": "", "features": ["text"], "priority": 5, "tags": {},
            "create_ns": now, "end_ns": now, "expire_ns": now + _DAY_NS, "created_by": "local",
        }
        for _ in range(JOBS)
    ]  # fmt: skip
    with database.durable.begin() as connection:
        connection.execute(sa.insert(t.job), rows)
    database.dispose()
    return [str(row["id"]) for row in rows]


@pytest.fixture(scope="module")
def jobs(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, list[str]]:
    folder = tmp_path_factory.mktemp("jobs")
    return folder, fill(folder / "data" / "videre.db")


@pytest.fixture(scope="module")
def server(jobs: tuple[Path, list[str]]) -> Iterator[Processes]:
    with processes(jobs[0], "orchestrator", VIDERE_JOBS_AT_ONCE="1") as running:
        yield running


class Writer:
    """A client that changes something again and again; others see how often it has."""

    def __init__(self, target: str, change: Callable[[Api, int], str]) -> None:
        self._target, self._change = target, change
        self._changed = threading.Condition()
        self._stop = False
        self.done: list[str] = []
        self._thread = threading.Thread(target=self._run)
        self._thread.start()

    def _run(self) -> None:
        with Api(self._target) as api:
            while not self._stop:
                done = self._change(api, len(self.done))
                with self._changed:
                    self.done.append(done)
                    self._changed.notify_all()

    def more(self) -> None:
        """Wait until something more was changed from now on."""
        with self._changed:
            already = len(self.done)
            assert self._changed.wait_for(lambda: len(self.done) > already, WAIT_S)

    def stop(self) -> None:
        self._stop = True
        self._thread.join()


@contextmanager
def writing(target: str, *changes: Callable[[Api, int], str]) -> Iterator[list[Writer]]:
    """Run writers for the length of a block."""
    writers = [Writer(target, change) for change in changes]
    try:
        yield writers
    finally:
        for writer in writers:
            writer.stop()


def submit(api: Api, number: int) -> str:
    return api.submit(text_request(f"Job {number}.")).job.job_id


def pages(api: Api, between: Callable[[], None]) -> Iterator[list[str]]:
    """Yield the ids of every page; something happens between two."""
    token = ""
    for _ in range(3 * JOBS // PAGE):
        request = job_pb2.ListJobsRequest(page_size=PAGE, page_token=token)
        answer = api.jobs.ListJobs(request, timeout=TIMEOUT_S)
        yield [job.job_id for job in answer.jobs]
        token = answer.next_page_token
        if not token:
            return
        between()
    raise AssertionError("there is no last page")


@pytest.mark.long
def test_a_list_read_under_writes_is_stable(
    server: Processes, jobs: tuple[Path, list[str]]
) -> None:
    there = jobs[1]
    doomed = random.Random(6).sample(there, JOBS // DELETED)
    target = server.ports.target("orchestrator")

    def delete(api: Api, number: int) -> str:
        if number >= len(doomed):
            return submit(api, number)
        gone = job_pb2.DeleteJobRequest(job_id=doomed[number])
        api.jobs.DeleteJob(gone, timeout=TIMEOUT_S)
        return doomed[number]

    with Api(target) as api, writing(target, submit, delete) as writers:

        def between() -> None:
            for writer in writers:
                writer.more()

        between()
        found = list(pages(api, between))
    ids = [one for page in found for one in page]
    deleted = set(writers[1].done) & set(there)
    assert all(len(page) <= PAGE for page in found)
    assert ids == sorted(ids, reverse=True), "newest first"
    assert max(Counter(ids).values()) == 1, "none twice"
    assert set(there) - deleted <= set(ids), "none left out"
    assert set(ids) & deleted, "some were deleted after they had been read"
    assert deleted - set(ids), "some were deleted before they could be"
    assert len(writers[0].done) >= len(found)
    assert set(ids) - set(there) <= set(found[0]), "newer jobs come in no later page"
