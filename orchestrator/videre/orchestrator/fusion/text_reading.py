"""Readings of one line of text: normal form, likeness, the best one, its language. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache
from typing import Final

from rapidfuzz.distance import Levenshtein

#: Readings of at least this length may differ: in a fifth of their characters, but in a twelfth
#: only where the recogniser was sure of both ("第一章开始" and "第二章开始" are two captions).
_TOLERANT_LENGTH: Final = 4
_TOLERANCE: Final = 5
_TOLERANCE_SURE: Final = 12
_LATIN: Final = re.compile("[A-Za-z]")
#: Everything that is no letter and no digit: \w is `str.isalnum` and "_".
_NOT_COMPARED: Final = re.compile(r"[\W_]+")
#: Forms of readings that are kept, none longer than this: a line is read many times over.
_KEPT: Final = 4_096
_LONGEST_KEPT: Final = 256
#: How the names of the letters of some scripts begin; stands for ASCII letters.
_SCRIPT: Final = re.compile("HIRAGANA|KATAKANA|HANGUL|CJK")
_ASCII: Final = "ASCII"
_PUNCTUATION: Final = str.maketrans({"，": ",", "！": "!", "？": "?", "：": ":", "；": ";"})
#: Common characters that only traditional Chinese writing has.
_TRADITIONAL: Final = frozenset(
    "們個來這國時說為學會對發經還進過開關動問長書見車東門馬魚鳥點無電話語體題實號頭樂愛氣習機當點兒聽買賣寫讀從後麼樣應該讓請謝"
)


def normalise(text: str) -> str:
    """Return a reading in its normal form: full width to half width, runs of blanks to one."""
    return _normalised(text) if len(text) > _LONGEST_KEPT else _normalised_before(text)


def _normalised(text: str) -> str:
    if not text.isascii():
        text = unicodedata.normalize("NFKC", text).translate(_PUNCTUATION)
    return " ".join(text.split())


_normalised_before = lru_cache(_KEPT)(_normalised)


def skeleton(text: str) -> str:
    """Return what of a reading is compared: letters and digits, case folded."""
    return _compared(text) if len(text) > _LONGEST_KEPT else _compared_before(text)


def _compared(text: str) -> str:
    return _NOT_COMPARED.sub("", normalise(text).casefold())


_compared_before = lru_cache(_KEPT)(_compared)


def alike(a: str, b: str, *, sure: bool = False) -> bool:
    """Tell whether two skeletons may be readings of the same text.

    Numbers tell lines apart ("Part 1", "Part 2"), whatever the rest says.

    Args:
        a: one skeleton.
        b: the other.
        sure: the recogniser was sure of both.
    """
    if a == b:
        return bool(a)
    shortest, longest = sorted((len(a), len(b)))
    allowed = longest // (_TOLERANCE_SURE if sure else _TOLERANCE)
    if shortest < _TOLERANT_LENGTH or longest - shortest > allowed:
        return False
    if Levenshtein.distance(a, b, score_cutoff=allowed) > allowed:
        return False
    digits = _digits(a), _digits(b)
    return not all(digits) or digits[0] == digits[1]


def _digits(text: str) -> str:
    if text.isalpha():
        return ""
    return "".join(character for character in text if character.isdigit())


def vote(readings: Iterable[tuple[str, int]]) -> str:
    """Return the reading with most support: sum of scores, then best score, then text order."""
    sums: dict[str, int] = defaultdict(int)
    best: dict[str, int] = defaultdict(int)
    for text, score in readings:
        sums[text] += score
        best[text] = max(best[text], score)
    return min(sums, key=lambda text: (-sums[text], -best[text], text))


def language_of(text: str) -> str:
    """Return the BCP 47 language that a text's script speaks for; "und" when it speaks for none.

    One Han character among Latin words makes it Chinese; kana make it Japanese. Latin letters
    without marks are taken for English.
    """
    if text.isascii():
        return "en" if _LATIN.search(text) else "und"
    scripts = {_script(character) for character in text if character.isalpha()}
    if not scripts.isdisjoint(("HIRAGANA", "KATAKANA")):
        return "ja"
    if "HANGUL" in scripts:
        return "ko"
    if "CJK" in scripts:
        return "zh-Hans" if _TRADITIONAL.isdisjoint(text) else "zh-Hant"
    return "en" if scripts == {_ASCII} else "und"


@lru_cache(_KEPT)
def _script(letter: str) -> str:
    """Return what a letter's name begins with: its script, or `_ASCII` for what needs no name."""
    if letter.isascii():
        return _ASCII
    found = _SCRIPT.match(unicodedata.name(letter, ""))
    return found[0] if found is not None else ""
