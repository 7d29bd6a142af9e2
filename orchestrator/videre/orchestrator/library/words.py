"""Finding the words of libraries in speech, picture text and metadata, in one pass. Pure.

Text is compared as moderation compares it: see `moderation.words`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.orchestrator.library.entries import WordEntry
from videre.orchestrator.moderation.words import Entry, Matcher, WordList


@dataclass(frozen=True, slots=True)
class WordFound:
    """An entry (its place in what was given) at characters [start, end) of a text."""

    entry: int
    start: int
    end: int


class WordFinder:
    """The words of all entries as one automaton; to be kept while the libraries stay the same."""

    def __init__(self, entries: Sequence[WordEntry]) -> None:
        """Take the entries of all libraries."""
        #: The entries, by their places in hits.
        self.entries: Final = tuple(entries)
        self._meaning: dict[str, list[tuple[int, bool]]] = defaultdict(list)
        for place, entry in enumerate(entries):
            for text in entry.texts:
                self._meaning[text].append((place, True))
            for text in entry.negatives:
                self._meaning[text].append((place, False))
        listed = tuple(Entry(text) for text in sorted(self._meaning))
        self._matcher = Matcher(WordList("libraries", 1, "", listed))

    def find(self, text: str) -> list[WordFound]:
        """Return the hits in a text, by place; none inside what the entry says it is not."""
        hits: list[WordFound] = []
        refuted: dict[int, list[tuple[int, int]]] = defaultdict(list)
        for start, end, place, positive in self._hits(text):
            if positive:
                hits.append(WordFound(place, start, end))
            else:
                refuted[place].append((start, end))
        kept = [hit for hit in hits if not _is_inside(hit, refuted[hit.entry])]
        return sorted(set(kept), key=lambda hit: (hit.start, -hit.end, hit.entry))

    def _hits(self, text: str) -> Iterator[tuple[int, int, int, bool]]:
        for match in self._matcher.find(text):
            for place, positive in self._meaning[match.entry.text]:
                yield match.start, match.end, place, positive


def _is_inside(hit: WordFound, stretches: Sequence[tuple[int, int]]) -> bool:
    return any(start <= hit.start and hit.end <= end for start, end in stretches)
