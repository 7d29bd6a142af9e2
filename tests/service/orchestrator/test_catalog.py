"""What can be asked for: templates, engines, and what a job would cost."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest
from calling import TIMEOUT_S, Api, nothing_left, refused, text_request
from running import Processes

from videre.orchestrator.features import BY_NAME
from videre.v1 import engine_pb2, job_pb2, media_pb2, template_pb2


@pytest.fixture(scope="module")
def suite(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
) -> Iterator[Processes]:
    """An orchestrator with the one service of which an engine needs no model."""
    with orchestrator("audio") as running:
        yield running


# --- templates -------------------------------------------------------------------------------


def template(api: Api, name: str) -> template_pb2.Template:
    request = template_pb2.GetTemplateRequest(template=name)
    return api.templates.GetTemplate(request, timeout=TIMEOUT_S).template


def templates(api: Api, **fields: object) -> list[template_pb2.Template]:
    request = template_pb2.ListTemplatesRequest(**fields)  # type: ignore[arg-type]
    return list(api.templates.ListTemplates(request, timeout=TIMEOUT_S).templates)


@pytest.mark.parametrize("name", ["careful", "careful@4"])
def test_the_default_moderation_is_careful(api: Api, name: str) -> None:
    found = template(api, name)
    assert (found.template_id, found.version, found.preset, found.is_default) == (
        "careful", 4, True, True,
    )  # fmt: skip
    rules = {rule.rule_id: rule for rule in found.moderation.rules}
    assert rules["porn.image"].review_threshold == 50
    assert rules["porn.image"].block_needs_second_medium
    assert not rules["terrorism.image"].HasField("block_threshold")
    assert found.moderation.unchecked == template_pb2.UNCHECKED_POLICY_REVIEW


def test_an_earlier_version_of_a_preset_is_still_there(api: Api) -> None:
    found, latest = template(api, "careful@1"), template(api, "careful")
    assert (found.version, found.etag, latest.etag) == (1, "1", "4")
    lists = {rule.rule_id: list(rule.word_lists) for rule in found.moderation.rules}
    assert lists["porn.text"] == ["porn-en@1", "porn-zh@1"]
    assert "ad.text" not in lists


def test_the_vendor_s_preset_is_found_by_number_and_id(api: Api) -> None:
    by_number = template(api, "10")
    assert by_number.number == 10
    assert by_number.moderation.unchecked == template_pb2.UNCHECKED_POLICY_PASS
    for name in (by_number.template_id, f"{by_number.template_id}@{by_number.version}", "10@3"):
        assert template(api, name) == by_number


@pytest.mark.parametrize("name", ["nobody", "careful@9", "careful@", "11", "0", "@1"])
def test_a_template_that_is_not_there(api: Api, name: str) -> None:
    refusal = refused(lambda: template(api, name))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "TEMPLATE_NOT_FOUND")
    assert refusal.metadata["actual"] == name
    assert "careful" in refusal.metadata["limit"]


def test_templates_are_listed_by_kind(api: Api) -> None:
    everything = templates(api)
    assert all(found.preset and found.names for found in everything)
    moderation = templates(api, kind=template_pb2.TEMPLATE_KIND_MODERATION)
    analysis = templates(api, kind=template_pb2.TEMPLATE_KIND_ANALYSIS)
    assert {found.WhichOneof("parameters") for found in moderation} == {"moderation"}
    production = templates(api, kind=template_pb2.TEMPLATE_KIND_PRODUCTION)
    assert [found.template_id for found in analysis][:2] == ["full", "search"]
    assert [found.template_id for found in production] == ["player"]
    assert [*moderation, *analysis, *production] == everything
    assert sum(found.is_default for found in moderation) == 1


def test_every_template_comes_on_some_page_once(api: Api) -> None:
    request = template_pb2.ListTemplatesRequest(page_size=1)
    found: list[template_pb2.Template] = []
    for _ in range(20):
        answer = api.templates.ListTemplates(request, timeout=TIMEOUT_S)
        assert len(answer.templates) == 1
        found += answer.templates
        request.page_token = answer.next_page_token
        if not request.page_token:
            break
    assert found == templates(api)


# --- engines ---------------------------------------------------------------------------------


def engines(api: Api, feature: str = "") -> list[engine_pb2.Engine]:
    request = engine_pb2.ListEnginesRequest(feature=feature)
    return list(api.engines.ListEngines(request, timeout=TIMEOUT_S).engines)


def test_services_that_do_not_answer_are_named(api: Api) -> None:
    down = [e for e in engines(api) if e.state == engine_pb2.ENGINE_STATE_SERVICE_DOWN]
    assert [engine.service for engine in down] == ["visual", "ocr", "asr", "production"]
    assert all(engine.state_message for engine in down)


def test_engines_say_what_they_are_and_what_they_lack(api: Api) -> None:
    found = [engine for engine in engines(api) if engine.service == "audio"]
    assert {engine.feature for engine in found} == {"sound", "music"}
    for engine in found:
        assert engine.name
        assert engine.version
        assert engine.licence
        assert engine.tier != engine_pb2.ENGINE_TIER_UNSPECIFIED
        assert 0 < engine.max_call_seconds <= 10
        available = engine.state == engine_pb2.ENGINE_STATE_AVAILABLE
        assert bool(engine.state_message) != available
        assert engine.is_default <= available
    defaults = [engine.feature for engine in found if engine.is_default]
    assert len(defaults) == len(set(defaults))
    assert "music" in defaults, "it needs no model"


def test_engines_of_one_feature(api: Api) -> None:
    assert {engine.feature for engine in engines(api, "music")} == {"music"}
    assert engines(api, "taste") == []


# --- estimates -------------------------------------------------------------------------------


def estimate(
    api: Api, request: job_pb2.SubmitJobRequest, seconds: int = 0
) -> job_pb2.EstimateJobResponse:
    asked = job_pb2.EstimateJobRequest(job=request)
    asked.duration.seconds = seconds
    return api.jobs.EstimateJob(asked, timeout=TIMEOUT_S)


def test_an_estimate_grows_with_the_length_and_stores_nothing(api: Api, suite: Processes) -> None:
    with nothing_left(suite.folder / "data"):
        minute = estimate(api, text_request(), 60)
        hour = estimate(api, text_request(), 3_600)
    able = {engine.feature for engine in engines(api) if engine.is_default}
    stages = {stage.stage for stage in minute.stages}
    own = {"loudness", "quality", "mood"}
    assert stages == able | own, "what nobody can look at costs nothing"
    assert stages <= BY_NAME.keys()
    for one, many in zip(minute.stages, hour.stages, strict=True):
        assert (one.cpu_seconds > 0) == (one.stage != "mood"), "it is made of what others find"
        assert many.cpu_seconds == pytest.approx(60 * one.cpu_seconds, rel=0.02)
        assert one.basis == job_pb2.ESTIMATE_BASIS_SHIPPED
    for answer in (minute, hour):
        total = sum(stage.cpu_seconds for stage in answer.stages)
        assert answer.cpu_seconds == pytest.approx(total)
        assert answer.output_bytes == sum(stage.output_bytes for stage in answer.stages)


def test_an_estimate_needs_the_length_and_a_right_request(api: Api) -> None:
    refusal = refused(lambda: estimate(api, text_request()))
    assert (refusal.code, refusal.fields) == ("INVALID_ARGUMENT", ("duration",))
    assert refusal.metadata == {"field": "duration", "limit": "> 0", "actual": "0"}
    refusal = refused(lambda: estimate(api, text_request(), -1))
    assert refusal.metadata == {"field": "duration", "limit": "0..43200", "actual": "-1.0"}
    refusal = refused(lambda: estimate(api, text_request(priority=10), 60))
    assert refusal.metadata == {"field": "priority", "limit": "0..9", "actual": "10"}
    nowhere = job_pb2.SubmitJobRequest()
    nowhere.inputs.add(media_id="nobody")
    assert refused(lambda: estimate(api, nowhere, 60)).reason == "MEDIA_NOT_FOUND"


def test_a_probed_media_s_length_is_known(api: Api) -> None:
    job = api.ended(text_request("Known words."))
    request = job_pb2.SubmitJobRequest()
    request.inputs.add(media_id=job.media_id)
    answer = estimate(api, request)
    assert [stage.stage for stage in answer.stages] == ["text", "mood"]
    info = api.media.GetMedia(
        media_pb2.GetMediaRequest(media_id=job.media_id), timeout=TIMEOUT_S
    ).media.media_info
    assert info.size_bytes == len("Known words.")
