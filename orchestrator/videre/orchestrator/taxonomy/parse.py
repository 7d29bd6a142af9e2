"""Documents, as TOML gives them, to nodes and mappings; every key and type is checked. Pure.

[level2]
"vehicle.road" = { parent = "vehicle", en = "Road vehicle", zh-Hans = "道路车辆", aliases = [] }

# a mapping
name = "coco80"
feature = "objects"
handheld = []
[nodes]
"vehicle.car" = ["car"]
[unmapped]
"thing" = "means everything"
[narrower]
"vehicle" = ["car", "bus"]
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Any, Final

from videre.orchestrator.taxonomy.entries import LEVELS, ClassMapping, Node, TaxonomyError

LEVEL_KEYS: Final = tuple(f"level{level}" for level in range(1, LEVELS + 1))
_LISTS: Final = ("aliases", "excludes", "unspoken")
#: BCP 47 as far as names of labels need it: language, script, region.
_LANGUAGE: Final = re.compile(r"[a-z]{2,3}(-[A-Z][a-z]{3})?(-([A-Z]{2}|[0-9]{3}))?")
_MAPPING_KEYS: Final = ("name", "feature", "handheld", "nodes", "unmapped", "narrower")


def parse_nodes(document: Mapping[str, Any]) -> dict[str, Node]:
    """Return the nodes of a document's `level1`, `level2` and `level3` by id.

    Raises:
        TaxonomyError: an id stands twice; a node has a key or a type that no node has.
    """
    nodes: dict[str, Node] = {}
    for level, key in enumerate(LEVEL_KEYS, start=1):
        for node_id, item in _table(document, key, key).items():
            if node_id in nodes:
                raise TaxonomyError(f"{node_id}: stands on two levels")
            nodes[node_id] = _node(node_id, level, item)
    return nodes


def parse_mapping(document: Mapping[str, Any]) -> ClassMapping:
    """Return the mapping of one class list.

    Raises:
        TaxonomyError: a class stands at two nodes; a key or a type that no mapping has.
    """
    name = _text(document, "name", "a mapping")
    check_keys(document, _MAPPING_KEYS, name)
    nodes: dict[str, str] = {}
    by_node = _table(document, "nodes", name)
    for node_id in by_node:
        for class_name in _texts(by_node, node_id, name):
            if class_name in nodes:
                raise TaxonomyError(f"{name}: {class_name!r} stands at two nodes")
            nodes[class_name] = node_id
    narrower = _table(document, "narrower", name)
    return ClassMapping(
        name,
        _text(document, "feature", name),
        nodes,
        parse_reasons(document, "unmapped", name),
        {wider: _texts(narrower, wider, name) for wider in narrower},
        frozenset(_texts(document, "handheld", name)),
    )


def parse_reasons(document: Mapping[str, Any], key: str, where: str) -> dict[str, str]:
    """Return a table of texts: what is listed, and why.

    Raises:
        TaxonomyError: it is no such table.
    """
    table = _table(document, key, where)
    return {listed: _text(table, listed, where) for listed in table}


def check_keys(document: Mapping[str, Any], known: Collection[str], where: str) -> None:
    """Raise TaxonomyError for a key that is not known."""
    if strangers := document.keys() - set(known):
        raise TaxonomyError(f"{where}: unknown key {min(strangers)!r}")


def _node(node_id: str, level: int, item: object) -> Node:
    if not isinstance(item, dict):
        raise TaxonomyError(f"{node_id}: a node is a table such as {{ en = … }}")
    languages = item.keys() - {"parent", "spoken", *_LISTS}
    for key in sorted(languages):
        if not _LANGUAGE.fullmatch(key):
            raise TaxonomyError(f"{node_id}: {key!r} is neither a language nor a key of a node")
    spoken = item.get("spoken", True)
    if not isinstance(spoken, bool):
        raise TaxonomyError(f"{node_id}: 'spoken' must be true or false")
    aliases, excludes, unspoken = (_texts(item, key, node_id) for key in _LISTS)
    return Node(
        id=node_id,
        level=level,
        parent=_text(item, "parent", node_id) if "parent" in item else "",
        names={key: _text(item, key, node_id) for key in item if key in languages},
        aliases=aliases,
        excludes=excludes,
        spoken=spoken,
        unspoken=unspoken,
    )


def _table(document: Mapping[str, Any], key: str, where: str) -> Mapping[str, Any]:
    found = document.get(key, {})
    if not isinstance(found, dict):
        raise TaxonomyError(f"{where}: {key!r} must be a table")
    return found


def _text(item: Mapping[str, Any], key: str, where: str) -> str:
    found = item.get(key)
    if not isinstance(found, str) or not found.strip():
        raise TaxonomyError(f"{where}: {key!r} must be a text that is not empty")
    return found


def _texts(item: Mapping[str, Any], key: str, where: str) -> tuple[str, ...]:
    found = item.get(key, [])
    if not isinstance(found, list) or not all(isinstance(x, str) and x.strip() for x in found):
        raise TaxonomyError(f"{where}: {key!r} must be a list of texts")
    if len({text.casefold() for text in found}) < len(found):
        raise TaxonomyError(f"{where}: {key!r} names something twice")
    return tuple(found)
