"""The taxonomy's shape is checked when it is loaded."""

from __future__ import annotations

import pytest

from videre.orchestrator.taxonomy.load import parse_mapping, parse_tree
from videre.orchestrator.taxonomy.model import ClassMapping, Taxonomy

TREE = {
    "level1": {"animal": {"en": "Animals", "zh-Hans": "动物"}},
    "level2": {"animal.pet": {"parent": "animal", "en": "Pet"}},
    "level3": {"animal.dog": {"parent": "animal.pet", "en": "Dog", "aliases": ["puppy"]}},
}
COCO = ClassMapping("coco80", "objects", {"dog": "animal.dog"})


def test_a_class_leads_to_its_node_and_the_node_to_its_ancestors() -> None:
    taxonomy = Taxonomy("1", parse_tree(TREE), (COCO,))
    node = taxonomy.node_of("objects", "dog")
    assert list(taxonomy.lineage(node)) == ["animal.dog", "animal.pet", "animal"]
    assert taxonomy.is_within(node, ("animal",))
    assert not taxonomy.is_within("animal", (node,))


def test_a_class_of_another_feature_or_an_unknown_one_means_nothing() -> None:
    taxonomy = Taxonomy("1", parse_tree(TREE), (COCO,))
    assert taxonomy.node_of("sound", "dog") == ""
    assert taxonomy.node_of("objects", "unicorn") == ""


def test_names_fall_back_to_english_and_to_the_id() -> None:
    taxonomy = Taxonomy("1", parse_tree(TREE), ())
    assert taxonomy.name("animal", "zh-Hans") == "动物"
    assert taxonomy.name("animal.dog", "zh-Hans") == "Dog"
    assert taxonomy.name("gone") == "gone"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"level2": {"a.b": {"parent": "a", "en": "B"}}}, "parent"),
        ({"level1": {"a": {"zh-Hans": "甲"}}}, "no English name"),
        (
            {"level1": {"a": {"en": "A"}}, "level3": {"a.c": {"parent": "a", "en": "C"}}},
            "not of the level above",
        ),
        (
            {"level1": {"a": {"en": "A", "excludes": ["b"]}, "b": {"en": "B"}}},
            "not the other way round",
        ),
    ],
)
def test_a_broken_tree_is_refused(tree: dict[str, object], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        Taxonomy("1", parse_tree(tree), ())


def test_a_mapping_to_an_unknown_node_is_refused() -> None:
    with pytest.raises(ValueError, match="unknown node"):
        Taxonomy("1", parse_tree(TREE), (ClassMapping("x", "objects", {"cat": "animal.cat"}),))


def test_a_class_at_two_nodes_is_refused() -> None:
    with pytest.raises(ValueError, match="two nodes"):
        parse_mapping({"name": "x", "feature": "objects", "nodes": {"a": ["dog"], "b": ["dog"]}})


def test_a_class_holds_all_that_stands_below_it() -> None:
    narrower = {"animal": ("pet",), "pet": ("dog", "cat")}
    names = dict.fromkeys(("animal", "pet", "dog", "cat"), "animal")
    mapping = ClassMapping("sounds", "sound", names, narrower=narrower)
    taxonomy = Taxonomy("1", parse_tree(TREE), (mapping,))
    assert taxonomy.narrower("sound", "animal") == {"pet", "dog", "cat"}
    assert taxonomy.narrower("sound", "dog") == taxonomy.narrower("objects", "animal") == set()


@pytest.mark.parametrize(
    ("narrower", "message"),
    [
        ({"animal": ("pet",), "pet": ("animal",)}, "within itself"),
        ({"animal": ("unicorn",)}, "no class of the list"),
    ],
)
def test_impossible_kinds_of_classes_are_refused(
    narrower: dict[str, tuple[str, ...]], message: str
) -> None:
    names = {"animal": "animal", "pet": "animal.pet"}
    mapping = ClassMapping("sounds", "sound", names, narrower=narrower)
    with pytest.raises(ValueError, match=message):
        Taxonomy("1", parse_tree(TREE), (mapping,))
