"""The taxonomy's shape is checked when it is loaded."""

from __future__ import annotations

from typing import Any

import pytest

from videre.orchestrator.taxonomy.entries import ClassMapping, Node, TaxonomyError
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.taxonomy.parse import parse_nodes

TREE = {
    "level1": {"animal": {"en": "Animals", "zh-Hans": "动物", "de": "Tiere"}},
    "level2": {"animal.pet": {"parent": "animal", "en": "Pet", "zh-Hans": "宠物"}},
    "level3": {
        "animal.dog": {
            "parent": "animal.pet", "en": "Dog", "zh-Hans": "狗", "aliases": ["puppy"],
        }
    },
}  # fmt: skip
COCO = ClassMapping("coco80", "objects", {"dog": "animal.dog"})


def named(word: str, **more: Any) -> dict[str, Any]:
    """A node whose two names are made from one word."""
    return {"en": word, "zh-Hans": f"{word}字", **more}


def test_a_class_leads_to_its_node_and_the_node_to_its_ancestors() -> None:
    taxonomy = Taxonomy("1", parse_nodes(TREE), (COCO,))
    node = taxonomy.node_of("objects", "dog")
    assert list(taxonomy.lineage(node)) == ["animal.dog", "animal.pet", "animal"]
    assert taxonomy.is_within(node, ("animal",))
    assert not taxonomy.is_within("animal", (node,))


def test_a_class_of_another_feature_or_an_unknown_one_means_nothing() -> None:
    taxonomy = Taxonomy("1", parse_nodes(TREE), (COCO,))
    assert taxonomy.node_of("sound", "dog") == ""
    assert taxonomy.node_of("objects", "unicorn") == ""


def test_names_fall_back_to_english_and_to_the_id() -> None:
    taxonomy = Taxonomy("1", parse_nodes(TREE), ())
    assert taxonomy.name("animal", "zh-Hans") == "动物"
    assert taxonomy.name("animal", "de") == "Tiere"
    assert taxonomy.name("animal.dog", "de") == "Dog"
    assert taxonomy.name("gone") == "gone"


@pytest.mark.parametrize(
    ("tree", "message"),
    [
        ({"level2": {"a.b": named("B", parent="a")}}, "a.b: parent 'a'"),
        ({"level1": {"a": {"zh-Hans": "甲"}}}, "a: no name in 'en'"),
        ({"level1": {"a": {"en": "A"}}}, "a: no name in 'zh-Hans'"),
        ({"level1": {"a": named("A", parent="b"), "b": named("B")}}, "a: a category has no parent"),
        (
            {"level1": {"a": named("A")}, "level3": {"a.c": named("C", parent="a")}},
            "a.c: parent 'a' is not of the level above",
        ),
        ({"level1": {"A b": named("A")}}, "'A b': an id is made of"),
        (
            {"level1": {"a": named("A", excludes=["b"]), "b": named("B")}},
            "a: excludes b, but not the other way round",
        ),
        ({"level1": {"a": named("A", excludes=["x"])}}, "a: excludes 'x', which is no node"),
        ({"level1": {"a": named("A", unspoken=["X"])}}, "a: unspoken 'X' is none of its names"),
        (
            {"level1": {"a": named("Crane"), "b": named("B", aliases=["crane"])}},
            "b: the word 'crane' names a too",
        ),
    ],
)
def test_a_broken_tree_is_refused(tree: dict[str, Any], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy("1", parse_nodes(tree), ())


def test_a_word_may_name_a_node_and_its_ancestor_or_be_shared_on_purpose() -> None:
    pet = named("Pet", parent="a", aliases=["animals"])
    Taxonomy("1", parse_nodes({"level1": {"a": named("Animals")}, "level2": {"a.b": pet}}), ())
    cranes = {"level1": {"a": named("Crane"), "b": named("B", aliases=["crane"])}}
    Taxonomy("1", parse_nodes(cranes), (), {"Crane"})


@pytest.mark.parametrize(
    ("spoken", "unspoken", "words"),
    [
        (True, (), ("Bank", "银行", "banks")),
        (True, ("Bank",), ("银行", "banks")),
        (False, (), ()),
    ],
)
def test_words_that_speak_are_those_that_nobody_took_out(
    spoken: bool, unspoken: tuple[str, ...], words: tuple[str, ...]
) -> None:
    names = {"en": "Bank", "zh-Hans": "银行"}
    node = Node("a", 1, "", names, ("banks", "Bank"), (), spoken, unspoken)
    assert node.words == ("Bank", "银行", "banks")
    assert node.spoken_words == words


@pytest.mark.parametrize(
    ("mappings", "message"),
    [
        ([ClassMapping("x", "objects", {"cat": "animal.cat"})], "unknown node 'animal.cat'"),
        ([ClassMapping("x", "objects", {"cat": "animal"})], "a whole category"),
        ([ClassMapping("x", "smells", {"dog": "animal.dog"})], "x: 'smells' is no feature"),
        ([COCO, COCO], "coco80: two mappings of this name"),
        ([COCO, ClassMapping("x", "objects", {"dog": "animal.pet"})], "means another node"),
        ([ClassMapping("x", "objects", {}, {"cat": " "})], "unmapped without a reason"),
        (
            [ClassMapping("x", "objects", {"dog": "animal.dog"}, {"dog": "no"})],
            "'dog' is mapped and unmapped",
        ),
        ([ClassMapping("x", "objects", {}, handheld=frozenset({"cup"}))], "'cup' is no class"),
    ],
)
def test_a_broken_mapping_is_refused(mappings: list[ClassMapping], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy("1", parse_nodes(TREE), tuple(mappings))


def test_two_lists_of_a_feature_may_agree_on_a_class() -> None:
    again = ClassMapping("x", "objects", {"dog": "animal.dog"})
    assert Taxonomy("1", parse_nodes(TREE), (COCO, again)).node_of("objects", "dog") == "animal.dog"


def test_a_class_holds_all_that_stands_below_it() -> None:
    narrower = {"animal": ("pet",), "pet": ("dog", "cat")}
    names = dict.fromkeys(("animal", "pet", "dog", "cat"), "animal.pet")
    mapping = ClassMapping("sounds", "sound", names, narrower=narrower)
    taxonomy = Taxonomy("1", parse_nodes(TREE), (mapping,))
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
    names = {"animal": "animal.pet", "pet": "animal.pet"}
    mapping = ClassMapping("sounds", "sound", names, narrower=narrower)
    with pytest.raises(TaxonomyError, match=message):
        Taxonomy("1", parse_nodes(TREE), (mapping,))
