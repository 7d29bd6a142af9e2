"""An analysis as callers see it: floats, timecodes, names, pages."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction
from typing import Any

import pytest
from google.protobuf.duration_pb2 import Duration
from hypothesis import given
from hypothesis import strategies as st

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.api.analysis_view import (
    check_question,
    known_to_proto,
    parts_to_proto,
    to_proto,
)
from videre.orchestrator.api.replies import LARGEST_REPLY
from videre.orchestrator.api.segment_messages import MAKERS
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.document import (
    Analysis,
    BoxAt,
    Condition,
    Coverage,
    Entity,
    EntityKind,
    EvidenceRef,
    FrameCondition,
    Keyword,
    Label,
    LabelCoverage,
    Loudness,
    MediaFacts,
    MediaKind,
    Music,
    Person,
    PersonTrack,
    Place,
    PlaceCandidate,
    PlaceLevel,
    PlaceReason,
    QualityFinding,
    QualityKind,
    Scene,
    SceneKind,
    Shot,
    ShotSize,
    ShotSizeTime,
    StageResult,
    StageState,
    Suggestion,
    TextKind,
    TextLine,
    TitleSource,
    Topic,
    Transition,
    Verdict,
    VerdictGroup,
    VerdictSegment,
    VideoFacts,
    WordHit,
)
from videre.orchestrator.taxonomy.load import load_taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2 as pb
from videre.v1.feedback_pb2 import CORRECTION_KIND_MISSING, Correction, Feedback

FRAMES = 3_000
STEP = 1_001 * NS // 30_000
TIMELINE = Timeline(
    duration_ns=FRAMES * STEP,
    frame_starts_ns=[i * STEP for i in range(FRAMES)],
    video_end_ns=FRAMES * STEP,
    average_rate=Fraction(30_000, 1_001),
)
TAXONOMY = load_taxonomy()
MEDIA = MediaFacts(
    "a" * 64, 1, MediaKind.VIDEO, "mp4", FRAMES * STEP,
    VideoFacts("h264", 640, 360, 640, 360, 0, 30_000, 1_001, False, FRAMES),
)  # fmt: skip
REF = EvidenceRef("0123456789abcdef/0", "image", "e@1", 9_000, TIMELINE.frame_span(0, 1))


def label(node_id: str, score: int, start: int = 0, end: int = 100) -> Label:
    node = TAXONOMY.node(node_id)
    span = TIMELINE.frame_span(start, end)
    return Label(
        node_id, node.level, node.parent, score, 1_234, 5_000, (span,), ("image",), (REF,), 1
    )


def shot(index: int) -> Shot:
    start = index * 10
    kind = Transition.CUT if index else Transition.START
    return Shot(index, TIMELINE.frame_span(start, start + 10), kind, 10_000)


def line(index: int) -> TextLine:
    span = TIMELINE.frame_span(index, index + 1)
    box = (1_000, 2_000, 3_000, 4_000)
    return TextLine(f"line {index}", span, (0,) * 8, box, 9_876, "en", TextKind.FIXED, (REF,))


def person(start: int, end: int) -> Person:
    span = TIMELINE.frame_span(start, end)
    box = (1_000, 2_000, 3_000, 4_000)
    track = PersonTrack("f" * 16, 0, span, 8_000, (BoxAt(start, span.start_ns, box, 9_000),))
    return Person(
        id=f"{start:016x}",
        spans=(span,),
        score=9_100,
        appearance=333,
        centric=40,
        shot_sizes=(ShotSizeTime(ShotSize.MEDIUM, NS),),
        face_count=3,
        picture="b" * 64,
        picture_box=box,
        tracks=(track,),
        track_count=1,
        speech=2_500 if start else None,
        evidence=(REF,),
    )


ANALYSIS = Analysis(
    media=MEDIA,
    stages=(StageResult("nsfw", StageState.NOT_CHECKED, "NO_ENGINE"),),
    shots=tuple(shot(i) for i in range(7)),
    labels=(
        label("animal", 9_500),
        label("animal.dog", 9_000),
        label("vehicle.car", 7_000, 500, 600),
    ),
    text_lines=tuple(line(i) for i in range(5)),
    people=(person(0, 100), person(500, 600)),
    loudness=Loudness(-23_012, None, -1_000),
    music=Music(120_000, (0, NS // 2), 8_000),
    verdict=Verdict(
        Suggestion.REVIEW,
        "careful@1",
        (
            VerdictGroup(
                "porn", "image", Suggestion.REVIEW, 8_900, "porn", "",
                (
                    VerdictSegment(
                        REF.span, Suggestion.REVIEW, 8_900, "porn", "porn.image.review", 5_000,
                        evidence=(REF,),
                    ),
                ),
                (LabelCoverage("porn", Coverage.CHECKED),),
            ),
        ),
        False,
    ),
)  # fmt: skip
FULL, BASIC = pb.ANALYSIS_VIEW_FULL, pb.ANALYSIS_VIEW_BASIC


def view(  # type: ignore[no-untyped-def]
    analysis: Analysis = ANALYSIS, kind=FULL, size: int = 0, token: str = "", **wanted: Any
):
    return to_proto(analysis, TIMELINE, TAXONOMY, kind, pb.AnalysisFilter(**wanted), size, token)


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


@given(st.integers(1, 20))
def test_pages_put_together_are_the_whole(size: int) -> None:
    whole, _ = view()
    token, together = "", pb.Analysis()
    for _ in range(20):
        page, token = view(size=size, token=token)
        assert sum(len(getattr(page, k)) for k in ("shots", "labels", "text_lines")) <= size
        together.shots.extend(page.shots)
        together.labels.extend(page.labels)
        together.text_lines.extend(page.text_lines)
        if not token:
            break
    assert (together.shots, together.labels, together.text_lines) == (
        whole.shots,
        whole.labels,
        whole.text_lines,
    )


def test_only_the_first_page_carries_verdict_and_beats() -> None:
    _, token = view(size=5)
    second, _ = view(size=5, token=token)
    assert not second.HasField("verdict")
    assert not second.HasField("music")
    assert second.HasField("media_info")


def test_a_page_stays_below_the_largest_reply() -> None:
    refs = tuple(replace(REF, id=f"{i:016x}/0", picture="f" * 64) for i in range(20))
    lines = tuple(replace(line(i), text="长" * 500, evidence=refs) for i in range(600))
    verdict = ANALYSIS.verdict
    assert verdict is not None
    segments = (replace(verdict.groups[0].segments[0], evidence=refs),) * 800
    verdict = replace(verdict, groups=(replace(verdict.groups[0], segments=segments),))
    analysis = replace(ANALYSIS, text_lines=lines, verdict=verdict)
    token, seen = "", 0
    for _ in range(20):
        page, token = view(analysis, size=1_000, token=token)
        assert page.ByteSize() < 4 * 2**20 - 64 * 2**10
        seen += len(page.text_lines)
        if not token:
            break
    assert seen == 600


def pages_of(analysis: Analysis, **given: Any) -> list[pb.Analysis]:
    """Return all pages, each below the largest reply."""
    found, token = [], ""
    while token or not found:
        page, token = view(analysis, token=token, **given)
        assert page.ByteSize() < LARGEST_REPLY + 16 * 2**10
        found.append(page)
        assert len(found) < 100
    return found


def judged(count: int, hits: int = 0) -> Verdict:
    """Return a verdict of two groups with so many segments each, and so many words in each."""
    assert ANALYSIS.verdict is not None
    group = ANALYSIS.verdict.groups[0]
    words = tuple(WordHit("word", "list@1", "word" * 8, i, i + 4) for i in range(hits))
    segments = tuple(
        replace(group.segments[0], word_hits=words, score=9_999 - i % 7_000, picture="f" * 64)
        for i in range(count)
    )
    other = replace(group, medium="text")
    return replace(
        ANALYSIS.verdict,
        groups=tuple(replace(one, segments=segments) for one in (group, other)),
    )


@pytest.mark.parametrize("kind", [BASIC, FULL])
def test_a_verdict_that_fills_a_reply_goes_on_in_the_next(kind: pb.AnalysisView.ValueType) -> None:
    analysis = replace(ANALYSIS, verdict=judged(8_000, hits=4))
    found = pages_of(analysis, kind=kind, size=5)
    with_verdict = [page for page in found if page.HasField("verdict")]
    assert len(with_verdict) > 1
    first, last = with_verdict[0].verdict.groups[0], with_verdict[-1].verdict.groups[0]
    assert first.segments[0].confidence > last.segments[0].confidence, "worst first"
    for group in (0, 1):
        numbers = [len(page.verdict.groups[group].segments) for page in with_verdict]
        assert sum(numbers) == 8_000
    assert sum(len(page.labels) for page in found) == 3
    assert sum(page.HasField("music") for page in found) == (kind == FULL)


def test_beats_that_do_not_fit_beside_a_verdict_come_with_the_next_page() -> None:
    beats = tuple(NS // 4 * i for i in range(12 * 3_600 * 4))
    music = Music(240_000, beats, 8_000)
    found = pages_of(replace(ANALYSIS, verdict=judged(6_500), music=music))
    with_beats = [page for page in found if page.HasField("music")]
    assert len(with_beats) == 1
    assert len(with_beats[0].music.beat_offsets) == len(beats)


def test_a_segment_shows_some_of_a_million_words() -> None:
    found = pages_of(replace(ANALYSIS, verdict=judged(2, hits=100_000)))
    hits = found[0].verdict.groups[0].segments[0].word_hits
    assert 500 < len(hits) < 2_000
    assert [hit.start for hit in hits] == list(range(len(hits)))


def test_a_page_keeps_to_the_room_that_is_left_but_always_goes_on() -> None:
    token, seen = "", 0
    lists = (ANALYSIS.shots, ANALYSIS.labels, ANALYSIS.text_lines, ANALYSIS.people)
    for _ in range(sum(map(len, lists)) + 2):
        page, token = to_proto(
            ANALYSIS, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter(), 1_000, token, room=0
        )
        seen += len(page.shots) + len(page.labels) + len(page.text_lines) + len(page.people)
    assert (token, seen) == ("", 17)


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


def test_a_token_belongs_to_its_question() -> None:
    _, token = view(size=2)
    for wrong in (token[:-3] + "abc", "nonsense"):
        with pytest.raises(VidereError) as refused:
            view(size=2, token=wrong)
        assert refused.value.reason is Reason.PAGE_TOKEN_INVALID
    with pytest.raises(VidereError):
        view(size=2, token=token, kinds=["shots"])
    with pytest.raises(VidereError):
        view(kind=BASIC, size=2, token=token)


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


def keyword(text: str, *starts: int) -> Keyword:
    spans = tuple(TIMELINE.frame_span(start, start + 5) for start in starts)
    return Keyword(text, "en", 8_000, 2, spans, ("speech",), (REF,), 1)


RICH = replace(ANALYSIS, keywords=(keyword("late", 30, 600), keyword("title only")))
LABELS, PERSONS = pb.ANALYSIS_VIEW_LABELS, pb.ANALYSIS_VIEW_PERSONS
MERGED = pb.ANALYSIS_VIEW_TIMELINE


def lists_in(message: pb.Analysis) -> set[str]:
    return {field.name for field, _ in message.ListFields()}


def test_labels_come_alone_with_media_and_stages() -> None:
    message, token = view(RICH, kind=LABELS)
    assert (lists_in(message), token) == ({"labels", "media_info", "stages"}, "")
    assert len(message.labels) == 3
    first, token = view(RICH, kind=LABELS, size=2)
    second, _ = view(RICH, kind=LABELS, size=2, token=token)
    assert [*first.labels, *second.labels] == [*message.labels]


def test_people_come_with_their_faces_and_nothing_else() -> None:
    message, _ = view(RICH, kind=PERSONS)
    assert (lists_in(message), len(message.people)) == ({"people", "media_info", "stages"}, 2)
    assert not view(RICH, kind=PERSONS, kinds=["labels"])[0].labels


def test_the_timeline_has_each_statement_once_for_each_of_its_stretches() -> None:
    message, _ = view(RICH, kind=MERGED)
    assert lists_in(message) == {"timeline", "media_info", "stages"}
    entries = message.timeline
    # Shots, labels, lines, people, stretches of keywords, a finding; what has no time is not there.
    assert len(entries) == 7 + 3 + 5 + 2 + 2 + 1
    starts = [entry.span.start_offset.ToNanoseconds() for entry in entries]
    assert starts == sorted(starts)
    assert {entry.list for entry in entries} == {
        "shots", "labels", "text_lines", "people", "keywords", "verdict"
    }  # fmt: skip
    dog = next(entry for entry in entries if entry.node_id == "animal.dog")
    assert (dog.list, dog.index, dog.kind, dog.name) == ("labels", 1, "label", "Dog")
    assert dog.evidence[0].evidence_id == REF.id
    late = [entry for entry in entries if entry.name == "late"]
    assert [entry.span.start_frame for entry in late] == [30, 600]
    assert [len(entry.evidence) for entry in late] == [0, 0], "its evidence is from frame 0"
    (found,) = (entry for entry in entries if entry.list == "verdict")
    assert (found.name, found.detail) == ("porn: porn", "review")


def test_the_timeline_is_filtered_by_stretch_and_list() -> None:
    wanted = {"start_offset": Duration(seconds=590 * STEP // NS)}
    assert [entry.name for entry in view(RICH, kind=MERGED, **wanted)[0].timeline] == [
        "Car", "Person 2", "late"
    ]  # fmt: skip
    only = view(RICH, kind=MERGED, kinds=["shots", "keywords"])[0].timeline
    assert {entry.list for entry in only} == {"shots", "keywords"}


@given(st.integers(1, 30))
def test_pages_of_the_timeline_put_together_are_the_whole(size: int) -> None:
    whole, _ = view(RICH, kind=MERGED)
    token, together = "", pb.Analysis()
    for _ in range(40):
        page, token = view(RICH, kind=MERGED, size=size, token=token)
        assert len(page.timeline) <= size
        together.timeline.extend(page.timeline)
        if not token:
            break
    assert together.timeline == whole.timeline


def test_a_token_belongs_to_its_view() -> None:
    _, token = view(RICH, kind=MERGED, size=2)
    with pytest.raises(VidereError):
        view(RICH, kind=FULL, size=2, token=token)


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
    head, entries = parts_to_proto(ANALYSIS, TIMELINE, TAXONOMY, pb.AnalysisFilter(), feedback=said)
    assert (len(head.feedback), len(list(entries("feedback")))) == (0, 3)


def test_parts_put_together_are_the_full_view() -> None:
    whole, _ = to_proto(RICH, TIMELINE, TAXONOMY, FULL, pb.AnalysisFilter(), 1 << 20, "", 1 << 30)
    head, entries = parts_to_proto(RICH, TIMELINE, TAXONOMY, pb.AnalysisFilter())
    for name in MAKERS:
        assert not getattr(head, name)
        getattr(head, name).extend(entries(name))
    assert head == whole
