"""Jobs that make files of several inputs, with or without looking for anything."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
import synth
from calling import BUSY_S, TIMEOUT_S, Api, refused
from running import Processes

from videre.v1 import analysis_pb2, job_pb2, media_pb2, production_pb2

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def suite(producing: Processes) -> Processes:
    return producing


@pytest.fixture(scope="module")
def clip(files: Path) -> Callable[[str], str]:
    return lambda name: synth.named(name, files / "clips")[1].as_uri()


def only_files(*inputs: tuple[str, str]) -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest(skip_analysis=True)
    for name, uri in inputs:
        request.inputs.add(name=name, uri=uri)
    return request


def states(job: job_pb2.Job) -> dict[str, str]:
    return {
        stage.name: analysis_pb2.StageState.Name(stage.state).removeprefix("STAGE_STATE_")
        for stage in job.stages
    }


def failures(job: job_pb2.Job) -> list[str]:
    return [
        f"{stage.name}: {stage.reason} {stage.message}"
        for stage in job.stages
        if stage.reason not in ("", "NOT_REQUESTED")
    ]


def test_a_job_makes_files_of_several_inputs_and_looks_for_nothing(
    api: Api, clip: Callable[[str], str], files: Path, tmp_path: Path
) -> None:
    request = only_files(("main", clip("cfr25")), ("second", clip("b_frames")))
    request.production_tasks.add(name="joined").concatenate.SetInParent()
    task = request.production_tasks.add(name="versions")
    task.transcode.input = "second"
    task.transcode.renditions.add(width=160)
    task.transcode.renditions.add(name="tall", aspect="9:16")
    request.production_tasks.add(name="told").split_lecture.without_files = True
    folder = files / tmp_path.name
    request.output.uri_prefix = folder.as_uri()
    request.output.name_pattern = "{source}/{function}-{sequence}.{type}"
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, failures(job)
    assert not job.features
    assert (job.analysis_revision, job.result_digest) == (0, "")
    found = states(job)
    assert {found[name] for name in ("shots", "speech", "fuse", "moderate")} == {"SKIPPED"}
    assert found["produce:joined"] == found["output"] == "SUCCEEDED"
    made = {output.name: output for output in job.outputs}
    assert list(made) == [
        "joined-web.mp4", "versions-web.mp4", "versions-tall.mp4", "told-lecture.json",
    ]  # fmt: skip
    assert made["told-lecture.json"].lecture.parts[-1].end_frame == 60
    assert made["joined-web.mp4"].media.frames == 150
    assert made["versions-web.mp4"].media.width == 160
    assert made["versions-web.mp4"].media.duration.seconds == 3
    delivered = sorted(str(p.relative_to(folder)) for p in folder.rglob("*.*"))
    assert delivered == [
        "cfr25/lecture-4.json", *(f"cfr25/video-{number}.mp4" for number in (1, 2, 3)),
    ]  # fmt: skip
    media = api.media.GetMedia(media_pb2.GetMediaRequest(media_id=job.media_id), timeout=TIMEOUT_S)
    assert media.media.latest_revision == 0


@pytest.mark.long
def test_progress_is_told_while_a_task_works(api: Api, clip: Callable[[str], str]) -> None:
    request = only_files(("main", clip("minute")))
    request.production_tasks.add().transcode.renditions.add(preset="hevc", width=320, height=180,
                                                            fit=production_pb2.FIT_PAD)  # fmt: skip
    job_id = api.submit(request).job.job_id
    shares = []
    for message in api.jobs.WatchJob(job_pb2.WatchJobRequest(job_id=job_id), timeout=240):
        stage = message.event.stage
        if stage.name == "produce:transcode" and stage.total == 100:
            shares.append(stage.done)
    assert shares == sorted(set(shares))
    assert len(shares) > 1
    assert api.job(job_id).state == job_pb2.JOB_STATE_SUCCEEDED


@pytest.mark.long
def test_a_task_of_an_analysed_job_may_have_inputs_too(
    api: Api, clip: Callable[[str], str]
) -> None:
    request = job_pb2.SubmitJobRequest(features=["loudness"])
    request.inputs.add(name="main", uri=clip("cfr25"))
    request.inputs.add(name="end", uri=clip("long_sound"))
    request.production_tasks.add().concatenate.SetInParent()
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, failures(job)
    assert job.analysis_revision == 1
    assert states(job)["loudness"] == "SUCCEEDED"
    assert job.outputs[0].media.frames == 60 + 75


def test_a_further_input_that_is_no_media_fails_the_job_by_name(
    api: Api, clip: Callable[[str], str], files: Path
) -> None:
    (files / "noise.bin").write_bytes(bytes(range(256)) * 64)
    request = only_files(("main", clip("cfr25")), ("other", (files / "noise.bin").as_uri()))
    request.production_tasks.add().concatenate.SetInParent()
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_FAILED
    assert job.error.reason == "MEDIA_UNREADABLE"
    assert "other" in job.error.message


def test_a_task_that_fails_fails_alone(api: Api, clip: Callable[[str], str]) -> None:
    request = only_files(("main", clip("ntsc")))
    request.production_tasks.add(name="song").transcode.renditions.add(preset="audio-mp3")
    request.production_tasks.add(name="film").transcode.renditions.add(width=160)
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_PARTIAL
    assert {stage.name: stage.reason for stage in job.stages}["produce:song"] == "NO_TRACK"
    assert [output.name for output in job.outputs] == ["film-web.mp4"]


def test_files_without_analysis_need_no_analysis_words(
    api: Api, clip: Callable[[str], str]
) -> None:
    request = only_files(("main", clip("cfr25")))
    request.production_tasks.add().transcode.SetInParent()
    request.features.append("shots")
    refusal = refused(lambda: api.submit(request))
    assert (refusal.reason, refusal.fields) == ("FIELD_INVALID", ("skip_analysis",))
