"""Keywords, names and topics as callers see them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from doubles.shown_film import ANALYSIS, REF, TAXONOMY, TIMELINE
from google.protobuf.duration_pb2 import Duration

from videre.orchestrator.api.analyses.view import to_proto
from videre.orchestrator.document import (
    Entity,
    EntityKind,
    Keyword,
    Place,
    PlaceCandidate,
    PlaceLevel,
    PlaceReason,
    Topic,
)
from videre.v1 import analysis_pb2 as pb

TOKYO = PlaceCandidate(
    "geonames:1850147", PlaceLevel.CITY, "Tokyo", "东京", "JP", "40", 35_689_500, 139_691_710,
    9_733_276, PlaceReason.ONLY,
)  # fmt: skip
JAPAN = replace(
    TOKYO, id="geonames:1861060", level=PlaceLevel.COUNTRY, name="Japan", name_zh="日本", region="",
    latitude_e6=None, longitude_e6=None,
)  # fmt: skip
EARLY, LATE = TIMELINE.frame_span(0, 10), TIMELINE.frame_span(500, 510)
WORDS = replace(
    ANALYSIS,
    keywords=(
        Keyword("printing", "en", 4_500, 3, (EARLY,), ("speech",), (REF,), 3),
        Keyword("title only", "en", 2_000, 1, (), ("metadata",), (REF,), 1),
    ),
    entities=(
        Entity(EntityKind.PLACE, "Tokyo", "en", 8_000, 1, (LATE,), ("text",), (REF,), 1,
               Place((TOKYO,), 1)),
        Entity(EntityKind.PLACE, "Japan", "en", 8_000, 1, (LATE,), ("text",), (REF,), 1,
               Place((JAPAN,), 1)),
        Entity(EntityKind.BRAND, "Huawei", "zh", 7_000, 1, (EARLY,), ("text",), (REF,), 1),
    ),
    topics=(Topic("travel", 6_000, (EARLY,), ("text",), ("castle",), (), (REF,), 1),),
)  # fmt: skip


def test_words_come_with_the_full_view_only() -> None:
    basic, _ = to_proto(WORDS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_BASIC, pb.AnalysisFilter())
    full, _ = to_proto(WORDS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, pb.AnalysisFilter())
    assert not basic.keywords
    assert [len(full.keywords), len(full.entities), len(full.topics)] == [2, 3, 1]
    assert full.keywords[0].mentions == 3
    assert full.topics[0].name == "Travel"
    assert full.entities[2].kind == pb.ENTITY_KIND_BRAND
    assert not full.entities[2].HasField("place")


def test_places_are_named_in_the_asked_language() -> None:
    asked = pb.AnalysisFilter(kinds=["entities", "topics"], language_code="zh-Hans")
    page, _ = to_proto(WORDS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, asked)
    tokyo, japan, _ = page.entities
    assert (tokyo.name, japan.name) == ("东京", "日本")
    assert tokyo.place.candidates[0].latitude == pytest.approx(35.6895)
    assert tokyo.place.candidates[0].reason == pb.PLACE_REASON_ONLY
    assert not japan.place.candidates[0].HasField("latitude")
    assert page.topics[0].name == "旅行"


def test_words_are_filtered_by_time_and_confidence() -> None:
    early = pb.AnalysisFilter(kinds=["keywords", "entities"], end_offset=Duration(seconds=1))
    page, _ = to_proto(WORDS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, early)
    assert [item.text for item in page.keywords] == ["printing"]
    assert [item.name for item in page.entities] == ["Huawei"]
    sure = pb.AnalysisFilter(kinds=["keywords", "entities"], min_confidence=0.7)
    page, _ = to_proto(WORDS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, sure)
    assert not page.keywords
    assert len(page.entities) == 3
