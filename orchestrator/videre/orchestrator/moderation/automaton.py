"""Many words looked for in one pass over a text (Aho and Corasick 1975). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

import ahocorasick

from videre.orchestrator.moderation.folds import Folded

T = TypeVar("T")


class Automaton(Generic[T]):
    """Words, each with what it means to the caller; one word may mean several things."""

    def __init__(self, words: Iterable[tuple[str, T]]) -> None:
        """Take words that are folded as the texts will be.

        Raises:
            ValueError: a word has no letters.
        """
        meanings: dict[str, list[T]] = defaultdict(list)
        for word, meaning in words:
            if not word:
                raise ValueError("a word list entry without letters")
            meanings[word].append(meaning)
        self._automaton: Final = ahocorasick.Automaton()
        for word, each in meanings.items():
            self._automaton.add_word(word, (len(word), each))
        self._automaton.make_automaton()

    def __bool__(self) -> bool:
        return bool(len(self._automaton))

    def find(self, text: str) -> Iterator[tuple[int, int, Sequence[T]]]:
        """Yield where every word stands in a text, and what it means."""
        if self:  # one without words cannot be asked
            for last, (length, meanings) in self._automaton.iter(text):
                yield last + 1 - length, last + 1, meanings

    def cover(self, text: str) -> Iterator[tuple[int, int, Sequence[T]]]:
        """Yield words from left to right that do not overlap, the longest at each place."""
        if self:
            for last, (length, meanings) in self._automaton.iter_long(text):
                yield last + 1 - length, last + 1, meanings


def stands_alone(folded: Folded, start: int, end: int) -> bool:
    """Tell whether folded characters [start, end) are no part of a longer ASCII word.

    Chinese is written without gaps, so only ASCII letters and digits are asked: in the original the
    neighbours, and where letters stand apart (a.s.s) the next ones that stand apart like them.
    """
    text, original = folded.text, folded.original
    first, after = folded.span(start, end)
    if text[start].isascii() and first and is_word(original[first - 1]):
        return False
    if text[end - 1].isascii() and after < len(original) and is_word(original[after]):
        return False
    if after - first == end - start:
        return True
    return not (
        (start and _apart(folded, start - 1, start) and _apart(folded, start, start + 1))
        or (end < len(text) and _apart(folded, end - 1, end) and _apart(folded, end - 2, end - 1))
    )


def is_word(character: str) -> bool:
    """Tell whether a character belongs to words that are written with gaps between them."""
    if character.isascii():
        return character.isalnum()
    return "\uff10" <= character <= "\uff5a" and character.isalnum()


def _apart(folded: Folded, left: int, right: int) -> bool:
    """Tell whether two neighbours are single letters with something between them, but no blank."""
    text = folded.text
    if left < 0 or right >= len(text) or not (_is_letter(text[left]) and _is_letter(text[right])):
        return False
    return folded.after[left] < folded.first[right]


def _is_letter(character: str) -> bool:
    return character.isascii() and character.isalnum()
