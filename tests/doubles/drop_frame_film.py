"""An analysis of a film of 29.97 frames per second (drop-frame) with Chinese names and words."""

from __future__ import annotations

from fractions import Fraction
from typing import Final

from google.protobuf import duration_pb2

from videre.common.values import timecode
from videre.exports.subject import Subject
from videre.v1 import analysis_pb2, job_pb2, types_pb2

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
