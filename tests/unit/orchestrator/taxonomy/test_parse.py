"""Documents of nodes and mappings: what does not belong there is named, never passed over."""

from __future__ import annotations

from typing import Any

import pytest

from videre.orchestrator.taxonomy.entries import TaxonomyError
from videre.orchestrator.taxonomy.parse import parse_mapping, parse_nodes


def test_a_node_has_all_that_its_document_says() -> None:
    item = {
        "parent": "a", "en": "B", "zh-Hans": "乙字", "pt-BR": "Bê", "aliases": ["bee"],
        "excludes": ["a.c"], "spoken": False, "unspoken": ["bee"],
    }  # fmt: skip
    node = parse_nodes({"level2": {"a.b": item}})["a.b"]
    assert (node.id, node.level, node.parent) == ("a.b", 2, "a")
    assert node.names == {"en": "B", "zh-Hans": "乙字", "pt-BR": "Bê"}
    assert (node.aliases, node.excludes, node.unspoken) == (("bee",), ("a.c",), ("bee",))
    assert not node.spoken


@pytest.mark.parametrize(
    ("item", "message"),
    [
        ("B", "a.b: a node is a table"),
        ({"alias": ["x"]}, "a.b: 'alias' is neither a language nor a key of a node"),
        ({"zh_Hans": "乙"}, "a.b: 'zh_Hans' is neither"),
        ({"en": ""}, "a.b: 'en' must be a text that is not empty"),
        ({"en": 3}, "a.b: 'en' must be a text"),
        ({"parent": ["a"]}, "a.b: 'parent' must be a text"),
        ({"aliases": "x"}, "a.b: 'aliases' must be a list of texts"),
        ({"aliases": ["x", " "]}, "a.b: 'aliases' must be a list of texts"),
        ({"aliases": ["X", "x"]}, "a.b: 'aliases' names something twice"),
        ({"spoken": "no"}, "a.b: 'spoken' must be true or false"),
    ],
)
def test_what_no_node_has_is_refused(item: object, message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        parse_nodes({"level2": {"a.b": item}})


def test_a_node_stands_on_one_level() -> None:
    with pytest.raises(TaxonomyError, match="a: stands on two levels"):
        parse_nodes({"level1": {"a": {"en": "A"}}, "level2": {"a": {"en": "A"}}})
    with pytest.raises(TaxonomyError, match="'level1' must be a table"):
        parse_nodes({"level1": ["a"]})


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ({"nodes": {"a": ["dog"], "b": ["dog"]}}, "x: 'dog' stands at two nodes"),
        ({"nodes": {"a": "dog"}}, "x: 'a' must be a list of texts"),
        ({"feature": None}, "x: 'feature' must be a text"),
        ({"unmapped": {"dog": ""}}, "x: 'dog' must be a text"),
        ({"ndes": {}}, "x: unknown key 'ndes'"),
    ],
)
def test_what_no_mapping_has_is_refused(more: dict[str, Any], message: str) -> None:
    with pytest.raises(TaxonomyError, match=message):
        parse_mapping({"name": "x", "feature": "objects", **more})
