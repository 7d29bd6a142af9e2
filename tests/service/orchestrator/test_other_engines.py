"""Previews by what another engine saw: from what is stored, without any model."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from calling import BUSY_S, TIMEOUT_S, Api, refused
from running import Processes

from videre.v1 import analysis_pb2, job_pb2, media_pb2, template_pb2

pytestmark = pytest.mark.engine

ENGINES = ("open-nsfw", "nsfw-mobilenet-v2")


@pytest.fixture(scope="module")
def api(request: pytest.FixtureRequest) -> Api:
    if not os.environ.get("VIDERE_TEST_MEDIA") or not os.environ.get("VIDERE_MODEL_MIRROR"):
        pytest.skip("VIDERE_TEST_MEDIA and VIDERE_MODEL_MIRROR name no folders")
    api: Api = request.getfixturevalue("seeing_api")
    return api


@pytest.fixture(scope="module")
def media_id(api: Api) -> str:
    """A clip that two engines looked at; the latest analysis is the second's."""
    clip = Path(os.environ["VIDERE_TEST_MEDIA"]) / "video" / "flower.mp4"
    known = ""
    for engine in ENGINES:
        request = job_pb2.SubmitJobRequest(features=["shots", "nsfw"])
        request.engine_pins.add(feature="nsfw", engine=engine)
        if known:
            request.inputs.add(media_id=known)
        else:
            request.inputs.add(uri=f"file://{clip}")
        job = api.ended(request, BUSY_S)
        assert job.state == job_pb2.JOB_STATE_SUCCEEDED, job
        known = job.media_id
    return known


def preview(api: Api, media_id: str, **pin: str) -> template_pb2.PreviewTemplateResponse:
    draft = template_pb2.TemplateDraft(template_id="tried")
    draft.moderation.rules.add(
        category="porn", medium="image", enabled=True, review_threshold=0, labels=["porn", "sexy"]
    )
    draft.moderation.unchecked = template_pb2.UNCHECKED_POLICY_PASS
    request = template_pb2.PreviewTemplateRequest(draft=draft, media_ids=[media_id])
    if pin:
        request.engine_pins.add(**pin)
    return api.templates.PreviewTemplate(request, timeout=TIMEOUT_S)


@pytest.mark.long
def test_what_another_engine_saw_is_judged_without_it(
    api: Api, seeing: Processes, media_id: str
) -> None:
    calls = seeing.engine_calls()
    first, second = (preview(api, media_id, feature="nsfw", engine=name) for name in ENGINES)
    assert not first.not_judged
    assert [one.count for one in first.counts] == [1]
    assert second == preview(api, media_id), "the latest analysis is the second engine's"
    pinned = preview(api, media_id, feature="nsfw", engine="open-nsfw", version="1")
    assert pinned == first
    assert seeing.engine_calls() == calls
    request = media_pb2.GetAnalysisRequest(media_id=media_id, view=analysis_pb2.ANALYSIS_VIEW_BASIC)
    assert api.media.GetAnalysis(request, timeout=TIMEOUT_S).analysis.revision == 2


@pytest.mark.parametrize(
    "pin",
    [
        {"feature": "nsfw", "engine": "open-nsfw", "version": "2"},
        {"feature": "nsfw", "engine": "nobody"},
        {"feature": "classes", "engine": "open-nsfw"},
    ],
)
def test_what_nobody_kept_is_not_judged(api: Api, media_id: str, pin: dict[str, str]) -> None:
    (missed,) = preview(api, media_id, **pin).not_judged
    assert (missed.media_id, missed.reason) == (media_id, "NO_EVIDENCE")
    assert pin["engine"] in missed.message


def test_pins_are_one_per_feature(api: Api) -> None:
    request = template_pb2.PreviewTemplateRequest(template="careful")
    for engine in ENGINES:
        request.engine_pins.add(feature="nsfw", engine=engine)
    refusal = refused(lambda: api.templates.PreviewTemplate(request, timeout=TIMEOUT_S))
    assert refusal.fields == ("engine_pins[1]",)
