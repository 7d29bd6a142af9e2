"""Changing an overlay piece by piece: documents in, new documents out. Pure.

Nothing is checked here but what a change needs; whether the new document holds is for
`overlay.merge` to say, before it is stored.
"""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from videre.orchestrator.taxonomy.parse import LEVEL_KEYS

Document = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnNode:
    """What an overlay says of one node.

    Args:
        id: of the node.
        level: 1 to 3.
        item: the node's table, as TOML gives it.
    """

    id: str
    level: int
    item: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class OwnClass:
    """What an overlay says of one class: the node it means, or why it means none."""

    list: str
    class_name: str
    node_id: str = ""
    reason: str = ""


def own_node(document: Document, node_id: str) -> OwnNode | None:
    """Return what a document says of a node; None where it says nothing."""
    for level, key in enumerate(LEVEL_KEYS, start=1):
        item = document.get(key, {}).get(node_id)
        if item is not None:
            return OwnNode(node_id, level, item)
    return None


def own_nodes(document: Document) -> frozenset[str]:
    """Return the ids of all nodes that a document says something of."""
    return frozenset(node_id for key in LEVEL_KEYS for node_id in document.get(key, {}))


def with_node(document: Document, node: OwnNode) -> Document:
    """Return a document that says this of a node, and nothing else of it."""
    made = _without_node(document, node.id)
    made.setdefault(LEVEL_KEYS[node.level - 1], {})[node.id] = dict(node.item)
    return made


def without_node(document: Document, node_id: str) -> Document:
    """Return a document that says nothing of a node."""
    return _without_node(document, node_id)


def own_class(document: Document, name: str, class_name: str) -> OwnClass | None:
    """Return what a document says of a class; None where it says nothing."""
    table = document.get("mappings", {}).get(name, {})
    for node_id, classes in table.get("nodes", {}).items():
        if class_name in classes:
            return OwnClass(name, class_name, node_id=node_id)
    reason = table.get("unmapped", {}).get(class_name)
    return OwnClass(name, class_name, reason=reason) if reason else None


def with_class(document: Document, own: OwnClass, feature: str) -> Document:
    """Return a document that says this of a class.

    Args:
        feature: of a list of the document's own; "" for one of the installation.
    """
    made = _without_class(document, own.list, own.class_name)
    table = made.setdefault("mappings", {}).setdefault(own.list, {})
    if feature:
        table["feature"] = feature
    if own.node_id:
        table.setdefault("nodes", {}).setdefault(own.node_id, []).append(own.class_name)
    else:
        table.setdefault("unmapped", {})[own.class_name] = own.reason
    return made


def without_class(document: Document, name: str, class_name: str) -> Document:
    """Return a document that says nothing of a class; a list without classes goes too."""
    made = _without_class(document, name, class_name)
    table = made.get("mappings", {}).get(name, {})
    if not table.keys() - {"feature"}:
        made.get("mappings", {}).pop(name, None)
    return _pruned(made, "mappings")


def _without_node(document: Document, node_id: str) -> dict[str, Any]:
    made = copy.deepcopy(dict(document))
    for key in LEVEL_KEYS:
        made.get(key, {}).pop(node_id, None)
        _pruned(made, key)
    return made


def _without_class(document: Document, name: str, class_name: str) -> dict[str, Any]:
    made = copy.deepcopy(dict(document))
    table = made.get("mappings", {}).get(name, {})
    for node_id, classes in list(table.get("nodes", {}).items()):
        kept = [item for item in classes if item != class_name]
        table["nodes"][node_id] = kept
        _pruned(table["nodes"], node_id)
    table.get("unmapped", {}).pop(class_name, None)
    for key in ("nodes", "unmapped"):
        _pruned(table, key)
    return made


def _pruned(table: dict[str, Any], key: str) -> dict[str, Any]:
    """Take an entry out that has become empty; return the table."""
    if key in table and not table[key]:
        del table[key]
    return table
