"""Words that a text only resembles: spelled with signs, repeated, homophones, taken apart. Pure.

Each way has its own fold and automaton. What it finds is a suspicion; it is then compared character
by character, and dropped where the text reads as everyday language as it stands.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Final

from videre.orchestrator.lexicon.chinese import is_stopword
from videre.orchestrator.moderation.automaton import Automaton, stands_alone
from videre.orchestrator.moderation.characters import (
    CharacterTable,
    is_han,
    known_part,
    parts,
    readings,
)
from videre.orchestrator.moderation.everyday import forms, reads_as_chinese, reads_as_english
from videre.orchestrator.moderation.folds import (
    SIGNS,
    SYLLABLE,
    Fold,
    Folded,
    abbreviated,
    latin,
    letter_class,
    plain,
    romanised,
)

#: An entry's place, its plain text, and what it tolerates.
Listed = tuple[int, str, frozenset[Fold]]
#: Signs and letters that readers of pictures confuse.
_CONFUSED: Final = frozenset("01|58")
#: Fewest letters of pinyin that count alone, and of initials.
_LEAST_SPELLED: Final = 4
_LEAST_INITIALS: Final = 3
_LEAST_HAN_RUN: Final = 3
_PART: Final = CharacterTable(known_part)
#: How a character is read, tone included.
_TONE: Final = CharacterTable(lambda character: readings(character)[0])


@dataclass(frozen=True, slots=True)
class Likeness:
    """An entry that the original's characters [start, end) resemble, and by which folds."""

    place: int
    start: int
    end: int
    folds: tuple[Fold, ...]


class Signs:
    """Leetspeak, repeated letters, and what readers of pictures confuse."""

    _FOLDS: Final = frozenset({Fold.LEETSPEAK, Fold.REPEATS, Fold.OCR})

    def __init__(self, entries: Iterable[Listed]) -> None:
        """Take entries; those that tolerate none of it are left out."""
        self._entries = {e[0]: e for e in entries if not self._FOLDS.isdisjoint(e[2])}
        self._automaton = Automaton(
            (latin(form).text, place)
            for place, text, _ in self._entries.values()
            for form in forms(text)
        )

    def find(self, text: str, folded: Folded) -> Iterator[Likeness]:
        """Yield what a text resembles."""
        signed = latin(text)
        if signed.text == folded.text:
            return
        for start, end, places in self._automaton.find(signed.text):
            if not stands_alone(signed, start, end):
                continue
            span = signed.span(start, end)
            for place in places:
                folds = self._compare(text[slice(*span)], self._entries[place])
                if folds:
                    yield Likeness(place, *span, folds)

    def _compare(self, text: str, entry: Listed) -> tuple[Fold, ...]:
        """Return the folds by which a text is an entry; none where it is not, or is plainly."""
        _, word, tolerated = entry
        used: set[Fold] = set()
        letters = signs = 0
        for seen, meant in zip(_runs(text), _runs(word), strict=True):
            for character in seen:
                fold = _sign(character, meant)
                if fold is Fold.LEETSPEAK and fold not in tolerated and character in _CONFUSED:
                    fold = Fold.OCR
                if fold:
                    used.add(fold)
                signs += character in SIGNS and character not in meant
                letters += 1
            if len(seen) == len(meant) and not used and seen != meant:
                used.add(Fold.OCR)  # l and i, which share a run
            if len(seen) != len(meant):
                used.add(Fold.REPEATS)
                if len(seen) < len(meant) or (is_han(seen[0]) and len(seen) < _LEAST_HAN_RUN):
                    return ()
        if not used <= tolerated or 2 * signs > letters:
            return ()
        if not signs and reads_as_english(plain(text).text):
            return ()
        return tuple(sorted(used, key=list(Fold).index))


def _runs(text: str) -> list[list[str]]:
    """Return the characters of a text by runs of one letter class, signs as they are."""
    characters = [
        one for c in text for one in (c if c in SIGNS else plain(c).text) if letter_class(one)
    ]
    return [list(run) for _, run in groupby(characters, key=letter_class)]


def _sign(character: str, meant: Sequence[str]) -> Fold | None:
    if character in meant:
        return None
    return Fold.LEETSPEAK if character in SIGNS else Fold.OCR


