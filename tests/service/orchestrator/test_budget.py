"""A job's budget: frames are looked at less densely, then less is looked for, and both is told."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from calling import BUSY_S, TIMEOUT_S, Api

from videre.v1 import analysis_pb2, job_pb2, media_pb2

pytestmark = pytest.mark.engine

FRAMES = ("objects", "classes", "faces")


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_TEST_MEDIA") or not os.environ.get("VIDERE_MODEL_MIRROR"):
        pytest.skip("VIDERE_TEST_MEDIA and VIDERE_MODEL_MIRROR name no folders")
    found: Api = request.getfixturevalue("seeing_api")
    return found


def asked() -> job_pb2.SubmitJobRequest:
    request = job_pb2.SubmitJobRequest(features=["shots", *FRAMES])
    clip = Path(os.environ["VIDERE_TEST_MEDIA"]) / "video" / "flower.mp4"
    request.inputs.add(uri=f"file://{clip}")
    return request


def stages(api: Api, asked: job_pb2.SubmitJobRequest) -> dict[str, analysis_pb2.Stage]:
    """Return how the stages of a job ended."""
    job = api.ended(asked, BUSY_S)
    request = media_pb2.GetAnalysisRequest(
        media_id=job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL
    )
    found = api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis
    return {stage.name: stage for stage in found.stages}


def test_a_budget_samples_less_densely_and_says_so(api: Api) -> None:
    estimate = job_pb2.EstimateJobRequest(job=asked())
    estimate.duration.FromSeconds(5)
    whole = api.jobs.EstimateJob(estimate, timeout=TIMEOUT_S)
    costs = {stage.stage: stage.cpu_seconds for stage in whole.stages}
    request = asked()
    # Frames at 12 s cost .57 of those at 3 s, at 6 s .71.
    request.budget.cpu_seconds = 1.02 * (sum(costs[name] for name in FRAMES) * 0.6 + costs["shots"])
    found = stages(api, request)
    for name in FRAMES:
        assert found[name].sample_interval.ToSeconds() == 12
        assert found[name].reason in ("", "BUDGET")
    assert not found["shots"].HasField("sample_interval")


def test_what_a_budget_leaves_out_is_not_checked(api: Api) -> None:
    request = asked()
    request.budget.cpu_seconds = 0
    request.options.sample_interval.FromSeconds(2)
    for stage in stages(api, request).values():
        if stage.name in ("shots", *FRAMES):
            assert stage.state == analysis_pb2.STAGE_STATE_NOT_CHECKED
            assert stage.reason == "BUDGET"
            assert not stage.HasField("sample_interval")
