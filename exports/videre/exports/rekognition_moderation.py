"""A vendor's view: what GetContentModeration of Amazon Rekognition (2016-06-27) answers. Pure.

Of a still picture: what DetectModerationLabels answers. The vendor looks at pictures only and gives
no verdict: findings in sound, speech and texts, and labels that it has no name for, are named in
StatusMessage where they do not pass, and so is what nobody looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Final

from videre.exports.rekognition_names import NAMES, lineage
from videre.exports.stores import s3_object
from videre.exports.subject import NotCarriedError, Subject, nanoseconds
from videre.exports.verdicts import (
    given,
    not_carried_words,
    percent,
    unlooked_words,
    verdict_of,
)
from videre.v1 import analysis_pb2 as pb
from videre.v1 import job_pb2

_NS_PER_MS: Final = 1_000_000
_STATUS: Final = {
    job_pb2.JOB_STATE_QUEUED: "IN_PROGRESS",
    job_pb2.JOB_STATE_RUNNING: "IN_PROGRESS",
    job_pb2.JOB_STATE_SUCCEEDED: "SUCCEEDED",
}


def rekognition_moderation(subject: Subject) -> dict[str, Any]:
    """Return the answer, sorted by TIMESTAMP and aggregated by SEGMENTS.

    Raises:
        NotCarriedError: the job was not moderated, or the media has no picture.
    """
    verdict = verdict_of(subject)
    info = subject.analysis.media_info
    if not info.HasField("video"):
        raise NotCarriedError("the media has no picture")
    images = [group for group in verdict.groups if group.medium == "image"]
    version = subject.analysis.rules.moderation
    if info.kind == pb.MEDIA_KIND_IMAGE:
        return {
            "ModerationLabels": _of_picture(images),
            "ModerationModelVersion": version,
            "ContentTypes": [],
        }
    job = subject.job
    stored = s3_object(subject.media_uri)
    place = {"Bucket": stored.bucket, "Name": stored.key} if stored else None
    return given(
        JobStatus=_STATUS.get(job.state, "FAILED"),
        StatusMessage=_message(subject, verdict, images),
        VideoMetadata=_metadata(info),
        ModerationLabels=sorted((d for group in images for d in _detections(group)), key=_order),
        ModerationModelVersion=version,
        JobId=job.job_id,
        Video={"S3Object": place} if place else None,
        JobTag=job.user_data,
        GetRequestMetadata={"SortBy": "TIMESTAMP", "AggregateBy": "SEGMENTS"},
    )


def _message(subject: Subject, verdict: pb.Verdict, images: list[pb.VerdictGroup]) -> str:
    job = subject.job
    others = (group for group in verdict.groups if group.medium != "image" or _unnamed(group))
    failed = [s.name for s in job.stages if s.state == pb.STAGE_STATE_FAILED]
    part = job.state == job_pb2.JOB_STATE_PARTIAL
    said = (
        job.error.message if job.HasField("error") else "",
        f"failed in part: {', '.join(failed)}" if part else "",
        not_carried_words(others),
        unlooked_words(images),
    )
    return "; ".join(filter(None, said))


def _unnamed(group: pb.VerdictGroup) -> bool:
    """Tell whether a group has a finding for which the vendor has no name."""
    return not all(_named(group, segment) for segment in group.segments)


def _metadata(info: pb.MediaInfo) -> dict[str, Any]:
    video = info.video
    rate = video.frame_rate_denominator
    return given(
        Codec=video.codec,
        DurationMillis=nanoseconds(info.duration) // _NS_PER_MS,
        Format=info.container,
        FrameRate=video.frame_rate_numerator / rate if rate else None,
        FrameHeight=video.height,
        FrameWidth=video.width,
    )


def _detections(group: pb.VerdictGroup) -> Iterator[dict[str, Any]]:
    for segment in group.segments:
        start = nanoseconds(segment.span.start_offset) // _NS_PER_MS
        end = nanoseconds(segment.span.end_offset) // _NS_PER_MS
        for label in _labels(group, segment):
            yield {
                "Timestamp": start,
                "ModerationLabel": label,
                "StartTimestampMillis": start,
                "EndTimestampMillis": end,
                "DurationMillis": end - start,
                "ContentTypes": [],
            }


def _named(group: pb.VerdictGroup, segment: pb.VerdictSegment) -> list[str]:
    """Return the vendor's name of a finding after those above it; [] where it has none."""
    if segment.label_levels:
        return [one.name for one in segment.label_levels]
    name = NAMES.get((group.category, segment.label))
    return lineage(name) if name else []


def _labels(group: pb.VerdictGroup, segment: pb.VerdictSegment) -> Iterator[dict[str, Any]]:
    """Yield a finding's label and those above it, as the vendor lists both."""
    names = _named(group, segment)
    for level, one in enumerate(names, start=1):
        yield {
            "Confidence": float(percent(segment.confidence)),
            "Name": one,
            "ParentName": names[level - 2] if level > 1 else "",
            "TaxonomyLevel": level,
        }


def _of_picture(images: list[pb.VerdictGroup]) -> list[dict[str, Any]]:
    """Return the labels of a still picture, each once with its highest confidence."""
    found: dict[str, dict[str, Any]] = {}
    for label in (one for g in images for segment in g.segments for one in _labels(g, segment)):
        known = found.setdefault(label["Name"], label)
        if label["Confidence"] > known["Confidence"]:
            found[label["Name"]] = label
    return sorted(found.values(), key=lambda one: (-one["Confidence"], one["TaxonomyLevel"]))


def _order(detection: dict[str, Any]) -> tuple[int, int, str]:
    label = detection["ModerationLabel"]
    return detection["Timestamp"], label["TaxonomyLevel"], label["Name"]
