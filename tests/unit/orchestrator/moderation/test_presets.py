"""The presets' numbers are contract."""

from __future__ import annotations

import tomllib
from dataclasses import asdict
from pathlib import Path

import pytest

from videre.common.values import canonical_json, sha256_hex
from videre.orchestrator.moderation.coverage import check_required
from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.presets import (
    CAREFUL,
    CHILDREN,
    EARLIER,
    LENIENT,
    LEVELS,
    PRESETS,
    STRICT,
    VENDOR,
    VOD,
)
from videre.orchestrator.moderation.template import (
    Category,
    Medium,
    ModerationTemplate,
    Rule,
    Unchecked,
    validate,
)
from videre.orchestrator.moderation.words import WordList
from videre.orchestrator.templates.presets import earlier_presets, presets

PORN = ("porn", "vulgar", "intimacy", "sexy")
TERRORISM = (
    "guns", "crowd", "bloody", "police", "banners", "militant", "explosion", "terrorists",
)  # fmt: skip
POLITICAL = (
    "violation_photo", "politician", "entertainment", "sport", "entrepreneur", "scholar",
    "celebrity", "military",
)  # fmt: skip


def rule(template_rules: tuple[Rule, ...], category: str, medium: str) -> Rule | None:
    return next((r for r in template_rules if (r.category, r.medium) == (category, medium)), None)


@pytest.mark.parametrize(
    ("category", "medium", "labels", "block", "review"),
    [
        ("porn", "image", PORN, 90, 0),
        ("porn", "speech", (), 100, 75),
        ("porn", "text", (), 100, 75),
        ("terrorism", "image", TERRORISM, 90, 80),
        ("terrorism", "text", (), 100, 75),
        ("political", "image", POLITICAL, 97, 95),
        ("political", "speech", (), 100, 75),
        ("political", "text", (), 100, 75),
        ("prohibited", "speech", (), 100, 75),
        ("prohibited", "text", (), 100, 75),
        ("custom", "image", (), 97, 95),
        ("custom", "speech", (), 100, 75),
        ("custom", "text", (), 100, 75),
    ],
)
def test_preset_10_is_the_vendors_table(
    category: str, medium: str, labels: tuple[str, ...], block: int, review: int
) -> None:
    found = rule(VENDOR.rules, category, medium)
    assert found is not None
    assert (found.labels, found.block, found.review) == (labels, block, review)
    assert found.enabled is (category != "custom")
    assert not found.block_needs_second_medium


def test_preset_10_has_no_other_rules_and_lets_the_unchecked_pass() -> None:
    assert len(VENDOR.rules) == 13
    assert rule(VENDOR.rules, "terrorism", "speech") is None
    assert (VENDOR.number, VENDOR.unchecked) == (10, Unchecked.PASS)


@pytest.mark.parametrize("category", ["porn", "terrorism", "political", "prohibited", "ad"])
@pytest.mark.parametrize("medium", ["speech", "text", "metadata"])
def test_careful_reviews_words_from_75_and_blocks_at_100(category: str, medium: str) -> None:
    found = rule(CAREFUL.rules, category, medium)
    assert found is not None
    assert (found.block, found.review) == (100, 75)
    assert found.word_lists


@pytest.mark.parametrize("category", ["terrorism", "political", "prohibited"])
def test_careful_never_blocks_by_image_alone(category: str) -> None:
    found = rule(CAREFUL.rules, category, "image")
    assert found is not None
    assert (found.block, found.review) == (None, 80)


def test_careful_reviews_porn_from_50_and_blocks_with_a_second_medium_from_90() -> None:
    found = rule(CAREFUL.rules, "porn", "image")
    assert found is not None
    assert (found.block, found.review, found.block_needs_second_medium) == (90, 50, True)
    sound = rule(CAREFUL.rules, "terrorism", "sound")
    assert sound is not None
    assert (sound.block, sound.review) == (None, 80)
    assert CAREFUL.unchecked is Unchecked.REVIEW
    assert PRESETS[0] is CAREFUL


@pytest.mark.parametrize("template", PRESETS, ids=lambda template: template.template_id)
def test_presets_are_valid_and_their_lists_exist(template) -> None:  # type: ignore[no-untyped-def]
    validate(template)
    assert {name for r in template.rules for name in r.word_lists} <= set(packaged_lists())
    assert all(r.rule_id == f"{r.category}.{r.medium}" for r in template.rules)
    assert {r.category for r in template.rules} <= set(Category)
    assert {r.medium for r in template.rules} <= set(Medium)


@pytest.mark.parametrize(
    ("category", "media"),
    [
        ("porn", {"image", "speech", "text", "sound"}),
        ("terrorism", {"image", "speech", "text"}),
        ("political", {"image", "speech", "text"}),
        ("prohibited", {"speech", "text"}),
        ("ad", {"speech", "text"}),
    ],
)
def test_vod_has_the_categories_of_its_model(category: str, media: set[str]) -> None:
    assert {r.medium.value for r in VOD.rules if r.category == category} == media
    assert {r.category.value for r in VOD.rules} == {
        "porn", "terrorism", "political", "prohibited", "ad",
    }  # fmt: skip
    moan = rule(VOD.rules, "porn", "sound")
    assert moan is not None
    assert moan.labels == ("moan",)


