"""Topics, keywords and entities of an analysis as rows."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.cli.formatting import percent, times, word
from videre.cli.report.lists import Rows, cut
from videre.v1 import analysis_pb2

_MAX_WORDS: Final = 8


@dataclass(frozen=True, slots=True)
class TopicRow:
    """What the media is about, and the words and labels that say so."""

    name: str
    confidence: str
    because: str
    modalities: str


@dataclass(frozen=True, slots=True)
class KeywordRow:
    """A keyword; `weight` 0..100 is for drawing."""

    text: str
    language: str
    confidence: str
    weight: int
    mentions: int
    when: str
    modalities: str


@dataclass(frozen=True, slots=True)
class EntityRow:
    """Something with a name; `where` tells a place and how many others have its name."""

    name: str
    kind: str
    where: str
    confidence: str
    mentions: int
    when: str
    modalities: str


def topic_rows(analysis: analysis_pb2.Analysis) -> tuple[TopicRow, ...]:
    """Return the topics, surest first."""
    names = {label.node_id: label.name for label in analysis.labels}
    return tuple(
        TopicRow(
            name=topic.name or topic.topic_id,
            confidence=percent(topic.confidence),
            because=", ".join(
                [
                    *topic.words[:_MAX_WORDS],
                    *(names.get(node, node) for node in topic.node_ids[:_MAX_WORDS]),
                ]
            ),
            modalities=", ".join(topic.modalities),
        )
        for topic in analysis.topics
    )


def keyword_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[KeywordRow]:
    """Return the keywords, most telling first."""

    def row(item: analysis_pb2.Keyword) -> KeywordRow:
        return KeywordRow(
            text=item.text,
            language=item.language_code,
            confidence=percent(item.confidence),
            weight=round(100 * item.confidence),
            mentions=item.mentions,
            when=times(item.spans),
            modalities=", ".join(item.modalities),
        )

    return cut(analysis.keywords, limit, row)


def entity_rows(analysis: analysis_pb2.Analysis, limit: int) -> Rows[EntityRow]:
    """Return people, places, organisations, brands and products, surest first."""

    def row(item: analysis_pb2.Entity) -> EntityRow:
        return EntityRow(
            name=item.name,
            kind=word(analysis_pb2.EntityKind, item.kind, "ENTITY_KIND"),
            where=_where(item),
            confidence=percent(item.confidence),
            mentions=item.mentions,
            when=times(item.spans),
            modalities=", ".join(item.modalities),
        )

    return cut(analysis.entities, limit, row)


def _where(item: analysis_pb2.Entity) -> str:
    """Return "Illinois, US; 11 other places of this name"."""
    if not item.place.candidates:
        return ""
    first = item.place.candidates[0]
    here = ", ".join(part for part in (first.region, first.country_code) if part)
    others = item.place.candidate_count - 1
    if not others:
        return here
    return f"{here}; {others} other place{'s' if others > 1 else ''} of this name"
