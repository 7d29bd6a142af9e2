"""What a media is recommended by, read from its analysis. Pure."""

from __future__ import annotations

import json
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator import document as d
from videre.orchestrator.document import Analysis, Understanding
from videre.orchestrator.recommend.model import ItemRow, Trait, Weighted
from videre.orchestrator.search.words import query_terms

#: Fields of an analysis that are read here beside those of the search index.
READ: Final = ("keywords",)
#: Most traits of a kind that are kept, those with most weight first.
_MOST: Final = 40
#: Longest value, in characters.
_LONGEST: Final = 200
_MS: Final = 1_000_000
#: The kind of libraries that hold persons.
_PERSONS: Final = "persons"
_ENTITIES: Final = {d.EntityKind.PERSON: Trait.PERSON, d.EntityKind.PLACE: Trait.PLACE}


def item_row(
    analysis: Analysis, names: Mapping[tuple[str, str], str], engine: str, look: bytes
) -> ItemRow:
    """Return what is stored of a media.

    Args:
        analysis: with the fields of the search index and of `READ`.
        names: of entries of own libraries.
        engine: that saw the look.
        look: see `looks.projected`.
    """
    return ItemRow(
        traits=packed(traits(analysis, names)),
        language=language_of(analysis),
        duration_ms=analysis.media.duration_ns // _MS,
        engine=engine if look else "",
        look=look,
    )


def traits(analysis: Analysis, names: Mapping[tuple[str, str], str]) -> tuple[Weighted, ...]:
    """Return the traits of a media, the weightiest of each kind."""
    found: dict[tuple[Trait, str], tuple[int, str]] = {}
    for kind, value, weight in _all(analysis, names):
        text = value.strip()[:_LONGEST]
        key = kind, folded(kind, text)
        if key[1] and weight > found.get(key, (0, ""))[0]:
            found[key] = weight, text
    by_weight = sorted(found.items(), key=lambda one: (one[0][0], -one[1][0], one[0][1]))
    count: Counter[Trait] = Counter()
    kept: list[Weighted] = []
    for (kind, _), (weight, text) in by_weight:
        count[kind] += 1
        if count[kind] <= _MOST:
            kept.append((kind, text, weight))
    return tuple(kept)


def _all(
    analysis: Analysis, names: Mapping[tuple[str, str], str]
) -> Iterator[tuple[Trait, str, int]]:
    for label in analysis.labels:
        # How sure, more for what the media is about and what is there for long.
        share = (SCORE_ONE + label.centric + label.appearance) / (3 * SCORE_ONE)
        yield Trait.TAG, label.node_id, round(label.score * share)
    for topic in analysis.topics:
        yield Trait.TOPIC, topic.topic_id, topic.score
    for keyword in analysis.keywords:
        yield Trait.KEYWORD, keyword.text, keyword.score
    for entity in analysis.entities:
        yield _ENTITIES.get(entity.kind, Trait.NAME), _name(entity), entity.score
    for match in analysis.library_matches:
        kind = Trait.PERSON if match.kind == _PERSONS else Trait.NAME
        yield kind, names.get((match.library_id, match.entry_id), ""), match.score
    for event in analysis.events:
        yield Trait.EVENT, event.node_id, event.score
    film = analysis.film_mood
    if film is not None and film.unclear is d.Unclear.NOT:
        yield Trait.MOOD, str(film.kind), film.score


def _name(entity: d.Entity) -> str:
    """Return the name by which an entity is the same in every language."""
    if entity.place is not None and entity.place.candidates:
        return entity.place.candidates[0].name
    return entity.name


def folded(kind: Trait, value: str) -> str:
    """Return what values are compared by: without letter case and width, words by their stems."""
    if kind is Trait.KEYWORD:
        return " ".join(term.text for term in query_terms(value)) or value
    return unicodedata.normalize("NFKC", value).casefold()


def language_of(analysis: Analysis) -> str:
    """Return the primary subtag of the language most of it is in: said, else shown; "" = none."""
    said = (
        (one.language, len(one.text))
        for one in analysis.utterances
        if one.understanding is Understanding.UNDERSTOOD
    )
    return _most(said) or _most((one.language, len(one.text)) for one in analysis.text_lines)


def _most(spoken: Iterable[tuple[str, int]]) -> str:
    count: Counter[str] = Counter()
    for language, length in spoken:
        subtag = primary(language)
        if subtag not in ("", "und", "mul", "zxx"):
            count[subtag] += length
    return min(count, key=lambda one: (-count[one], one)) if count else ""


def primary(language: str) -> str:
    """Return the primary subtag of a language tag."""
    return language.partition("-")[0].lower()


def packed(found: Iterable[Weighted]) -> bytes:
    """Return traits as they are stored."""
    return json.dumps(list(found), ensure_ascii=False, separators=(",", ":")).encode()


def unpacked(data: bytes) -> tuple[Weighted, ...]:
    """Return what `packed` stored; nothing of no bytes."""
    return tuple(
        (Trait(kind), value, weight) for kind, value, weight in (json.loads(data) if data else ())
    )
