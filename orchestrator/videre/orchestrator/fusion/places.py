"""Places that a text names, by the gazetteer. Pure.

A name of the gazetteer is a place only where the text says so: many are words (Reading, Nice,
Bath, Of) or people (Lincoln, Charlotte). What is asked of a name depends on what it could be
instead and on how the text is written: capitals tell in sentences with small letters, in speech
only the words around it do. Chinese names must be cut out as one word and tagged as a place.

Every decision looks at one passage only, so that further text never takes a place away.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from videre.orchestrator.document import (
    EntityKind,
    Place,
    PlaceCandidate,
    PlaceLevel,
    PlaceReason,
)
from videre.orchestrator.features import Modality
from videre.orchestrator.fusion.mentions import Mention, begins_sentence, touches
from videre.orchestrator.fusion.passages import Passage, Token
from videre.orchestrator.lexicon import chinese, english
from videre.orchestrator.lexicon.gazetteer import Gazetteer, GazetteerPlace

MOST_CANDIDATES: Final = 10
#: Confidence E4 that a name is meant as the place, by what speaks for it.
PINNED, COUNTRY, LOCATED, PLAIN, WEAK = 9_000, 8_500, 8_000, 7_000, 6_000
#: Inhabitants from which a place is known by its name alone, without and with capitals that tell.
_KNOWN_CITY, _CITY = 100_000, 15_000
#: The same for a name without a word before it that speaks for a place, in speech.
_SPOKEN_CITY: Final = 500_000
#: Inhabitants from which a given or family name is thought of as a place.
_METROPOLIS: Final = 1_000_000
#: A city as large as this is meant before a region of its name (New York), as capitals are.
_FAR_LARGER: Final = 5_000_000
_SHORT: Final = 3
#: Words as rare as this (log10 per thousand million) before a name are given names.
_RARE: Final = 3.0
_LEVELS: Final = (PlaceLevel.COUNTRY, PlaceLevel.REGION, PlaceLevel.CITY)
_LONGEST_HAN: Final = 4


@dataclass(frozen=True, slots=True)
class _Match:
    """Words [start, end) of a passage that are a name of the gazetteer."""

    start: int
    end: int
    places: tuple[GazetteerPlace, ...]


def places(passage: Passage, gazetteer: Gazetteer) -> list[Mention]:
    """Return the places that a passage names, in order."""
    matches = [match for match in _matches(passage, gazetteer) if not _hidden(passage, match)]
    mentions = []
    for index, match in enumerate(matches):
        context = _pinned(passage, matches, index)
        tokens = passage.tokens[match.start : match.end]
        if tokens[0].is_han:
            everyday = tokens[0].text in chinese.name_parts().everyday_places
            score = PINNED if context else 0 if everyday else COUNTRY
        else:
            score = PINNED if context and _capitals(passage, match) else _score(passage, match)
        if score:
            mentions.append(_mention(passage, tokens, match.places, context, score))
    return mentions


def _matches(passage: Passage, gazetteer: Gazetteer) -> Iterator[_Match]:
    tokens, at = passage.tokens, 0
    if passage.text.isascii() and not gazetteer.names_any(passage.folded):
        return  # most texts
    while at < len(tokens):
        if tokens[at].is_han:
            found = _han_match(passage, at, gazetteer)
        else:
            found = _latin_match(passage, at, gazetteer)
        if found is not None:
            yield found
        at = found.end if found is not None else at + 1


def _hidden(passage: Passage, match: _Match) -> bool:
    """Tell whether the word behind a name makes another thing of it (Brussels sprouts)."""
    tokens = passage.tokens
    if not touches(passage, tokens, match.end):
        return False
    phrase = f"{tokens[match.end - 1].folded} {tokens[match.end].folded}"
    return phrase in english.name_parts().not_places


def _latin_match(passage: Passage, at: int, gazetteer: Gazetteer) -> _Match | None:
    tokens = passage.tokens
    longest = gazetteer.longest(tokens[at].folded)
    if not longest:
        return None
    for end in range(min(at + longest, len(tokens)), at, -1):
        if all(touches(passage, tokens, i) for i in range(at + 1, end)):
            found = gazetteer.english(tuple(token.folded for token in tokens[at:end]))
            if found:
                return _Match(at, end, found)
    return None


def _han_match(passage: Passage, at: int, gazetteer: Gazetteer) -> _Match | None:
    """Return a Chinese name: one word tagged as a place, or several of at least 3 characters."""
    tokens = passage.tokens
    start = tokens[at].start
    several = passage.text[start : start + 2] in gazetteer.beginnings
    if not several and tokens[at].tag != "ns":
        return None
    longest = _LONGEST_HAN if several else 1
    for end in range(min(at + longest, len(tokens)), at, -1):
        run = tokens[at:end]
        if not all(t.is_han for t in run) or any(
            run[i].end != run[i + 1].start for i in range(len(run) - 1)
        ):
            continue
        name = "".join(token.text for token in run)
        is_place = run[0].tag == "ns" if len(run) == 1 else len(name) > 2
        found = gazetteer.chinese(name) if is_place else ()
        if not found and is_place and len(run) == 1:
            found = _within(name, gazetteer)
        if found:
            return _Match(at, end, found)
    return None


def _within(name: str, gazetteer: Gazetteer) -> tuple[GazetteerPlace, ...]:
    """Return the places of a name in which several stand as one word: 英国伦敦, 巴黎铁塔."""
    for cut in range(len(name) - 2, 1, -1):
        if found := gazetteer.chinese(name[:cut]):
            inner = gazetteer.chinese(name[cut:])
            nations = {place.country for place in found}
            return tuple(place for place in inner if place.country in nations) or found
    return ()


def _pinned(passage: Passage, matches: Sequence[_Match], index: int) -> frozenset[str]:
    """Return the ids of a name's places whose country or region stands beside it."""
    match = matches[index]
    han = passage.tokens[match.start].is_han
    beside: tuple[GazetteerPlace, ...] = ()
    if han and index and matches[index - 1].end == match.start:
        beside = matches[index - 1].places
    if not han and index + 1 < len(matches):
        after = matches[index + 1]
        between = passage.text[
            passage.tokens[match.end - 1].end : passage.tokens[after.start].start
        ]
        if between in (", ", " ", ",", " in "):
            beside = after.places
    wider = [place for place in beside if place.level is not PlaceLevel.CITY]
    return frozenset(
        place.id
        for place in match.places
        for around in wider
        if place.country == around.country
        and place.id != around.id
        and (around.level is PlaceLevel.COUNTRY or place.region == around.name)
    )


