"""The packaged taxonomy is complete: every class of every engine, every name it promises."""

from __future__ import annotations

import importlib
import pkgutil
from collections import defaultdict
from pathlib import Path

import pytest

import videre.asr.engines
import videre.audio.engines
import videre.ocr.engines
import videre.visual.engines
from videre.common.engine import EngineSpec
from videre.orchestrator.taxonomy.entries import LANGUAGES, ClassMapping
from videre.orchestrator.taxonomy.load import load_taxonomy

TAXONOMY = load_taxonomy()
RELEASED = Path(__file__).with_name("released_nodes.txt")
#: Mapping → number of classes of its list.
SIZES = {"coco80": 80, "imagenet1000": 1_000, "audioset521": 521}


def engine_classes() -> dict[str, set[str]]:
    """Every class that an engine of this release may name, by feature."""
    found: dict[str, set[str]] = defaultdict(set)
    for package in (videre.asr, videre.audio, videre.ocr, videre.visual):
        for module in pkgutil.iter_modules(
            package.engines.__path__, package.engines.__name__ + "."
        ):
            for value in vars(importlib.import_module(module.name)).values():
                if isinstance(value, EngineSpec) and value.classes:
                    found[value.feature] |= {item.name for item in value.classes}
    return dict(found)


CLASSES = engine_classes()


def mapped(feature: str) -> set[str]:
    """Every class that stands in a mapping of a feature, with a node or a reason."""
    lists = [item for item in TAXONOMY.mappings if item.feature == feature]
    return {name for item in lists for name in (*item.nodes, *item.unmapped)}


def test_the_engines_were_found() -> None:
    assert CLASSES.keys() == {
        "objects", "classes", "faces", "nsfw", "colors", "frame_conditions", "picture_kinds",
        "sound", "codes",
        "emotion",
    }  # fmt: skip


@pytest.mark.parametrize("feature", CLASSES)
def test_every_class_of_every_engine_is_mapped_or_says_why_not(feature: str) -> None:
    assert CLASSES[feature] - mapped(feature) == set()


@pytest.mark.parametrize("item", TAXONOMY.mappings, ids=lambda item: item.name)
def test_mappings_name_no_class_that_no_engine_has(item: ClassMapping) -> None:
    assert {*item.nodes, *item.unmapped} - CLASSES[item.feature] == set()


@pytest.mark.parametrize("name", SIZES)
def test_a_list_is_whole(name: str) -> None:
    (item,) = (item for item in TAXONOMY.mappings if item.name == name)
    assert len(item.nodes) + len(item.unmapped) == SIZES[name]


def test_the_tree_is_wide_and_deep() -> None:
    levels = [node.level for node in TAXONOMY.nodes.values()]
    assert levels.count(1) >= 30
    assert levels.count(2) >= 150
    assert levels.count(3) >= 600


def test_every_node_is_named_in_every_language_that_is_promised() -> None:
    assert LANGUAGES == ("en", "zh-Hans")
    for node in TAXONOMY.nodes.values():
        assert all(node.names[language].strip() for language in LANGUAGES), node.id
        assert node.names["en"].isascii() or node.names["en"] == "Café", node.id
        assert not node.names["zh-Hans"].isascii(), node.id


def test_no_two_nodes_have_one_name_within_a_parent() -> None:
    for language in LANGUAGES:
        names = [(node.parent, node.names[language]) for node in TAXONOMY.nodes.values()]
        assert len(names) == len(set(names))


def test_shared_words_are_shared() -> None:
    for word in TAXONOMY.shared_words:
        owners = [n for n in TAXONOMY.nodes.values() if word in map(str.casefold, n.words)]
        assert len(owners) > 1, word


def test_what_was_released_stays_where_it_is() -> None:
    released = dict(line.split() for line in RELEASED.read_text("utf-8").splitlines())
    assert {node.id: node.parent or "-" for node in TAXONOMY.nodes.values()} == released


def test_an_id_begins_like_its_kind_or_its_category() -> None:
    for node in TAXONOMY.nodes.values():
        if "." in node.id:
            assert node.id.split(".")[0] in TAXONOMY.nodes, node.id


@pytest.mark.parametrize(
    ("category", "kind", "details"),
    [
        ("Tourism & geography", "Natural landscape", ("Moon", "Sky")),
        ("Others", "Color", ("Blue", "Green", "Black", "White")),
        ("Others", "Astronomical object", ()),
        ("Daily necessities", "Text", ()),
        ("Daily necessities", "Letter", ()),
        ("Virtual scene", "Web page", ()),
        ("Virtual scene", "Website", ()),
        ("Artwork", "Illustration", ()),
        ("Other scenes", "Mobile phone screenshot", ()),
    ],
)
def test_the_sample_tree_of_a_cloud_is_there(
    category: str, kind: str, details: tuple[str, ...]
) -> None:
    def named(name: str, level: int, parent: str) -> str:
        return next(
            node.id
            for node in TAXONOMY.nodes.values()
            if (node.names["en"], node.level, node.parent) == (name, level, parent)
        )

    parent = named(kind, 2, named(category, 1, ""))
    assert all(named(detail, 3, parent) for detail in details)


@pytest.mark.parametrize(
    "words",
    [
        # scenes, events and objects that a cloud names as examples
        "forest", "beach", "snow mountain", "home", "restaurant", "kitchen",
        "talent show", "office", "performance", "production process",
        "tableware & kitchenware", "mobile phone", "computer", "furniture & home", "vehicles",
        "disasters", "earthquake", "flood",
        # topics
        "news", "entertainment", "video game", "technology", "food & drink", "sports", "travel",
        "animation", "dance", "music", "film & television", "automobile", "politics", "education",
        "health", "fashion", "parenting", "pet", "agriculture", "finance", "military activity",
    ],
)  # fmt: skip
def test_what_media_teams_look_for_is_there(words: str) -> None:
    assert any(words in map(str.casefold, node.words) for node in TAXONOMY.nodes.values())
