"""Terms: what texts and queries are compared by. The same ones in every database. Pure.

A run of letters and digits is one term: NFKC, small letters, without accents; words of plain Latin
letters by their English stem (Snowball). Chinese is folded to simplified characters and cut by
jieba without its guesses at new words, so that a word is cut alike wherever it stands; words of the
dictionary inside longer ones are terms of the index too. Other writing without blanks gives one
term per character.

A place is a letter run or one Chinese character: phrases are terms at consecutive places.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Any, Final, NamedTuple

from videre.orchestrator.moderation.characters import simplified

#: Longest term, in characters; what is longer is cut off.
LONGEST: Final = 64
_HAN: Final = "一-鿿㐀-䶿"
#: Kana, Thai, Lao, Burmese and Khmer: written without blanks, and not in jieba's dictionary.
_SINGLE: Final = "\u3040-\u30ff\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff"
_RUN: Final = re.compile(
    rf"[{_HAN}]+|[{_SINGLE}]|[^\W_{_HAN}{_SINGLE}]+(?:['’][^\W\d_{_HAN}{_SINGLE}]+)*"
)
_POSSESSIVE: Final = re.compile(r"['’]s$")


class Term(NamedTuple):
    """A term of a text: characters [start, end), and its place among the terms."""

    text: str
    start: int
    end: int
    place: int


def index_terms(text: str) -> list[Term]:
    """Return the terms of a text that is to be found, words inside words included."""
    return _terms(text, "search")[0]


def query_terms(text: str) -> list[Term]:
    """Return the terms of what is looked for: no words inside words."""
    return _terms(text, "default")[0]


def indexed(text: str) -> tuple[list[Term], int]:
    """Return the terms of a text that is to be found, and the number of its places."""
    return _terms(text, "search")


def _terms(text: str, mode: str) -> tuple[list[Term], int]:
    found: list[Term] = []
    place = 0
    for run in _RUN.finditer(text):
        start, written = run.start(), run.group()
        if _is_han(written[0]):
            import rjieba

            folded = "".join(map(simplified, written))
            # A character may be folded to one beyond the basic plane; none to several.
            for word, first, last in sorted(
                rjieba.tokenize(folded, mode, False), key=lambda cut: cut[1:]
            ):
                found.append(Term(word[:LONGEST], start + first, start + last, place + first))
            place += len(folded)
        else:
            term = fold(written)
            if term:
                found.append(Term(term, start, run.end(), place))
                place += 1
    return found, place


def _is_han(character: str) -> bool:
    return "㐀" <= character <= "䶿" or "一" <= character <= "鿿"


@lru_cache(65_536)
def fold(word: str) -> str:
    """Return the term of one written word."""
    plain = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", word).casefold())
    bare = "".join(c for c in plain if not unicodedata.combining(c))
    bare = unicodedata.normalize("NFC", _POSSESSIVE.sub("", bare)).replace("’", "'")
    return (_stemmer().stemWord(bare) if bare.isascii() else bare)[:LONGEST]


@lru_cache(1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")
