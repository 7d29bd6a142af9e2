"""What a template may say."""

from __future__ import annotations

from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from videre.common.errors import VidereError
from videre.orchestrator.api.templates.checks import check_draft, check_rule_ids
from videre.orchestrator.templates.documents import (
    document_of,
    draft_of,
    moderation_of,
)
from videre.orchestrator.templates.presets import presets
from videre.v1 import template_pb2 as pb

LISTS = {"drugs-en", "drugs-en@1"}
RULE = {"category": "porn", "medium": "image", "enabled": True}
WORDS = {"category": "prohibited", "medium": "text", "enabled": True}


def draft(**given: Any) -> pb.TemplateDraft:
    whole = {"template_id": "house", "moderation": {"rules": [RULE]}} | given
    return ParseDict(whole, pb.TemplateDraft())


def violations(template: pb.TemplateDraft) -> list[tuple[str, str, str]]:
    with pytest.raises(VidereError) as error:
        check_draft(template, LISTS, "template")
    return [(v.field.removeprefix("template."), v.limit, v.actual) for v in error.value.violations]


@pytest.mark.parametrize("preset", presets(), ids=lambda one: one.template_id)
def test_every_preset_keeps_the_limits(preset: Any) -> None:
    found = draft_of(preset.template_id, preset.document)
    lists = {name for rule in found.moderation.rules for name in rule.word_lists}
    check_draft(found, lists, "template")
    assert document_of(found) == preset.document


@pytest.mark.parametrize(
    ("rule", "field", "actual"),
    [
        ({"rule_id": "A"}, "rule_id", "A"),
        ({"rule_id": "r" * 65}, "rule_id", "r" * 65),
        ({"category": "taste"}, "category", "taste"),
        ({"medium": "smell"}, "medium", "smell"),
        ({"block_threshold": 101}, "block_threshold", "101"),
        ({"block_threshold": -1}, "block_threshold", "-1"),
        ({"review_threshold": 101}, "review_threshold", "101"),
        ({"review_threshold": -1}, "review_threshold", "-1"),
        ({"block_threshold": 50, "review_threshold": 51}, "review_threshold", "51"),
        ({"block_needs_second_medium": True}, "block_needs_second_medium", "true"),
        ({"labels": ["porn", "taste"]}, "labels[1]", "taste"),
        ({"labels": [" "]}, "labels[0]", ""),
        ({"labels": ["porn"] * 101}, "labels", "101"),
        ({"word_lists": ["drugs-en"]}, "word_lists[0]", "image"),
        ({**WORDS, "word_lists": ["drugs-en@2"]}, "word_lists[0]", "drugs-en@2"),
        ({**WORDS, "word_lists": ["drugs-en"] * 101}, "word_lists", "101"),
        ({"libraries": ["A b"]}, "libraries[0]", "A b"),
        ({"libraries": ["mine@0"]}, "libraries[0]", "mine@0"),
        ({"libraries": ["mine", "mine@2"]}, "libraries", "mine"),
        ({"libraries": [f"l{n}" for n in range(101)]}, "libraries", "101"),
        ({"medium": "sound", "libraries": ["mine"]}, "libraries", "sound"),
        ({"names": [{"language_code": "x", "name": "n"}]}, "names[0].language_code", "x"),
        ({"names": [{"language_code": "en", "name": ""}]}, "names[0].name", ""),
        ({"names": [{"language_code": "en", "name": "n"}] * 2}, "names", "en, en"),
    ],
)
def test_a_rule_out_of_its_limits(rule: dict[str, Any], field: str, actual: str) -> None:
    found = violations(draft(moderation={"rules": [RULE | rule]}))
    assert (f"moderation.rules[0].{field}", actual) in [(name, value) for name, _, value in found]


