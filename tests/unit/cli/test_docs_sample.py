"""docs/samples/result.json is an answer of the public API, and agrees with the sample's truth."""

from __future__ import annotations

import json
from importlib import resources
from pathlib import Path

import pytest
from google.protobuf import json_format

from videre.cli.truth import TIERS, check, parse_truth
from videre.orchestrator.features import DIARIZATION, FEATURES, LANDMARKS
from videre.v1 import analysis_pb2, job_pb2

PAGE = Path(__file__).parents[3] / "docs" / "samples" / "result.json"
TRUTH = resources.files("videre.cli").joinpath("sample", "sample.truth.json")


@pytest.fixture(scope="module")
def answer() -> job_pb2.QueryJobResponse:
    """The answer, parsed strictly: a field that the API does not have is an error."""
    return json_format.Parse(PAGE.read_text(encoding="utf-8"), job_pb2.QueryJobResponse())


@pytest.mark.parametrize("tier", TIERS)
def test_what_is_in_the_sample_was_found(answer: job_pb2.QueryJobResponse, tier: str) -> None:
    checks = check(parse_truth(TRUTH.read_text(encoding="utf-8"))[tier], answer.analysis)
    assert checks
    assert [item.words for item in checks if not item.met] == []


def test_every_feature_was_looked_for(answer: job_pb2.QueryJobResponse) -> None:
    states = {stage.name: stage.state for stage in answer.analysis.stages}
    assert answer.job.state == job_pb2.JOB_STATE_SUCCEEDED
    assert answer.job.model_calls > 0
    # A new project has no sample pictures to look for, a new installation nothing of torch.
    unchecked = {LANDMARKS.name, DIARIZATION.name}
    assert {states.pop(name) for name in unchecked} == {analysis_pb2.STAGE_STATE_NOT_CHECKED}
    looked = {states[feature.name] for feature in FEATURES if feature.name not in unchecked}
    assert looked == {analysis_pb2.STAGE_STATE_SUCCEEDED}


def test_job_and_analysis_are_one(answer: job_pb2.QueryJobResponse) -> None:
    job, analysis = answer.job, answer.analysis
    assert job.result_digest == analysis.result_digest != ""
    assert job.media_id == analysis.media_id
    assert job.analysis_revision == analysis.revision == 1
    assert job.suggestion == analysis.verdict.suggestion
    assert not answer.next_page_token


def test_it_is_written_as_the_api_writes_json(answer: job_pb2.QueryJobResponse) -> None:
    written = json.loads(PAGE.read_text(encoding="utf-8"))
    assert written == json_format.MessageToDict(answer)
