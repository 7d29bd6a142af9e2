"""Which labels, topics and moods words name. Pure.

Statements with names in a taxonomy are indexed by their ids alone; what a query's words name is
looked up when it is asked. So a name, a translation or an alias that is added finds what was
indexed before, and what is asked for finds what is within it: "animal" finds dogs.
"""

from __future__ import annotations

import dataclasses
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import Final

from videre.orchestrator.lexicon.topic_map import TopicMap
from videre.orchestrator.search.model import Field
from videre.orchestrator.search.syntax import All, Either, Match, Node, Not
from videre.orchestrator.search.words import index_terms
from videre.orchestrator.taxonomy.model import Taxonomy

#: Chinese names of moods; the English ones are their ids.
MOODS: Final[Mapping[str, str]] = {
    "neutral": "中性", "pleasure": "愉快", "excitement": "兴奋", "arousal": "激动",
    "distress": "苦恼", "displeasure": "不快", "depression": "抑郁", "sleepiness": "困倦",
    "relaxation": "放松",
}  # fmt: skip
#: Where ids of each kind stand.
_NODES: Final = (Field.TAG, Field.EVENT)
#: Taxonomies whose words are held.
_HELD: Final = 8

Id = tuple[Field, str]


class Vocabulary:
    """Finds ids by words.

    Args:
        taxonomy: the labels.
        topics: the topics.
    """

    def __init__(self, taxonomy: Taxonomy, topics: TopicMap) -> None:
        self._names: dict[Id, list[dict[str, set[int]]]] = {}
        self._by_term: dict[str, set[Id]] = defaultdict(set)
        self._by_value: dict[tuple[Field, str], set[Id]] = defaultdict(set)
        self._within: dict[str, set[str]] = defaultdict(set)
        for node in taxonomy.nodes.values():
            for above in taxonomy.lineage(node.id):
                self._within[above].add(node.id)
            for field in _NODES:
                self._add((field, node.id), node.words)
        for topic in topics.topics.values():
            self._add((Field.TOPIC, topic.id), topic.names.values())
        for mood, chinese in MOODS.items():
            self._add((Field.MOOD, mood), (mood, chinese))

    def _add(self, of: Id, names: Iterable[str]) -> None:
        self._by_value[of[0], of[1].casefold()].add(of)
        self._names[of] = []
        for name in names:
            places: dict[str, set[int]] = defaultdict(set)
            for term in index_terms(name):
                places[term.text].add(term.place)
                self._by_term[term.text].add(of)
            self._names[of].append(places)

    def named(self, match: Match) -> frozenset[Id]:
        """Return the ids that a match asks for, by a name or by themselves, with those within."""
        found = {one for one in self._by_term.get(match.terms[0][0], ()) if self._is(one, match)}
        if match.value and match.field is not None:
            known = self._by_value.get((match.field, match.value.casefold()))
            found |= known if known is not None else {(match.field, match.value)}
        inside = {
            (field, below)
            for field, value in found
            if field in _NODES
            for below in self._within.get(value, ())
        }
        return frozenset(found | inside)

    def _is(self, of: Id, match: Match) -> bool:
        """Tell whether one of the names of an id has all terms of a match in their places."""
        if match.field not in (None, of[0]):
            return False
        (first, _), *others = match.terms
        return any(
            any(
                all(place + offset in name.get(term, ()) for term, offset in others)
                for place in name.get(first, ())
            )
            for name in self._names[of]
        )

    def understood(self, tree: Node) -> Node:
        """Return a query with the ids that it asks for."""
        if isinstance(tree, Match):
            return dataclasses.replace(tree, ids=self.named(tree))
        if isinstance(tree, Not):
            return Not(self.understood(tree.of))
        inner: Sequence[Node] = tuple(self.understood(one) for one in tree.of)
        return All(tuple(inner)) if isinstance(tree, All) else Either(tuple(inner))


@lru_cache(_HELD)
def vocabulary(taxonomy: Taxonomy, topics: TopicMap) -> Vocabulary:
    """Return the vocabulary of a taxonomy, made once."""
    return Vocabulary(taxonomy, topics)
