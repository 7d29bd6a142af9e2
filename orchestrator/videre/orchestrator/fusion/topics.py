"""Words that name a label: by tokens where words are spaced, by substring in Chinese. Pure."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import lru_cache
from types import MappingProxyType
from typing import Final

from videre.orchestrator.fusion.text_reading import normalise
from videre.orchestrator.taxonomy.entries import Node
from videre.orchestrator.taxonomy.model import Taxonomy

#: Characters of writing without spaces: kana and Han.
_UNSPACED: Final = r"\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff"
_HAN: Final = re.compile(f"[{_UNSPACED}]")
_TOKEN: Final = re.compile(rf"[^\W_{_UNSPACED}]+")
_NOTHING: Final[Mapping[str, int]] = MappingProxyType({})
#: Single Han characters stand in too many other words.
_LEAST_HAN: Final = 2


class TopicIndex:
    """Which taxonomy nodes a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._spaced = _Phrases()
        self._unspaced = _Phrases()
        for node in taxonomy.nodes.values():
            self._add(node)

    def _add(self, node: Node) -> None:
        """Take a node's words; those that do not speak for it hide the shorter words in them."""
        spoken = node.spoken_words if node.level > 1 else ()
        for word in node.words:
            nodes = (node.id,) if word in spoken else ()
            text = normalise(word).casefold()
            if not _HAN.search(text):
                self._spaced.add(_TOKEN.findall(text), nodes)
            elif len(text) >= _LEAST_HAN:
                self._unspaced.add(text, nodes)

    def find(self, text: str) -> Mapping[str, int]:
        """Return how often each node is named; a longer phrase hides the shorter ones in it."""
        text = normalise(text).casefold()
        named = list(self._spaced.find(_TOKEN.findall(text)))
        if _HAN.search(text):
            named += self._unspaced.find(text)
        return Counter(named) if named else _NOTHING


@lru_cache(maxsize=2)
def topic_index(taxonomy: Taxonomy) -> TopicIndex:
    """Return the index of a taxonomy; made once for the one in use."""
    return TopicIndex(taxonomy)


class _Phrases:
    """Runs of units, each a token or a character, and the nodes they name."""

    def __init__(self) -> None:
        self._nodes: dict[tuple[str, ...], tuple[str, ...]] = {}
        #: Most units of a phrase that begins with a unit.
        self._longest: dict[str, int] = {}

    def add(self, units: Sequence[str], nodes: Iterable[str]) -> None:
        if units:
            known = self._nodes.get(tuple(units), ())
            self._nodes[tuple(units)] = tuple(dict.fromkeys((*known, *nodes)))
            self._longest[units[0]] = max(len(units), self._longest.get(units[0], 0))

    def find(self, units: Sequence[str]) -> Iterator[str]:
        """Yield the nodes that are named, phrase by phrase: the longest that begins somewhere."""
        if self._longest.keys().isdisjoint(units):  # most texts name nothing
            return
        run = tuple(units)
        end = 0
        for at, unit in enumerate(run):
            if at < end or unit not in self._longest:
                continue
            for length in range(min(self._longest[unit], len(run) - at), 0, -1):
                nodes = self._nodes.get(run[at : at + length])
                if nodes is not None:
                    yield from nodes
                    end = at + length
                    break
