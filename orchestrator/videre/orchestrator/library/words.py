"""Finding the words of libraries in speech, picture text and metadata. Pure.

Text is compared as moderation compares it, by the same matcher: see `moderation.words`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from videre.orchestrator.library.entries import WordEntry
from videre.orchestrator.moderation.words import WINDOW, Entry, Matcher, WordList


@dataclass(frozen=True, slots=True)
class WordFound:
    """An entry (its place in what was given) at characters [start, end) of a text."""

    entry: int
    start: int
    end: int


class WordFinder:
    """The words of all entries as one matcher; to be kept while the libraries stay the same."""

    def __init__(self, entries: Sequence[WordEntry]) -> None:
        """Take the entries of all libraries."""
        #: The entries, by their places in hits.
        self.entries: Final = tuple(entries)
        spelled = [(place, text) for place, one in enumerate(entries) for text in one.texts]
        self._places = [place for place, _ in spelled]
        listed = tuple(_listed(self.entries[place], text) for place, text in spelled)
        self._matcher = Matcher(WordList("libraries", 1, "", listed, tolerated=frozenset()))

    def find(self, text: str) -> list[WordFound]:
        """Return the hits in a text, by place; none inside what the entry says it is not."""
        found = {
            WordFound(self._places[match.place], match.start, match.end)
            for match in self._matcher.find(text)
        }
        return sorted(found, key=lambda hit: (hit.start, -hit.end, hit.entry))


def word_list(
    library_id: str, version: int, entries: Iterable[WordEntry], categories: Mapping[str, str]
) -> WordList:
    """Return a library as a list for moderation; its label is the library's id.

    Args:
        categories: by entry; that of a hit where an entry has one.
    """
    return WordList(
        f"library/{library_id}",
        version,
        library_id,
        tuple(
            replace(_listed(entry, text), category=categories.get(entry.entry_id, ""))
            for entry in entries
            for text in entry.texts
        ),
        tolerated=frozenset(),
    )


def _listed(entry: WordEntry, text: str) -> Entry:
    return Entry(
        text,
        tolerated=entry.tolerated,
        pattern=text if entry.pattern else "",
        near=entry.near,
        unless=entry.unless,
        window=entry.window or WINDOW,
        allow=entry.negatives,
    )
