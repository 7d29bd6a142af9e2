"""What is known of English words: frequency, stopwords, what names are made of. Pure, read late.

Frequencies come with the package symspellpy (82,765 words, Google Books n-grams crossed with word
lists), stopwords with stopwordsiso, name parts from `data/english.toml`.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, Final

_WORD: Final = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_FREQUENCIES: Final = "frequency_dictionary_en_82_765.txt"
#: Words of the corpus the frequencies were counted in.
_CORPUS: Final = 1.02e12
#: Letters by which words are looked up: seldom more than a few dozen begin alike.
_BEGINNING: Final = 4
#: Letters of the shortest word that another one is inflected from.
_SHORTEST_BASE: Final = 2


@dataclass(frozen=True, slots=True)
class NameParts:
    """The words that names are made of, those around them, and words too plain to be keywords.

    See `data/english.toml`.
    """

    honorifics: frozenset[str]
    spoken_honorifics: frozenset[str]
    locatives: frozenset[str]
    loose_locatives: frozenset[str]
    ambiguous_places: frozenset[str]
    not_places: frozenset[str]
    not_names: frozenset[str]
    number_words: frozenset[str]
    plain_words: frozenset[str]
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
    lines = _frequencies().get(word[:_BEGINNING], "")
    at = lines.find(f"\n{word} ")
    if at < 0:
        return None
    count = lines[at + len(word) + 2 : lines.index("\n", at + 1)]
    return math.log10(int(count) / _CORPUS) + 9


def known_words() -> Iterator[str]:
    """Yield every word whose frequency is known."""
    for lines in _frequencies().values():
        for line in lines.strip("\n").split("\n"):
            yield line.partition(" ")[0]


def is_stopword(word: str) -> bool:
    """Tell whether a word in small letters says nothing by itself."""
    return word in _stopwords() or word.replace("’", "'") in _stopwords()


@lru_cache(8_192)
def is_plain(word: str) -> bool:
    """Tell whether a word in small letters, or what it is inflected from, is in every film."""
    plain = name_parts().plain_words
    return word in plain or any(base in plain for base in _bases(word))


def _bases(word: str) -> Iterator[str]:
    """Yield what a word may be inflected from: watched and watching from watch, smiled from smile.

    No stemmer: it would take a generator for a generation.
    """
    for end in ("s", "es", "d", "ed", "ing"):
        if word.endswith(end) and len(word) - len(end) >= _SHORTEST_BASE:
            base = word.removesuffix(end)
            yield base
            yield base + "e"
            if base[-1] == base[-2]:
                yield base[:-1]
    if word.endswith(("ies", "ied")):
        yield word[:-3] + "y"


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
def _frequencies() -> dict[str, str]:
    """Return lines of a word and its count by the letters that the words begin with.

    A text begins and ends with an end of line. As texts they take 4 MB, word by word 14.
    """
    # Only the file is used: importing the package would bring its search along.
    groups: dict[str, str] = defaultdict(lambda: "\n")
    with (files("symspellpy") / _FREQUENCIES).open(encoding="utf-8-sig") as lines:
        for line in lines:  # a list of all of them would leave twice their room in pieces
            groups[line[:_BEGINNING].partition(" ")[0]] += f"{line.rstrip()}\n"
    return dict(groups)