class Homophones:
    """Chinese entries in other characters of the same sound, or spelled in pinyin."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        """Take entries; those that do not tolerate it or have one character are left out."""
        self._entries = {
            e[0]: e
            for e in entries
            if not e[2].isdisjoint({Fold.HOMOPHONES, Fold.SAME_TONE}) and sum(map(is_han, e[1])) > 1
        }
        self._automaton = Automaton(self._patterns())

    def _patterns(self) -> Iterator[tuple[str, tuple[int, tuple[str, ...]]]]:
        for place, text, _ in self._entries.values():
            syllables = tuple(SYLLABLE[character] for character in text)
            for joint in ("", " "):
                yield joint.join(syllables), (place, syllables)

    def find(self, text: str, folded: Folded) -> Iterator[Likeness]:
        """Yield what a text resembles."""
        if not self._entries:
            return
        heard = list(self._automaton.find("".join(map(SYLLABLE.__getitem__, folded.text))))
        if not heard:
            return  # as of most texts: their places are not counted
        sounds = romanised(folded.text)
        first, after = sounds.first, sounds.after
        for start, end, meanings in heard:
            if (start and first[start - 1] == first[start]) or (
                end < len(first) and first[end] == first[end - 1]
            ):
                continue
            begin, stop = first[start], after[end - 1]
            stretch = folded.text[begin:stop]
            for place, syllables in meanings:
                entry = self._entries[place]
                if stop - begin == 2 and _both_differ(stretch, entry[1]):
                    continue
                if self._sounds_like(folded, (begin, stop), entry, syllables):
                    fold = Fold.HOMOPHONES if Fold.HOMOPHONES in entry[2] else Fold.SAME_TONE
                    yield Likeness(place, *folded.span(begin, stop), (fold,))

    def _sounds_like(
        self, folded: Folded, span: tuple[int, int], entry: Listed, syllables: Sequence[str]
    ) -> bool:
        stretch = folded.text[slice(*span)]
        if entry[1] == stretch or not stands_alone(folded, *span):
            return False
        written = _aligned(stretch, syllables)
        if written is None:
            return False
        if not any(map(is_han, stretch)):
            return _is_spelled(folded.original[slice(*folded.span(*span))], syllables)
        pairs = [(at, stretch[at], entry[1][i]) for at, i in written]
        changed = [(at, seen, meant) for at, seen, meant in pairs if seen != meant]
        if not changed and len(pairs) == len(entry[1]):
            return False  # as it is listed
        if len(entry[1]) == 2 and any(is_stopword(seen) for _, seen, _ in changed):
            return False
        if Fold.HOMOPHONES not in entry[2] and not all(_same_tone(a, b) for _, a, b in changed):
            return False
        return not reads_as_chinese(folded, *span, [span[0] + at for at, _, _ in changed])


def _both_differ(stretch: str, word: str) -> bool:
    """Tell whether no character is the word's, and not even the tones are: too little for two."""
    one, other = stretch[0], stretch[1]
    if one == word[0] or other == word[1]:
        return False
    return _TONE[one] != _TONE[word[0]] or _TONE[other] != _TONE[word[1]]


def _same_tone(seen: str, meant: str) -> bool:
    return _TONE[seen] == _TONE[meant]


def _aligned(stretch: str, syllables: Sequence[str]) -> list[tuple[int, int]] | None:
    """Return which Chinese character stands for which syllable; None where one is none of them."""
    begins, at = {}, 0
    for i, syllable in enumerate(syllables):
        begins[at] = i
        at += len(syllable)
    found, at = [], 0
    for place, character in enumerate(stretch):
        if character == " ":
            continue
        sound = SYLLABLE[character] if is_han(character) else character
        if is_han(character):
            i = begins.get(at, -1)
            if i < 0 or syllables[i] != sound:
                return None
            found.append((place, i))
        at += len(sound)
    return found


def _is_spelled(text: str, syllables: Sequence[str]) -> bool:
    """Tell whether letters are a word spelled in pinyin, and no name and no English."""
    if sum(map(len, syllables)) < _LEAST_SPELLED:
        return False
    return (text.islower() or text.isupper()) and not reads_as_english(plain(text).text)


class Initials:
    """Chinese entries of which some characters, or all, are the first letters of their pinyin."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        """Take entries; those that do not tolerate it or have few characters are left out."""
        self._entries = {
            e[0]: e
            for e in entries
            if Fold.INITIALS in e[2] and len(e[1]) >= _LEAST_INITIALS and all(map(is_han, e[1]))
        }
        self._automaton = Automaton(
            (abbreviated(text).text, place) for place, text, _ in self._entries.values()
        )

    def find(self, text: str, folded: Folded) -> Iterator[Likeness]:
        """Yield what a text resembles."""
        if not self._entries:
            return
        for start, end, places in self._automaton.find(abbreviated(folded.text).text):
            stretch = folded.text[start:end]
            if not any(map(str.isascii, stretch)) or not stands_alone(folded, start, end):
                continue
            if stretch.isascii() and reads_as_english(stretch):
                continue
            for place in places:
                word = self._entries[place][1]
                if all(s.isascii() or s == w for s, w in zip(stretch, word, strict=True)):
                    yield Likeness(place, *folded.span(start, end), (Fold.INITIALS,))


class Split:
    """Chinese entries with characters taken apart: 女马 for 妈."""

    def __init__(self, entries: Iterable[Listed]) -> None:
        """Take entries; those that do not tolerate it are left out."""
        tolerant = [e for e in entries if Fold.SPLIT in e[2] and any(map(is_han, e[1]))]
        self._automaton = Automaton((text, place) for place, text, _ in tolerant)
        characters = sorted({c for _, text, _ in tolerant for c in text if is_han(c)})
        self._pieces = Automaton(_ways(characters), longest=True)

    def find(self, text: str, folded: Folded) -> Iterator[Likeness]:
        """Yield what a text resembles."""
        if folded.text.isascii():
            return
        known = "".join(map(_PART.__getitem__, folded.text))
        joins = {start: (end, to[0]) for start, end, to in self._pieces.find(known)}
        if not joins:
            return
        joined = list(joins)
        whole = _composed(folded.text, joins)
        for start, end, places in self._automaton.find(whole.text):
            begin, stop = whole.span(start, end)
            inside = joined[bisect_left(joined, begin) : bisect_left(joined, stop)]
            pieces = [at for left in inside for at in range(left, joins[left][0])]
            if not pieces or not stands_alone(folded, begin, stop):
                continue
            if not reads_as_chinese(folded, begin, stop, pieces):
                for place in places:
                    yield Likeness(place, *folded.span(begin, stop), (Fold.SPLIT,))


def _ways(characters: Iterable[str]) -> Iterator[tuple[str, str]]:
    for character in characters:
        for way in parts(character):
            if all(map(is_han, way)):
                yield "".join(way), character


def _composed(text: str, joins: Mapping[int, tuple[int, str]]) -> Folded:
    """Return a text with characters put together again."""
    characters, first, after = [], [], []
    at = 0
    while at < len(text):
        end, character = joins.get(at, (at + 1, text[at]))
        characters.append(character)
        first.append(at)
        after.append(end)
        at = end
    return Folded("".join(characters), first, after, text)
