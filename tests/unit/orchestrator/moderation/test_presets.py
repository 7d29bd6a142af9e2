"""The presets' numbers are contract."""

from __future__ import annotations

import pytest

from videre.orchestrator.moderation.lists import packaged_lists
from videre.orchestrator.moderation.presets import CAREFUL, PRESETS, VENDOR
from videre.orchestrator.moderation.template import Category, Medium, Rule, Unchecked, validate

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


@pytest.mark.parametrize("category", ["porn", "terrorism", "political", "prohibited"])
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
