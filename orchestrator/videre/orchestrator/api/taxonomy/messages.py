"""Nodes, mappings and routes as messages, and own nodes from messages."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from videre.orchestrator.routes import TIERS, Kind, Reach, Route, Routes
from videre.orchestrator.taxonomy.edit import OwnNode
from videre.orchestrator.taxonomy.entries import DEFAULT_LANGUAGE, Node
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.v1 import engine_pb2, taxonomy_pb2, types_pb2

_KINDS: Final = {
    Kind.CLASS: taxonomy_pb2.ROUTE_KIND_CLASS,
    Kind.EVENT_RULE: taxonomy_pb2.ROUTE_KIND_EVENT_RULE,
    Kind.PICTURE_TEXT: taxonomy_pb2.ROUTE_KIND_PICTURE_TEXT,
    Kind.WORDS: taxonomy_pb2.ROUTE_KIND_WORDS,
}
_REACH: Final = {
    Reach.NO_ENGINE: taxonomy_pb2.LABEL_REACH_NO_ENGINE,
    Reach.NAMED: taxonomy_pb2.LABEL_REACH_NAMED,
    Reach.OBSERVED: taxonomy_pb2.LABEL_REACH_OBSERVED,
}
_TIERS: Final = {tier: engine_pb2.EngineTier.Value(f"ENGINE_TIER_{tier.upper()}") for tier in TIERS}
#: Keys of a node's table that are no languages.
_NOT_NAMES: Final = frozenset({"parent", "aliases", "excludes", "spoken", "unspoken"})


def _names(names: Mapping[str, str]) -> list[types_pb2.LocalizedName]:
    return [
        types_pb2.LocalizedName(language_code=code, name=name)
        for code, name in sorted(names.items())
    ]


def node_message(
    node: Node, language: str, *, children: int, own: bool
) -> taxonomy_pb2.TaxonomyNode:
    """Return a node with its name in a language; in English where it has none in it."""
    return taxonomy_pb2.TaxonomyNode(
        node_id=node.id,
        level=node.level,
        parent_id=node.parent,
        name=node.names.get(language) or node.names[DEFAULT_LANGUAGE],
        names=_names(node.names),
        aliases=node.aliases,
        excluded_node_ids=node.excludes,
        silent=not node.spoken,
        silent_words=node.unspoken,
        child_count=children,
        own=own,
    )


def own_message(own: OwnNode) -> taxonomy_pb2.OwnNode:
    """Return what a project says of a node."""
    item = own.item
    return taxonomy_pb2.OwnNode(
        node_id=own.id,
        parent_id=item.get("parent", ""),
        names=_names({key: name for key, name in item.items() if key not in _NOT_NAMES}),
        aliases=item.get("aliases", ()),
        excluded_node_ids=item.get("excludes", ()),
        silent=not item.get("spoken", True),
        silent_words=item.get("unspoken", ()),
    )


def own_from_message(message: taxonomy_pb2.OwnNode, level: int) -> OwnNode:
    """Return what a project says of a node, as its table would stand in an overlay file."""
    item: dict[str, Any] = {}
    if message.parent_id:
        item["parent"] = message.parent_id
    item |= {name.language_code: name.name for name in message.names}
    for key, texts in (
        ("aliases", message.aliases),
        ("excludes", message.excluded_node_ids),
        ("unspoken", message.silent_words),
    ):
        if texts:
            item[key] = list(texts)
    if message.silent:
        item["spoken"] = False
    return OwnNode(message.node_id, level, item)


def class_messages(
    node_id: str, taxonomy: Taxonomy, installation: Taxonomy
) -> list[taxonomy_pb2.ClassMapping]:
    """Return the classes that mean a node, those that a project says beside the others."""
    given = {
        (mapping.name, class_name): meant
        for mapping in installation.mappings
        for class_name, meant in mapping.nodes.items()
    }
    return [
        taxonomy_pb2.ClassMapping(
            list=mapping.name,
            feature=mapping.feature,
            class_name=class_name,
            node_id=node_id,
            own=given.get((mapping.name, class_name)) != node_id,
        )
        for mapping in taxonomy.mappings
        for class_name, meant in mapping.nodes.items()
        if meant == node_id
    ]


def route_message(route: Route) -> taxonomy_pb2.EvidenceRoute:
    """Return one way to a label."""
    return taxonomy_pb2.EvidenceRoute(
        kind=_KINDS[route.kind],
        features=route.features,
        engine=route.engine,
        tier=_TIERS.get(route.tier, engine_pb2.ENGINE_TIER_UNSPECIFIED),
        installed=route.installed,
        class_names=route.classes,
        rule_id=route.rule,
        words=route.words,
        about=route.about,
    )


def reach_messages(node_id: str, routes: Routes) -> Sequence[taxonomy_pb2.TierReach]:
    """Return how far a node can be reached with each tier."""
    return [
        taxonomy_pb2.TierReach(tier=_TIERS[tier], reach=_REACH[routes.reach(node_id, tier)])
        for tier in TIERS
    ]


def reach_now(node_id: str, routes: Routes) -> taxonomy_pb2.LabelReach.ValueType:
    """Return how far a node can be reached with what can work now."""
    return _REACH[routes.reach_now(node_id)]
