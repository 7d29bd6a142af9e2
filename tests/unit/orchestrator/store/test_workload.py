"""What waits, what was done lately, and what projects are charged."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from videre.common.clock import FakeClock
from videre.common.values import NS
from videre.orchestrator.capacity import EndedJob
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.job_parts import PartDone
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import JobState, OutputRecord, StageState
from videre.orchestrator.store.usage import UsageDay, UsageStore, day_of
from videre.orchestrator.store.workload import WorkloadStore

Submit = Callable[..., str]
Film = Callable[[str, int], str]


@pytest.fixture
def workload(database: Database) -> WorkloadStore:
    return WorkloadStore(database)


@pytest.fixture
def usage(database: Database) -> UsageStore:
    return UsageStore(database)


@pytest.fixture
def film(media: MediaStore) -> Film:
    """Return what stores a media of so many seconds."""

    def store(media_id: str, seconds: int) -> str:
        media.create(NewMedia(media_id, "films", "upload:x", "ada", digest=media_id))
        media.set_index(media_id, "i" * 64, {"duration_ns": seconds * NS})
        return media_id

    return store


def end(jobs: JobStore, job_id: str, state: JobState = JobState.SUCCEEDED) -> None:
    assert jobs.finish(job_id, state, retention_ns=NS)


def test_what_waits_is_told_by_project_and_state(
    workload: WorkloadStore, jobs: JobStore, submit: Submit, film: Film, clock: FakeClock
) -> None:
    first_ns = clock.now_ns()
    submit(media_id=film("m1", 100))
    clock.advance(5)
    submit(media_id=film("m2", 50))
    submit(media_id="unopened")
    running = submit(media_id="m1")
    jobs.start(running)
    jobs.update(running, progress=7_500)
    submit(project_id="other", media_id="m1")
    end(jobs, submit(media_id="m1"))
    told = {(one.project_id, one.state): one for one in workload.waiting()}
    assert set(told) == {
        ("films", JobState.QUEUED), ("films", JobState.RUNNING), ("other", JobState.QUEUED),
    }  # fmt: skip
    queued = told["films", JobState.QUEUED]
    assert (queued.jobs, queued.unmeasured, queued.oldest_ns) == (3, 1, first_ns)
    assert queued.left_ns == 150 * NS
    assert told["films", JobState.RUNNING].left_ns == 25 * NS


def test_stages_have_before_them_what_they_have_not_done(
    workload: WorkloadStore, jobs: JobStore, submit: Submit, film: Film
) -> None:
    job_id = submit(media_id=film("m1", 100))
    submit(media_id="unopened")
    assert workload.left_by_stage() == {"ingest": 100 * NS, "text": 100 * NS}
    jobs.set_total(job_id, "text", 4)
    jobs.finish_parts(job_id, PartDone("text", "0", ("k",), model_calls=1, cpu_ms=10))
    assert workload.left_by_stage()["text"] == 75 * NS
    jobs.set_stage(job_id, "text", StageState.SUCCEEDED)
    assert "text" not in workload.left_by_stage()


def test_what_was_done_lately_is_told_with_its_length(
    workload: WorkloadStore, jobs: JobStore, submit: Submit, film: Film, clock: FakeClock
) -> None:
    def work(state: JobState) -> EndedJob:
        job_id = submit(media_id="m1")
        start_ns = clock.now_ns()
        jobs.start(job_id)
        clock.advance(10)
        end(jobs, job_id, state)
        return EndedJob(start_ns, clock.now_ns(), 100 * NS)

    film("m1", 100)
    work(JobState.SUCCEEDED)
    since = clock.now_ns() + 1
    done, partial = work(JobState.SUCCEEDED), work(JobState.PARTIAL)
    work(JobState.FAILED)
    assert workload.ended_since(since) == [partial, done]


def test_a_project_is_charged_once_per_job_also_when_it_is_gone(
    usage: UsageStore, jobs: JobStore, submit: Submit, film: Film, clock: FakeClock
) -> None:
    day = day_of(clock.now_ns())
    one, two = submit(media_id=film("m1", 100)), submit(media_id="unopened")
    jobs.finish_parts(one, PartDone("text", "0", ("k",), model_calls=3, cpu_ms=1_500))
    jobs.add_output(
        OutputRecord(
            job_id=one, name="a.jpg", project_id="films", task="cover", position=0, role="cover",
            digest="d" * 64, size_bytes=700, media_type="image/jpeg", offset_ns=None, score=None,
        )
    )  # fmt: skip
    end(jobs, one)
    assert not jobs.finish(one, JobState.FAILED, retention_ns=NS), "it has ended"
    end(jobs, two, JobState.FAILED)
    charged = UsageDay(day, 2, 100_000, 1_500, 3, 700)
    assert usage.days("films", day, day) == [charged]
    jobs.purge(one)
    assert usage.days("films", day, day) == [charged]
    assert usage.days("other", day, day) == []
    clock.advance(86_400)
    end(jobs, submit(media_id="m1"))
    assert [found.day for found in usage.days("films", day - 1, day + 1)] == [day, day + 1]
    assert [found.day for found in usage.days("films", day + 1, day + 9)] == [day + 1]
