"""Word lists, and finding their entries in a text however they are dressed up. Pure.

Text and entries are folded alike before they are compared: compatibility forms (全角 to 半角),
case, zero-width characters and separators inside words go away. Every hit is mapped back to the
characters of the original text.
"""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import ahocorasick


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase, with the confidence 0..100 that a hit of it stands for."""

    text: str
    weight: int = 90


@dataclass(frozen=True, slots=True)
class WordList:
    """A version of a word list.

    Args:
        list_id: id, such as "porn-en".
        version: 1 upwards.
        label: what a hit is called in a verdict.
        entries: what is looked for.
        allow: harmless words; a hit inside one of them does not count.
    """

    list_id: str
    version: int
    label: str
    entries: tuple[Entry, ...]
    allow: tuple[str, ...] = ()

    @property
    def name(self) -> str:
        """ "id@version"."""
        return f"{self.list_id}@{self.version}"


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in a text, at the original's characters [start, end)."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Folded:
    """A text ready to be compared; `origin[i]` is the original index of folded character i."""

    text: str
    origin: tuple[int, ...]
    original: str


@lru_cache(maxsize=8_192)  # every list looks at every text
def fold(text: str) -> Folded:
    """Return `text` in NFKC and case folded, without what merely separates letters.

    Blanks stay as one blank between two ASCII letters or digits (they part English words), and go
    away elsewhere (色 情 is 色情).
    """
    characters: list[str] = []
    origin: list[int] = []
    for index, original in enumerate(text):
        for character in unicodedata.normalize("NFKC", original).casefold():
            category = unicodedata.category(character)
            if category[0] in "LN":
                characters.append(character)
                origin.append(index)
            elif character.isspace() and characters and characters[-1] != " ":
                characters.append(" ")
                origin.append(index)
    return _join_blanks(characters, origin, text)


def _join_blanks(characters: list[str], origin: list[int], text: str) -> Folded:
    kept = [
        i
        for i, character in enumerate(characters)
        if character != " "
        or (i + 1 < len(characters) and characters[i - 1].isascii() and characters[i + 1].isascii())
    ]
    return Folded("".join(characters[i] for i in kept), tuple(origin[i] for i in kept), text)


#: Matchers that are kept: more than the lists of a template.
_KEPT: Final = 64


class Matcher:
    """Finds all entries of one list in one pass over a text (Aho and Corasick 1975)."""

    def __init__(self, word_list: WordList) -> None:
        self._entries = word_list.entries
        allowed = [Entry(text, 0) for text in word_list.allow]
        self._automaton = _automaton([fold(e.text).text for e in [*self._entries, *allowed]])

    def find(self, text: str) -> list[Match]:
        """Return the hits in `text`, by start, longest first; none inside an allowed word."""
        folded = fold(text)
        hits: list[tuple[int, int, Entry]] = []
        allowed: list[tuple[int, int]] = []
        for start, end, index in self._occurrences(folded.text):
            if not _stands_alone(folded, start, end):
                continue
            if index < len(self._entries):
                hits.append((start, end, self._entries[index]))
            else:
                allowed.append((start, end))
        return sorted(
            (
                Match(entry, folded.origin[start], folded.origin[end - 1] + 1)
                for start, end, entry in hits
                if not any(a <= start and end <= b for a, b in allowed)
            ),
            key=lambda match: (match.start, -match.end, match.entry.text),
        )

    def names(self, text: str) -> bool:
        """Tell whether an entry stands in `text`, alone or within longer words."""
        return next(iter(self._occurrences(fold(text).text)), None) is not None

    def _occurrences(self, text: str) -> Iterator[tuple[int, int, int]]:
        if not len(self._automaton):  # one without words cannot be asked
            return
        for last, (length, places) in self._automaton.iter(text):
            for place in places:
                yield last + 1 - length, last + 1, place


def _stands_alone(folded: Folded, start: int, end: int) -> bool:
    """Tell whether a hit does not begin or end within a longer ASCII word of the original.

    Chinese is written without gaps, so only ASCII letters and digits are asked.
    """
    original = folded.original
    first, last = folded.origin[start], folded.origin[end - 1]
    if folded.text[start].isascii() and first and _is_word(original[first - 1]):
        return False
    return not (
        folded.text[end - 1].isascii() and last + 1 < len(original) and _is_word(original[last + 1])
    )


def _is_word(character: str) -> bool:
    character = unicodedata.normalize("NFKC", character)
    return character.isascii() and character.isalnum()


@lru_cache(_KEPT)
def matcher(word_list: WordList) -> Matcher:
    """Return the matcher of a list; it is built once, not for every rule of every verdict."""
    return Matcher(word_list)


def _automaton(patterns: Sequence[str]) -> ahocorasick.Automaton:
    """Return an automaton whose values are the places of each pattern: some are written twice."""
    places: dict[str, list[int]] = defaultdict(list)
    for place, pattern in enumerate(patterns):
        if not pattern:
            raise ValueError("a word list entry without letters")
        places[pattern].append(place)
    automaton = ahocorasick.Automaton()
    for pattern, each in places.items():
        automaton.add_word(pattern, (len(pattern), each))
    automaton.make_automaton()
    return automaton
