"""Texts made comparable, every character of them pointing back at the original. Pure.

A fold takes a text and returns it with some difference gone: width, case, script … Folds compose:
what one returns the next one takes, and places always count in the original.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from itertools import chain, compress, repeat
from typing import Final

from videre.orchestrator.moderation.characters import (
    CharacterTable,
    look_alike,
    readings,
    simplified,
    without_marks,
)


class Fold(StrEnum):
    """A difference between a text and a listed word that does not matter."""

    # Always: such a text reads the same.
    INVISIBLE = "invisible"
    WIDTH = "width"
    CONFUSABLES = "confusables"
    CASE = "case"
    MARKS = "marks"
    SCRIPT = "script"
    SEPARATORS = "separators"
    # Where a list or an entry asks for it: such a text could be meant otherwise.
    LEETSPEAK = "leetspeak"
    REPEATS = "repeats"
    HOMOPHONES = "homophones"
    SAME_TONE = "same_tone"
    INITIALS = "initials"
    SPLIT = "split"
    OCR = "ocr"


#: What a list tolerates unless it says otherwise.
TOLERATED: Final = frozenset({Fold.LEETSPEAK, Fold.REPEATS, Fold.HOMOPHONES, Fold.SPLIT})
#: What a list may be asked to tolerate.
TOLERABLE: Final = (
    Fold.LEETSPEAK,
    Fold.REPEATS,
    Fold.HOMOPHONES,
    Fold.SAME_TONE,
    Fold.INITIALS,
    Fold.SPLIT,
    Fold.OCR,
)


@dataclass(frozen=True, slots=True)
class Folded:
    """A text ready to be compared.

    Args:
        text: what is left of it.
        first: of every character, the place in the original where it begins.
        after: and where it ends.
        original: the text as it was given.
    """

    text: str
    first: Sequence[int]
    after: Sequence[int]
    original: str

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where folded characters [start, end) stand in the original."""
        return self.first[start], self.after[end - 1]


def unfolded(text: str) -> Folded:
    """Return a text as it is."""
    return Folded(text, range(len(text)), range(1, len(text) + 1), text)


def mapped(folded: Folded, table: CharacterTable) -> Folded:
    """Return a text with every character as `table` has it."""
    if folded.text.isascii():
        short = folded.text.translate(table.of_ascii)
        if len(short) == len(folded.text):
            return Folded(short, folded.first, folded.after, folded.original)
    pieces = list(map(table.__getitem__, folded.text))
    text = "".join(pieces)
    first, after = folded.first, folded.after
    if len(text) == len(pieces) and "" not in pieces:
        return Folded(text, first, after, folded.original)
    sizes = list(map(len, pieces))
    if max(sizes, default=0) < 2:
        places = list(compress(range(len(sizes)), sizes))
        first, after = [first[at] for at in places], [after[at] for at in places]
    else:
        first = list(chain.from_iterable(map(repeat, first, sizes)))
        after = list(chain.from_iterable(map(repeat, after, sizes)))
    return Folded(text, first, after, folded.original)


def chosen(folded: Folded, places: Sequence[int]) -> Folded:
    """Return a text with the characters at `places` only."""
    if len(places) == len(folded.text):
        return folded
    text = folded.text
    return Folded(
        "".join([text[i] for i in places]),
        [folded.first[i] for i in places],
        [folded.after[i] for i in places],
        folded.original,
    )


@lru_cache(maxsize=256)
def plain(text: str) -> Folded:
    """Return a text without what never matters; for [0-9a-z], Chinese and other letters.

    A blank stays between two ASCII letters or digits, whose words it parts, and goes away elsewhere
    (色 情 is 色情) and between letters that all stand alone (p o r n).
    """
    return _joined(mapped(unfolded(text), _PLAIN))


def readable(text: str) -> Folded:
    """Return a text in one width, case and script, with its punctuation and blanks."""
    return mapped(unfolded(text), _READABLE)


def latin(text: str) -> Folded:
    """Return a text with leetspeak read as letters, l as i, and no letter twice in a row."""
    letters = plain(text)
    if _SYMBOL.search(text) or _DIGIT.search(letters.text):
        letters = _joined(mapped(unfolded(text), _LATIN))
    else:
        known = letters.text.translate(_CLASS)
        letters = Folded(known, letters.first, letters.after, text)
    return _without_repeats(letters)


def romanised(text: str) -> Folded:
    """Return a plain text with Chinese characters as the letters of their pinyin."""
    return mapped(unfolded(text), SYLLABLE)


def abbreviated(text: str) -> Folded:
    """Return a plain text with Chinese characters as the first letter of their pinyin."""
    return mapped(unfolded(text), _INITIAL)


def folds_between(text: str, entry: str) -> tuple[Fold, ...]:
    """Return the folds that make a text and an entry plain alike."""
    used = []
    for fold, become in _CHAIN:
        if text == entry:
            break
        folded = become(text)
        if folded != text:
            used.append(fold)
        text, entry = folded, become(entry)
    if text != entry and text.replace(" ", "") == entry.replace(" ", ""):
        used.append(Fold.SEPARATORS)
    return tuple(dict.fromkeys(used))


def letter_class(character: str) -> str:
    """Return the letter that `latin` has for a character; "" where it has none."""
    return _LATIN[character].strip()


