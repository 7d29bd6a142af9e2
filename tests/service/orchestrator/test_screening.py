"""Hash lists first: what they settle is settled before any engine is called."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import cv2
import pytest
from calling import BUSY_S, TIMEOUT_S, Api, until
from running import Processes
from synth import Clip, make, scene

from videre.orchestrator.media.frame_hash import perceptual_hash
from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2
from videre.v1 import library_pb2 as pb

pytestmark = pytest.mark.engine

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip
SKIPPED = analysis_pb2.STAGE_STATE_SKIPPED
#: Eight seconds without sound, a key frame every 0.4 s: 0, 80 and 160 are compared.
FILM = Clip("film.mp4", frames=200, encoder=(("preset", "ultrafast"), ("g", "10")), cuts=(70, 150))


@pytest.fixture(scope="module")
def api(seeing_api: Api) -> Api:
    return seeing_api


@pytest.fixture(scope="module")
def film(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    return make(FILM, tmp_path_factory.mktemp("film")).read_bytes()


def hash_of(picture: Any) -> str:
    value = perceptual_hash(picture[:, :, ::-1].copy())
    assert value is not None
    return f"{value:016x}"


def listed(api: Api, library_id: str, *hashes: str, distance: int = 8) -> None:
    request = pb.CreateLibraryRequest(library_id=library_id, kind=pb.LIBRARY_KIND_HASHES)
    api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    add(api, library_id, *hashes, distance=distance)


def add(api: Api, library_id: str, *hashes: str, distance: int = 8) -> None:
    entries = [
        pb.NewLibraryEntry(
            entry_id=f"e{value}",
            name=value,
            hash=pb.HashContent(algorithm="phash64", value=value, max_distance=distance),
        )
        for value in hashes
    ]
    if entries:
        request = pb.AddLibraryEntriesRequest(library_id=library_id, entries=entries)
        api.libraries.AddLibraryEntries(request, timeout=TIMEOUT_S)


def template(
    api: Api, template_id: str, block: Sequence[str] = (), allow: Sequence[str] = ()
) -> None:
    rule = template_pb2.ModerationRule(
        category="custom", medium="image", enabled=True, hash_lists=block
    )
    moderation = template_pb2.ModerationTemplate(rules=[rule], allow_hash_lists=allow)
    draft = template_pb2.TemplateDraft(template_id=template_id, moderation=moderation)
    request = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(request, timeout=TIMEOUT_S)


def judged(api: Api, data: bytes, name: str, moderation: str) -> job_pb2.Job:
    upload = api.open_upload(len(data), file_name=name)
    api.write(upload.upload_id, 0, data)
    api.complete(upload.upload_id, data)
    request = job_pb2.SubmitJobRequest(features=["landmarks", "colors"])
    request.inputs.add(upload_id=upload.upload_id)
    request.templates.moderation = moderation
    request.production_tasks.add().cover.SetInParent()
    return api.ended(request, BUSY_S)


def latest(api: Api, media_id: str) -> analysis_pb2.Analysis:
    request = media_pb2.GetAnalysisRequest(media_id=media_id)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis


def stages(job: job_pb2.Job) -> dict[str, tuple[int, str]]:
    return {stage.name: (stage.state, stage.reason) for stage in job.stages}


def test_a_listed_frame_ends_a_job_before_any_engine_is_called(
    seeing: Processes, api: Api, film: bytes
) -> None:
    listed(api, "frames", hash_of(FILM.picture(80)))
    template(api, "by-frames", block=["frames"])
    before = seeing.engine_calls()
    job = judged(api, film, "film.mp4", "by-frames")
    assert seeing.engine_calls() == before
    assert (job.state, job.suggestion) == (job_pb2.JOB_STATE_SUCCEEDED, BLOCK)
    assert (job.model_calls, list(job.engines), list(job.outputs)) == (0, [], [])
    ended = stages(job)
    for name in ("landmarks", "colors", "shots", "produce:cover"):
        assert ended[name] == (SKIPPED, "HASH_LISTED")
    verdict = latest(api, job.media_id).verdict
    (segment,) = verdict.groups[0].segments
    (hit,) = segment.hash_hits
    assert (hit.frame, hit.entry_id) == (80, f"e{hash_of(FILM.picture(80))}")
    assert (segment.span.start_frame, segment.span.end_frame) == (80, 160)
    assert segment.picture_digest
    assert segment.blurred_picture_digest
    again = api.templates.Remoderate(
        template_pb2.RemoderateRequest(template="by-frames", media_ids=[job.media_id]),
        timeout=TIMEOUT_S,
    )
    assert (list(again.changes), list(again.not_judged)) == ([], [])


def test_a_picture_that_is_allowed_passes_without_engines(seeing: Processes, api: Api) -> None:
    picture = scene(4, 320, 180)
    _, data = cv2.imencode(".png", picture[:, :, ::-1])
    listed(api, "own-pictures", hash_of(picture))
    template(api, "own", allow=["own-pictures"])
    before = seeing.engine_calls()
    job = judged(api, bytes(data), "picture.png", "own")
    assert seeing.engine_calls() == before
    verdict = latest(api, job.media_id).verdict
    assert (job.suggestion, verdict.groups[0].reason) == (PASS, "ALLOWED")
    assert verdict.allowed[0].library == "own-pictures@2"
    assert not verdict.coverage_complete


def test_a_silent_film_is_allowed_by_all_its_frames_and_not_by_some(
    seeing: Processes, api: Api, film: bytes
) -> None:
    listed(api, "three", *(hash_of(FILM.picture(frame)) for frame in (0, 80, 160)))
    template(api, "by-three", allow=["three"])
    before = seeing.engine_calls()
    job = judged(api, film, "film.mp4", "by-three")
    assert seeing.engine_calls() > before  # there are frames beside the three
    assert latest(api, job.media_id).verdict.groups[0].reason != "ALLOWED"
    # Whatever a frame is, half of its bits are set: every frame is within 32 of one of these.
    listed(api, "everything", "f" * 16, "0" * 16, distance=32)
    template(api, "by-everything", allow=["everything"])
    before = seeing.engine_calls()
    job = judged(api, film, "film.mp4", "by-everything")
    assert seeing.engine_calls() == before
    assert latest(api, job.media_id).verdict.groups[0].reason == "ALLOWED"


def test_later_entries_find_the_frames_that_engines_saw(
    seeing: Processes, api: Api, film: bytes
) -> None:
    listed(api, "later")
    template(api, "by-later", block=["later"])
    job = judged(api, film, "film.mp4", "by-later")
    assert job.suggestion == PASS
    before = seeing.engine_calls()
    add(api, "later", hash_of(FILM.picture(160)))
    until(lambda: latest(api, job.media_id).verdict.suggestion == BLOCK, "the verdict changes")
    found = latest(api, job.media_id)
    assert found.revision == 2
    assert {hit.frame for s in found.verdict.groups[0].segments for hit in s.hash_hits} >= {160}
    assert seeing.engine_calls() == before
