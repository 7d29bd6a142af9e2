"""An analysis as callers see it: floats, timecodes, names; what a question may ask."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from doubles.shown_film import ANALYSIS, REF, STEP, TAXONOMY, TIMELINE, view
from google.protobuf.duration_pb2 import Duration

from videre.common.values import NS
from videre.orchestrator.api.analyses.view import (
    check_question,
    known_to_proto,
    parts_to_proto,
    to_proto,
)
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.document import (
    Condition,
    FilmMood,
    FrameCondition,
    Mood,
    MoodKind,
    MoodSource,
    MoodVoice,
    QualityFinding,
    QualityKind,
    Scene,
    SceneKind,
    TitleSource,
    Unclear,
)
from videre.orchestrator.document.canonical import result_document
from videre.orchestrator.document.stream import StreamedDocument
from videre.v1 import analysis_pb2 as pb
from videre.v1.feedback_pb2 import CORRECTION_KIND_MISSING, Correction, Feedback

FULL, BASIC = pb.ANALYSIS_VIEW_FULL, pb.ANALYSIS_VIEW_BASIC


def test_numbers_become_what_the_contract_says() -> None:
    message, token = view()
    assert token == ""
    first, second = message.shots[0], message.shots[1]
    assert first.transition_in == pb.SHOT_TRANSITION_UNSPECIFIED
    assert second.transition_in == pb.SHOT_TRANSITION_CUT
    assert second.span.start_offset.ToNanoseconds() == 10 * STEP
    assert (second.span.start_frame, second.span.start_timecode) == (10, "00:00:00;10")
    assert message.text_lines[0].confidence == pytest.approx(0.9876)
    assert message.text_lines[0].box.width == 0.3
    assert len(message.text_lines[0].quad.points) == 4
    assert message.labels[1].name == "Dog"
    assert message.labels[1].evidence[0].evidence_id == REF.id
    assert message.loudness.integrated_lufs == -23.012
    assert not message.loudness.HasField("range_lu")
    assert message.music.tempo_bpm == 120
    assert message.stages[0].state == pb.STAGE_STATE_NOT_CHECKED
    assert message.stages[0].message
    assert message.media_info.kind == pb.MEDIA_KIND_VIDEO


def test_scenes_and_special_stretches_say_where_their_words_come_from() -> None:
    span = TIMELINE.frame_span(0, 30)
    scenes = (
        Scene(0, SceneKind.CHAPTER, span, 0, 3, 9_000, "Part 1", TitleSource.HEADING, "p", (REF,)),
        Scene(0, SceneKind.SCENE, span, 0, 3, 10_000),
    )
    cue = FrameCondition(Condition.CLOSING_CREDITS, span, 8_000, (REF,))
    message, _ = view(replace(ANALYSIS, scenes=scenes, frame_conditions=(cue,)))
    chapter, scene = message.scenes
    assert (chapter.kind, chapter.title_source) == (pb.SCENE_KIND_CHAPTER, pb.TITLE_SOURCE_HEADING)
    assert (chapter.title, chapter.picture_digest, chapter.end_shot_index) == ("Part 1", "p", 3)
    assert chapter.evidence[0].evidence_id == REF.id
    assert (scene.title, scene.title_source) == ("", pb.TITLE_SOURCE_UNSPECIFIED)
    assert scene.span.end_frame == 30
    assert message.frame_conditions[0].kind == pb.FRAME_CONDITION_KIND_CLOSING_CREDITS
    assert message.frame_conditions[0].evidence[0].evidence_id == REF.id
    only, _ = view(replace(ANALYSIS, scenes=scenes), kinds=["scenes"], size=1)
    assert (len(only.scenes), len(only.shots)) == (1, 0)


@pytest.mark.parametrize("kind", Condition)
def test_every_special_stretch_has_a_name_in_the_contract(kind: Condition) -> None:
    cue = FrameCondition(kind, TIMELINE.frame_span(0, 30), 8_000)
    message, _ = view(replace(ANALYSIS, frame_conditions=(cue,)))
    assert message.frame_conditions[0].kind != pb.FRAME_CONDITION_KIND_UNSPECIFIED


@pytest.mark.parametrize("kind", QualityKind)
def test_every_fault_has_a_name_in_the_contract(kind: QualityKind) -> None:
    fault = QualityFinding(
        kind, TIMELINE.frame_span(0, 30), 8_000, -1_250, (1,), (0, 1_000, 10_000, 8_000), (REF,)
    )
    message, _ = view(replace(ANALYSIS, quality=(fault,)), kinds=["quality"])
    (told,) = message.quality
    assert told.kind != pb.QUALITY_KIND_UNSPECIFIED
    assert (told.severity, told.value, list(told.channels)) == (pytest.approx(0.8), -1.25, [1])
    assert (told.span.end_frame, told.picture_box.y) == (30, pytest.approx(0.1))
    assert told.evidence[0].evidence_id == REF.id
    assert view(replace(ANALYSIS, quality=(fault,)), kind=BASIC)[0].quality == []


@pytest.mark.parametrize("kind", MoodKind)
@pytest.mark.parametrize("unclear", Unclear)
def test_every_mood_has_a_name_in_the_contract(kind: MoodKind, unclear: Unclear) -> None:
    voices = tuple(MoodVoice(source, 5_000, None, 4_000) for source in MoodSource)
    mood = Mood(TIMELINE.frame_span(0, 30), kind, -5_000, None, 4_000, voices, (REF,), 3)
    whole = FilmMood(kind, unclear, None, 1_000, 4_000, 2_500, (REF,), 3)
    felt = replace(ANALYSIS, moods=(mood,), film_mood=whole)
    message, _ = view(felt, kinds=["moods"])
    (told,) = message.moods
    assert told.mood == message.film_mood.mood != pb.MOOD_KIND_UNSPECIFIED
    assert told.valence == -0.5
    assert not told.HasField("arousal")
    assert pb.MOOD_SOURCE_UNSPECIFIED not in [voice.source for voice in told.voices]
    assert (told.evidence[0].evidence_id, told.evidence_count) == (REF.id, 3)
    assert (message.film_mood.unclear != pb.MOOD_UNCLEAR_UNSPECIFIED) == bool(unclear)
    assert (message.film_mood.share, message.film_mood.HasField("valence")) == (0.25, False)
    basic, _ = view(felt, kind=BASIC)
    assert (len(basic.moods), basic.film_mood.mood) == (0, told.mood)


def test_people_have_shares_tracks_and_speech_only_where_it_is_known() -> None:
    wanted = pb.AnalysisFilter(kinds=["people"])
    page, token = to_proto(ANALYSIS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, wanted)
    first, second = page.people
    assert (token, len(page.shots)) == ("", 0)
    assert not first.HasField("speech_ratio")
    assert second.speech_ratio == 0.25
    assert (first.person_id, first.face_count, first.picture_box.width) == ("0" * 16, 3, 0.3)
    assert first.shot_sizes[0].shot_size == pb.SHOT_SIZE_MEDIUM
    assert first.tracks[0].boxes[0].box.height == pytest.approx(0.4)
    wanted.start_offset.FromSeconds(10)
    page, _ = to_proto(ANALYSIS, TIMELINE, TAXONOMY, pb.ANALYSIS_VIEW_FULL, wanted)
    assert [person.person_id for person in page.people] == [second.person_id]


def test_a_verdict_keeps_its_reasons() -> None:
    verdict = view()[0].verdict
    segment = verdict.groups[0].segments[0]
    assert verdict.suggestion == pb.SUGGESTION_REVIEW
    assert (segment.rule_id, segment.threshold) == ("porn.image.review", 0.5)
    assert verdict.groups[0].coverage[0].state == pb.COVERAGE_STATE_CHECKED
    assert not verdict.coverage_complete


def test_a_variable_rate_marks_timecodes_as_approximate() -> None:
    timeline = replace(TIMELINE, variable_rate=True)
    message, _ = to_proto(ANALYSIS, timeline, TAXONOMY, FULL, pb.AnalysisFilter())
    assert message.shots[0].span.timecode_approximate


def test_names_come_in_the_asked_language() -> None:
    assert view(language_code="zh-Hans")[0].labels[1].name == "狗"


def test_the_basic_view_has_labels_and_verdict_but_no_lists_of_segments() -> None:
    message, _ = view(kind=BASIC)
    assert len(message.labels) == 3
    assert message.HasField("verdict")
    assert message.HasField("loudness")
    assert not message.HasField("music")
    assert not message.shots
    assert not message.text_lines


def test_filters_restrict_kinds_time_confidence_and_nodes() -> None:
    only, _ = view(kinds=["shots"])
    assert (len(only.shots), len(only.labels), len(only.text_lines)) == (7, 0, 0)
    timed, _ = view(start_offset=Duration(nanos=10 * STEP), end_offset=Duration(nanos=20 * STEP))
    assert [s.index for s in timed.shots] == [1]
    assert [x.node_id for x in timed.labels] == ["animal", "animal.dog"]
    assert [x.node_id for x in view(node_ids=["animal"])[0].labels] == ["animal", "animal.dog"]


@pytest.mark.parametrize(("least", "count"), [(0.9, 2), (0.9001, 1), (0.7, 3), (0.0, 3), (1.0, 0)])
def test_a_label_that_reaches_the_least_confidence_is_shown(least: float, count: int) -> None:
    assert len(view(min_confidence=least)[0].labels) == count


@pytest.mark.parametrize(
    ("view", "wanted", "field"),
    [
        (6, {}, "view"),
        (-1, {}, "view"),
        (0, {"kinds": ["labels", "verdict"]}, "filter.kinds[1]"),
        (0, {"min_confidence": 1.5}, "filter.min_confidence"),
        (0, {"min_confidence": -0.1}, "filter.min_confidence"),
        (0, {"min_confidence": float("nan")}, "filter.min_confidence"),
    ],
)
def test_a_question_out_of_range_is_refused(
    view: pb.AnalysisView.ValueType, wanted: dict[str, Any], field: str
) -> None:
    found = Violations()
    check_question(found, view, pb.AnalysisFilter(**wanted))
    assert [violation.field for violation in found.found] == [field]


@pytest.mark.parametrize("view", pb.AnalysisView.values())
def test_every_view_list_and_confidence_there_is_can_be_asked_for(
    view: pb.AnalysisView.ValueType,
) -> None:
    for confidence in (0.0, 1.0):
        found = Violations()
        kinds = ["shots", "labels", "stages", "frame_conditions"]
        check_question(found, view, pb.AnalysisFilter(kinds=kinds, min_confidence=confidence))
        assert found.found == []


def test_productions_get_what_they_need_without_evidence() -> None:
    known = known_to_proto(
        ANALYSIS,
        TIMELINE,
        TAXONOMY,
        ("shots", "faces", "text_lines", "utterances", "frame_conditions"),
    )
    assert (len(known.shots), len(known.text_lines)) == (7, 5)
    assert not known.text_lines[0].evidence
    assert not known.labels


EARLY, LATE = TIMELINE.frame_span(0, 10), TIMELINE.frame_span(500, 510)
LABELS, PERSONS = pb.ANALYSIS_VIEW_LABELS, pb.ANALYSIS_VIEW_PERSONS


def feedback(start: int | None, node_id: str = "animal.dog") -> Feedback:
    correction = Correction(kind=CORRECTION_KIND_MISSING, list="labels", node_id=node_id)
    if start is not None:
        correction.span.start_offset.FromNanoseconds(start * STEP)
        correction.span.end_offset.FromNanoseconds((start + 5) * STEP)
    return Feedback(feedback_id=f"f{start}", correction=correction)


def test_the_full_view_ends_with_what_people_said() -> None:
    said = [feedback(0), feedback(None), feedback(600)]

    def page(**wanted: Any) -> list[str]:
        full = to_proto(
            ANALYSIS, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter(**wanted), feedback=said
        )
        return [f"{item.feedback_id} {item.correction.name}" for item in full[0].feedback]

    assert page() == ["f0 Dog", "fNone Dog", "f600 Dog"]
    assert page(language_code="zh-Hans")[0] == "f0 狗"
    assert page(start_offset=Duration(seconds=500 * STEP // NS)) == ["fNone Dog", "f600 Dog"]
    assert page(kinds=["shots"]) == []
    head, entries = parts_to_proto(
        StreamedDocument(result_document(ANALYSIS)),
        TIMELINE,
        TAXONOMY,
        pb.AnalysisFilter(),
        feedback=said,
    )
    assert (len(head.feedback), len(list(entries("feedback")))) == (0, 3)
