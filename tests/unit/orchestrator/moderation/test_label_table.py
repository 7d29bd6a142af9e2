"""Every label is fed by something that an engine tells, or says why it is not."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.tables import each
from videre.exports.rekognition_names import PARENTS
from videre.orchestrator.features import BY_NAME
from videre.orchestrator.fusion.events.load import packaged_rules
from videre.orchestrator.moderation.feeds import (
    Classes,
    LabelEntry,
    OfEvent,
    Together,
    classes_of,
    features_of,
)
from videre.orchestrator.moderation.label_table import checked, label_table, parse_labels
from videre.orchestrator.moderation.presets import EARLIER, PRESETS
from videre.orchestrator.moderation.template import (
    WORD_MEDIA,
    Category,
    Medium,
    ModerationTemplate,
)
from videre.orchestrator.taxonomy.load import load_taxonomy

TABLE = label_table()
#: The labels of pictures of the vendor's template 10; its answers also have `scenario`.
OF_TEMPLATE_10 = {
    Category.PORN: {"porn", "vulgar", "intimacy", "sexy"},
    Category.TERRORISM: {
        "guns", "crowd", "bloody", "police", "banners", "militant", "explosion", "terrorists",
        "scenario",
    },
    Category.POLITICAL: {
        "violation_photo", "politician", "entertainment", "sport", "entrepreneur", "scholar",
        "celebrity", "military",
    },
}  # fmt: skip


@pytest.fixture(scope="module")
def named() -> dict[str, set[str]]:
    found: dict[str, set[str]] = {}
    for mapping in load_taxonomy(()).mappings:
        found.setdefault(mapping.feature, set()).update((*mapping.nodes, *mapping.unmapped))
    return found


@pytest.mark.parametrize("category", OF_TEMPLATE_10)
def test_the_table_has_every_label_of_the_vendors_template(category: Category) -> None:
    assert set(TABLE.default(category, Medium.IMAGE)) == OF_TEMPLATE_10[category]


def test_every_label_is_fed_by_classes_and_rules_that_there_are(
    named: dict[str, set[str]],
) -> None:
    rules = {rule.id for rule in packaged_rules(load_taxonomy(())).rules}

    def is_fed(entry: LabelEntry) -> None:
        assert entry.says.endswith(".")
        assert entry.medium not in WORD_MEDIA
        for source in entry.sources:
            assert set(features_of(source.feed)) <= set(BY_NAME)
            for feature, name in classes_of(source.feed):
                assert name in named[feature], f"{feature} names no {name!r}"
            if isinstance(source.feed, OfEvent):
                assert source.feed.rule_id in rules

    each(TABLE.entries, is_fed, lambda e: f"{e.category}.{e.medium}.{e.label}")


def test_every_label_of_a_preset_stands_in_the_table() -> None:
    def stands(template: ModerationTemplate) -> None:
        for rule in template.rules:
            if rule.enabled and rule.medium not in WORD_MEDIA:
                assert set(rule.labels) <= set(TABLE.known(rule.category, rule.medium))
                assert TABLE.known(rule.category, rule.medium)

    each([*PRESETS, *EARLIER], stands, lambda one: one.name)


def test_what_is_heard_never_says_that_a_picture_shows_nothing() -> None:
    for entry in TABLE.entries:
        if entry.medium is Medium.IMAGE:
            for source in entry.sources:
                heard = "sound" in features_of(source.feed)
                assert not (heard and source.covers), entry.label


def test_labels_in_levels_are_those_of_their_model_and_nobodys_default() -> None:
    leveled = [entry for entry in TABLE.entries if not entry.default]
    by_label = {entry.label: entry for entry in leveled}
    above = {entry.name: by_label[entry.parent].name if entry.parent else "" for entry in leveled}
    assert above == PARENTS
    assert len(by_label) == len(leveled)
    assert max(entry.level for entry in leveled) == 3
    for entry in leveled:
        assert entry.label not in TABLE.default(entry.category, entry.medium)


def test_a_label_in_levels_is_told_with_those_above_it() -> None:
    path = TABLE.lineage("violence.graphic_violence.weapon_violence")
    assert [(one.level, one.name) for one in path] == [
        (1, "Violence"), (2, "Graphic Violence"), (3, "Weapon Violence"),
    ]  # fmt: skip
    assert TABLE.lineage("guns") == TABLE.lineage("nobody") == ()
    (violence, *_) = path
    assert {one.label for one in TABLE.below(violence)} == {
        "violence.weapons", "violence.graphic_violence",
    }  # fmt: skip


GUNS = {
    "category": "terrorism", "medium": "image", "id": "guns", "name": "Guns", "says": "Guns.",
    "evidence": [{"by": "classes", "classes": ["rifle"]}],
}  # fmt: skip


@pytest.mark.parametrize(
    "change",
    [
        {"evidence": []},
        {"unfed": "and fed"},
        {"colour": "red"},
        {"category": "nothing"},
        {"medium": "smell"},
        {"evidence": [{"covers": True}]},
        {"evidence": [{"by": "smell", "classes": ["rifle"]}]},
        {"evidence": [{"by": "classes", "classes": []}]},
        {"evidence": [{"by": "classes", "classes": ["rifle"], "count": 0}]},
        {"evidence": [{"by": "classes", "classes": ["rifle"], "at_least": 101}]},
        {"evidence": [{"by": "classes", "classes": ["rifle"], "area": 4}]},
        {"evidence": [{"by": "text", "area": 0}]},
        {"evidence": [{"library": "words"}]},
        {"evidence": [{"together": [{"event": "shooting"}]}]},
        {"evidence": [{"event": "shooting", "by": "sound"}]},
    ],
)
def test_what_is_wrong_with_a_table_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValueError):  # noqa: PT011 - whichever: nothing reads a wrong table
        parse_labels({"label": [{**GUNS, **change}]}, default=True)


def test_a_table_has_a_label_once_and_none_without_the_one_above_it() -> None:
    (guns,) = parse_labels({"label": [GUNS]}, default=True)
    with pytest.raises(ValueError, match="twice"):
        checked([guns, guns])
    below = replace(guns, label="weapons.guns")
    with pytest.raises(ValueError, match="above"):
        checked([below])
    checked([replace(guns, label="weapons"), below])
    assert (below.level, below.parent, guns.level, guns.parent) == (2, "weapons", 1, "")


def test_numbers_of_a_table_are_shares_of_ten_thousand() -> None:
    evidence = [{"together": [
        {"by": "text", "area": 4},
        {"by": "nsfw", "classes": ["nsfw"], "at_least": 30, "count": 2},
    ]}]  # fmt: skip
    (entry,) = parse_labels({"label": [{**GUNS, "evidence": evidence}]}, default=True)
    feed = entry.sources[0].feed
    assert isinstance(feed, Together)
    large, classes = feed.parts
    assert isinstance(classes, Classes)
    assert (large.area, classes.at_least, classes.count) == (400, 3_000, 2)  # type: ignore[union-attr]
