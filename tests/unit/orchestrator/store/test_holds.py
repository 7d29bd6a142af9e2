"""Holds keep media and what is known of them, by every way that removes something."""

from __future__ import annotations

from collections.abc import Callable

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.feed import FeedStore
from videre.orchestrator.store.holds import HoldStore
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.records import JobState

DAY_NS = 24 * 3600 * 10**9


@pytest.fixture
def holds(database: Database, clock: FakeClock, media: MediaStore) -> HoldStore:
    for name in ("m1", "m2"):
        media.create(NewMedia(name, "films", "upload:x", "ada", digest="a" * 64))
    return HoldStore(database, clock)


def reason(call: Callable[[], object]) -> Reason:
    with pytest.raises(VidereError) as caught:
        call()
    return caught.value.reason


def test_a_hold_is_made_once_and_released_once(holds: HoldStore) -> None:
    made = holds.hold("films", "m1", "case-7", "Asked for by the court.", "ada")
    assert holds.hold("films", "m1", "case-7", made.reason, "eve") == made
    assert reason(lambda: holds.hold("films", "m1", "case-7", "Else.", "ada")) is Reason.HOLD_EXISTS
    assert reason(lambda: holds.hold("others", "m1", "x", "r", "ada")) is Reason.MEDIA_NOT_FOUND
    holds.hold("films", "m2", "case-7", "The same case.", "ada")
    holds.hold("films", "m1", "case-8", "Another.", "ada")
    first, rest = ("", ""), []
    while page := holds.page("films", media_id="", hold_id="", limit=2, after=first):
        rest += page
        first = (page[-1].media_id, page[-1].hold_id)
    assert [(one.media_id, one.hold_id) for one in rest] == [
        ("m1", "case-7"), ("m1", "case-8"), ("m2", "case-7"),
    ]  # fmt: skip
    of_case = holds.page("films", media_id="m2", hold_id="case-7", limit=9, after=("", ""))
    assert [one.reason for one in of_case] == ["The same case."]
    assert holds.page("others", media_id="", hold_id="", limit=9, after=("", "")) == []
    assert reason(lambda: holds.release("others", "m1", "case-7")) is Reason.HOLD_NOT_FOUND
    holds.release("films", "m1", "case-7")
    assert reason(lambda: holds.release("films", "m1", "case-7")) is Reason.HOLD_NOT_FOUND


def test_what_is_held_is_removed_by_nobody(
    holds: HoldStore, media: MediaStore, jobs: JobStore, submit: Callable[..., str],
    database: Database, clock: FakeClock,
) -> None:  # fmt: skip
    held, free = submit(media_id="m1"), submit(media_id="m2")
    for job in (held, free):
        jobs.finish(job, JobState.SUCCEEDED, retention_ns=DAY_NS)
    feed = FeedStore(database)
    holds.hold("films", "m1", "case", "r", "ada")
    clock.advance(3 * 24 * 3600.0)
    assert [one.id for one in jobs.expired(9)] == [free]
    assert jobs.get("films", held).id == held, "it does not expire"
    assert reason(lambda: jobs.get("films", free)) is Reason.JOB_EXPIRED
    feed.forget(clock.now_ns())
    with database.steps.connect() as connection:
        left = set(connection.execute(sa.select(t.feed_event.c.job_id)).scalars())
    assert left <= {held}
    for call in (lambda: media.delete("films", "m1", ""), lambda: jobs.purge(held),
                 lambda: holds.require_free(["m2", "m1"]),
                 lambda: holds.require_free_project("films")):  # fmt: skip
        assert reason(call) is Reason.MEDIA_HELD
    holds.require_free_project("others")
    holds.require_free(["m2"])
    with pytest.raises(sa.exc.IntegrityError), database.durable.begin() as connection:
        connection.execute(sa.delete(t.media).where(t.media.c.id == "m1"))
    holds.release("films", "m1", "case")
    assert {one.id for one in jobs.expired(9)} == {held, free}
    jobs.purge(held)
    media.delete("films", "m1", "")


def test_media_are_due_by_age_unless_something_keeps_them(
    holds: HoldStore, jobs: JobStore, submit: Callable[..., str], database: Database,
    clock: FakeClock,
) -> None:  # fmt: skip
    project = {"id": "films", "name": "", "description": "", "active_jobs": 0,
               "storage_bytes": 0, "create_ns": 0, "update_ns": 0,
               "created_by": "ada"}  # fmt: skip
    with database.durable.begin() as connection:
        connection.execute(sa.insert(t.project), project)
    clock.advance(31 * 24 * 3600.0)
    assert holds.due(9) == [], "a project without a retention keeps its media"
    with database.durable.begin() as connection:
        connection.execute(
            sa.update(t.project).where(t.project.c.id == "films")
            .values(media_retention_ns=30 * DAY_NS)
        )  # fmt: skip
    assert set(holds.due(9)) == {("films", "m1"), ("films", "m2")}
    assert len(holds.due(1)) == 1
    holds.hold("films", "m1", "case", "r", "ada")
    job = submit(media_id="m2")
    assert holds.due(9) == []
    jobs.finish(job, JobState.SUCCEEDED, retention_ns=DAY_NS)
    assert holds.due(9) == [("films", "m2")]
