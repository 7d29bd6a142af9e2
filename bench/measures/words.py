"""Words: topics of texts whose topic is known, places where one is named and where none is."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bench.constructed.planted_places import Planted
from videre.cli.evaluation.figures import Case, Measured
from videre.cli.evaluation.measures.intervals import interval, ratio
from videre.orchestrator.document import Entity, EntityKind

#: The two figures of places may name everything they miss.
_ALL = 100


@dataclass(frozen=True, slots=True)
class ToldTopics:
    """The topics told of a text, best first, and the one it is about."""

    file: str
    topic: str
    language: str
    told: tuple[tuple[str, float], ...]


def topic_figures(texts: Sequence[ToldTopics]) -> list[Measured]:
    """Return how many topics come first, and how many come at all, by language."""
    found = [_top(1, "topics: top-1", texts), _top(5, "topics: among those told", texts)]
    for language in sorted({text.language for text in texts}):
        members = [text for text in texts if text.language == language]
        found.append(_top(1, f"topics: top-1, {language}", members))
    return found


def _top(count: int, name: str, texts: Sequence[ToldTopics]) -> Measured:
    units = []
    cases = []
    for text in texts:
        hit = text.topic in [topic for topic, _ in text.told[:count]]
        units.append((float(hit), 1.0))
        if not hit:
            got = ", ".join(f"{topic} {score:.2f}" for topic, score in text.told) or "no topic"
            cases.append(Case(text.file, None, text.topic, got))
    topics = len({text.topic for text in texts})
    how = f"{sum(u[0] for u in units):.0f} of {len(texts)} texts, {topics} topics"
    return Measured(name, ratio(units), "share", how, interval(units, ratio), tuple(cases), _ALL)


def planted_places(sense: str, planted: Sequence[Planted], told: Sequence[Entity]) -> Measured:
    """Return how many of the planted places are told."""
    names = [name for entity in told for name in _names(entity)]
    lost = [item for item in planted if item.place not in names]
    cases = tuple(Case(sense, None, f"{item.place}: {item.text}", "no place") for item in lost)
    how = f"{len(planted) - len(lost)} of {len(planted)} sentences"
    found = float(len(planted) - len(lost))
    return Measured(f"places: found in {sense}", found, "places", how, None, cases, _ALL)


def false_places(
    told: Sequence[tuple[str, Sequence[Entity]]], planted: Collection[Planted], sentences: int
) -> Measured:
    """Return the places told that nobody named.

    Args:
        told: what was told of each text, by its name.
        planted: what they name.
        sentences: how many of the sentences name no place.
    """
    named = {item.place for item in planted} | {item.beside for item in planted}
    cases = [
        Case(text, None, "no place", f"{entity.name} {entity.score / 10_000:.2f}")
        for text, entities in told
        for entity in entities
        for names in [_names(entity)]
        if names and named.isdisjoint(names)
    ]
    how = f"in {sentences} sentences of words of every day, and beside the planted places"
    return Measured("places: false", float(len(cases)), "places", how, None, tuple(cases), _ALL)


def _names(entity: Entity) -> list[str]:
    """Return the names of the place that an entity most likely means; of no place none."""
    if entity.kind is not EntityKind.PLACE or entity.place is None:
        return []
    return [entity.place.candidates[0].name, entity.name]
