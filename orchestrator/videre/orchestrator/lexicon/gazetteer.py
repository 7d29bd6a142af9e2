"""Places by name: the packaged extract of GeoNames, read when the first name is looked up. Pure.

The table stands in `data/places.tsv` (written by scripts/gazetteer.py). Reading it takes some
0.1 s and 11 MB: it stays bytes, and a row becomes an object only when somebody asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from io import BytesIO
from typing import Final

from videre.orchestrator.document import PlaceLevel
from videre.orchestrator.lexicon.english import folded_words

_SEPARATOR: Final = "|"
#: Chinese suffixes of places that are left out as often as not.
_SUFFIXES: Final = ("市", "省", "县")


@dataclass(frozen=True, slots=True)
class GazetteerPlace:
    """One place.

    Args:
        level: country, region or city.
        id: see `document.PlaceCandidate`.
        name: English name.
        name_zh: simplified Chinese name; "" where there is none.
        country: ISO 3166-1 alpha-2.
        region: name or code of the first-level division.
        latitude_e6: degrees north in millionths; None of countries and regions.
        longitude_e6: degrees east.
        population: inhabitants; 0 where unknown.
        everyday: its name is made of words that are written in small letters too.
        capital: of a country.
    """

    level: PlaceLevel
    id: str
    name: str
    name_zh: str
    country: str
    region: str
    latitude_e6: int | None
    longitude_e6: int | None
    population: int
    everyday: bool
    capital: bool


class Gazetteer:
    """The places there are."""

    def __init__(self, table: bytes) -> None:
        """Take the table's text, UTF-8, first the names of the columns; every line ends."""
        self._table = table
        self._english = _Names()
        self._chinese = _Names()
        #: Most words of a name that begins with a word, where that is not one.
        self._longest: dict[str, int] = {}
        lines = BytesIO(table)
        at = len(lines.readline())
        for line in lines:
            _, _, name, also, han, *_ = line.decode().split("\t", 5)
            for text in {name, *also.split(_SEPARATOR)}:
                if words := folded_words(text):
                    self._english.add(" ".join(words), at)
                    if len(words) > self.longest(words[0]):
                        self._longest[words[0]] = len(words)
            if han:
                for text in {short(word) for word in han.split(_SEPARATOR)}:
                    self._chinese.add(text, at)
            at += len(line)
        #: How the Chinese names begin that may be cut into several words.
        self.beginnings = {name[:2] for name in self._chinese.first if len(name) > 2}

    def longest(self, word: str) -> int:
        """Return how many words the longest English name has that begins with a word; 0 = none."""
        return self._longest.get(word) or int(word in self._english.first)

    def names_any(self, words: Collection[str]) -> bool:
        """Tell whether an English name begins with one of these words."""
        one, several = self._english.first.keys(), self._longest.keys()
        return not (one.isdisjoint(words) and several.isdisjoint(words))

    def english(self, words: tuple[str, ...]) -> tuple[GazetteerPlace, ...]:
        """Return the places with an English name, given as words in small letters."""
        return tuple(map(self._place, self._english.rows(" ".join(words))))

    def chinese(self, name: str) -> tuple[GazetteerPlace, ...]:
        """Return the places with a Chinese name, with or without 市, 省, 县."""
        return tuple(map(self._place, self._chinese.rows(short(name))))

    def _place(self, at: int) -> GazetteerPlace:
        row = self._table[at : self._table.index(b"\n", at)].decode()
        (level, place_id, name, _, han, country, region, latitude, longitude, people, everyday,
         capital) = row.split("\t")  # fmt: skip
        return GazetteerPlace(
            level=PlaceLevel(level),
            id=place_id,
            name=name,
            name_zh=han.partition(_SEPARATOR)[0],
            country=country,
            region=region,
            latitude_e6=int(latitude) if latitude else None,
            longitude_e6=int(longitude) if longitude else None,
            population=int(people),
            everyday=everyday == "1",
            capital=capital == "1",
        )


class _Names:
    """Names, and where in the table their places stand.

    Most are of one place: a list for each of fifty thousand would take more room than the table.
    """

    def __init__(self) -> None:
        self.first: dict[str, int] = {}
        self._further: dict[str, list[int]] = defaultdict(list)

    def add(self, name: str, at: int) -> None:
        """Note a row for a name."""
        if name in self.first:
            self._further[name].append(at)
        else:
            self.first[name] = at

    def rows(self, name: str) -> Sequence[int]:
        """Return the rows of a name, in the order of the table."""
        if name not in self.first:
            return ()
        return (self.first[name], *self._further.get(name, ()))


def short(name: str) -> str:
    """Return a Chinese place's name without the word for city, province or county."""
    return name[:-1] if len(name) > 2 and name.endswith(_SUFFIXES) else name


@cache
def load_gazetteer() -> Gazetteer:
    """Return the packaged gazetteer, read once."""
    return Gazetteer((files(__package__) / "data" / "places.tsv").read_bytes())
