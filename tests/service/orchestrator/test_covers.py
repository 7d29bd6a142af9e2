"""Cover pictures given with a job: judged as pictures of their own, never clean when unseen."""

from __future__ import annotations

from typing import Any

import cv2
import pytest
from calling import BUSY_S, TIMEOUT_S, Api, refused, text_request
from running import Processes
from synth import burn, scene

from videre.orchestrator.media.frame_hash import perceptual_hash
from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2
from videre.v1 import library_pb2 as pb

pytestmark = pytest.mark.engine

PASS, REVIEW, BLOCK = (
    analysis_pb2.SUGGESTION_PASS, analysis_pb2.SUGGESTION_REVIEW, analysis_pb2.SUGGESTION_BLOCK,
)  # fmt: skip
COVER = analysis_pb2.GIVEN_KIND_COVER
CHECKED, FAILED, NOT_CHECKED = (
    analysis_pb2.COVERAGE_STATE_CHECKED, analysis_pb2.COVERAGE_STATE_FAILED,
    analysis_pb2.COVERAGE_STATE_NOT_CHECKED,
)  # fmt: skip


@pytest.fixture(scope="module")
def api(seeing_api: Api) -> Api:
    return seeing_api


def shown(number: int) -> Any:
    """Return a picture that no other number's is like."""
    return burn(scene(number, 320, 180), 9_001 * number % 65_536)[:, :, ::-1].copy()


def png(number: int) -> bytes:
    _, data = cv2.imencode(".png", shown(number))
    return bytes(data)


def uploaded(api: Api, data: bytes, name: str = "cover.png") -> str:
    upload = api.open_upload(len(data), file_name=name)
    api.write(upload.upload_id, 0, data)
    api.complete(upload.upload_id, data)
    return upload.upload_id


def judged(api: Api, moderation: str, *covers: str) -> job_pb2.Job:
    request = job_pb2.SubmitJobRequest(features=["landmarks", "colors"])
    request.inputs.add(upload_id=uploaded(api, png(1), "main.png"))
    request.templates.moderation = moderation
    for cover in covers:
        request.context.covers.add(upload_id=cover)
    job = api.ended(request, BUSY_S)
    assert job.state == job_pb2.JOB_STATE_SUCCEEDED, str(job.error)
    return job


def covers_of(verdict: analysis_pb2.Verdict) -> list[analysis_pb2.GivenVerdict]:
    return [one for one in verdict.given if one.kind == COVER]


def looked_at(verdict: analysis_pb2.Verdict) -> analysis_pb2.GivenCoverage:
    (found,) = (item for item in verdict.given_coverage if item.kind == COVER)
    return found


def verdict_of(api: Api, job: job_pb2.Job) -> analysis_pb2.Verdict:
    request = media_pb2.GetAnalysisRequest(media_id=job.media_id)
    return api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis.verdict


@pytest.fixture(scope="module")
def blocking(api: Api) -> str:
    """A template that blocks scene 4."""
    request = pb.CreateLibraryRequest(library_id="posters", kind=pb.LIBRARY_KIND_HASHES)
    api.libraries.CreateLibrary(request, timeout=TIMEOUT_S)
    value = perceptual_hash(shown(4))
    assert value is not None
    content = pb.HashContent(algorithm="phash64", value=f"{value:016x}")
    entry = pb.NewLibraryEntry(entry_id="scene-4", name="Scene 4", hash=content)
    adding = pb.AddLibraryEntriesRequest(library_id="posters", entries=[entry])
    api.libraries.AddLibraryEntries(adding, timeout=TIMEOUT_S)
    rule = template_pb2.ModerationRule(
        category="custom", medium="image", enabled=True, hash_lists=["posters"]
    )
    moderation = template_pb2.ModerationTemplate(rules=[rule])
    draft = template_pb2.TemplateDraft(template_id="covers", moderation=moderation)
    making = template_pb2.CreateTemplateRequest(template=draft)
    api.templates.CreateTemplate(making, timeout=TIMEOUT_S)
    return "covers"


def test_a_cover_has_its_own_verdict_and_the_job_the_worst(api: Api, blocking: str) -> None:
    job = judged(api, blocking, uploaded(api, png(2)), uploaded(api, png(4)))
    verdict = verdict_of(api, job)
    assert [(one.kind, one.given_id, one.suggestion) for one in covers_of(verdict)] == [
        (COVER, "0", PASS), (COVER, "1", BLOCK),
    ]  # fmt: skip
    assert [group.suggestion for group in verdict.groups] == [PASS]
    assert job.suggestion == BLOCK
    (segment,) = covers_of(verdict)[1].groups[0].segments
    assert segment.hash_hits[0].entry_id == "scene-4"
    looked = looked_at(verdict)
    assert (looked.kind, looked.count, looked.state) == (COVER, 2, CHECKED)


def test_a_cover_that_cannot_be_opened_is_for_a_person(api: Api, blocking: str) -> None:
    job = judged(api, blocking, uploaded(api, b"no picture at all", "cover.png"))
    verdict = verdict_of(api, job)
    (cover,) = covers_of(verdict)
    assert (cover.suggestion, cover.groups[0].reason) == (REVIEW, "INCOMPLETE")
    assert {item.state for item in cover.groups[0].coverage} == {FAILED}
    assert (job.suggestion, looked_at(verdict).state) == (REVIEW, FAILED)


def test_a_cover_that_nobody_looks_at_is_not_clean(api: Api) -> None:
    job = judged(api, "careful", uploaded(api, png(3)))
    (cover,) = covers_of(verdict_of(api, job))
    assert cover.suggestion == REVIEW
    assert {group.reason for group in cover.groups} == {"NOT_CHECKED"}


def test_judging_again_looks_at_the_same_covers_without_a_call(
    seeing: Processes, api: Api, blocking: str
) -> None:
    job = judged(api, "careful", uploaded(api, png(4)))
    before = seeing.engine_calls()
    request = template_pb2.PreviewTemplateRequest(template=blocking, media_ids=[job.media_id])
    preview = api.templates.PreviewTemplate(request, timeout=TIMEOUT_S)
    (change,) = preview.changes
    assert change.to_suggestion == BLOCK
    assert ("custom", "cover/0/image") in {(one.category, one.medium) for one in change.groups}
    again = template_pb2.RemoderateRequest(template=blocking, media_ids=[job.media_id])
    api.templates.Remoderate(again, timeout=TIMEOUT_S)
    assert covers_of(verdict_of(api, job))[0].suggestion == BLOCK
    assert seeing.engine_calls() == before


def test_a_cover_that_was_seen_before_makes_no_call(
    seeing: Processes, api: Api, blocking: str
) -> None:
    cover = uploaded(api, png(5))
    judged(api, blocking, cover)
    before = seeing.engine_calls()
    job = judged(api, blocking, cover)
    assert (seeing.engine_calls(), job.model_calls) == (before, 0)


def test_a_cover_must_be_there(api: Api) -> None:
    request = text_request("words")
    request.context.covers.add(media_id="nobody")
    assert refused(lambda: api.submit(request)).reason == "MEDIA_NOT_FOUND"
