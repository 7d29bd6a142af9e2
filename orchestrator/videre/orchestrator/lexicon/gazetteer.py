"""Places by name: the packaged extract of GeoNames, read when the first name is looked up. Pure.

The table stands in `data/places.tsv` (written by scripts/gazetteer.py). Reading it takes some
0.1 s and 15 MB; a row becomes an object only when somebody asks for it.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
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

    def __init__(self, table: str) -> None:
        """Take the table's text, its first line the names of the columns."""
        self._rows = table.splitlines()[1:]
        self._english: dict[tuple[str, ...], list[int]] = defaultdict(list)
        self._chinese: dict[str, list[int]] = defaultdict(list)
        for number, row in enumerate(self._rows):
            _, _, name, also, han, *_ = row.split("\t", 5)
            for text in {name, *also.split(_SEPARATOR)}:
                if words := folded_words(text):
                    self._english[words].append(number)
            if han:
                for text in {short(word) for word in han.split(_SEPARATOR)}:
                    self._chinese[text].append(number)
        #: How the Chinese names begin that may be cut into several words.
        self.beginnings = {name[:2] for name in self._chinese if len(name) > 2}
        #: Most words of a name that begins with a word.
        self.longest: dict[str, int] = {}
        for words in self._english:
            self.longest[words[0]] = max(len(words), self.longest.get(words[0], 0))

    def english(self, words: tuple[str, ...]) -> tuple[GazetteerPlace, ...]:
        """Return the places with an English name, given as words in small letters."""
        return tuple(self._place(number) for number in self._english.get(words, ()))

    def chinese(self, name: str) -> tuple[GazetteerPlace, ...]:
        """Return the places with a Chinese name, with or without 市, 省, 县."""
        return tuple(self._place(number) for number in self._chinese.get(short(name), ()))

    def _place(self, number: int) -> GazetteerPlace:
        (level, place_id, name, _, han, country, region, latitude, longitude, people, everyday,
         capital) = self._rows[number].split("\t")  # fmt: skip
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


def short(name: str) -> str:
    """Return a Chinese place's name without the word for city, province or county."""
    return name[:-1] if len(name) > 2 and name.endswith(_SUFFIXES) else name


@cache
def load_gazetteer() -> Gazetteer:
    """Return the packaged gazetteer, read once."""
    return Gazetteer((files(__package__) / "data" / "places.tsv").read_text("utf-8"))