def _without_repeats(folded: Folded) -> Folded:
    """Return a text with one character for every run of the same; it stands where the run does."""
    text, first, after = [], list[int](), list[int]()
    done = 0  # characters whose first of the run, when they are in one, is in the answer
    for run in _REPEATED.finditer(folded.text):
        start, end = run.span()
        text.append(folded.text[done : start + 1])
        first += folded.first[done : start + 1]
        after += folded.after[done:start]
        after.append(folded.after[end - 1])
        done = end
    if not done:
        return folded
    text.append(folded.text[done:])
    first += folded.first[done:]
    after += folded.after[done:]
    return Folded("".join(text), first, after, folded.original)


def _joined(folded: Folded) -> Folded:
    """Leave out blanks that part no words, and all but one of those that do."""
    text = folded.text
    if not _IDLE_BLANK.search(text):
        return folded
    lone = {at for run in _LONE_LETTERS.finditer(text) for at in range(*run.span())}
    kept = {blank.start() for blank in _PARTING.finditer(text)} - lone
    if len(kept) == text.count(" "):
        return folded
    return chosen(folded, [i for i, c in enumerate(text) if c != " " or i in kept])


def _visible(character: str) -> str:
    category = unicodedata.category(character)
    unseen = category[0] == "M" or (category in _UNSEEN and not character.isspace())
    return "" if unseen else character


def _letter(character: str) -> str:
    if unicodedata.category(character)[0] in "LN":
        return character
    return " " if character.isspace() else ""


def _whole(become: Callable[[str], str]) -> Callable[[str], str]:
    """Return what folds a text where `become` folds a character."""
    return lambda text: "".join([become(character) for character in text])


_LETTERS: Final = CharacterTable(_letter)
_UNSEEN: Final = frozenset({"Cc", "Cf", "Cn", "Co"})
#: The folds that always are made, in their order. "ﬁ" becomes two characters: each step takes any.
_CHAIN: Final[tuple[tuple[Fold, Callable[[str], str]], ...]] = (
    (Fold.INVISIBLE, _whole(_visible)),
    (Fold.WIDTH, lambda text: unicodedata.normalize("NFKC", text)),
    (Fold.CONFUSABLES, _whole(look_alike)),
    (Fold.CASE, str.casefold),
    (Fold.MARKS, _whole(without_marks)),
    (Fold.SCRIPT, _whole(simplified)),
    (Fold.SEPARATORS, lambda text: _joined(mapped(unfolded(text), _LETTERS)).text),
)


def _chained(count: int) -> Callable[[str], str]:
    """Return the first `count` folds of the chain, of a character."""

    def become(character: str) -> str:
        for _, fold in _CHAIN[:count]:
            character = fold(character)
        return character

    return become


_folded: Final = _chained(len(_CHAIN) - 1)


def _without_separators(character: str) -> str:
    # Of a Chinese character nothing but its script is folded; films have thousands of them.
    if "㐀" <= character <= "鿿" and unicodedata.category(character) == "Lo":
        return simplified(character)
    return _folded(character)


#: Signs that stand for letters; l and i share one, as 1 may be either.
SIGNS: Final = {
    "0": "o", "1": "i", "!": "i", "¡": "i", "|": "i", "3": "e", "€": "e", "4": "a", "@": "a",
    "5": "s", "$": "s", "§": "s", "7": "t", "+": "t", "8": "b", "9": "g", "6": "g", "2": "z",
    "¢": "c", "£": "i",
}  # fmt: skip
_CLASS: Final = str.maketrans("l", "i")
_DIGIT: Final = re.compile("[0-9]")
_SYMBOL: Final = re.compile("[!¡|€@$§+¢£！｜＠＄＋￠￡]")


def _as_plain(character: str) -> str:
    return "".join(map(_letter, _without_separators(character)))


def _as_latin(character: str) -> str:
    sign = SIGNS.get(character) or SIGNS.get(unicodedata.normalize("NFKC", character))
    return sign or "".join(SIGNS.get(c, c) for c in _as_plain(character)).translate(_CLASS)


def _as_syllable(character: str) -> str:
    return readings(character)[0].rstrip("12345") or character


_READABLE: Final = CharacterTable(_without_separators)
_PLAIN: Final = CharacterTable(_as_plain)
_LATIN: Final = CharacterTable(_as_latin)
SYLLABLE: Final = CharacterTable(_as_syllable)
_INITIAL: Final = CharacterTable(lambda character: _as_syllable(character)[0])
_PARTING: Final = re.compile(r"(?<=[0-9a-z]) +(?=[0-9a-z])")
#: A blank that may go: beside none of [0-9a-z], or between two of them that stand alone.
_IDLE_BLANK: Final = re.compile(
    r"(?<![0-9a-z]) | (?![0-9a-z])|(?<![0-9a-z])[0-9a-z] [0-9a-z](?![0-9a-z])"
)
_REPEATED: Final = re.compile(r"(.)\1+", re.DOTALL)
#: Three letters or more that stand alone, one by one.
_LONE_LETTERS: Final = re.compile(r"(?<![0-9a-z])[0-9a-z](?: +[0-9a-z](?![0-9a-z])){2,}")