@pytest.mark.parametrize(
    ("given", "field", "actual"),
    [
        ({"rules": []}, "rules", "0"),
        ({"rules": [RULE, RULE]}, "rules", "porn/image"),
        ({"rules": [RULE | {"rule_id": "a"}, WORDS | {"rule_id": "a"}]}, "rules", "a"),
        ({"rules": [RULE], "unchecked": 7}, "unchecked", "7"),
        ({"rules": [RULE], "merge_gap_ms": 60_001}, "merge_gap_ms", "60001"),
        ({"rules": [RULE], "unclear_speech_ms": -1}, "unclear_speech_ms", "-1"),
        ({"rules": [RULE], "unclear_speech_percent": 101}, "unclear_speech_percent", "101"),
        ({"rules": [RULE], "unlabeled_sound": {"level_dbfs": 1}},
         "unlabeled_sound.level_dbfs", "1"),
        ({"rules": [RULE], "unlabeled_sound": {"ms": -1}}, "unlabeled_sound.ms", "-1"),
        ({"rules": [RULE], "unlabeled_sound": {"percent": 101}}, "unlabeled_sound.percent", "101"),
        ({"rules": [RULE], "sample_interval": "61s"}, "sample_interval", "61.0"),
        ({"rules": [RULE], "required_labels": ["porn/sound/moan"]}, "required_labels[0]",
         "porn/sound/moan"),
        ({"rules": [RULE], "engine_pins": [{"feature": "x", "engine": "y"}]},
         "engine_pins[0].feature", "x"),
    ],
)  # fmt: skip
def test_a_moderation_out_of_its_limits(given: dict[str, Any], field: str, actual: str) -> None:
    found = violations(draft(moderation=given))
    assert (f"moderation.{field}", actual) in [(name, value) for name, _, value in found]


@pytest.mark.parametrize("template_id", ["", "A", "a b", "12", "-a", "a" * 64, "careful@1"])
def test_ids_are_no_numbers_and_short(template_id: str) -> None:
    ((field, _, actual),) = violations(draft(template_id=template_id))
    assert (field, actual) == ("template_id", template_id)


def test_a_template_says_what_it_is_for() -> None:
    template = pb.TemplateDraft(template_id="house")
    assert violations(template) == [("parameters", "analysis, moderation, production", "none")]


def test_labels_of_the_custom_category_are_free() -> None:
    rule = {"category": "custom", "medium": "image", "enabled": True, "labels": ["our logo"]}
    check_draft(draft(moderation={"rules": [rule]}), LISTS, "template")


def test_a_rule_without_an_id_is_given_one_and_defaults_hold() -> None:
    made = moderation_of(draft_of("house", document_of(draft())), version=3, number=1_000)
    assert (made.name, made.number, made.rules[0].rule_id) == ("house@3", 1_000, "porn.image")
    assert (made.merge_gap_ms, made.unclear_speech.ms, made.unclear_speech.percent) == (
        2_000, 3_000, 10,
    )  # fmt: skip
    assert (made.rules[0].block, made.rules[0].review) == (None, None)


def later(*rules: dict[str, Any]) -> pb.TemplateDraft:
    return draft(moderation={"rules": list(rules)})


def test_a_rule_id_keeps_its_meaning_in_all_versions() -> None:
    first = document_of(later(RULE | {"rule_id": "mine"}))
    second = document_of(later(WORDS))
    check_rule_ids("house", later(RULE | {"rule_id": "mine", "block_threshold": 3}), [first], "t")
    check_rule_ids("house", later(WORDS, RULE), [first, second], "t")
    with pytest.raises(VidereError) as error:
        check_rule_ids("house", later(WORDS | {"rule_id": "mine"}), [first, second], "t")
    assert error.value.violations[0].limit == "porn/image"
    with pytest.raises(VidereError):
        check_rule_ids("house", later(RULE | {"rule_id": "prohibited.text"}), [second], "t")


def test_a_template_stays_of_its_kind() -> None:
    other = ParseDict({"template_id": "house", "analysis": {}}, pb.TemplateDraft())
    with pytest.raises(VidereError) as error:
        check_rule_ids("house", other, [document_of(draft())], "t")
    assert error.value.violations[0].field == "t.parameters"
