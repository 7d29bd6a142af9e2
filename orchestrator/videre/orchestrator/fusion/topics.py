"""Words that name a label: by tokens where words are spaced, by substring in Chinese. Pure."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from typing import Final

from videre.orchestrator.fusion.text_reading import normalise
from videre.orchestrator.taxonomy.model import Node, Taxonomy

_TOKEN: Final = re.compile(r"[a-z0-9]+")
#: Single Han characters stand in too many other words.
_LEAST_HAN: Final = 2


class TopicIndex:
    """Which taxonomy nodes a text names."""

    def __init__(self, taxonomy: Taxonomy) -> None:
        self._phrases: dict[tuple[str, ...], list[str]] = defaultdict(list)
        #: Names that are no ASCII with their nodes, by their first character.
        self._han: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for node in taxonomy.nodes.values():
            if node.spoken and node.level > 1:
                self._add(node)
        #: Most words of a phrase that begins with a word.
        self._longest: dict[str, int] = {}
        for phrase in self._phrases:
            self._longest[phrase[0]] = max(len(phrase), self._longest.get(phrase[0], 0))

    def _add(self, node: Node) -> None:
        for name in dict.fromkeys((*node.names.values(), *node.aliases)):
            tokens = tuple(_TOKEN.findall(name.casefold()))
            if tokens and name.isascii():
                self._phrases[tokens].append(node.id)
            elif not name.isascii() and len(name) >= _LEAST_HAN:
                self._han[name[0]].append((name, node.id))

    def find(self, text: str) -> Counter[str]:
        """Return how often each node is named; a longer phrase hides the shorter ones in it."""
        text = normalise(text).casefold()
        found: Counter[str] = Counter()
        tokens = _TOKEN.findall(text)
        at = 0
        while at < len(tokens):
            longest = self._longest.get(tokens[at], 0)
            for length in range(min(longest, len(tokens) - at), 0, -1):
                nodes = self._phrases.get(tuple(tokens[at : at + length]))
                if nodes:
                    found.update(nodes)
                    at += length
                    break
            else:
                at += 1
        if not text.isascii():
            found.update(self._named(text))
        return found

    def _named(self, text: str) -> dict[str, int]:
        """Return how often text without blanks names each node: by the name it says most often."""
        counts: dict[str, int] = {}
        for first in dict.fromkeys(text):
            for name, node in self._han.get(first, ()):
                if name in text:
                    counts[node] = max(counts.get(node, 0), text.count(name))
        return counts
