"""The labels there are: a versioned tree of three levels, and which engine class means which. Pure.

The tree stands in `nodes/`, one file per category; which class of which engine's list means which
node stands apart from it, one file per list in `mappings/`. Both are checked when they are loaded.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from videre.orchestrator.taxonomy.entries import (
    DEFAULT_LANGUAGE,
    ClassMapping,
    Node,
    TaxonomyError,
    lineage,
)
from videre.orchestrator.taxonomy.rules import check_mappings, check_nodes


class Taxonomy:
    """The tree with its mappings.

    Args:
        version: names this tree; raised by every change.
        nodes: by id.
        mappings: what the classes of engines mean.
        shared_words: words that may name nodes of different lineage.

    Raises:
        TaxonomyError: the parts break a rule.
    """

    def __init__(
        self,
        version: str,
        nodes: Mapping[str, Node],
        mappings: tuple[ClassMapping, ...],
        shared_words: Collection[str] = (),
    ) -> None:
        self.version = version
        self.nodes = dict(nodes)
        self.mappings = mappings
        self.shared_words = frozenset(shared_words)
        check_nodes(self.nodes, self.shared_words)
        check_mappings(mappings, self.nodes)
        self._classes: dict[tuple[str, str], str] = {}
        for mapping in mappings:
            for class_name, node_id in mapping.nodes.items():
                self._classes[mapping.feature, class_name] = node_id
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
        return lineage(node_id, self.nodes)

    def is_within(self, node_id: str, roots: tuple[str, ...]) -> bool:
        """Tell whether a node stands at or below one of `roots`."""
        return any(step in roots for step in self.lineage(node_id))


def _within(class_name: str, narrower: Mapping[str, tuple[str, ...]]) -> frozenset[str]:
    """Return the classes below a class.

    Raises:
        TaxonomyError: it stands below itself.
    """
    found: set[str] = set()
    waiting = list(narrower[class_name])
    while waiting:
        below = waiting.pop()
        if below == class_name:
            raise TaxonomyError(f"{class_name!r} stands within itself")
        if below not in found:
            found.add(below)
            waiting += narrower.get(below, ())
    return frozenset(found)
