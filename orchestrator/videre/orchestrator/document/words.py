"""What words tell of a media: keywords, named entities, topics. Parts of the document. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from videre.common.values import TimeSpan
from videre.orchestrator.document.refs import EvidenceRef


@dataclass(frozen=True, slots=True)
class Keyword:
    """A word or phrase that tells what the media is about; `spans` are empty where only given."""

    text: str
    language: str
    score: int
    mentions: int
    spans: tuple[TimeSpan, ...]
    modalities: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int


class EntityKind(StrEnum):
    """What a name is the name of."""

    PERSON = "person"
    PLACE = "place"
    ORGANISATION = "organisation"
    BRAND = "brand"
    PRODUCT = "product"


class PlaceLevel(StrEnum):
    """How large a place is."""

    COUNTRY = "country"
    REGION = "region"
    CITY = "city"


class PlaceReason(StrEnum):
    """Why a candidate stands where it stands in their order."""

    ONLY = "only"
    NAMED_WITH = "named_with"
    LEVEL = "level"
    POPULATION = "population"


@dataclass(frozen=True, slots=True)
class PlaceCandidate:
    """A place of the gazetteer that a name may mean.

    Args:
        id: "geonames:<id>" of cities and countries, "region:<country>-<code>" of regions.
        level: country, region or city.
        name: English name.
        name_zh: simplified Chinese name; "" where the gazetteer has none.
        country: ISO 3166-1 alpha-2.
        region: name of the first-level division where it is known, else its code; "" of countries.
        latitude_e6, longitude_e6: WGS 84 in millionths of a degree; None of countries and regions.
        population: inhabitants, 0 where unknown.
        reason: why it stands where it stands.
    """

    id: str
    level: PlaceLevel
    name: str
    name_zh: str
    country: str
    region: str
    latitude_e6: int | None
    longitude_e6: int | None
    population: int
    reason: PlaceReason


@dataclass(frozen=True, slots=True)
class Place:
    """What a place's name means: the candidates, likeliest first, at most ten."""

    candidates: tuple[PlaceCandidate, ...]
    candidate_count: int


@dataclass(frozen=True, slots=True)
class Entity:
    """Something with a name; `spans` are empty where it is only given with the media."""

    kind: EntityKind
    name: str
    language: str
    score: int
    mentions: int
    spans: tuple[TimeSpan, ...]
    modalities: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int
    place: Place | None = None


@dataclass(frozen=True, slots=True)
class Topic:
    """What the media is about; `words` are the ones that speak for it, `node_ids` the labels."""

    topic_id: str
    score: int
    spans: tuple[TimeSpan, ...]
    modalities: tuple[str, ...]
    words: tuple[str, ...]
    node_ids: tuple[str, ...]
    evidence: tuple[EvidenceRef, ...]
    evidence_count: int
