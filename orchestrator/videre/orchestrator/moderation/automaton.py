"""Many words looked for in one pass over a text (Aho and Corasick 1975). Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Final, Generic, TypeVar

from ahocorasick_rs import AhoCorasick, Implementation, MatchKind

from videre.orchestrator.moderation.folds import Folded

T = TypeVar("T")


class Automaton(Generic[T]):
    """Words, each with what it means to the caller; one word may mean several things."""

    def __init__(self, words: Iterable[tuple[str, T]], *, longest: bool = False) -> None:
        """Take words that are folded as the texts will be.

        Args:
            words: the words.
            longest: find from left to right what does not overlap, the longest at each place;
                else every word wherever it stands.

        Raises:
            ValueError: a word has no letters.
        """
        meanings: dict[str, list[T]] = defaultdict(list)
        for word, meaning in words:
            if not word:
                raise ValueError("a word list entry without letters")
            meanings[word].append(meaning)
        self._meanings: Final = list(meanings.values())
        self._overlapping: Final = not longest
        self._automaton: Final = AhoCorasick(
            meanings,
            matchkind=MatchKind.LeftmostLongest if longest else MatchKind.Standard,
            store_patterns=False,
            implementation=Implementation.ContiguousNFA,
        )

    def __bool__(self) -> bool:
        return bool(self._meanings)

    def find(self, text: str) -> Iterator[tuple[int, int, Sequence[T]]]:
        """Yield where words stand in a text, by their ends, and what they mean."""
        found = self._automaton.find_matches_as_indexes(text, overlapping=self._overlapping)
        for number, start, end in found:
            yield start, end, self._meanings[number]


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
