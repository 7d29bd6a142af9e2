"""What must hold of a taxonomy and its mappings, whoever wrote them. Pure."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Final

from videre.orchestrator.features import BY_NAME
from videre.orchestrator.taxonomy.entries import (
    LANGUAGES,
    LEVELS,
    ClassMapping,
    Node,
    TaxonomyError,
    lineage,
)

NODE_ID: Final = re.compile(r"[a-z0-9_]+(\.[a-z0-9_]+)*")


def check_nodes(nodes: Mapping[str, Node], shared_words: Collection[str]) -> None:
    """Raise TaxonomyError with the first thing that is wrong with a tree.

    Args:
        nodes: by id.
        shared_words: words that may name nodes of different lineage.
    """
    for node in nodes.values():
        _check_place(node, nodes)
        for language in LANGUAGES:
            if not node.names.get(language):
                raise TaxonomyError(f"{node.id}: no name in {language!r}")
        if strangers := set(node.unspoken) - set(node.words):
            raise TaxonomyError(
                f"{node.id}: unspoken {min(strangers)!r} is none of its names and aliases"
            )
        for other in node.excludes:
            if other not in nodes:
                raise TaxonomyError(f"{node.id}: excludes {other!r}, which is no node")
            if node.id not in nodes[other].excludes:
                raise TaxonomyError(f"{node.id}: excludes {other}, but not the other way round")
    _check_words(nodes, {word.casefold() for word in shared_words})


def _check_place(node: Node, nodes: Mapping[str, Node]) -> None:
    if not NODE_ID.fullmatch(node.id):
        raise TaxonomyError(f"{node.id!r}: an id is made of a-z, 0-9, _ and dots between them")
    if node.level not in range(1, LEVELS + 1):
        raise TaxonomyError(f"{node.id}: level {node.level}")
    if node.level == 1:
        if node.parent:
            raise TaxonomyError(f"{node.id}: a category has no parent")
        return
    parent = nodes.get(node.parent)
    if parent is None or parent.level != node.level - 1:
        raise TaxonomyError(f"{node.id}: parent {node.parent!r} is not of the level above")


def _check_words(nodes: Mapping[str, Node], shared: Collection[str]) -> None:
    """Refuse a word of two nodes of which neither is an ancestor of the other."""
    owners: defaultdict[str, list[str]] = defaultdict(list)
    for node in nodes.values():
        for word in {word.casefold() for word in node.words} - set(shared):
            for other in owners[word]:
                if other not in lineage(node.id, nodes) and node.id not in lineage(other, nodes):
                    raise TaxonomyError(f"{node.id}: the word {word!r} names {other} too")
            owners[word].append(node.id)


def check_mappings(mappings: Iterable[ClassMapping], nodes: Mapping[str, Node]) -> None:
    """Raise TaxonomyError with the first thing that is wrong with mappings."""
    meanings: dict[tuple[str, str], str] = {}
    names: set[str] = set()
    for mapping in mappings:
        if mapping.name in names:
            raise TaxonomyError(f"{mapping.name}: two mappings of this name")
        names.add(mapping.name)
        if mapping.feature not in BY_NAME:
            raise TaxonomyError(f"{mapping.name}: {mapping.feature!r} is no feature")
        _check_classes(mapping, nodes)
        for class_name, node_id in mapping.nodes.items():
            if meanings.setdefault((mapping.feature, class_name), node_id) != node_id:
                raise TaxonomyError(
                    f"{mapping.name}: {class_name!r} means another node in another list of "
                    f"{mapping.feature}"
                )


def _check_classes(mapping: ClassMapping, nodes: Mapping[str, Node]) -> None:
    for class_name, node_id in mapping.nodes.items():
        if node_id not in nodes:
            raise TaxonomyError(f"{mapping.name}: {class_name!r} → unknown node {node_id!r}")
        if nodes[node_id].level == 1:
            raise TaxonomyError(f"{mapping.name}: {class_name!r} → {node_id!r}, a whole category")
        if class_name in mapping.unmapped:
            raise TaxonomyError(f"{mapping.name}: {class_name!r} is mapped and unmapped")
    for class_name, reason in mapping.unmapped.items():
        if not reason.strip():
            raise TaxonomyError(f"{mapping.name}: {class_name!r} is unmapped without a reason")
    known = mapping.nodes.keys() | mapping.unmapped.keys()
    named = {*mapping.handheld, *mapping.narrower}.union(*mapping.narrower.values())
    if strangers := named - known:
        raise TaxonomyError(f"{mapping.name}: {min(strangers)!r} is no class of the list")
