"""A vendor's view: the WorkflowTask with content review of Tencent MPS (2019-06-12). Pure.

What DescribeTaskDetail answers, key by key; fields without a value are left out, as there. A group
of the verdict is one result of AiContentReviewResultSet; a group that has no type there is named in
the task's Message where it does not pass. What nobody looked at stands in the Message of a result.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from videre.exports.stores import cos_object
from videre.exports.subject import Subject, seconds
from videre.exports.verdicts import (
    area,
    failure,
    given,
    iso_seconds,
    not_carried_words,
    number,
    percent,
    suggestion_word,
    unlooked_labels,
    verdict_of,
)
from videre.v1 import analysis_pb2 as pb
from videre.v1 import job_pb2

#: Types of results by category and medium, in the vendor's order.
TYPES: Final[Mapping[tuple[str, str], str]] = {
    ("porn", "image"): "Porn",
    ("terrorism", "image"): "Terrorism",
    ("political", "image"): "Political",
    ("porn", "speech"): "Porn.Asr",
    ("porn", "text"): "Porn.Ocr",
    ("political", "speech"): "Political.Asr",
    ("political", "text"): "Political.Ocr",
    ("terrorism", "text"): "Terrorism.Ocr",
    ("prohibited", "speech"): "Prohibited.Asr",
    ("prohibited", "text"): "Prohibited.Ocr",
}
#: The vendor's deprecated number for a failure of its own service.
_SERVICE_FAILED: Final = 70_000
#: The vendor's priority is -10..10, the larger the earlier, 0 by default; ours 0..9 the other way.
_ORDINARY_PRIORITY: Final = 5
_STATUS: Final = {
    job_pb2.JOB_STATE_QUEUED: "WAITING",
    job_pb2.JOB_STATE_RUNNING: "PROCESSING",
}


def tencent_review(subject: Subject) -> dict[str, Any]:
    """Return the answer.

    Raises:
        NotCarriedError: the job was not moderated.
    """
    job = subject.job
    status = _STATUS.get(job.state, "FINISH")
    times = {
        "CreateTime": job.create_time if job.HasField("create_time") else None,
        "BeginProcessTime": job.start_time if job.HasField("start_time") else None,
        "FinishTime": job.end_time if job.HasField("end_time") else None,
    }
    return {
        "TaskType": "WorkflowTask",
        "Status": status,
        **{name: iso_seconds(time) for name, time in times.items() if time is not None},
        "WorkflowTask": _task(subject, status),
        "TasksPriority": _ORDINARY_PRIORITY - job.priority,
        "SessionId": job.request_id,
        "SessionContext": job.user_data,
        "RequestId": subject.request_id,
    }


def _task(subject: Subject, status: str) -> dict[str, Any]:
    job, groups = subject.job, verdict_of(subject).groups
    by_kind = {(group.category, group.medium): group for group in groups}
    failed = job.HasField("error")
    message = [job.error.message] if failed else []
    message += [not_carried_words(group for kind, group in by_kind.items() if kind not in TYPES)]
    return given(
        TaskId=f"{job.project_id}-WorkflowTask-{job.job_id}",
        Status="PROCESSING" if status == "WAITING" else status,
        ErrCode=_SERVICE_FAILED if failed else None,
        Message="; ".join(filter(None, message)),
        InputInfo=_input(subject.media_uri),
        MetaData=_meta(subject.analysis.media_info),
        MediaProcessResultSet=[],
        AiContentReviewResultSet=[
            {"Type": name, f"{name.replace('.', '')}Task": _result(subject, by_kind[kind])}
            for kind, name in TYPES.items()
            if kind in by_kind
        ],
        AiAnalysisResultSet=[],
        AiRecognitionResultSet=[],
    )


def _input(uri: str) -> dict[str, Any]:
    stored = cos_object(uri)
    if stored is None:
        return {"Type": "URL", "UrlInputInfo": {"Url": uri}}
    place = {"Bucket": stored.bucket, "Region": stored.region, "Object": f"/{stored.key}"}
    return {"Type": "COS", "CosInputInfo": place}


def _meta(info: pb.MediaInfo) -> dict[str, Any]:
    """Return the facts of the media; of several streams those of the selected ones."""
    length = number(seconds(info.duration))
    rates = info.audio.bit_rate + info.video.bit_rate
    whole = round(info.size_bytes * 8 / length) if length else 0
    sounds, pictures = info.HasField("audio"), info.HasField("video")
    video = info.video
    moving = pictures and info.kind == pb.MEDIA_KIND_VIDEO
    size = (video.coded_width or video.width, video.coded_height or video.height)
    return given(
        AudioDuration=length if sounds else None,
        AudioStreamSet=[_audio(info.audio)] if sounds else [],
        Bitrate=rates or whole,
        Container=info.container,
        Duration=length,
        Height=size[1] if pictures else None,
        Rotate=video.rotation_degrees if pictures else None,
        Size=info.size_bytes,
        VideoDuration=length if moving else None,
        VideoStreamSet=[_video(video, size)] if pictures else [],
        Width=size[0] if pictures else None,
    )


def _audio(stream: pb.AudioStreamInfo) -> dict[str, Any]:
    return given(
        Bitrate=stream.bit_rate or None, Codec=stream.codec, SamplingRate=stream.sample_rate
    )


def _video(stream: pb.VideoStreamInfo, size: tuple[int, int]) -> dict[str, Any]:
    rate = stream.frame_rate_denominator
    return given(
        Bitrate=stream.bit_rate or None,
        Codec=stream.codec,
        Fps=stream.frame_rate_numerator // rate if rate else None,
        Height=size[1],
        Width=size[0],
    )


def _result(subject: Subject, group: pb.VerdictGroup) -> dict[str, Any]:
    failed = failure(group)
    open_labels = unlooked_labels(group)
    number_of_template = subject.template_number
    return {
        "Status": "FAIL" if failed else "SUCCESS",
        **({"ErrCodeExt": failed} if failed else {}),
        "ErrCode": _SERVICE_FAILED if failed else 0,
        "Message": f"not looked at: {', '.join(open_labels)}" if open_labels else "",
        "Input": {"Definition": number_of_template} if number_of_template else {},
        "Output": given(
            Confidence=percent(group.confidence),
            Suggestion=suggestion_word(group.suggestion),
            Label=group.label if group.medium == "image" else None,
            SegmentSet=[
                _segment(subject, group, segment)
                for segment in sorted(group.segments, key=_by_time)
            ],
        ),
    }


def _by_time(segment: pb.VerdictSegment) -> tuple[float, float]:
    return seconds(segment.span.start_offset), seconds(segment.span.end_offset)


def _segment(
    subject: Subject, group: pb.VerdictGroup, segment: pb.VerdictSegment
) -> dict[str, Any]:
    """Return a stretch; images have a label, words their listed forms, both a picture if kept."""
    start, end = _by_time(segment)
    seen = group.medium == "image"
    words = list(dict.fromkeys(hit.entry for hit in segment.word_hits))
    placed = group.medium == "text" or (seen and group.category == "political")
    url = subject.pictures.urls.get(segment.picture_digest)
    expires = subject.pictures.expire_time
    return given(
        StartTimeOffset=number(start),
        EndTimeOffset=number(end),
        Confidence=percent(segment.confidence),
        Suggestion=suggestion_word(segment.suggestion),
        Label=segment.label if seen else None,
        KeywordSet=None if seen else words,
        AreaCoordSet=(area(subject, segment) or None) if placed else None,
        Url=url,
        PicUrlExpireTime=iso_seconds(expires) if url else None,
    )
