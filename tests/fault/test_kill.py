"""kill -9 of every process with its work in flight: the same answer, nothing lost, nothing twice.

`VIDERE_KILLS` sets the number of kills per process (default 1; the reliability figures use 10).
"""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import pytest
from films import film
from running import ALL, Processes, processes

from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2, production_pb2

pytestmark = pytest.mark.fault

KILLS = int(os.environ.get("VIDERE_KILLS", "1"))
#: A job may be done before its kill; such a kill does not count, and another film takes its place.
SPARE = 2
END_S = 300.0
#: Stages that tell that a process has this job's work in flight.
STAGES = {
    "visual": ("objects", "faces", "nsfw"),
    "ocr": ("text",),
    "asr": ("speech",),
    "audio": ("sound",),
    "production": ("produce:sprite",),
    "orchestrator": ("shots", "objects", "text", "speech", "sound", "moderate"),
}


def submit(client: Videre, path: Path) -> job_pb2.Job:
    media = client.upload(path).media
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=media.media_id)
    request.context.title = path.name
    sprite = production_pb2.SpriteParams(tile_width=320)
    sprite.interval.FromMilliseconds(500)
    request.production_tasks.add(sprite=sprite)
    return client.submit_request(request).job


@pytest.fixture(scope="module")
def films(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    folder = tmp_path_factory.mktemp("films")
    return [film(number, folder) for number in range(KILLS + SPARE)]


@pytest.fixture(scope="module")
def undisturbed(
    tmp_path_factory: pytest.TempPathFactory, films: list[Path]
) -> Callable[[Path], str]:
    """The answers of a suite that nobody disturbs; a spare film is only seen when it is needed."""
    digests: dict[Path, str] = {}

    def digest(path: Path) -> str:
        if path not in digests:
            folder = tmp_path_factory.mktemp("quiet")
            digests.update(_digests(folder, films[:KILLS] if path in films[:KILLS] else [path]))
        return digests[path]

    return digest


def _digests(folder: Path, paths: list[Path]) -> dict[Path, str]:
    with processes(folder, *ALL) as suite, suite.client() as client:
        digests = {}
        for path in paths:
            job = client.wait(submit(client, path).job_id, timeout_s=END_S)
            assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
            assert job.model_calls > 0
            digests[path] = job.result_digest
        return digests


def _in_flight(job: job_pb2.Job, target: str) -> bool:
    """Tell whether a stage of the process is running with work left."""
    return any(
        stage.name in STAGES[target]
        and stage.state == analysis_pb2.STAGE_STATE_RUNNING
        and stage.done < stage.total
        for stage in job.stages
    )


def _wait_for_work(client: Videre, job_id: str, target: str, rng: random.Random) -> bool:
    """Return once the process has this job's work in flight, at a point chosen by chance."""
    skipped = rng.randrange(4)
    for _ in client.watch(job_id):
        job = client.query(job_id).job
        if _in_flight(job, target):
            if skipped == 0:
                return True
            skipped -= 1
    return False


@pytest.mark.parametrize("target", sorted(STAGES))
def test_a_killed_process_changes_no_answer(
    target: str, tmp_path: Path, films: list[Path], undisturbed: Callable[[Path], str]
) -> None:
    rng = random.Random(target)
    counted = 0
    undisturbed(films[0])  # before the suite that is to be killed needs the machine
    with processes(tmp_path, *ALL, VIDERE_STAGE_PATIENCE="60") as suite:
        for path in films:
            if counted == KILLS:
                break
            with suite.client() as client:
                job = submit(client, path)
                hit = _wait_for_work(client, job.job_id, target, rng)
            suite.kill(target)
            suite.start(target)
            counted += hit
            _check(suite, job.job_id, undisturbed(path))
    assert counted == KILLS, f"only {counted} of {len(films)} kills met work in flight"


def _check(suite: Processes, job_id: str, digest: str) -> None:
    with suite.client() as client:
        ended = client.wait(job_id, timeout_s=END_S)
        assert ended.state == job_pb2.JOB_STATE_SUCCEEDED, ended
        assert ended.result_digest == digest
        assert ended.analysis_revision == 1
        events = list(client.watch(job_id))
    assert [event.seq for event in events] == list(range(1, len(events) + 1))
    assert sum(event.HasField("analysis_published") for event in events) == 1
    finals = [
        event.state_changed.state
        for event in events
        if event.HasField("state_changed")
        and event.state_changed.state != job_pb2.JOB_STATE_RUNNING
        and event.state_changed.state != job_pb2.JOB_STATE_QUEUED
    ]
    assert finals == [job_pb2.JOB_STATE_SUCCEEDED]
    names = [output.name for output in ended.outputs]
    assert len(set(names)) == len(names) == 2


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
