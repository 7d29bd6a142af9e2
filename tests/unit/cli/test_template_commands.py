"""`videre template …`: what is sent, what is shown."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from doubles.world import World
from google.protobuf.json_format import ParseDict

from videre.v1 import template_pb2

Run = Callable[..., Any]
HOUSE = {
    "template_id": "house", "version": 1, "number": 1000, "etag": "1", "description": "Our [own].",
    "moderation": {
        "unchecked": "UNCHECKED_POLICY_REVIEW", "sample_interval": "1s",
        "required_labels": ["porn/image/porn"],
        "engine_pins": [{"feature": "nsfw", "engine": "open", "version": "2"}],
        "rules": [
            {"rule_id": "porn.image", "category": "porn", "medium": "image", "enabled": True,
             "review_threshold": 50, "block_threshold": 90, "block_needs_second_medium": True,
             "names": [{"language_code": "en", "name": "Nudity"}], "labels": ["porn", "sexy"]},
            {"rule_id": "drugs", "category": "prohibited", "medium": "text",
             "word_lists": ["drugs-en"]},
        ],
    },
}  # fmt: skip


@pytest.fixture
def house(world: World) -> World:
    """One template."""
    world.templates.append(ParseDict(HOUSE, template_pb2.Template()))
    return world


def test_templates_are_listed(videre: Run, house: World) -> None:
    assert "Our [own]." in videre("template", "list").out
    found = videre("template", "list", "--kind", "moderation", "--deleted", "--json").json()
    assert [one["templateId"] for one in found] == ["house"]
    request = house.calls("ListTemplates")[-1]
    assert (request.kind, request.show_deleted) == (template_pb2.TEMPLATE_KIND_MODERATION, True)


@pytest.mark.usefixtures("house")
def test_a_template_is_shown_with_its_rules(videre: Run) -> None:
    shown = videre("template", "show", "house").out
    for words in (
        "house@1, number 1000, etag 1", "unchecked: review", "at least every 1 s", "nsfw: open@2",
        "must be looked for: porn/image/porn", "porn.image Nudity", "90 with a second", "never",
        "porn, sexy", "drugs (off)", "drugs-en",
    ):  # fmt: skip
        assert words in shown, words
    assert videre("template", "show", "house", "--json").json()["number"] == "1000"
    ran = videre("template", "show", "nobody")
    assert (ran.code, ran.err) == (1, "videre: TEMPLATE_NOT_FOUND: no template nobody\n")


def test_templates_of_the_other_kinds_are_shown(videre: Run, world: World) -> None:
    looking = {
        "template_id": "look",
        "preset": True,
        "is_default": True,
        "analysis": {"features": ["text", "speech"], "min_label_confidence": 0.5},
    }
    making = {
        "template_id": "make",
        "delete_time": "2026-01-15T09:30:00Z",
        "production": {"tasks": [{"cover": {}}, {"name": "web", "captions": {}}]},
    }
    world.templates += [ParseDict(one, template_pb2.Template()) for one in (looking, making)]
    shown = videre("template", "show", "look").out
    assert "preset, default" in shown
    assert "features: text, speech" in shown
    assert "labels from 0.5 on" in shown
    shown = videre("template", "show", "make").out
    assert "deleted" in shown
    assert "cover: cover" in shown
    assert "web: captions" in shown


def test_differences_are_shown(videre: Run, world: World) -> None:
    shown = videre("template", "diff", "house@1").out
    assert "moderation.merge_gap_ms" in shown
    assert "say the same" in videre("template", "diff", "house", "house").out
    assert videre("template", "diff", "house@1", "--json").json()["changes"][0]["toValue"] == "2"
    assert world.calls("DiffTemplates")[0].to_template == ""


def test_files_go_out_and_in(videre: Run, world: World, tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    assert videre("template", "export", "house").out == "template_id: house\n"
    assert videre("template", "export", "house", "-o", str(file)).out.endswith("house@1\n")
    assert videre("template", "import", str(file), "--check").out == "could make house\n"
    assert videre("template", "import", str(file)).out == "made house@1, number 1000, etag 1\n"
    ran = videre("template", "import", str(file), "--etag", "1")
    assert ran.out == "now house@2, number 1000, etag 2\n"
    assert videre("template", "import", str(file), "--check").out == "could change house\n"
    assert videre("template", "import", str(file), "--as", "mine", "--json").json()["created"]
    request = world.calls("ImportTemplate")[2]
    assert (request.yaml, request.etag) == ("template_id: house\n", "1")


def test_defaults_are_chosen_and_templates_deleted(videre: Run, house: World) -> None:
    assert videre("template", "default", "house").out == "house is the default of moderation\n"
    assert videre("template", "delete", "house", "--etag", "1").out == "deleted house\n"
    (request,) = house.calls("DeleteTemplate")
    assert request.etag == "1"
    cited = ParseDict({**HOUSE, "version": 2}, template_pb2.Template())
    house.templates.append(cited)
    assert "cited" in videre("template", "delete", "house").out
    assert videre("template", "delete", "house", "--json").code == 1


def test_a_job_names_its_templates(videre: Run, world: World) -> None:
    videre("submit", "--text", "Words.", "--template", "house@2", "--analysis-template", "search",
           "--production-template", "player")  # fmt: skip
    (request,) = world.calls("SubmitJob")
    named = request.templates
    assert (named.moderation, named.analysis, named.production) == ("house@2", "search", "player")


def test_a_preview_tells_of_all_pages(videre: Run, world: World, tmp_path: Path) -> None:
    file = tmp_path / "house.yaml"
    file.write_text("template_id: house\n")
    shown = videre("template", "preview", str(file), "--media", "m1", "--job", "j1").out
    for words in (
        "draft@0 on 2 media", "m1", "m2", "pass (careful@1)", "block", "porn.image.block",
        "porn 95% at 1.500 s", "not judged: m3 (ARTIFACT_NOT_FOUND) It is gone.",
    ):  # fmt: skip
        assert words in shown, words
    first, second = world.calls("PreviewTemplate")
    assert (first.yaml, list(first.media_ids), list(first.job_ids), first.max_changes) == (
        "template_id: house\n", ["m1"], ["j1"], 20,
    )  # fmt: skip
    assert (second.yaml, second.page_token) == (first.yaml, "2")
    videre("template", "preview", "house", "--engine", "nsfw=open-nsfw@2", "--engine", "text=x")
    pins = world.calls("PreviewTemplate")[2].engine_pins
    assert [(pin.feature, pin.engine, pin.version) for pin in pins] == [
        ("nsfw", "open-nsfw", "2"), ("text", "x", ""),
    ]  # fmt: skip
    found = videre("template", "preview", "house@2", "--json").json()
    assert found["counts"][0]["count"] == 2
    assert world.calls("PreviewTemplate")[-2].template == "house@2"


def test_a_template_is_applied_to_what_was_judged_before(videre: Run, world: World) -> None:
    assert "house@1 on 2 media" in videre("template", "remoderate", "house").out
    found = videre("template", "remoderate", "house", "--media", "m1", "--json").json()
    assert [change["mediaId"] for change in found["changes"]] == ["m1", "m2"]
    assert world.calls("Remoderate")[-1].template == "house"
