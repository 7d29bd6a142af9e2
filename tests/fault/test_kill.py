"""kill -9 of every process with its work in flight: the same answer, nothing lost, nothing twice.

The same trial as `make bench NAME=kill`, which makes ninety kills, with one or two a process.
"""

from __future__ import annotations

import random
from collections import Counter
from pathlib import Path

import pytest
from films import film
from running import ALL, processes

from bench import kill
from bench.faults.points import ORCHESTRATOR, STAGES, kill_list
from bench.faults.work import submit
from videre.v1 import analysis_pb2, job_pb2

pytestmark = [pytest.mark.fault, pytest.mark.long]

KILLS = {name: 2 if name == ORCHESTRATOR else 1 for name in STAGES}
END_S = 300.0


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("films")
    return [film(number, folder, 44) for number in range(2)]


def test_killed_processes_change_no_answer(tmp_path: Path, films: list[Path]) -> None:
    calm = kill.undisturbed(films, tmp_path / "calm", print)
    digests = {outcome.path: outcome.job.result_digest for outcome in calm}
    assert all(outcome.job.model_calls for outcome in calm)
    points = kill_list(KILLS, random.Random("tests"))
    trials = kill.disturbed(points, digests, tmp_path, print)
    assert not trials.wrong
    assert not trials.twice
    counted = Counter(done.point.process for done in trials.kills if done.counted)
    assert counted >= Counter(KILLS), f"never met: {trials.missed}"


def test_a_service_that_stays_dead_makes_the_job_partial_and_never_passes(
    tmp_path: Path, films: list[Path]
) -> None:
    without = [name for name in ALL if name != "ocr"]
    with processes(tmp_path, *without) as suite, suite.client() as client:
        job = client.wait(submit(client, films[0]).job_id, timeout_s=END_S)
        assert job.state == job_pb2.JOB_STATE_PARTIAL, job
        stage = next(stage for stage in job.stages if stage.name == "text")
        assert stage.state == analysis_pb2.STAGE_STATE_FAILED
        assert stage.reason == "SERVICE_DOWN"
        assert job.suggestion >= analysis_pb2.SUGGESTION_REVIEW
