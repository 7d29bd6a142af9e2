"""What speech costs is told per second of film, of which little may be spoken."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from calling import TIMEOUT_S, Api
from running import processes

from bench.constructed.media import SOUND_RATE, silence, sound, write_sound
from videre.v1 import job_pb2

pytestmark = [pytest.mark.e2e, pytest.mark.long]

END_S = 120.0
#: Less than a minute tells nothing.
LENGTH_S = 66


def asked(path: Path) -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest(features=["speech"])
    request.inputs.add(uri=f"file://{path}")
    return request


def stage(job: job_pb2.Job) -> float:
    """Return the CPU-seconds of a job's stage of speech."""
    return next(stage.cpu_seconds for stage in job.stages if stage.name == "speech")


def estimate(api: Api, media_id: str) -> job_pb2.StageEstimate:
    request = job_pb2.EstimateJobRequest()
    request.job.features.append("speech")
    request.job.inputs.add(media_id=media_id)
    stages = api.jobs.EstimateJob(request, timeout=TIMEOUT_S).stages
    return next(stage for stage in stages if stage.stage == "speech")


def test_a_film_s_silence_counts(tmp_path: Path) -> None:
    """Eleven spoken seconds of a minute cost what they cost; films without speech halve it."""
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder:
        pytest.skip("VIDERE_TEST_MEDIA names no folder of test media")
    chance = np.random.default_rng(7)
    quiet = silence(LENGTH_S, chance)
    heard = quiet.copy()
    spoken = sound(Path(folder) / "speech_en" / "jfk.flac")
    heard[10 * SOUND_RATE :][: len(spoken)] += spoken
    write_sound(tmp_path / "heard.wav", heard)
    write_sound(tmp_path / "quiet.wav", quiet)
    settings = {"VIDERE_FILE_ROOTS": str(tmp_path)}
    with (
        processes(tmp_path / "data", "asr", "orchestrator", **settings) as suite,
        Api(suite.ports.target("orchestrator")) as api,
    ):
        job = api.ended(asked(tmp_path / "heard.wav"), END_S)
        took, first = stage(job), estimate(api, job.media_id)
        assert first.basis == job_pb2.ESTIMATE_BASIS_MEASURED
        assert 0.3 * took < first.cpu_seconds <= took, "finding speech is no part of it"
        api.ended(asked(tmp_path / "quiet.wav"), END_S)
        second = estimate(api, job.media_id)
        assert second.cpu_seconds == pytest.approx(first.cpu_seconds / 2, rel=0.02)
        api.ended(asked(tmp_path / "quiet.wav"), END_S)
        assert estimate(api, job.media_id) == second, "what is known costs nothing anew"