def _capitals(passage: Passage, match: _Match) -> bool:
    """Tell whether a name is written as one, where that can be told."""
    tokens = passage.tokens[match.start : match.end]
    return not passage.cased or all(t.is_capital or t.folded in ("of", "the") for t in tokens)


def _score(passage: Passage, match: _Match) -> int:
    """Return how sure it is that an English name is meant as a place, E4; 0 = it is not."""
    tokens, parts = passage.tokens, english.name_parts()
    if not _capitals(passage, match) or _part_of_name(passage, match):
        return 0
    before = tokens[match.start - 1].folded if touches(passage, tokens, match.start) else ""
    located = before in parts.locatives
    loosely = located or before in parts.loose_locatives
    told = passage.cased and not begins_sentence(passage, tokens, match.start)
    words = tuple(token.folded for token in tokens[match.start : match.end])
    best = max(match.places, key=lambda place: (-_LEVELS.index(place.level), place.population))
    if len(words) == 1 and words[0] in parts.ambiguous_places:
        return PLAIN if located else WEAK if told and loosely else 0
    if best.level is not PlaceLevel.CITY:
        return _wide_score(tokens[match.start], words, best)
    largest = max(place.population for place in match.places)
    if largest < _METROPOLIS and _behind_rare_word(passage, match):
        return 0
    if len(words) == 1 and len(words[0]) <= _SHORT:
        return WEAK if told and located and largest >= _KNOWN_CITY else 0
    if all(place.everyday for place in match.places):
        return _everyday_score(words, largest, located=located, told=told)
    if len(words) == 1 and words[0] in parts.given_names | parts.family_names:
        if located and (told or largest >= _KNOWN_CITY):
            return PLAIN
        return WEAK if largest >= _METROPOLIS and (loosely or len(tokens) == 1) else 0
    if located:
        return LOCATED if largest >= (_CITY if told else _KNOWN_CITY) else WEAK
    spoken = passage.modality == Modality.SPEECH.value and not loosely
    enough = _CITY if told else _SPOKEN_CITY if spoken else _KNOWN_CITY
    return PLAIN if largest >= enough else 0


