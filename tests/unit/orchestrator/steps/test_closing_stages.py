"""What nobody finished is no success: a stage with lost parts fails, and its job never passes."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.orchestrator.steps.ending import close_stages, ended, job_outcome
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.job_parts import PartDone
from videre.orchestrator.store.jobs import JobStore, NewJob
from videre.orchestrator.store.records import JobState, StageState

STAGES = [(name, StageState.PENDING, "") for name in ("shots", "text", "speech")]


@pytest.fixture
def jobs(tmp_path: Path) -> Iterator[JobStore]:
    database = fresh_database(tmp_path / "videre.db")
    yield JobStore(database, FakeClock(), ChangeBoard(), lambda *_: None)
    database.dispose()


def submitted(jobs: JobStore) -> None:
    job = NewJob(
        id="job", project_id="p", media_id="m", request=b"", request_id=None, request_digest="d",
        features=["text"], priority=5, user_data="", tags={}, created_by="ada", traceparent="",
        wall_time_ns=None, stages=STAGES,
    )  # fmt: skip
    jobs.submit(job, lambda _connection, _job: None)
    jobs.start("job")


def test_a_stage_with_lost_parts_has_failed(jobs: JobStore) -> None:
    submitted(jobs)
    for stage, total in (("shots", 2), ("text", 2), ("speech", 0)):
        jobs.set_stage("job", stage, StageState.PENDING, total=total)
    for part in ("0", "1"):
        jobs.finish_parts("job", PartDone(stage="shots", part=part))
    jobs.finish_parts("job", PartDone(stage="text", part="0"))
    close_stages(jobs, "job")
    ends = {stage.name: (stage.state, stage.reason) for stage in jobs.stages("job")}
    assert ends == {
        "shots": ("SUCCEEDED", ""),
        "text": ("FAILED", "WORKER_CRASHED"),
        "speech": ("SUCCEEDED", ""),
    }
    assert job_outcome({name: state for name, (state, _) in ends.items()}) is JobState.PARTIAL


def test_a_stage_of_which_more_is_learnt_says_nothing_until_then(jobs: JobStore) -> None:
    submitted(jobs)
    ends = close_stages(jobs, "job", later={"speech"})
    assert {stage.name: stage.state for stage in ends} == dict.fromkeys(
        ("shots", "text", "speech"), "SUCCEEDED"
    )
    told = {stage.name: stage.state for stage in jobs.stages("job")}
    assert told == {"shots": "SUCCEEDED", "text": "SUCCEEDED", "speech": "PENDING"}


def test_what_an_earlier_run_found_out_is_found_out_again(jobs: JobStore) -> None:
    submitted(jobs)
    jobs.set_stage("job", "speech", StageState.NOT_CHECKED, reason="SPEECH_NOT_UNDERSTOOD")
    jobs.set_stage("job", "text", StageState.NOT_CHECKED, reason="NO_ENGINE")
    ends = {stage.name: (stage.state, stage.reason) for stage in ended(jobs.stages("job"))}
    assert ends["speech"] == ("SUCCEEDED", "")
    assert ends["text"] == ("NOT_CHECKED", "NO_ENGINE")
