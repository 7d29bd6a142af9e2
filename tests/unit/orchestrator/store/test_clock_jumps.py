"""A wall clock that is set back or forward: order, events and ends stay as they are."""

from __future__ import annotations

import random

from videre.common.clock import FakeClock
from videre.orchestrator.ids import TimeIds
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.listing import Listing
from videre.orchestrator.store.records import JobState

HOUR_NS = 3600 * 10**9
START_NS = 1_700_000_000 * 10**9


class SetClock(FakeClock):
    """A clock whose wall time an administrator sets; `monotonic` goes on."""

    shift_ns = 0

    def now_ns(self) -> int:
        return super().now_ns() + self.shift_ns


def test_jobs_keep_their_order_and_their_end(database: Database, new_job: object) -> None:
    clock = SetClock(START_NS)
    jobs, ids = (
        JobStore(database, clock, ChangeBoard(), lambda *_: None),
        TimeIds(clock, random.Random(1)),
    )
    submitted = []
    for shift in (0, -HOUR_NS, HOUR_NS, -48 * HOUR_NS):
        clock.shift_ns = shift
        new = new_job(id=ids.new())  # type: ignore[operator]
        jobs.submit(new, lambda _connection, _job: None)
        submitted.append(new.id)
        assert jobs.start(new.id)
    listed = Listing(database).jobs("films", limit=10, before_id=None, now_ns=clock.now_ns())
    assert [job.id for job in listed] == submitted[::-1]
    clock.shift_ns = -HOUR_NS
    for job_id in submitted:
        assert jobs.finish(job_id, JobState.SUCCEEDED, retention_ns=HOUR_NS)
        assert not jobs.finish(job_id, JobState.FAILED, retention_ns=HOUR_NS)
        events = jobs.events(job_id, 0, 100)
        assert [event.seq for event in events] == list(range(1, len(events) + 1))
        job = jobs.by_id(job_id)
        assert job is not None
        assert job.expire_ns == clock.now_ns() + HOUR_NS, "kept from its end on, by the clock then"


def test_a_clock_set_forward_expires_ended_jobs_only(database: Database, new_job: object) -> None:
    clock = SetClock(START_NS)
    jobs = JobStore(database, clock, ChangeBoard(), lambda *_: None)
    running, ended = (new_job() for _ in range(2))  # type: ignore[operator]
    for new in (running, ended):
        jobs.submit(new, lambda _connection, _job: None)
        jobs.start(new.id)
    jobs.finish(ended.id, JobState.SUCCEEDED, retention_ns=HOUR_NS)
    clock.shift_ns = 1_000 * 24 * HOUR_NS
    assert [job.id for job in jobs.expired(10)] == [ended.id]
    assert jobs.active(running.id)
