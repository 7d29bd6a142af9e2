"""A job's request with what its templates say filled in."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from videre.orchestrator.api.templates.choice import filled_in
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.catalog import Chosen
from videre.orchestrator.templates.presets import presets
from videre.v1 import job_pb2

BY_ID = {one.template_id: one for one in presets()}
RULES = {"rules": [{"category": "porn", "medium": "image", "enabled": True}]}


def own(kind: str, version: int = 1, **given: Any) -> TemplateRecord:
    return replace(
        BY_ID["full"], project_id="films", template_id=f"my-{kind}", kind=kind, version=version,
        document={kind: given},
    )  # fmt: skip


def chosen(
    analysis: TemplateRecord = BY_ID["full"],
    moderation: TemplateRecord = BY_ID["careful"],
    production: TemplateRecord | None = None,
) -> Chosen:
    return Chosen(analysis, moderation, production)


def request(**given: Any) -> job_pb2.SubmitJobRequest:
    return ParseDict(given, job_pb2.SubmitJobRequest())


def test_the_versions_stand_in_the_request_and_the_rest_stays() -> None:
    given = request(priority=3, templates={"moderation": "my-moderation"})
    made = filled_in(given, chosen(moderation=own("moderation", 7, **RULES)))
    assert (made.templates.analysis, made.templates.moderation, made.templates.production) == (
        "full@1", "my-moderation@7", "",
    )  # fmt: skip
    assert given.templates.moderation == "my-moderation", "the caller's request is left alone"
    made.ClearField("templates")
    given.ClearField("templates")
    made.ClearField("options")
    assert made == given


def test_what_the_job_says_goes_before_its_template() -> None:
    template = own(
        "analysis", features=["text"], sample_interval="5s", min_label_confidence=0.5,
        engine_pins=[{"feature": "text", "engine": "a"}, {"feature": "nsfw", "engine": "b"}],
    )  # fmt: skip
    made = filled_in(request(), chosen(template))
    assert list(made.features) == ["text"]
    assert made.options.sample_interval.seconds == 5
    assert made.options.min_label_confidence == 0.5
    assert [pin.engine for pin in made.engine_pins] == ["a", "b"]
    said = request(
        features=["speech"],
        options={"sample_interval": "2s", "min_label_confidence": 0.25},
        engine_pins=[{"feature": "nsfw", "engine": "c", "version": "3"}],
    )
    made = filled_in(said, chosen(template))
    assert list(made.features) == ["speech"]
    assert made.options.sample_interval.seconds == 2
    assert made.options.min_label_confidence == 0.25
    assert [(pin.feature, pin.engine, pin.version) for pin in made.engine_pins] == [
        ("nsfw", "c", "3"), ("text", "a", ""),
    ]  # fmt: skip


@pytest.mark.parametrize(("analysis", "moderation"), [("5s", "2s"), ("2s", "5s"), (None, "2s")])
def test_of_two_intervals_the_shorter_serves_both(analysis: str | None, moderation: str) -> None:
    looking = own("analysis", **({"sample_interval": analysis} if analysis else {}))
    judging = own("moderation", **RULES, sample_interval=moderation)
    assert filled_in(request(), chosen(looking, judging)).options.sample_interval.seconds == 2


def test_engines_pinned_by_moderation_come_last() -> None:
    pins = [{"feature": "nsfw", "engine": "m"}, {"feature": "classes", "engine": "m"}]
    judging = own("moderation", **RULES, engine_pins=pins)
    looking = own("analysis", engine_pins=[{"feature": "nsfw", "engine": "a"}])
    made = filled_in(request(), chosen(looking, judging))
    assert [(pin.feature, pin.engine) for pin in made.engine_pins] == [
        ("nsfw", "a"), ("classes", "m"),
    ]  # fmt: skip


def test_tasks_of_the_template_come_beside_those_of_the_job() -> None:
    said = request(production_tasks=[{"cover": {"count": 3}}, {"name": "more", "cover": {}}])
    made = filled_in(said, chosen(production=BY_ID["player"]))
    names = [task.name or task.WhichOneof("function") for task in made.production_tasks]
    assert names == ["sprite", "captions", "cover", "more"]
    assert made.production_tasks[2].cover.count == 3
    assert made.templates.production == "player@1"


def test_own_templates_are_cited_and_presets_are_not() -> None:
    assert chosen().own == []
    mine = chosen(moderation=own("moderation", 4), production=own("production", 2))
    assert mine.own == [("my-moderation", 4), ("my-production", 2)]
