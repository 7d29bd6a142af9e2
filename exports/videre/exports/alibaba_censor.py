"""A vendor's view: what QueryMediaCensorJobDetail of Alibaba MPS (2014-06-18) answers. Pure.

Pictures and texts in pictures are scenes with points in time, speech is sentences, title,
description, comments and every cover picture have a result each. Scores are strings of 0..100, as
there; where nothing was found there is no score. What nobody looked at, and what has no place,
stands in Message.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from videre.exports.alibaba_labels import NORMAL, image_label, scene_of, text_label
from videre.exports.stores import oss_object
from videre.exports.subject import Subject, nanoseconds, understood
from videre.exports.verdicts import (
    given,
    iso_seconds,
    percent,
    suggestion_word,
    unlooked_words,
    verdict_of,
    worst,
)
from videre.v1 import analysis_pb2 as pb
from videre.v1 import job_pb2

_NS: Final = 1_000_000_000
_STATE: Final = {
    job_pb2.JOB_STATE_QUEUED: "Queuing",
    job_pb2.JOB_STATE_RUNNING: "Analysing",
    job_pb2.JOB_STATE_SUCCEEDED: "Success",
    job_pb2.JOB_STATE_PARTIAL: "Success",
}
#: The one scene of texts.
_TEXT_SCENE: Final = "antispam"
#: Results of what was given with the media. Tags have none there.
_GIVEN: Final[Mapping[str, pb.GivenKind.ValueType]] = {
    "TitleCensorResult": pb.GIVEN_KIND_TITLE,
    "DescCensorResult": pb.GIVEN_KIND_DESCRIPTION,
    "BarrageCensorResult": pb.GIVEN_KIND_COMMENT,
}
_SEEN: Final = frozenset({"image", "text"})
_HEARD: Final = frozenset({"speech", "sound"})


def alibaba_censor(subject: Subject) -> dict[str, Any]:
    """Return the answer, its timeline as one page.

    Raises:
        NotCarriedError: the job was not moderated.
    """
    job, verdict = subject.job, verdict_of(subject)
    seen = [group for group in verdict.groups if group.medium in _SEEN]
    heard = [group for group in verdict.groups if group.medium in _HEARD]
    detail = given(
        JobId=job.job_id,
        PipelineId=job.project_id,
        State=_STATE.get(job.state, "Fail"),
        Code=job.error.reason,
        Message=_message(job, verdict),
        CreationTime=iso_seconds(job.create_time) if job.HasField("create_time") else None,
        FinishTime=iso_seconds(job.end_time) if job.HasField("end_time") else None,
        UserData=job.user_data,
        Suggestion=suggestion_word(verdict.suggestion),
        Input=_input(subject.media_uri),
        VideoCensorConfig={"VideoCensor": "true" if seen else "false", "BizType": verdict.template},
        **_texts(verdict),
        CoverImageCensorResults=_covers(verdict),
        AudioCensorResult=_audio(subject, heard) if heard else None,
        VensorCensorResult=_pictures(subject, seen) if seen else None,
    )
    return {"RequestId": subject.request_id, "MediaCensorJobDetail": detail}


def _message(job: job_pb2.Job, verdict: pb.Verdict) -> str:
    failed = [stage.name for stage in job.stages if stage.state == pb.STAGE_STATE_FAILED]
    part = job.state == job_pb2.JOB_STATE_PARTIAL
    said = (
        job.error.message if job.HasField("error") else "",
        f"failed in part: {', '.join(failed)}" if part else "",
        unlooked_words(verdict.groups),
        _unlooked_covers(verdict),
    )
    return "; ".join(filter(None, said))


def _input(uri: str) -> dict[str, Any]:
    stored = oss_object(uri)
    if stored is None:
        return {"Object": uri}
    return given(Object=stored.key, Location=stored.region, Bucket=stored.bucket)


def _result(
    suggestion: pb.Suggestion.ValueType, labels: Iterable[str], confidence: float | None
) -> dict[str, Any]:
    """Return a suggestion with its labels; without a score where nothing is found."""
    return given(
        Suggestion=suggestion_word(suggestion),
        Label=",".join(dict.fromkeys(labels)) or NORMAL,
        Rate=None if confidence is None else str(percent(confidence)),
    )


def _texts(verdict: pb.Verdict) -> Mapping[str, Any]:
    """Return the results of title, description and comments, where they were looked at."""
    looked = {one.kind for one in verdict.given_coverage if one.state == pb.COVERAGE_STATE_CHECKED}
    return {
        name: _text([one for one in verdict.given if one.kind == kind])
        for name, kind in _GIVEN.items()
        if kind in looked
    }


def _text(given_texts: Sequence[pb.GivenVerdict]) -> dict[str, Any]:
    groups = [group for one in given_texts for group in one.groups]
    labels = [text_label(group.category, group.label) for group in groups]
    highest = max((group.confidence for group in groups), default=None)
    result = _result(worst(one.suggestion for one in given_texts), labels, highest)
    return result | {"Scene": _TEXT_SCENE}


def _covers(verdict: pb.Verdict) -> dict[str, Any] | None:
    """Return the results of cover pictures, each named by its place; None where there are none."""
    covers = [one for one in verdict.given if one.kind == pb.GIVEN_KIND_COVER]
    if not covers:
        return None
    return {
        "CoverImageCensorResult": [
            {"Object": one.given_id, "Results": {"Result": _scenes(one.groups)}} for one in covers
        ]
    }


def _unlooked_covers(verdict: pb.Verdict) -> str:
    for one in verdict.given_coverage:
        if one.kind == pb.GIVEN_KIND_COVER and one.state != pb.COVERAGE_STATE_CHECKED:
            return f"not looked at: {one.count} covers ({one.reason})"
    return ""


def _audio(subject: Subject, groups: Sequence[pb.VerdictGroup]) -> dict[str, Any]:
    """Return what is said, a sentence each with its labels; sounds count in the whole only."""
    segments = [(group, segment) for group in groups for segment in group.segments]
    labels = [text_label(group.category, segment.label) for group, segment in segments]
    spoken = [(g.category, hit) for g, s in segments for hit in s.word_hits]
    whole = _result(worst(group.suggestion for group in groups), labels, None)
    whole["AudioDetailResultList"] = {
        "AudioDetailResult": [_sentence(line, spoken) for line in understood(subject.analysis)]
    }
    return whole


def _sentence(line: pb.Utterance, spoken: Sequence[tuple[str, pb.WordHit]]) -> dict[str, Any]:
    start, end = nanoseconds(line.span.start_offset), nanoseconds(line.span.end_offset)
    labels = [
        text_label(category, hit.category)
        for category, hit in spoken
        if start <= nanoseconds(hit.span.start_offset) <= end
        and line.text[hit.start : hit.end] == hit.text
    ]
    return {
        "StartTime": start // _NS,
        "EndTime": -(-end // _NS),
        "Text": line.text,
        "Label": ",".join(dict.fromkeys(labels)) or NORMAL,
    }


def _pictures(subject: Subject, groups: Sequence[pb.VerdictGroup]) -> dict[str, Any]:
    return {
        "VideoTimelines": {"VideoTimeline": _timeline(subject, groups)},
        "CensorResults": {"CensorResult": _scenes(groups)},
    }


def _scenes(groups: Iterable[pb.VerdictGroup]) -> list[dict[str, Any]]:
    """Return a result per scene of pictures and the texts in them, sorted."""
    scenes: dict[str, list[pb.VerdictGroup]] = defaultdict(list)
    for group in groups:
        scenes[scene_of(group)].append(group)
    return [_scene(scene, found) for scene, found in sorted(scenes.items())]


def _scene(scene: str, groups: Sequence[pb.VerdictGroup]) -> dict[str, Any]:
    segments = [(group, segment) for group in groups for segment in group.segments]
    highest = max((segment.confidence for _, segment in segments), default=None)
    result = _result(
        worst(group.suggestion for group in groups), [_label(*pair) for pair in segments], highest
    )
    return result | {"Scene": scene}


def _label(group: pb.VerdictGroup, segment: pb.VerdictSegment) -> str:
    if group.medium == "text":
        return text_label(group.category, segment.label)
    return image_label(group.category, segment.label)


def _timeline(subject: Subject, groups: Sequence[pb.VerdictGroup]) -> list[dict[str, Any]]:
    """Return a point for every time at which a finding is seen best."""
    points: dict[int, list[tuple[pb.VerdictGroup, pb.VerdictSegment]]] = defaultdict(list)
    for group in groups:
        for segment in group.segments:
            points[_seen_at(segment)].append((group, segment))
    return [_point(subject, time, points[time]) for time in sorted(points)]


def _seen_at(segment: pb.VerdictSegment) -> int:
    """Return when the strongest evidence was seen, nanoseconds; else when the segment begins."""
    spans = [ref.span for ref in segment.evidence[:1]] or [segment.span]
    return nanoseconds(spans[0].start_offset)


def _point(
    subject: Subject, time: int, found: Sequence[tuple[pb.VerdictGroup, pb.VerdictSegment]]
) -> dict[str, Any]:
    urls = subject.pictures.urls
    shown = [urls[s.picture_digest] for _, s in found if s.picture_digest in urls]
    return given(
        Timestamp=_clock(time),
        Object=shown[0] if shown else None,
        CensorResults={
            "CensorResult": [
                _result(segment.suggestion, [_label(group, segment)], segment.confidence)
                | {"Scene": scene_of(group)}
                for group, segment in found
            ]
        },
    )


def _clock(ns: int) -> str:
    """Return a time as hh:mm:ss.SSS."""
    ms = ns // 1_000_000
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1_000 % 60:02}.{ms % 1_000:03}"
