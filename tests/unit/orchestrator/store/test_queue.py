"""Who is let into the queue, at which place, and what is done again; on both engines."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.queueing import Work
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.listing import Listing
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.projects import ProjectStore
from videre.orchestrator.store.records import JobState, StageState
from videre.orchestrator.store.workload import WorkloadStore

Submit = Callable[..., str]


@pytest.fixture
def queue() -> list[tuple[int, int, str]]:
    """What is in the journal's queue: priority, turn, job."""
    return []


@pytest.fixture
def jobs(database: Database, clock: FakeClock, queue: list[tuple[int, int, str]]) -> JobStore:
    def enqueue(_connection: sa.Connection, job_id: str, priority: int, turn: int) -> None:
        queue.append((priority, turn, job_id))

    return JobStore(database, clock, ChangeBoard(), enqueue)


@pytest.fixture
def projects(database: Database, clock: FakeClock) -> ProjectStore:
    store = ProjectStore(database, clock)
    for name in ("films", "news"):
        store.create({
            "id": name, "name": "", "description": "", "active_jobs": 0, "storage_bytes": 0,
            "created_by": "ada",
        })  # fmt: skip
    return store


def end(jobs: JobStore, job_id: str, state: JobState = JobState.SUCCEEDED) -> None:
    assert jobs.finish(job_id, state, retention_ns=NS)


def test_a_project_that_comes_late_is_let_in_at_the_front(
    submit: Submit, queue: list[tuple[int, int, str]], jobs: JobStore
) -> None:
    many = [submit() for _ in range(3)]
    late = [submit(project_id="news") for _ in range(2)]
    urgent = submit(priority=0)
    assert [job for _, _, job in sorted(queue)] == [urgent, many[0], late[0], many[1], late[1],
                                                    many[2]]  # fmt: skip
    jobs.start(many[0])
    assert jobs.get("news", late[0]).turn == 0
    assert jobs.get("films", submit()).turn == 3


def test_a_project_runs_as_many_as_it_may_and_the_most_urgent_is_next(
    submit: Submit,
    queue: list[tuple[int, int, str]],
    jobs: JobStore,
    projects: ProjectStore,
    database: Database,
) -> None:
    projects.change("films", {"running_jobs": 2}, "")
    first, second, held, urgent = submit(), submit(), submit(), submit(priority=1)
    other = submit(project_id="news")
    assert {job for _, _, job in queue} == {first, second, other}
    assert jobs.get("films", held).held
    assert projects.usage("films").running_jobs == 2
    workload = WorkloadStore(database)
    assert workload.held("films") == 2
    jobs.start(first)
    end(jobs, first)
    assert queue[-1][2] == urgent
    end(jobs, second, JobState.FAILED)
    assert queue[-1][2] == held
    assert not jobs.finish(first, JobState.FAILED, retention_ns=NS)
    assert len(queue) == 5, "each once"


def test_a_held_job_that_is_cancelled_is_never_let_in(
    submit: Submit, queue: list[tuple[int, int, str]], jobs: JobStore, projects: ProjectStore
) -> None:
    projects.change("films", {"running_jobs": 1}, "")
    first, held = submit(), submit()
    end(jobs, held, JobState.CANCELLED)
    end(jobs, first)
    assert [job for _, _, job in queue] == [first]


def test_a_higher_limit_is_noticed_by_the_sweep(
    submit: Submit, queue: list[tuple[int, int, str]], jobs: JobStore, projects: ProjectStore
) -> None:
    projects.change("films", {"running_jobs": 1}, "")
    made = [submit() for _ in range(4)]
    assert jobs.admit_held() == 0
    projects.change("films", {"running_jobs": 3}, "")
    assert jobs.admit_held() == 2
    projects.change("films", {"running_jobs": 0}, "")
    assert jobs.admit_held() == 1
    assert [job for _, _, job in queue] == made
    assert jobs.admit_held() == 0


def test_the_jobs_ahead_are_those_that_begin_before(
    submit: Submit, jobs: JobStore, projects: ProjectStore, database: Database
) -> None:
    workload = WorkloadStore(database)
    running = submit(media_id="unopened")
    jobs.start(running)
    first, second = submit(), submit()
    late = submit(project_id="news")
    assert workload.running() == Work(1, 0, 1)
    assert workload.ahead(jobs.get("films", first)).jobs == 0
    assert workload.ahead(jobs.get("news", late)).jobs == 1
    assert workload.ahead(jobs.get("films", second)) == Work(2, 0, 2)
    projects.change("films", {"running_jobs": 1}, "")
    held = [submit() for _ in range(2)]
    assert workload.ahead(jobs.get("films", held[1])).jobs == 1


def test_a_job_is_done_again_once(
    submit: Submit, jobs: JobStore, new_job: Callable[..., object]
) -> None:
    job_id = submit()
    end(jobs, job_id, JobState.FAILED)
    assert jobs.requeued(job_id) is None
    again = submit(requeue_of=job_id)
    repeated, reused = jobs.submit(new_job(requeue_of=job_id), lambda *_: None)  # type: ignore[arg-type]
    assert (repeated.id, repeated.requeue_of, reused) == (again, job_id, True)


def test_dead_letters_are_what_the_installation_failed(
    submit: Submit, jobs: JobStore, listing: Listing, clock: FakeClock
) -> None:
    def dead() -> list[str]:
        found = listing.jobs("films", limit=9, before_id=None, dead=True, now_ns=clock.now_ns())
        return [job.id for job in found]

    crashed, down, cancelled, unreadable, fine = (submit() for _ in range(5))
    error = {"reason": str(Reason.WORKER_CRASHED), "message": "", "metadata": {}}
    jobs.finish(crashed, JobState.FAILED, retention_ns=NS, error=error)
    jobs.set_stage(down, "text", StageState.FAILED, reason="SERVICE_DOWN")
    end(jobs, down, JobState.PARTIAL)
    jobs.set_stage(cancelled, "text", StageState.FAILED, reason="SERVICE_DOWN")
    end(jobs, cancelled, JobState.CANCELLED)
    error = {"reason": str(Reason.MEDIA_UNREADABLE), "message": "", "metadata": {}}
    jobs.finish(unreadable, JobState.FAILED, retention_ns=NS, error=error)
    end(jobs, fine)
    assert dead() == [down, crashed]
    submit(requeue_of=down)
    assert dead() == [crashed]


def test_a_day_has_so_many_seconds_of_media(
    submit: Submit, jobs: JobStore, media: MediaStore, projects: ProjectStore, clock: FakeClock
) -> None:
    media.create(NewMedia("media-1", "films", "upload:x", "ada"))
    media.set_index("media-1", "i" * 64, {"duration_ns": 90 * NS})
    projects.change("films", {"media_seconds_per_day": 120}, "")
    for _ in range(2):
        end(jobs, submit())
    assert projects.usage("films").media_seconds_per_day == 180
    with pytest.raises(VidereError) as full:
        submit()
    assert full.value.reason is Reason.QUOTA_EXCEEDED
    assert full.value.metadata["field"] == "media_seconds_per_day"
    assert full.value.retry_after_s is not None
    assert 0 < full.value.retry_after_s <= 24 * 3600
    end(jobs, submit(project_id="news"))
    clock.advance(full.value.retry_after_s)
    assert projects.usage("films").media_seconds_per_day == 0
    submit()
