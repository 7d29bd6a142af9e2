"""What is known of English words: frequency, stopwords, what names are made of. Pure, read late.

Frequencies come with the package symspellpy (82,765 words, Google Books n-grams crossed with word
lists), stopwords with stopwordsiso, name parts from `data/english.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any, Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FREQUENCIES: Final = "frequency_dictionary_en_82_765.txt"
#: Words of the corpus the frequencies were counted in.
_CORPUS: Final = 1.02e12


@dataclass(frozen=True, slots=True)
class NameParts:
    """The words that names are made of and the words around them; see `data/english.toml`."""

    honorifics: frozenset[str]
    spoken_honorifics: frozenset[str]
    locatives: frozenset[str]
    loose_locatives: frozenset[str]
    ambiguous_places: frozenset[str]
    not_names: frozenset[str]
    number_words: frozenset[str]
    organisation_ends: frozenset[str]
    loose_organisation_ends: frozenset[str]
    organisation_starts: frozenset[str]
    given_names: frozenset[str]
    family_names: frozenset[str]


def folded_words(text: str) -> tuple[str, ...]:
    """Return the words of a text in small letters."""
    return tuple(word.casefold() for word in _WORD.findall(text))


def frequency(word: str) -> float | None:
    """Return log10 of a word's occurrences per thousand million words; None of an unknown word.

    3 is rare (typography), 5 common (printing), 7 everywhere (of).
    """
    count = _frequencies().get(word)
    return None if count is None else math.log10(count / _CORPUS) + 9


def is_stopword(word: str) -> bool:
    """Tell whether a word in small letters says nothing by itself."""
    return word in _stopwords() or word.replace("’", "'") in _stopwords()


@cache
def name_parts() -> NameParts:
    """Return the packaged parts of names."""
    document: dict[str, Any] = tomllib.loads(
        (files(__package__) / "data" / "english.toml").read_text("utf-8")
    )
    return NameParts(
        **{
            name: frozenset(value.split() if isinstance(value, str) else value)
            for name, value in document.items()
            if name != "version"
        }
    )


@cache
def _stopwords() -> frozenset[str]:
    import stopwordsiso

    return frozenset(stopwordsiso.stopwords("en"))


@cache
def _frequencies() -> dict[str, int]:
    # Only the file is used: importing the package would bring its search along.
    text = (files("symspellpy") / _FREQUENCIES).read_text("utf-8-sig")
    pairs = (line.split(" ") for line in text.splitlines())
    return {word: int(count) for word, count in pairs}
