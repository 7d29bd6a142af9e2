"""A minute of film with the verdict of the vendor's template 10, and more of it for other views."""

from __future__ import annotations

from typing import Any, Final

from google.protobuf import duration_pb2, timestamp_pb2

from videre.exports.subject import PictureLinks, Subject
from videre.v1 import analysis_pb2 as pb
from videre.v1 import job_pb2, types_pb2

PASS, REVIEW, BLOCK = pb.SUGGESTION_PASS, pb.SUGGESTION_REVIEW, pb.SUGGESTION_BLOCK
CHECKED, NOT_CHECKED = pb.COVERAGE_STATE_CHECKED, pb.COVERAGE_STATE_NOT_CHECKED
FAILED = pb.COVERAGE_STATE_FAILED
COS: Final = "https://films-1250000000.cos.ap-beijing.myqcloud.com/input/animals.mp4"
PICTURES: Final = {one * 64: f"https://videre.example/artifacts/{one}" for one in "123"}


def seconds(value: float) -> duration_pb2.Duration:
    """Return a duration."""
    made = duration_pb2.Duration()
    made.FromNanoseconds(round(value * 10**9))
    return made


def stretch(start: float, end: float) -> types_pb2.TimeSpan:
    """Return a stretch of time."""
    return types_pb2.TimeSpan(start_offset=seconds(start), end_offset=seconds(end))


def group(category: str, medium: str, *segments: pb.VerdictSegment, **fields: Any) -> Any:
    """Return a group: where it has segments, the worst of them."""
    made = pb.VerdictGroup(category=category, medium=medium, suggestion=PASS, segments=segments)
    if segments:
        worst = max(segments, key=lambda one: (one.suggestion, one.confidence))
        made.suggestion, made.label = worst.suggestion, worst.label
        made.confidence = max(one.confidence for one in segments)
    label = "" if medium in ("speech", "text", "metadata") else "any"
    made.coverage.add(label=label, state=CHECKED)
    for name, value in fields.items():
        setattr(made, name, value)
    return made


def seen(
    start: float, end: float, label: str, confidence: float, suggestion: Any, picture: str = ""
) -> pb.VerdictSegment:
    """Return a finding in pictures, with a box, seen best a second after it begins."""
    box = types_pb2.BoundingBox(x=0.25, y=0.5, width=0.125, height=0.25)
    best = types_pb2.EvidenceRef(evidence_id="e/1", modality="image", box=box)
    best.span.CopyFrom(stretch(start + 1, start + 1.04))
    return pb.VerdictSegment(
        span=stretch(start, end), suggestion=suggestion, confidence=confidence, label=label,
        evidence=[best], picture_digest=picture * 64,
    )  # fmt: skip


def worded(
    start: float, end: float, label: str, entry: str, evidence: str, **fields: Any
) -> pb.VerdictSegment:
    """Return a listed word as it was said, read or given."""
    hit = pb.WordHit(entry=entry, text=entry, start=0, end=len(entry), category=label)
    hit.span.CopyFrom(stretch(start, end))
    best = types_pb2.EvidenceRef(evidence_id=evidence, span=stretch(start, end))
    if box := fields.pop("box", None):
        best.box.CopyFrom(box)
    made = {"suggestion": REVIEW, "confidence": 0.8} | fields
    return pb.VerdictSegment(
        span=stretch(start, end), label=label, word_hits=[hit, hit], evidence=[best], **made
    )


def porn_segments() -> tuple[pb.VerdictSegment, ...]:
    """Return three findings, the worst first."""
    return (
        seen(9.5, 14, "sexy", 0.98, BLOCK, "1"),
        seen(41, 49, "sexy", 0.97, BLOCK, "3"),
        seen(16.5, 18, "sexy", 0.8, REVIEW, "2"),
    )


def judged_job() -> job_pb2.Job:
    """Return the job."""
    job = job_pb2.Job(
        job_id="j1", project_id="films", media_id="m1", state=job_pb2.JOB_STATE_SUCCEEDED,
        priority=5,
    )  # fmt: skip
    job.create_time.FromJsonString("2019-07-16T06:21:27Z")
    job.start_time.FromJsonString("2019-07-16T06:21:28.250Z")
    job.end_time.FromJsonString("2019-07-16T06:21:46Z")
    return job


def judged_analysis(*groups: pb.VerdictGroup, suggestion: Any = BLOCK) -> pb.Analysis:
    """Return the analysis; without groups those of the vendor's pictures."""
    made = pb.Analysis(media_id="m1", revision=1)
    made.rules.moderation = "7"
    info = made.media_info
    info.kind, info.size_bytes = pb.MEDIA_KIND_VIDEO, 7_700_180
    info.container = "mov,mp4,m4a,3gp,3g2,mj2"
    info.duration.CopyFrom(seconds(60))
    info.audio.codec, info.audio.sample_rate, info.audio.bit_rate = "aac", 48_000, 383_854
    video = info.video
    video.codec, video.width, video.height, video.bit_rate = "h264", 640, 480, 637_174
    video.coded_width, video.coded_height = 640, 480
    video.frame_rate_numerator, video.frame_rate_denominator = 24_000, 1_001
    made.verdict.suggestion, made.verdict.template = suggestion, "vendor@2"
    made.verdict.coverage_complete = True
    made.verdict.groups.extend(
        groups
        or (
            group("porn", "image", *porn_segments()),
            group("terrorism", "image"),
            group("political", "image"),
        )
    )
    for start, text in ((20, "赌博网站"), (30, "a walk in the park")):
        made.utterances.add(
            text=text, span=stretch(start + 0.2, start + 1.5), confidence=0.9,
            understanding=pb.UNDERSTANDING_UNDERSTOOD,
        )  # fmt: skip
    return made


def judged_subject(*groups: pb.VerdictGroup, **changes: Any) -> Subject:
    """Return the job with its analysis; fields may be replaced."""
    expires = timestamp_pb2.Timestamp()
    expires.FromJsonString("2019-07-23T06:21:46Z")
    fields: dict[str, Any] = {
        "job": judged_job(), "analysis": judged_analysis(*groups), "media_uri": COS,
        "request_id": "req-1", "template_number": 10, "pictures": PictureLinks(PICTURES, expires),
    }  # fmt: skip
    return Subject(**(fields | changes))
