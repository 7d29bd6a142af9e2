"""The labels there are: a versioned tree of three levels, and which engine class means which. Pure.

The tree stands in `taxonomy.toml`; which class of which engine's list means which node stands
apart from it, one file per list in `mappings/`. Both are checked when they are loaded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final

DEFAULT_LANGUAGE: Final = "en"
LEVELS: Final = 3


@dataclass(frozen=True, slots=True)
class Node:
    """One label.

    Args:
        id: immutable id, such as "vehicle.car".
        level: 1 (category) to 3 (detail).
        parent: id of the parent; "" at level 1.
        names: name by BCP 47 language; "en" always.
        aliases: further words for it, any language.
        excludes: nodes that cannot hold of the same stretch.
        spoken: whether its names, said or written, speak for it ("black" and "letter" do not).
    """

    id: str
    level: int
    parent: str
    names: Mapping[str, str]
    aliases: tuple[str, ...] = ()
    excludes: tuple[str, ...] = ()
    spoken: bool = True


@dataclass(frozen=True, slots=True)
class ClassMapping:
    """What the classes of one engine class list mean.

    Args:
        name: name of the list, such as "coco80".
        feature: feature whose evidence carries these classes.
        nodes: node id by class name.
        unmapped: why a class means no node, by class name.
        narrower: the classes directly within a class, by class name; none within itself.
        handheld: classes of things that are held in one hand.
    """

    name: str
    feature: str
    nodes: Mapping[str, str]
    unmapped: Mapping[str, str] = field(default_factory=dict)
    narrower: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    handheld: frozenset[str] = frozenset()


class Taxonomy:
    """The tree with its mappings."""

    def __init__(
        self, version: str, nodes: Mapping[str, Node], mappings: tuple[ClassMapping, ...]
    ) -> None:
        self.version = version
        self.nodes = dict(nodes)
        self.mappings = mappings
        self._classes: dict[tuple[str, str], str] = {}
        for mapping in mappings:
            for class_name, node_id in mapping.nodes.items():
                self._classes[mapping.feature, class_name] = node_id
        _check(self)
        self._known = {
            (feature, root)
            for (feature, _), node_id in self._classes.items()
            for root in self.lineage(node_id)
        }
        self._handheld = {
            (mapping.feature, class_name) for mapping in mappings for class_name in mapping.handheld
        }
        self._narrower = {
            (mapping.feature, class_name): _within(class_name, mapping.narrower)
            for mapping in mappings
            for class_name in mapping.narrower
        }

    def node(self, node_id: str) -> Node:
        """Return a node.

        Raises:
            KeyError: there is none with this id.
        """
        return self.nodes[node_id]

    def node_of(self, feature: str, class_name: str) -> str:
        """Return the node that an engine's class means; "" when it means none."""
        return self._classes.get((feature, class_name), "")

    def category_of(self, feature: str, class_name: str) -> str:
        """Return the node of level 1 that an engine's class stands in; "" when it means none."""
        *_, category = "", *self.lineage(self.node_of(feature, class_name))
        return category

    def narrower(self, feature: str, class_name: str) -> frozenset[str]:
        """Return all classes within an engine's class, however deep."""
        return self._narrower.get((feature, class_name), frozenset())

    def is_handheld(self, feature: str, class_name: str) -> bool:
        """Tell whether an engine's class is of things that are held in one hand."""
        return (feature, class_name) in self._handheld

    def knows(self, feature: str, root: str) -> bool:
        """Tell whether an engine of a feature has a class that means a node or one below it."""
        return (feature, root) in self._known

    def name(self, node_id: str, language: str = DEFAULT_LANGUAGE) -> str:
        """Return a node's name; in English where the language has none, the id where it is gone."""
        node = self.nodes.get(node_id)
        if node is None:
            return node_id
        return node.names.get(language) or node.names[DEFAULT_LANGUAGE]

    def lineage(self, node_id: str) -> Iterator[str]:
        """Yield a node's id and those of its ancestors, upwards."""
        while node_id:
            yield node_id
            node_id = self.nodes[node_id].parent

    def is_within(self, node_id: str, roots: tuple[str, ...]) -> bool:
        """Tell whether a node stands at or below one of `roots`."""
        return any(step in roots for step in self.lineage(node_id))


def _within(class_name: str, narrower: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the classes below a class.

    Raises:
        ValueError: it stands below itself.
    """
    found: set[str] = set()
    waiting = list(narrower[class_name])
    while waiting:
        below = waiting.pop()
        if below == class_name:
            raise ValueError(f"{class_name!r} stands within itself")
        if below not in found:
            found.add(below)
            waiting += narrower.get(below, ())
    return frozenset(found)


def _check(taxonomy: Taxonomy) -> None:
    """Raise ValueError with the first thing that is wrong with a tree or its mappings."""
    for node in taxonomy.nodes.values():
        parent = taxonomy.nodes.get(node.parent)
        if node.level not in range(1, LEVELS + 1):
            raise ValueError(f"{node.id}: level {node.level}")
        if (parent is None) != (node.level == 1) or (parent and parent.level != node.level - 1):
            raise ValueError(f"{node.id}: parent {node.parent!r} is not of the level above")
        if not node.names.get(DEFAULT_LANGUAGE):
            raise ValueError(f"{node.id}: no English name")
        for other in node.excludes:
            if node.id not in taxonomy.nodes[other].excludes:
                raise ValueError(f"{node.id} excludes {other}, but not the other way round")
    for mapping in taxonomy.mappings:
        for class_name, node_id in mapping.nodes.items():
            if node_id not in taxonomy.nodes:
                raise ValueError(f"{mapping.name}: {class_name!r} → unknown node {node_id!r}")
            if class_name in mapping.unmapped:
                raise ValueError(f"{mapping.name}: {class_name!r} is mapped and unmapped")
        known = mapping.nodes.keys() | mapping.unmapped.keys()
        for wider, within in mapping.narrower.items():
            if strangers := {wider, *within} - known:
                raise ValueError(f"{mapping.name}: {min(strangers)!r} is no class of the list")
        if unknown := mapping.handheld - known:
            raise ValueError(f"{mapping.name}: {min(unknown)!r} is no class of the list")
