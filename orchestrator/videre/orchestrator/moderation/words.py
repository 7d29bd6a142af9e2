"""Word lists, and finding their entries in a text however they are dressed up. Pure.

What always makes no difference (width, case, script, separators …) is folded away; what a list
tolerates beyond that (leetspeak, homophones …) is looked for by `loose`, and patterns by
`patterns`. All lists are asked in one pass of each. Hits point at the original's characters.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from enum import Enum, auto
from functools import lru_cache
from typing import Final

from videre.orchestrator.moderation.automaton import Automaton, stands_alone
from videre.orchestrator.moderation.everyday import forms, is_pieces_of_others
from videre.orchestrator.moderation.folds import SIGNS, TOLERATED, Fold, folds_between, plain
from videre.orchestrator.moderation.loose import (
    Homophones,
    Initials,
    Likeness,
    Listed,
    Signs,
    Split,
)
from videre.orchestrator.moderation.patterns import Patterns
from videre.orchestrator.moderation.spans import Spans

_SIGNED: Final = frozenset({Fold.LEETSPEAK, Fold.OCR})
_LETTERS: Final = str.maketrans(SIGNS)
#: Characters around a hit in which its context is looked for, unless its entry says otherwise.
WINDOW: Final = 20


@dataclass(frozen=True, slots=True)
class Entry:
    """A word or phrase, with the confidence 0..100 that a hit of it stands for.

    Args:
        text: the word; of a pattern its name.
        weight: how bad it is.
        tolerated: what it tolerates; None = what its list does.
        pattern: a regular expression that is looked for instead.
        category: what a hit is called in a verdict; "" = as the list says.
        language: BCP 47; "" = the list's.
        near: a hit counts only with one of these within `window` characters.
        unless: and not with one of these.
        window: characters before and after.
        allow: harmless words that hold it; a hit inside one of them does not count.
    """

    text: str
    weight: int = 90
    tolerated: frozenset[Fold] | None = None
    pattern: str = ""
    category: str = ""
    language: str = ""
    near: tuple[str, ...] = ()
    unless: tuple[str, ...] = ()
    window: int = WINDOW
    allow: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class WordList:
    """A version of a word list.

    Args:
        list_id: id, such as "porn-en".
        version: 1 upwards.
        label: what a hit is called in a verdict.
        entries: what is looked for.
        allow: harmless words; a hit inside one of them does not count.
        tolerated: what its entries tolerate beyond the folds that are always made.
        language: BCP 47; "" = any.
    """

    list_id: str
    version: int
    label: str
    entries: tuple[Entry, ...]
    allow: tuple[str, ...] = ()
    tolerated: frozenset[Fold] = TOLERATED
    language: str = ""

    @property
    def name(self) -> str:
        """ "id@version"."""
        return f"{self.list_id}@{self.version}"

    def __hash__(self) -> int:
        return hash(self.name)  # lists may be long, and a version never changes


@dataclass(frozen=True, slots=True)
class Match:
    """An entry found in a text, at the original's characters [start, end).

    Args:
        word_list: its list.
        place: which of the list's entries it is.
        start: first character.
        end: character after the last one.
        loose: what had to be tolerated.
    """

    word_list: WordList
    place: int
    start: int
    end: int
    loose: tuple[Fold, ...] = ()

    @property
    def entry(self) -> Entry:
        """The entry."""
        return self.word_list.entries[self.place]

    @property
    def category(self) -> str:
        """What the hit is called in a verdict."""
        return self.entry.category or self.word_list.label

    def folds(self, text: str) -> tuple[Fold, ...]:
        """Return the folds that made the text match; none where it is the entry itself."""
        if self.entry.pattern:
            return ()
        seen = text[self.start : self.end]
        if not _SIGNED.isdisjoint(self.loose):
            seen = seen.translate(_LETTERS)
        return (*folds_between(seen, self.entry.text), *self.loose)


class _Role(Enum):
    """What a word that is found means to an entry or a list."""

    HIT = auto()
    ALLOWED_BY_LIST = auto()
    ALLOWED_BY_ENTRY = auto()
    NEAR = auto()
    UNLESS = auto()


@dataclass(slots=True)
class _Found:
    """What the passes over one text have found.

    Args:
        hits: what had to be tolerated, by the entry's number and the span in the original.
        covered: the characters under an entry's hits, by its number.
        places: where the words of other roles stand, by role and number of entry or list.
    """

    hits: dict[tuple[int, int, int], tuple[Fold, ...]] = field(default_factory=dict)
    covered: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    places: dict[tuple[_Role, int], list[tuple[int, int]]] = field(
        default_factory=lambda: defaultdict(list)
    )

    def add(self, number: int, start: int, end: int, folds: tuple[Fold, ...] = ()) -> None:
        """Add a hit."""
        self.hits.setdefault((number, start, end), folds)
        self.covered[number].update(range(start, end))

    def add_likenesses(self, likenesses: Iterable[Likeness]) -> None:
        """Add what only resembles entries, the longest first, where they were not found."""
        for like in sorted(likenesses, key=_by_length):
            if self.covered[like.place].isdisjoint(range(like.start, like.end)):
                self.add(like.place, like.start, like.end, like.folds)


def _by_length(like: Likeness) -> tuple[int, int, tuple[Fold, ...]]:
    return like.start - like.end, like.start, like.folds


_Places = Mapping[tuple[_Role, int], Spans]


class Matcher:
    """Finds the entries of lists."""

    def __init__(self, *lists: WordList) -> None:
        """Take lists whose entries have letters and whose patterns were checked."""
        self._entries = [
            (listed, place, entry) for listed in lists for place, entry in enumerate(listed.entries)
        ]
        self._lists = {listed.name: number for number, listed in enumerate(lists)}
        self._words = Automaton(self._roles(lists))
        words = list(self._listed())
        self._loose = (Signs(words), Homophones(words), Initials(words), Split(words))
        self._patterns = Patterns(
            (number, entry.pattern)
            for number, (_, _, entry) in enumerate(self._entries)
            if entry.pattern
        )

    def _roles(self, lists: Iterable[WordList]) -> Iterator[tuple[str, tuple[_Role, int]]]:
        for number, listed in enumerate(lists):
            for text in listed.allow:
                for form in forms(text):
                    yield form, (_Role.ALLOWED_BY_LIST, number)
        for number, (_, _, entry) in enumerate(self._entries):
            if not entry.pattern:
                for form in forms(entry.text):
                    yield form, (_Role.HIT, number)
            for role, texts in (
                (_Role.ALLOWED_BY_ENTRY, entry.allow),
                (_Role.NEAR, entry.near),
                (_Role.UNLESS, entry.unless),
            ):
                for text in texts:
                    for form in forms(text):
                        yield form, (role, number)

    def _listed(self) -> Iterator[Listed]:
        for number, (listed, _, entry) in enumerate(self._entries):
            tolerated = listed.tolerated if entry.tolerated is None else entry.tolerated
            if tolerated and not entry.pattern:
                yield number, plain(entry.text).text, tolerated

    def find(self, text: str) -> list[Match]:
        """Return the hits in `text`, by start, longest first; none inside an allowed word."""
        found = self._find(text)
        if not found.hits:
            return []
        places = {owner: Spans(spans) for owner, spans in found.places.items()}
        matches = []
        for (number, start, end), loose in found.hits.items():
            if self._counts(places, number, start, end):
                listed, place, _ = self._entries[number]
                matches.append(Match(listed, place, start, end, loose))
        return sorted(matches, key=lambda m: (m.start, -m.end, m.entry.text, m.word_list.name))

    def _find(self, text: str) -> _Found:
        found = _Found()
        folded = plain(text)
        for start, end, meanings in self._words.find(folded.text):
            if not stands_alone(folded, start, end):
                continue
            span = folded.span(start, end)
            hits = [number for role, number in meanings if role is _Role.HIT]
            for role, number in meanings:
                if role is not _Role.HIT:
                    found.places[role, number].append(span)
            if hits and (folded.text.isascii() or not is_pieces_of_others(folded, start, end)):
                for number in hits:
                    found.add(number, *span)
        found.add_likenesses(like for way in self._loose for like in way.find(text, folded))
        for number, start, end in self._patterns.find(text):
            found.add(number, start, end)
        return found

    def _counts(self, places: _Places, number: int, start: int, end: int) -> bool:
        """Tell whether a hit is inside no allowed word and has the context that its entry wants."""
        listed, _, entry = self._entries[number]
        allowed = (
            places.get((_Role.ALLOWED_BY_LIST, self._lists[listed.name])),
            places.get((_Role.ALLOWED_BY_ENTRY, number)),
        )
        if any(spans is not None and spans.hold(start, end) for spans in allowed):
            return False
        around = start - entry.window, end + entry.window
        near = places.get((_Role.NEAR, number))
        unless = places.get((_Role.UNLESS, number))
        if entry.near and (near is None or not near.meet(*around)):
            return False
        return unless is None or not unless.meet(*around)


@lru_cache(16)
def matcher(*lists: WordList) -> Matcher:
    """Return the matcher of lists; it is built once, not for every verdict."""
    return Matcher(*lists)
