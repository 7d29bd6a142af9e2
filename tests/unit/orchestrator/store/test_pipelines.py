"""Named queues: who of them is let in, on both engines, held against a plain model."""

from __future__ import annotations

import random
from collections.abc import Callable
from typing import Any

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.pipelines import PipelineRecord, PipelineStore
from videre.orchestrator.store.projects import ProjectStore
from videre.orchestrator.store.records import JobState

Submit = Callable[..., str]


@pytest.fixture
def queue() -> list[str]:
    """Jobs in the journal's queue, in the order in which they were let in."""
    return []


@pytest.fixture
def jobs(database: Database, clock: FakeClock, queue: list[str]) -> JobStore:
    def enqueue(_connection: sa.Connection, job_id: str, _priority: int, _turn: int) -> None:
        queue.append(job_id)

    return JobStore(database, clock, ChangeBoard(), enqueue)


@pytest.fixture
def pipelines(database: Database, clock: FakeClock) -> PipelineStore:
    ProjectStore(database, clock).create({
        "id": "films", "name": "", "description": "", "active_jobs": 0, "storage_bytes": 0,
        "running_jobs": 3, "created_by": "ada",
    })  # fmt: skip
    return PipelineStore(database, clock)


def put(store: PipelineStore, identifier: str, etag: str = "", **given: Any) -> PipelineRecord:
    values = {
        "name": "", "templates": {}, "priority": None, "running_jobs": 1, "waiting_jobs": 100,
        "paused": False, "targets": [], "occasions": ["FINISH"],
    }  # fmt: skip
    return store.put("films", identifier, values | given, "ada", etag)


def test_pipelines_let_in_as_many_as_they_may_whatever_happens(
    submit: Submit, queue: list[str], jobs: JobStore, pipelines: PipelineStore
) -> None:
    rng = random.Random(3)
    limits = {"": 99, "a": 1, "b": 2}
    paused = dict.fromkeys(limits, False)
    for name in ("a", "b"):
        put(pipelines, name, running_jobs=limits[name])
    waiting: list[tuple[int, int, str, str]] = []  # priority, order, job, pipeline
    at_work: dict[str, str] = {}

    def fill() -> None:
        """Let in what the documents say: the most urgent for which there is room."""
        for one in sorted(waiting):
            _, _, job, name = one
            room = sum(other == name for other in at_work.values()) < limits[name]
            if len(at_work) < 3 and room and not paused[name]:
                waiting.remove(one)
                at_work[job] = name

    for number in range(60):
        match rng.choice(("submit", "submit", "end", "turn")):
            case "submit":
                name, priority = rng.choice(tuple(limits)), rng.randint(3, 5)
                job = submit(pipeline=name, priority=priority)
                waiting.append((priority, number, job, name))
            case "end" if at_work:
                job = rng.choice(sorted(at_work))
                del at_work[job]
                assert jobs.finish(job, JobState.SUCCEEDED, retention_ns=NS)
            case _:
                name = rng.choice("ab")
                paused[name] = not paused[name]
                put(pipelines, name, running_jobs=limits[name], paused=paused[name])
                jobs.admit_held()
        fill()
        let_in = {job for job in queue if not JobState(jobs.get("films", job).state).final}
        assert let_in == at_work.keys()
    assert len(queue) == len(set(queue)) > 15


def test_a_full_queue_takes_no_more(
    submit: Submit, jobs: JobStore, pipelines: PipelineStore
) -> None:
    put(pipelines, "a", running_jobs=1, waiting_jobs=2)
    first = next(iter([submit(pipeline="a") for _ in range(3)]))
    with pytest.raises(VidereError, match="2 jobs may wait in pipeline a") as caught:
        submit(pipeline="a")
    assert caught.value.reason is Reason.QUOTA_EXCEEDED
    assert pipelines.counts("films", "a") == (2, 1)
    jobs.finish(first, JobState.SUCCEEDED, retention_ns=NS)
    submit(pipeline="a")
    with pytest.raises(VidereError, match="PIPELINE_IN_USE"):
        pipelines.delete("films", "a")
    with pytest.raises(VidereError, match="PIPELINE_NOT_FOUND"):
        submit(pipeline="b")


def test_a_pipeline_is_changed_by_who_has_read_it(pipelines: PipelineStore) -> None:
    made = put(pipelines, "a")
    changed = put(pipelines, "a", etag=str(made.edit), name="news")
    assert (changed.edit, changed.name, changed.create_ns) == (2, "news", made.create_ns)
    with pytest.raises(VidereError, match="ETAG_MISMATCH"):
        put(pipelines, "a", etag="1")
    with pytest.raises(VidereError, match="PIPELINE_NOT_FOUND"):
        put(pipelines, "b", etag="1")
    with pytest.raises(VidereError, match="WEBHOOK_NOT_FOUND"):
        put(pipelines, "a", targets=["hook"])
    pipelines.delete("films", "a")
    assert pipelines.all("films") == []
