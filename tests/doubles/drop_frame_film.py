"""An analysis of a film of 29.97 frames per second (drop-frame) with Chinese names and words."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from google.protobuf import duration_pb2

from videre.common.values import timecode
from videre.exports.subject import Subject
from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, types_pb2

RATE: Final = Fraction(30_000, 1_001)
FRAMES: Final = 20_000
#: The first cut is the first drop: frame 1,800 is 00:01:00;02; the second one drops nothing.
CUTS: Final = (0, 1_800, 17_982, FRAMES)
TITLE: Final = "城市 – a <city> & more"
URI: Final = "file:///films/城市.mp4"


def at(frame: int) -> duration_pb2.Duration:
    """Return the start of a frame, floored to the nanosecond."""
    ns = int(frame * 1_000_000_000 / RATE)
    return duration_pb2.Duration(seconds=ns // 10**9, nanos=ns % 10**9)


def span(start: int, end: int) -> types_pb2.TimeSpan:
    """Return a stretch of frames."""
    return types_pb2.TimeSpan(
        start_offset=at(start), end_offset=at(end), start_frame=start, end_frame=end,
        start_timecode=timecode(start, RATE), end_timecode=timecode(end, RATE),
    )  # fmt: skip


def drop_frame_analysis() -> analysis_pb2.Analysis:
    """Return the analysis."""
    analysis = analysis_pb2.Analysis(media_id="m1", revision=2, result_digest="ab" * 32)
    info = analysis.media_info
    info.kind, info.digest, info.size_bytes = analysis_pb2.MEDIA_KIND_VIDEO, "cd" * 32, 12_345
    info.duration.CopyFrom(at(FRAMES))
    info.video.width, info.video.height, info.video.frame_count = 1920, 1080, FRAMES
    info.video.frame_rate_numerator, info.video.frame_rate_denominator = 30_000, 1_001
    for index in range(3):
        analysis.shots.add(
            index=index, span=span(CUTS[index], CUTS[index + 1]), confidence=1,
            transition_in=analysis_pb2.SHOT_TRANSITION_CUT if index else 0,
        )  # fmt: skip
    for node, name, level, parent, said in (
        ("vehicle", "交通工具", 1, "", ["image"]),
        ("vehicle.road", "道路车辆", 2, "vehicle", ["image"]),
        ("vehicle.road.car", "汽车", 3, "vehicle.road", ["image"]),
        ("food", "美食", 1, "", ["speech"]),
        ("food.tea", "茶", 2, "food", ["speech"]),
    ):
        analysis.labels.add(
            node_id=node, name=name, level=level, parent_node_id=parent, confidence=0.999,
            centric_score=0.77, appearance_ratio=0.25, modalities=said,
            spans=[span(1_810, 1_900), span(17_982, 18_000)],
        )  # fmt: skip
    analysis.objects.add(
        class_name="car", node_id="vehicle.road.car", shot_index=1, span=span(1_810, 1_900),
        confidence=0.9, max_count=1, boxes=[_box(1_810, 0.9), _box(1_899, 0.8)],
    )  # fmt: skip
    analysis.faces.add(
        shot_index=2, span=span(17_990, 17_991), confidence=0.8, boxes=[_box(17_990, 0.8)],
        shot_size=analysis_pb2.SHOT_SIZE_CLOSE_UP,
    )  # fmt: skip
    analysis.text_lines.add(
        text='=出口 --> "Exit", & <b>', span=span(100, 160), confidence=0.95,
        language_code="zh-Hans", kind=analysis_pb2.TEXT_KIND_FIXED, box=_box(0, 1).box,
    )  # fmt: skip
    for text, understood in (("喝茶吗", 1), ("", 3)):
        analysis.utterances.add(
            text=text, span=span(200, 260), confidence=0.8, language_code="zh-Hans",
            understanding=understood,
        )  # fmt: skip
    analysis.sound_events.add(class_name="Dog", span=span(300, 300), confidence=0.7)
    analysis.stages.add(
        name="speech", state=analysis_pb2.STAGE_STATE_NOT_CHECKED, reason="SPEECH_NOT_UNDERSTOOD"
    )
    return analysis


def drop_frame_subject(**changes: object) -> Subject:
    """Return the analysis with its job; fields may be replaced."""
    job = job_pb2.Job(
        job_id="j1", project_id="films", media_id="m1", state=job_pb2.JOB_STATE_SUCCEEDED,
        user_data='{"id":7}',
    )  # fmt: skip
    job.start_time.FromJsonString("2022-08-22T05:01:17.572Z")
    job.end_time.FromJsonString("2022-08-22T05:01:20.490Z")
    fields: dict[str, object] = {
        "job": job, "analysis": drop_frame_analysis(), "title": TITLE, "media_uri": URI,
        "language": "zh-Hans", "request_id": "req-1",
    }  # fmt: skip
    return Subject(**(fields | changes))  # type: ignore[arg-type]


def _box(frame: int, confidence: float) -> analysis_pb2.BoxAt:
    box = types_pb2.BoundingBox(x=0.25, y=0.5, width=0.125, height=0.25)
    return analysis_pb2.BoxAt(frame=frame, offset=at(frame), box=box, confidence=confidence)


def rich_analysis() -> analysis_pb2.Analysis:
    """Return the analysis with something in every list that makes statements."""
    analysis = drop_frame_analysis()
    two = [span(1_810, 1_900), span(17_982, 18_000)]
    analysis.audio_segments.add(kind=analysis_pb2.AUDIO_KIND_MUSIC, span=two[0], confidence=0.9)
    analysis.frame_conditions.add(
        kind=analysis_pb2.FRAME_CONDITION_KIND_BLACK, span=span(0, 30), confidence=0.9
    )
    analysis.events.add(
        rule_id="driving", node_id="event.driving", name="驾驶", span=two[0], confidence=0.8,
        modalities=["image", "sound"],
    )  # fmt: skip
    analysis.event_rules.add(
        rule_id="interview", node_id="event.interview", name="采访", stages=["diarization"],
        evaluation=analysis_pb2.RULE_EVALUATION_NOT_EVALUATED, reason="NO_ENGINE",
    )  # fmt: skip
    analysis.scenes.add(
        index=0, kind=analysis_pb2.SCENE_KIND_CHAPTER, span=span(0, 1_800), end_shot_index=1,
        title="第一章", title_source=analysis_pb2.TITLE_SOURCE_HEADING, confidence=0.9,
    )  # fmt: skip
    analysis.scenes.add(
        index=0, kind=analysis_pb2.SCENE_KIND_SCENE, span=span(0, 17_982), end_shot_index=2,
        confidence=1,
    )  # fmt: skip
    analysis.moods.add(
        mood=analysis_pb2.MOOD_KIND_EXCITEMENT, span=two[0], valence=0.5, arousal=0.25,
        confidence=0.7, evidence_count=1,
    )  # fmt: skip
    person = analysis.people.add(
        person_id="00112233445566ff", spans=two, confidence=0.9, appearance_ratio=0.1,
        centric_score=0.2, face_count=3, picture_digest="ef" * 32, track_count=1,
    )  # fmt: skip
    person.shot_sizes.add(shot_size=analysis_pb2.SHOT_SIZE_MEDIUM, duration=at(90))
    track = person.tracks.add(track_id="t", shot_index=1, span=two[0], likeness=0.9)
    track.boxes.extend([_box(1_810, 0.8), _box(1_850, 0.9)])
    analysis.keywords.add(
        text="电动车", language_code="zh", confidence=0.9, mentions=2, spans=two,
        modalities=["text"],
    )  # fmt: skip
    analysis.keywords.add(
        text="=title", language_code="en", confidence=0.5, mentions=1, modalities=["metadata"]
    )
    for kind, name in (
        (analysis_pb2.ENTITY_KIND_PERSON, "李雷"),
        (analysis_pb2.ENTITY_KIND_PLACE, "北京"),
        (analysis_pb2.ENTITY_KIND_BRAND, "Tesla"),
    ):
        analysis.entities.add(
            kind=kind, name=name, language_code="zh", confidence=0.7, mentions=1, spans=two[:1],
            modalities=["speech"],
        )  # fmt: skip
    analysis.entities[1].place.candidates.add(place_id="geonames:1816670", name="北京")
    analysis.topics.add(
        topic_id="automobile", name="汽车", confidence=0.8, spans=two, modalities=["image"]
    )
    analysis.quality.add(
        kind=analysis_pb2.QUALITY_KIND_CHANNEL_MISSING, span=two[0], severity=1.0, value=96.5,
        channels=[1],
    )  # fmt: skip
    analysis.codes.add(
        symbology=analysis_pb2.SYMBOLOGY_QR_CODE, text="https://example.com/\u202e茶\n",
        spans=two[:1], confidence=0.99, sighting_count=2,
    )  # fmt: skip
    track = analysis.tracks.add(
        track_id="0123456789abcdef", class_name="car", node_id="vehicle.car", span=two[0],
        confidence=0.9, continuity=0.6, seen_count=2,
    )  # fmt: skip
    for found in analysis.objects[:1]:
        track.class_name = found.class_name
        track.boxes.extend(found.boxes)
    analysis.library_matches.add(
        library_id="staff", kind="persons", entry_id="li-lei", name="李雷", confidence=0.8,
        spans=two, person_id="00112233445566ff",
    )  # fmt: skip
    said = analysis.feedback.add(feedback_id="f1", media_id="m1", revision=2, created_by="ann")
    said.correction.kind = feedback_pb2.CORRECTION_KIND_MISSING
    said.correction.list, said.correction.name = "labels", "船"
    said.correction.span.CopyFrom(two[1])
    group = analysis.verdict.groups.add(category="porn", medium="image")
    group.segments.add(
        span=two[0], suggestion=analysis_pb2.SUGGESTION_REVIEW, confidence=0.9, label="porn",
        rule_id="porn.image.review",
    )  # fmt: skip
    return analysis