def reach(template: ModerationTemplate) -> dict[tuple[str, str], tuple[int, int]]:
    """Return review and block per category and medium; 101 = never."""
    return {
        (r.category.value, r.medium.value): (
            101 if r.review is None else r.review, 101 if r.block is None else r.block,
        )
        for r in template.rules
    }  # fmt: skip


@pytest.mark.parametrize("other", [CAREFUL, LENIENT], ids=lambda template: template.template_id)
def test_strict_is_nowhere_milder(other: ModerationTemplate) -> None:
    strict = reach(STRICT)
    for place, (review, block) in reach(other).items():
        assert strict[place][0] <= review, place
        assert strict[place][1] <= block, place


def test_lenient_is_nowhere_stricter_than_careful() -> None:
    careful = reach(CAREFUL)
    for place, (review, block) in reach(LENIENT).items():
        assert review >= careful[place][0], place
        assert block >= careful[place][1], place


def test_children_are_guarded_more_than_by_strict_where_it_matters() -> None:
    strict, children = reach(STRICT), reach(CHILDREN)
    for category in ("porn", "terrorism", "prohibited"):
        for place, thresholds in strict.items():
            if place[0] == category:
                assert children[place] <= thresholds, place
    check_required(CHILDREN)
    assert "porn/image/porn" in CHILDREN.required


@pytest.mark.parametrize("template", PRESETS, ids=lambda template: template.template_id)
def test_no_preset_blocks_by_an_engine_that_was_never_measured(
    template: ModerationTemplate,
) -> None:
    """Their scores end at .89."""
    for found in template.rules:
        if found.medium in (Medium.IMAGE, Medium.SOUND) and found.block is not None:
            assert found.block >= 90


#: What every version of a preset and of a list says. A line is added, never changed.
VERSIONS = tomllib.loads((Path(__file__).parent / "versions.toml").read_text("utf-8"))


def digest(value: object) -> str:
    return sha256_hex(canonical_json(value))[:16]


def test_a_version_of_a_preset_says_what_it_always_said() -> None:
    says = {
        f"{one.template_id}@{one.version}": digest(one.document)
        for one in (*presets(), *earlier_presets())
    }
    assert says == VERSIONS["presets"]


def test_a_version_of_a_list_says_what_it_always_said() -> None:
    says = {name: digest(says_of(one)) for name, one in packaged_lists().items() if "@" in name}
    assert says == VERSIONS["lists"]


def says_of(word_list: WordList) -> list[object]:
    """Return what a list looks for, without what its entries leave out."""
    entries = [
        {
            name: sorted(value) if isinstance(value, frozenset) else value
            for name, value in asdict(entry).items()
            if value or (name == "tolerated" and value is not None)
        }
        for entry in word_list.entries
    ]
    return [
        word_list.name, word_list.label, word_list.allow, sorted(word_list.tolerated),
        word_list.language, entries,
    ]  # fmt: skip


@pytest.mark.parametrize("template", [CAREFUL, STRICT, LENIENT, CHILDREN], ids=lambda t: t.name)
def test_crowds_police_and_banners_are_no_offence(template: ModerationTemplate) -> None:
    found = rule(template.rules, "terrorism", "image")
    assert found is not None
    assert set(found.labels) & {"crowd", "police", "banners"} == set()
    assert {"guns", "militant", "scenario"} <= set(found.labels)


def test_what_sounds_like_moaning_never_blocks_alone() -> None:
    for template in PRESETS:
        found = rule(template.rules, "porn", "sound")
        assert found is None or found.block is None or found.block_needs_second_medium


def test_labels_in_levels_ask_from_50_and_never_block() -> None:
    assert {r.category.value for r in LEVELS.rules} == {"porn", "terrorism", "prohibited"}
    assert all((r.review, r.block, r.medium.value) == (50, None, "image") for r in LEVELS.rules)
    assert sum(len(r.labels) for r in LEVELS.rules) == 52
    assert LEVELS.unchecked is Unchecked.PASS


def test_the_presets_that_ask_early_ask_about_nameless_sound() -> None:
    asking = {one.template_id for one in PRESETS if one.unlabeled_sound is not None}
    assert asking == {"strict", "children"}


def test_every_version_of_a_preset_up_to_the_latest_is_there() -> None:
    there: dict[str, set[int]] = {}
    for one in (*presets(), *earlier_presets()):
        there.setdefault(one.template_id, set()).add(one.version)
    for one in presets():
        assert there[one.template_id] == set(range(1, one.version + 1)), one.template_id
    assert all(one.latest > one.version for one in earlier_presets())


def test_the_first_versions_look_for_no_contact_details_and_in_lists_of_then() -> None:
    first = {one.name: one for one in EARLIER}
    careful, vendor = first["careful@1"], first["vendor@1"]
    assert (careful.name, vendor.name) == ("careful@1", "vendor@1")
    assert rule(careful.rules, "ad", "text") is None
    found = rule(vendor.rules, "prohibited", "text")
    assert found is not None
    assert found.word_lists == ("abuse-en@1", "abuse-zh@1", "drugs-en@1", "drugs-zh@1")
    assert (found.block, found.review) == (100, 75)
