"""Copies of a film: what was seen in one is not looked for in the next, and each owns its own."""

from __future__ import annotations

import json
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path

import numpy as np
import pytest
import synth
from calling import BUSY_S, TIMEOUT_S, Api, reading
from remuxing import Copy, remuxed
from running import Processes

from videre.v1 import analysis_pb2, job_pb2, media_pb2, retention_pb2

FEATURES = ("shots", "colors", "quality", "loudness")
#: Units of 20 and 24 s.
FILM = synth.Clip(
    "film.mp4", 352, size=(96, 54), rate=Fraction(8), cuts=(40, 200),
    encoder=(("preset", "veryfast"), ("g", "32"), ("x264-params", "scenecut=0")),
    sounds=(synth.Sound(np.zeros(44 * 48_000, np.float32)),),
)  # fmt: skip


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return synth.make(FILM, tmp_path_factory.mktemp("film"))


@pytest.fixture(scope="module")
def first(seeing_api: Api, film: Path) -> job_pb2.Job:
    job = analysed(seeing_api, film)
    assert job.model_calls > 0
    return job


@pytest.fixture
def other(seeing: Processes) -> Iterator[Api]:
    with Api(seeing.ports.target("orchestrator"), "copies-of-others") as api:
        yield api


def analysed(api: Api, path: Path) -> job_pb2.Job:
    media = api.uploaded(path.read_bytes(), path.name)
    request = job_pb2.SubmitJobRequest(features=FEATURES)
    request.inputs.add(media_id=media.media_id)
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED
    return job


def seen(api: Api, job: job_pb2.Job) -> tuple[object, ...]:
    """Return what an analysis says of the film, but which file it is of."""
    asked = media_pb2.GetAnalysisRequest(
        media_id=job.media_id, view=analysis_pb2.ANALYSIS_VIEW_FULL
    )
    found = api.media.GetAnalysis(asked, timeout=TIMEOUT_S).analysis
    return list(found.shots), list(found.labels), list(found.stages)


def sources(folder: Path, media_id: str) -> set[str]:
    """Return where the evidence of the units of a media was taken from."""
    with reading(folder) as database:
        query = (
            "SELECT DISTINCT taken_from FROM evidence JOIN media ON media.digest = media_digest"
            " WHERE media.id = ? AND feature IN ('shots', 'colors', 'signals')"
        )
        return {row[0] for row in database.execute(query, (media_id,))}


def digest(folder: Path, media_id: str) -> str:
    with reading(folder) as database:
        query = "SELECT digest FROM media WHERE id = ?"
        return str(database.execute(query, (media_id,)).fetchone()[0])


def test_another_container_calls_no_model(
    seeing_api: Api, seeing: Processes, first: job_pb2.Job, film: Path, tmp_path: Path
) -> None:
    data = seeing.folder / "data"
    for copy in (Copy("a.mov", metadata={"title": "Another"}), Copy("b.mkv", sound=False)):
        job = analysed(seeing_api, remuxed(film, tmp_path, copy))
        assert job.model_calls == 0, copy.name
        assert sources(data, job.media_id) == {digest(data, first.media_id)}
        if copy.sound:
            assert seen(seeing_api, job) == seen(seeing_api, first)


@pytest.mark.long
def test_a_shorter_copy_costs_its_changed_share(
    seeing_api: Api, first: job_pb2.Job, film: Path, tmp_path: Path
) -> None:
    job = analysed(seeing_api, remuxed(film, tmp_path, Copy("short.mp4", end_s=40)))
    assert 0 < job.model_calls < first.model_calls


@pytest.mark.long
def test_another_project_gives_nothing(
    other: Api, seeing_api: Api, first: job_pb2.Job, film: Path, tmp_path: Path
) -> None:
    job = analysed(other, remuxed(film, tmp_path, Copy("theirs.mov")))
    assert job.model_calls == first.model_calls


@pytest.mark.long
def test_a_copy_outlives_what_it_is_of(
    seeing_api: Api, seeing: Processes, film: Path, tmp_path: Path
) -> None:
    data = seeing.folder / "data"
    turned = remuxed(film, tmp_path, Copy("turned.mp4", rotation=90))
    origin = analysed(seeing_api, turned)
    assert origin.model_calls > 0, "turned, all frames are others"
    again = analysed(seeing_api, remuxed(turned, tmp_path, Copy("turned.mov", rotation=90)))
    assert again.model_calls == 0
    purge = retention_pb2.PurgeMediaRequest(media_id=origin.media_id, close_reviews=True)
    report = seeing_api.retention.PurgeMedia(purge, timeout=TIMEOUT_S).report
    assert not report.found, json.dumps([place.place for place in report.found])
    assert sources(data, again.media_id) == {"erased"}
    assert seen(seeing_api, again)
    third = remuxed(turned, tmp_path, Copy("third.mkv", rotation=90))
    job = analysed(seeing_api, third)
    assert job.model_calls == 0
    assert sources(data, job.media_id) == {digest(data, again.media_id)}
