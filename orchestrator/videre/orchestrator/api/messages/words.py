"""Keywords, entities and topics of an analysis → public messages."""

from __future__ import annotations

from videre.orchestrator import document as d
from videre.orchestrator.api.messages.statements import Messages
from videre.orchestrator.api.messages.values import confidence
from videre.orchestrator.lexicon.topic_map import load_topics
from videre.v1 import analysis_pb2 as pb

_DEGREE = 1_000_000


def keyword(make: Messages, item: d.Keyword) -> pb.Keyword:
    """Return a keyword."""
    return pb.Keyword(
        text=item.text,
        language_code=item.language,
        confidence=confidence(item.score),
        mentions=item.mentions,
        spans=[make.span(span) for span in item.spans],
        modalities=item.modalities,
        evidence=make.evidence(item.evidence),
        evidence_count=item.evidence_count,
    )


def entity(make: Messages, item: d.Entity) -> pb.Entity:
    """Return an entity; a place is named in the asked language where it has a name there."""
    name = item.name
    if item.place is not None:
        name = _place_name(item.place.candidates[0], make.language)
    return pb.Entity(
        kind=pb.EntityKind.Value(f"ENTITY_KIND_{item.kind.upper()}"),
        name=name,
        language_code=item.language,
        confidence=confidence(item.score),
        mentions=item.mentions,
        spans=[make.span(span) for span in item.spans],
        modalities=item.modalities,
        evidence=make.evidence(item.evidence),
        evidence_count=item.evidence_count,
        place=_place(item.place, make.language) if item.place is not None else None,
    )


def topic(make: Messages, item: d.Topic) -> pb.Topic:
    """Return a topic with its name."""
    return pb.Topic(
        topic_id=item.topic_id,
        name=load_topics().name(item.topic_id, make.language),
        confidence=confidence(item.score),
        spans=[make.span(span) for span in item.spans],
        modalities=item.modalities,
        words=item.words,
        node_ids=item.node_ids,
        evidence=make.evidence(item.evidence),
        evidence_count=item.evidence_count,
    )


def _place(place: d.Place, language: str) -> pb.Place:
    return pb.Place(
        candidates=[_candidate(item, language) for item in place.candidates],
        candidate_count=place.candidate_count,
    )


def _candidate(item: d.PlaceCandidate, language: str) -> pb.PlaceCandidate:
    return pb.PlaceCandidate(
        place_id=item.id,
        level=pb.PlaceLevel.Value(f"PLACE_LEVEL_{item.level.upper()}"),
        name=_place_name(item, language),
        country_code=item.country,
        region=item.region,
        latitude=None if item.latitude_e6 is None else item.latitude_e6 / _DEGREE,
        longitude=None if item.longitude_e6 is None else item.longitude_e6 / _DEGREE,
        population=item.population,
        reason=pb.PlaceReason.Value(f"PLACE_REASON_{item.reason.upper()}"),
    )


def _place_name(item: d.PlaceCandidate, language: str) -> str:
    chinese = language.casefold().startswith("zh")
    return item.name_zh if chinese and item.name_zh else item.name
