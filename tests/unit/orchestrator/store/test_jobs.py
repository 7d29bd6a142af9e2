"""Job rows: every change with its event in one transaction, once, and never after the end."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.job_parts import PartDone
from videre.orchestrator.store.jobs import JobStore, NewJob
from videre.orchestrator.store.records import EventRecord, JobState, OutputRecord, StageState

DAY_NS = 24 * 3600 * 10**9
Submit = Callable[..., str]
Count = Callable[[str], int]


class Broken(Exception):
    """What goes wrong in the middle of a transaction."""


def events(jobs: JobStore, job_id: str) -> list[EventRecord]:
    found = jobs.events(job_id, 0, 10_000)
    assert [event.seq for event in found] == list(range(1, len(found) + 1))
    job = jobs.by_id(job_id)
    assert job is not None
    assert job.last_seq == len(found)
    return found


def finish(jobs: JobStore, job_id: str, state: JobState = JobState.SUCCEEDED) -> bool:
    return jobs.finish(job_id, state, retention_ns=DAY_NS)


def test_a_job_comes_back_as_it_was_stored(
    jobs: JobStore, new_job: Callable[..., NewJob], clock: FakeClock
) -> None:
    new = new_job(request=bytes(range(256)), tags={"ü": "字"}, user_data="\1x", wall_time_ns=7)
    record, reused = jobs.submit(new, lambda _connection, _job: None)
    assert not reused
    assert (record.request, record.tags, record.user_data) == (new.request, new.tags, "\1x")
    assert (record.state, record.create_ns) == (JobState.QUEUED, clock.now_ns())
    assert (record.start_ns, record.end_ns, record.expire_ns) == (None, None, None)
    assert [(s.name, s.state, s.reason) for s in jobs.stages(new.id)] == list(new.stages)
    assert jobs.get("films", new.id) == record == jobs.by_id(new.id)


def test_another_project_sees_nothing(jobs: JobStore, submit: Submit) -> None:
    job_id = submit(request_id="mine")
    with pytest.raises(VidereError) as refused:
        jobs.get("others", job_id)
    assert refused.value.reason is Reason.JOB_NOT_FOUND
    assert jobs.repeated("others", "mine", "d" * 64) is None
    assert submit(project_id="others", request_id="mine") != job_id


def test_a_job_whose_workflow_cannot_start_is_not_stored(
    jobs: JobStore, new_job: Callable[..., NewJob], count: Count
) -> None:
    def enqueue(_connection: sa.Connection, _job: NewJob) -> None:
        raise Broken

    with pytest.raises(Broken):
        jobs.submit(new_job(tags={"a": "b"}), enqueue)
    for table in ("job", "job_stage", "job_tag", "job_event"):
        assert count(table) == 0, table


def test_a_repetition_enqueues_nothing(
    jobs: JobStore, new_job: Callable[..., NewJob], count: Count
) -> None:
    started: list[str] = []

    def enqueue(_connection: sa.Connection, job: NewJob) -> None:
        started.append(job.id)

    first, _ = jobs.submit(new_job(request_id="r"), enqueue)
    second, reused = jobs.submit(new_job(request_id="r"), enqueue)
    assert (second.id, reused, started) == (first.id, True, [first.id])
    with pytest.raises(VidereError) as refused:
        jobs.submit(new_job(request_id="r", request_digest="e" * 64), enqueue)
    assert refused.value.reason is Reason.REQUEST_ID_REUSED
    assert count("job") == count("job_event") == 1


# --- events ----------------------------------------------------------------------------------


def test_changes_from_many_threads_leave_no_gap(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.RUNNING, total=40)

    def part(number: int) -> None:
        jobs.finish_parts(job_id, PartDone("text", f"{number:03d}", span_ns=(number, number + 1)))

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(part, [*range(40), *range(40)]))
    found = events(jobs, job_id)
    segments = [tuple(e.payload["span"]) for e in found if e.kind == "segment"]
    assert sorted(segments) == [(n, n + 1) for n in range(40)], "each part once"
    assert jobs.stages(job_id)[1].done == 40


def test_parts_that_end_together_are_counted_each_once(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    for name in ("text", "ingest"):
        jobs.set_stage(job_id, name, StageState.RUNNING, total=2)
    jobs.finish_parts(job_id, PartDone("text", "0", span_ns=(0, 1)))
    both = [PartDone(name, "0", span_ns=(0, 1)) for name in ("text", "ingest")]
    jobs.finish_parts(job_id, *both)
    jobs.finish_parts(job_id, *both)
    done = {stage.name: stage.done for stage in jobs.stages(job_id)}
    assert (done["ingest"], done["text"]) == (1, 1)
    segments = [e.payload["features"] for e in events(jobs, job_id) if e.kind == "segment"]
    assert segments == [["text"], ["ingest"]]


def test_of_parts_that_end_together_each_stage_and_each_stretch_tells_once(
    jobs: JobStore, submit: Submit
) -> None:
    job_id = submit()
    jobs.start(job_id)
    for name in ("text", "ingest"):
        jobs.set_stage(job_id, name, StageState.RUNNING, total=3)
    before = len(events(jobs, job_id))
    spans = [(0, 10), (10, 20)]
    done = [
        PartDone(name, str(number), [f"{name}{number}"], model_calls=2, cpu_ms=5, span_ns=span)
        for number, span in enumerate(spans)
        for name in ("text", "ingest")
    ]
    lost = PartDone("text", "2", missing=[[20, 30]], reason="DECODE_FAILED", message="broken")
    jobs.finish_parts(job_id, *done, *done, lost)
    new = events(jobs, job_id)[before:]
    assert [event.kind for event in new] == ["stage", "stage", "segment", "segment"]
    assert [event.payload for event in new[2:]] == [
        {"features": ["text", "ingest"], "span": list(span)} for span in spans
    ]
    stages = {stage.name: stage for stage in jobs.stages(job_id)}
    assert [(s.done, s.model_calls, s.cpu_ms) for s in (stages["text"], stages["ingest"])] == [
        (3, 4, 10),
        (2, 4, 10),
    ]
    assert (stages["text"].state, stages["text"].missing) == ("FAILED", [[20, 30]])
    assert jobs.part_keys(job_id) == {"ingest": ["ingest0", "ingest1"], "text": ["text0", "text1"]}


def test_a_state_that_is_set_already_makes_no_event(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.FAILED, reason="SERVICE_DOWN", message="away")
    before = events(jobs, job_id)
    assert jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.FAILED, reason="SERVICE_DOWN", message="away")
    assert events(jobs, job_id) == before
    jobs.set_stage(job_id, "text", StageState.FAILED, reason="SERVICE_DOWN", message="again")
    assert len(events(jobs, job_id)) == len(before) + 1


def test_every_change_changes_the_version(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    seen: list[int] = []
    steps: list[Callable[[], object]] = [
        lambda: jobs.start(job_id),
        lambda: jobs.update(job_id, plan_digest="p"),
        lambda: jobs.set_stage(job_id, "text", StageState.RUNNING, total=2),
        lambda: jobs.finish_parts(job_id, PartDone("text", "0")),
        lambda: finish(jobs, job_id),
    ]
    for step in steps:
        step()
        seen.append(jobs.get("films", job_id).version)
    assert seen == sorted(set(seen))


def test_events_are_read_in_pieces(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    finish(jobs, job_id)
    assert [e.seq for e in jobs.events(job_id, 0, 2)] == [1, 2]
    assert [e.seq for e in jobs.events(job_id, 2, 2)] == [3]
    assert jobs.events(job_id, 3, 2) == []


# --- parts and progress ----------------------------------------------------------------------


def test_parts_add_up_and_a_failed_one_fails_its_stage_alone(
    jobs: JobStore, submit: Submit
) -> None:
    job_id = submit()
    jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.PENDING, total=3)
    jobs.finish_parts(job_id, PartDone("text", "0", ["k0"], model_calls=2, cpu_ms=30))
    assert jobs.stages(job_id)[1].state == StageState.RUNNING
    lost = PartDone("text", "1", missing=[[5, 9]], reason="DECODE_FAILED", message="broken")
    jobs.finish_parts(job_id, lost)
    jobs.finish_parts(job_id, PartDone("text", "2", ["k2"], model_calls=1, cpu_ms=12))
    stage = jobs.stages(job_id)[1]
    assert (stage.state, stage.reason, stage.missing) == ("FAILED", "DECODE_FAILED", [[5, 9]])
    assert (stage.done, stage.total, stage.model_calls, stage.cpu_ms) == (3, 3, 3, 42)
    assert jobs.part_keys(job_id) == {"text": ["k0", "k2"]}


def test_stages_of_several_jobs_are_those_of_each(jobs: JobStore, submit: Submit) -> None:
    ids = [submit() for _ in range(3)]
    jobs.start(ids[1])
    jobs.set_stage(ids[1], "text", StageState.PENDING, total=3)
    words = 'a "quoted" word, \\ and 字'
    lost = PartDone("text", "1", missing=[[5, 2**60]], reason="DECODE_FAILED", message=words)
    jobs.finish_parts(ids[1], lost)
    stages, outputs = jobs.parts_of([*ids, "nobody"])
    assert stages == {job_id: jobs.stages(job_id) for job_id in ids}
    assert stages[ids[1]][1].message == words
    assert not outputs


def test_lost_parts_that_touch_are_one_stretch(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.PENDING, total=5)
    for part, stretch in enumerate([[20, 30], [0, 10], [40, 50], [10, 20], [28, 33]]):
        lost = PartDone("text", str(part), missing=[stretch], reason="SERVICE_DOWN", message="x")
        jobs.finish_parts(job_id, lost)
    assert jobs.stages(job_id)[1].missing == [[0, 33], [40, 50]]


def test_progress_never_falls(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    jobs.set_stage(job_id, "text", StageState.PENDING, total=2)
    seen = [0]
    for number in range(2):
        jobs.finish_parts(job_id, PartDone("text", str(number)))
        seen.append(jobs.get("films", job_id).progress)
    assert seen == [0, 4_950, 9_900]
    jobs.set_stage(job_id, "ingest", StageState.RUNNING, total=100)
    jobs.finish_parts(job_id, PartDone("ingest", "0"))
    assert jobs.get("films", job_id).progress == 9_900
    finish(jobs, job_id)
    assert jobs.get("films", job_id).progress == 10_000


# --- ending ----------------------------------------------------------------------------------


def test_a_job_ends_once_and_nothing_happens_after(
    jobs: JobStore, submit: Submit, clock: FakeClock, count: Count
) -> None:
    job_id = submit()
    jobs.start(job_id)
    assert finish(jobs, job_id, JobState.CANCELLED)
    ended = jobs.get("films", job_id)
    assert (ended.end_ns, ended.expire_ns) == (clock.now_ns(), clock.now_ns() + DAY_NS)
    assert [stage.state for stage in jobs.stages(job_id)] == ["CANCELLED", "CANCELLED", "SKIPPED"]
    assert not finish(jobs, job_id)
    assert not jobs.start(job_id)
    assert not jobs.active(job_id)
    jobs.update(job_id, plan_digest="late")
    jobs.set_stage(job_id, "text", StageState.SUCCEEDED)
    jobs.finish_parts(job_id, PartDone("text", "late", ["key"]))
    assert jobs.get("films", job_id) == ended
    assert count("job_chunk") == 0


def test_publishing_and_ending_are_one(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    jobs.start(job_id)
    before = events(jobs, job_id)

    def breaks(_connection: sa.Connection) -> dict[str, object]:
        raise Broken

    with pytest.raises(Broken):
        jobs.finish(job_id, JobState.SUCCEEDED, retention_ns=1, within=breaks)
    assert jobs.active(job_id)
    assert events(jobs, job_id) == before
    published = {"revision": 1}
    jobs.finish(job_id, JobState.SUCCEEDED, retention_ns=DAY_NS, within=lambda _: published)
    assert [e.kind for e in events(jobs, job_id)[-2:]] == ["analysis", "state"]


def test_one_of_many_enders_wins(jobs: JobStore, submit: Submit) -> None:
    job_id = submit()
    states = [JobState.CANCELLED, JobState.SUCCEEDED, JobState.FAILED] * 4
    with ThreadPoolExecutor(8) as pool:
        won = list(pool.map(lambda state: finish(jobs, job_id, state), states))
    assert sum(won) == 1
    ends = [e for e in events(jobs, job_id) if e.payload.get("state") in ("SUCCEEDED", "FAILED",
                                                                        "CANCELLED")]  # fmt: skip
    assert len(ends) == 1
    assert jobs.get("films", job_id).state == ends[0].payload["state"]


# --- retention -------------------------------------------------------------------------------


def test_a_job_expires_is_remembered_as_long_again_and_goes(
    jobs: JobStore, submit: Submit, clock: FakeClock, count: Count
) -> None:
    job_id, active = submit(request_id="r", tags={"a": "b"}), submit()
    jobs.add_output(
        OutputRecord(job_id, "a.jpg", "films", "cover", 0, "cover", "f" * 64, 1, "image/jpeg",
                     None, None)
    )  # fmt: skip
    finish(jobs, job_id)
    clock.advance(24 * 3600)
    assert jobs.get("films", job_id).id == job_id, "kept to the last instant"
    clock.advance(0.001)
    with pytest.raises(VidereError) as refused:
        jobs.get("films", job_id)
    assert refused.value.reason is Reason.JOB_EXPIRED
    assert jobs.expired(10) == []
    assert jobs.repeated("films", "r", "d" * 64) is not None
    clock.advance(24 * 3600)
    assert [job.id for job in jobs.expired(10)] == [job_id], "a job at work never expires"
    jobs.purge(job_id)
    assert jobs.repeated("films", "r", "d" * 64) is None
    assert jobs.get("films", active).state == JobState.QUEUED
    assert (count("job"), count("job_stage"), count("job_event")) == (1, 3, 1)
    assert (count("job_tag"), count("job_output")) == (0, 0)


def test_running_jobs_come_longest_running_first(
    jobs: JobStore, submit: Submit, clock: FakeClock
) -> None:
    made = [submit() for _ in range(3)]
    for job_id in reversed(made):
        jobs.start(job_id)
        clock.advance(1)
    submit()
    assert [job.id for job in jobs.active_jobs(10)] == made[::-1]
    assert [job.id for job in jobs.active_jobs(1)] == made[-1:]