def _wide_score(first: Token, words: tuple[str, ...], place: GazetteerPlace) -> int:
    """Return the score of a country's or region's name that is nothing else."""
    if len(words) == 1 and len(words[0]) <= _SHORT and not first.text.isupper():
        return 0
    return COUNTRY if place.level is PlaceLevel.COUNTRY else LOCATED


def _everyday_score(words: tuple[str, ...], largest: int, *, located: bool, told: bool) -> int:
    """Return the score of a city's name that is made of words."""
    if len(words) == 1:
        # "To shanghai" is a word; nobody was ever in one.
        return PLAIN if located and largest >= _FAR_LARGER else WEAK if told and located else 0
    return PLAIN if told else WEAK if located and largest >= _KNOWN_CITY else 0


def _part_of_name(passage: Passage, match: _Match) -> bool:
    """Tell whether capitals before or behind make it a part of a longer name (Paris Hilton)."""
    text = passage.text
    if passage.modality == Modality.SPEECH.value or text.isupper() or text.islower():
        return False
    tokens, parts = passage.tokens, english.name_parts()
    if touches(passage, tokens, match.end):
        after = tokens[match.end]
        if after.is_capital and after.folded not in parts.not_names:
            return True
    if touches(passage, tokens, match.start) and not begins_sentence(
        passage, tokens, match.start - 1
    ):
        before = tokens[match.start - 1]
        known = parts.locatives | parts.loose_locatives | parts.not_names
        return before.is_capital and before.folded not in known
    return touches(passage, tokens, match.start) and (
        tokens[match.start - 1].folded in parts.given_names | parts.honorifics
    )


def _behind_rare_word(passage: Passage, match: _Match) -> bool:
    """Tell whether what begins the sentence before a name is like a given name (Barack Obama)."""
    tokens, at = passage.tokens, match.start - 1
    if not touches(passage, tokens, match.start) or not begins_sentence(passage, tokens, at):
        return False
    known = english.frequency(tokens[at].folded)
    return passage.cased and tokens[at].is_capital and (known is None or known < _RARE)


def _mention(
    passage: Passage,
    tokens: Sequence[Token],
    found: Sequence[GazetteerPlace],
    context: frozenset[str],
    score: int,
) -> Mention:
    ordered = sorted(found, key=lambda place: _rank(place, context))
    candidates = tuple(
        _candidate(place, _reason(index, ordered, context))
        for index, place in enumerate(ordered[:MOST_CANDIDATES])
    )
    return Mention(
        EntityKind.PLACE, ordered[0].id, ordered[0].name, score, passage, tokens[0], tokens[-1],
        place=Place(candidates, len(ordered)),
    )  # fmt: skip


def _rank(place: GazetteerPlace, context: frozenset[str]) -> tuple[bool, int, int, str]:
    first = place.capital or (place.level is PlaceLevel.CITY and place.population >= _FAR_LARGER)
    level = 0 if first else _LEVELS.index(place.level)
    return place.id not in context, level, -place.population, place.id


def _reason(index: int, ordered: Sequence[GazetteerPlace], context: frozenset[str]) -> PlaceReason:
    if ordered[index].id in context:
        return PlaceReason.NAMED_WITH
    if len(ordered) == 1:
        return PlaceReason.ONLY
    levels = {place.level for place in ordered}
    if len(levels) > 1 and ordered[index].level is not PlaceLevel.CITY:
        return PlaceReason.LEVEL
    return PlaceReason.POPULATION


def _candidate(place: GazetteerPlace, reason: PlaceReason) -> PlaceCandidate:
    return PlaceCandidate(
        id=place.id,
        level=place.level,
        name=place.name,
        name_zh=place.name_zh,
        country=place.country,
        region=place.region if place.level is PlaceLevel.CITY else "",
        latitude_e6=place.latitude_e6,
        longitude_e6=place.longitude_e6,
        population=place.population,
        reason=reason,
    )
