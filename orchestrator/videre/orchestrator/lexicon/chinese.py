"""Chinese words: cut, tagged and counted by rjieba, loaded with the first Chinese text. Pure.

rjieba (jieba-rs) carries its dictionary of 350,000 words; loading it takes 0.3 s and 35 MB. Its
tags: n… nouns, nr person, ns place, nt organisation, nz other name, v… verbs, x punctuation.
"""

from __future__ import annotations

import math
import tomllib
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final

#: Sum of the counts of rjieba's dictionary.
_CORPUS: Final = 6.01e7


@dataclass(frozen=True, slots=True)
class ChineseNameParts:
    """What names are made of; see `data/chinese.toml`."""

    family_names: frozenset[str]
    compound_family_names: frozenset[str]
    titles_after: frozenset[str]
    titles_before: frozenset[str]
    organisation_ends: frozenset[str]
    everyday_places: frozenset[str]


def tagged(run: str) -> list[tuple[str, str]]:
    """Return the words of a run of Chinese characters with their tags."""
    import rjieba

    return list(rjieba.tag(run))


def frequency(word: str) -> float | None:
    """Return log10 of a word's occurrences per thousand million words; None of an unknown word."""
    import rjieba

    if not rjieba.has_word(word):
        return None
    return math.log10(max(1, rjieba.suggest_freq(word)) / _CORPUS) + 9


def is_stopword(word: str) -> bool:
    """Tell whether a word says nothing by itself."""
    return word in _stopwords()


@cache
def name_parts() -> ChineseNameParts:
    """Return the packaged parts of names."""
    text = (files(__package__) / "data" / "chinese.toml").read_text("utf-8")
    document = tomllib.loads(text)
    return ChineseNameParts(
        frozenset(document["family_names"]),
        frozenset(document["compound_family_names"]),
        frozenset(document["titles_after"]),
        frozenset(document["titles_before"]),
        frozenset(document["organisation_ends"]),
        frozenset(document["everyday_places"]),
    )


@cache
def _stopwords() -> frozenset[str]:
    import stopwordsiso

    return frozenset(stopwordsiso.stopwords("zh"))
