"""Events and the states of their rules as callers see them."""

from __future__ import annotations

from fractions import Fraction

import pytest
from google.protobuf.duration_pb2 import Duration

from videre.common.values import NS, TimeSpan
from videre.orchestrator.api.analyses.view import to_proto
from videre.orchestrator.document import (
    Analysis,
    Event,
    EventRuleState,
    EvidenceRef,
    MediaFacts,
    MediaKind,
    RuleState,
    RuleVersions,
)
from videre.orchestrator.document.canonical import from_json, result_document
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2 as pb

TIMELINE = Timeline(20 * NS, [i * NS // 25 for i in range(500)], 20 * NS, Fraction(25))
REF = EvidenceRef("0123456789abcdef/0", "sound", "e@1", 9_000, TimeSpan(0, NS))


def event(rule: str, node: str, start: int, score: int = 8_000) -> Event:
    return Event(rule, node, TIMELINE.frame_span(start, start + 25), score, ("sound",), (REF,), 7)


ANALYSIS = Analysis(
    media=MediaFacts("a" * 64, 1, MediaKind.VIDEO, "mp4", 20 * NS),
    rules=RuleVersions(events="1+0123456789abcdef"),
    events=(
        event("applause", "performance.applause", 0),
        event("meal", "event.meal", 100, 6_000),
        event("sport", "event.sport", 400),
    ),
    event_rules=(
        EventRuleState("applause", "performance.applause", RuleState.EVALUATED),
        EventRuleState(
            "interview", "event.interview", RuleState.NOT_EVALUATED, "NO_ENGINE", ("diarization",)
        ),
    ),
)


def view(kind: pb.AnalysisView.ValueType, size: int = 0, token: str = "", **wanted: object):  # type: ignore[no-untyped-def]
    wanted_filter = pb.AnalysisFilter(**wanted)  # type: ignore[arg-type]
    taxonomy = load_taxonomy()
    return to_proto(ANALYSIS, TIMELINE, taxonomy, kind, wanted_filter, size, token)


def test_an_event_has_its_name_frames_and_proof() -> None:
    page, _ = view(pb.ANALYSIS_VIEW_FULL, language_code="zh-Hans")
    meal = page.events[1]
    assert (meal.rule_id, meal.node_id, meal.name) == ("meal", "event.meal", "用餐")
    assert (meal.span.start_frame, meal.span.start_timecode) == (100, "00:00:04:00")
    assert meal.confidence == pytest.approx(0.6)
    assert (meal.evidence[0].evidence_id, meal.evidence_count) == (REF.id, 7)
    assert list(meal.modalities) == ["sound"]
    assert page.rules.events == "1+0123456789abcdef"


@pytest.mark.parametrize("kind", [pb.ANALYSIS_VIEW_FULL, pb.ANALYSIS_VIEW_BASIC])
def test_what_could_not_be_evaluated_is_told_with_every_view(
    kind: pb.AnalysisView.ValueType,
) -> None:
    page, _ = view(kind)
    applause, interview = page.event_rules
    assert applause.evaluation == pb.RULE_EVALUATION_EVALUATED
    assert interview.evaluation == pb.RULE_EVALUATION_NOT_EVALUATED
    assert (interview.name, interview.reason) == ("Talk show or interview", "NO_ENGINE")
    assert list(interview.stages) == ["diarization"]
    assert len(page.events) == (3 if kind == pb.ANALYSIS_VIEW_FULL else 0)


def test_events_are_filtered_by_node_confidence_time_and_kind() -> None:
    def rules(**wanted: object) -> list[str]:
        return [event.rule_id for event in view(pb.ANALYSIS_VIEW_FULL, **wanted)[0].events]

    assert rules(node_ids=["event"]) == ["meal", "sport"]
    assert rules(min_confidence=0.7) == ["applause", "sport"]
    assert rules(start_offset=Duration(seconds=10)) == ["sport"]
    assert rules(kinds=["labels"]) == []
    assert rules(kinds=["events"]) == ["applause", "meal", "sport"]


def test_events_come_in_pages() -> None:
    first, token = view(pb.ANALYSIS_VIEW_FULL, size=2)
    second, end = view(pb.ANALYSIS_VIEW_FULL, size=2, token=token)
    assert [len(first.events), len(second.events), end] == [2, 1, ""]
    assert len(second.event_rules) == 2


def test_the_document_keeps_them() -> None:
    assert from_json(result_document(ANALYSIS)) == ANALYSIS
