"""Overlays are changed piece by piece, and written as the TOML they would be read from."""

from __future__ import annotations

import tomllib
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from videre.orchestrator.taxonomy.edit import (
    OwnClass,
    OwnNode,
    own_class,
    own_node,
    own_nodes,
    with_class,
    with_node,
    without_class,
    without_node,
)
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.taxonomy.overlay import Overlay, merge
from videre.orchestrator.taxonomy.toml import to_toml

HUSKY = OwnNode("own.husky", 3, {"parent": "animal.pet", "en": "Husky", "zh-Hans": "哈士奇"})

texts = st.text(st.characters(exclude_categories=("Cs",)), min_size=1, max_size=12)
keys = st.from_regex(r"[a-z]{1,4}(\.[a-z]{1,4})?", fullmatch=True)
items = st.dictionaries(
    st.sampled_from(["parent", "en", "zh-Hans", "pt-BR"]), texts, max_size=3
) | st.fixed_dictionaries({"aliases": st.lists(texts, max_size=3), "spoken": st.booleans()})
nodes = st.builds(OwnNode, keys, st.integers(1, 3), items)
classes = st.builds(
    lambda name, cls, node, why: OwnClass(name, cls, node_id=node, reason="" if node else why),
    st.sampled_from(["coco80", "mine"]), texts, st.just("") | keys, texts,
)  # fmt: skip


@st.composite
def documents(draw: st.DrawFn) -> Any:
    """An overlay as a row of changes makes it."""
    document: Any = {}
    for change in draw(st.lists(nodes | classes, max_size=6)):
        if isinstance(change, OwnNode):
            document = with_node(document, change)
        else:
            document = with_class(document, change, "objects" if change.list == "mine" else "")
    return document


@given(documents())
def test_what_is_written_is_read_again(document: Any) -> None:
    assert tomllib.loads(to_toml(document)) == document


def test_nothing_is_an_empty_file() -> None:
    assert to_toml({}) == ""


def test_every_kind_of_table_of_an_overlay_is_written() -> None:
    document = {
        "level1": {"own": {"en": 'Say "hello"', "zh-Hans": "行\n"}},
        "mappings": {
            "my-list": {
                "feature": "sound", "handheld": ["a b"], "nodes": {"own.x": ["a b", "c"]},
                "unmapped": {"d": "why"}, "narrower": {"a b": ["c"]},
            },
        },
        "shared_words": {"desk": "two things"},
    }  # fmt: skip
    written = to_toml(document)
    assert tomllib.loads(written) == document
    assert '[mappings.my-list.nodes]\n"own.x" = ["a b", "c"]' in written


@given(documents(), nodes)
def test_a_node_that_was_set_is_there_once_and_goes_without_a_trace(
    document: Any, node: OwnNode
) -> None:
    made = with_node(document, node)
    assert own_node(made, node.id) == node
    assert sum(node.id in made.get(f"level{level}", {}) for level in (1, 2, 3)) == 1
    assert with_node(made, node) == made
    assert own_nodes(without_node(made, node.id)) == own_nodes(document) - {node.id}
    assert without_node(made, node.id) == without_node(document, node.id)


@given(documents(), classes)
def test_a_class_that_was_set_has_one_meaning_and_loses_it(document: Any, own: OwnClass) -> None:
    feature = "objects" if own.list == "mine" else ""
    made = with_class(document, own, feature)
    assert own_class(made, own.list, own.class_name) == own
    gone = without_class(made, own.list, own.class_name)
    assert own_class(gone, own.list, own.class_name) is None
    assert gone == without_class(document, own.list, own.class_name)


def test_a_change_leaves_the_old_document_alone() -> None:
    old = with_class(with_node({}, HUSKY), OwnClass("coco80", "dog", "own.husky"), "")
    before = to_toml(old)
    without_class(without_node(old, HUSKY.id), "coco80", "dog")
    with_class(old, OwnClass("coco80", "dog", reason="none"), "")
    assert to_toml(old) == before


def test_the_changes_make_what_an_overlay_file_would() -> None:
    base = load_taxonomy()
    document = with_class(with_node({}, HUSKY), OwnClass("coco80", "dog", "own.husky"), "")
    document = with_class(document, OwnClass("mine", "x", "own.husky"), "classes")
    taxonomy = merge(base, [Overlay("", document)])
    assert taxonomy.node_of("objects", "dog") == "own.husky"
    assert taxonomy.node_of("classes", "x") == "own.husky"
    assert taxonomy.name("own.husky", "zh-Hans") == "哈士奇"
