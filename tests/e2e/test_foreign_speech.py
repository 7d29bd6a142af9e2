"""Recorded speech through the whole suite: English is transcribed, Chinese never passes as it."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import processes

from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2

pytestmark = [pytest.mark.e2e, pytest.mark.long]

END_S = 120.0
FULL = analysis_pb2.ANALYSIS_VIEW_FULL
CHINESE = ("aishell-BAC009S0724W0121.wav", "sr_chinese.flac", "wenet_long.wav")
ENGLISH = ("LJ001-0001.wav", "LJ001-0004.wav", "LJ001-0016.wav", "jfk.flac")
#: The bundled recogniser reads about three words of four right.
KNOWN_WORDS = 0.6


@pytest.fixture(scope="module")
def media() -> Path:
    folder = os.environ.get("VIDERE_TEST_MEDIA")
    if not folder:
        pytest.skip("VIDERE_TEST_MEDIA names no folder of test media")
    return Path(folder)


@pytest.fixture(scope="module")
def client(media: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Videre]:
    names = ("asr", "audio", "orchestrator")
    with processes(tmp_path_factory.mktemp("suite"), *names) as suite, suite.client() as client:
        yield client


def _analysed(client: Videre, path: Path) -> tuple[job_pb2.Job, analysis_pb2.Analysis]:
    job = client.wait(client.submit(path).job_id, timeout_s=END_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
    return job, client.query(job.job_id, view=FULL).analysis


@pytest.mark.parametrize("name", CHINESE)
def test_chinese_is_never_presented_as_english_and_never_passes(
    client: Videre, media: Path, name: str
) -> None:
    job, analysis = _analysed(client, media / "speech_zh" / name)
    heard = [utterance.understanding for utterance in analysis.utterances]
    assert heard
    assert analysis_pb2.UNDERSTANDING_UNDERSTOOD not in heard
    assert job.suggestion >= analysis_pb2.SUGGESTION_REVIEW
    speech = next(stage for stage in job.stages if stage.name == "speech")
    assert speech.state == analysis_pb2.STAGE_STATE_NOT_CHECKED
    spoken = [group for group in analysis.verdict.groups if group.medium == "speech"]
    assert {group.suggestion for group in spoken} == {analysis_pb2.SUGGESTION_REVIEW}


@pytest.mark.parametrize("name", ENGLISH)
def test_english_keeps_its_transcript(client: Videre, media: Path, name: str) -> None:
    _, analysis = _analysed(client, media / "speech_en" / name)
    truth = json.loads((media / "truth.json").read_text())["files"][f"speech_en/{name}"]["truth"]
    spoken = _words(truth["transcript"])
    heard = {word for item in analysis.utterances for word in _words(item.text)}
    assert sum(word in heard for word in spoken) >= KNOWN_WORDS * len(spoken)
    refused = [
        item
        for item in analysis.utterances
        if item.understanding == analysis_pb2.UNDERSTANDING_NOT_UNDERSTOOD
    ]
    assert refused == []


def _words(text: str) -> list[str]:
    return ["".join(c for c in word if c.isalnum()) for word in text.casefold().split()]
