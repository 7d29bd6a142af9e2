"""An analysis → schema.org JSON-LD, for the page that shows the media. Pure.

https://schema.org/VideoObject; parts are https://schema.org/Clip with exact offsets in seconds.
What was not understood or not looked at is left out; the vocabulary has no word for it.
"""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from typing import Any, Final

from videre.exports.subject import Subject, nanoseconds, seconds, span_ns, understood
from videre.v1 import analysis_pb2

_TYPES: Final = {
    analysis_pb2.MEDIA_KIND_VIDEO: "VideoObject",
    analysis_pb2.MEDIA_KIND_AUDIO: "AudioObject",
    analysis_pb2.MEDIA_KIND_IMAGE: "ImageObject",
    analysis_pb2.MEDIA_KIND_TEXT: "TextObject",
}


def to_json_ld(subject: Subject) -> bytes:
    """Return one object: length, size, keywords (labels), transcript and a Clip per shot."""
    analysis = subject.analysis
    info = analysis.media_info
    document: dict[str, Any] = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(info.kind, "MediaObject"),
        "identifier": analysis.media_id,
        "name": subject.name,
        "description": subject.description,
        "sha256": info.digest,
        "contentSize": str(info.size_bytes),
        "keywords": [label.name for label in analysis.labels],
    }
    if subject.media_uri:
        document["contentUrl"] = subject.media_uri
    if info.kind in (analysis_pb2.MEDIA_KIND_VIDEO, analysis_pb2.MEDIA_KIND_AUDIO):
        document["duration"] = iso_duration(nanoseconds(info.duration))
        document["bitrate"] = str(info.video.bit_rate) if info.video.bit_rate else None
    if info.HasField("video"):
        document |= {"width": info.video.width, "height": info.video.height}
        if info.kind == analysis_pb2.MEDIA_KIND_VIDEO:
            document["videoFrameSize"] = f"{info.video.width}x{info.video.height}"
    if spoken := understood(analysis):
        document["transcript"] = "\n".join(line.text for line in spoken)
        document["inLanguage"] = sorted({line.language_code for line in spoken})
    if analysis.shots:
        document["hasPart"] = _clips(analysis)
    known = {name: value for name, value in document.items() if value not in (None, "", [])}
    return json.dumps(known, ensure_ascii=False, indent=1).encode()


def iso_duration(ns: int) -> str:
    """Return an ISO 8601 duration without days, such as "PT1H2M3.04S"; exact."""
    whole, rest = divmod(ns, 1_000_000_000)
    hours, minutes, second = whole // 3_600, whole // 60 % 60, whole % 60
    part = f".{rest:09}".rstrip("0") if rest else ""
    head = (f"{hours}H" if hours else "") + (f"{minutes}M" if minutes else "")
    return f"PT{head}{second}{part}S"


def _clips(analysis: analysis_pb2.Analysis) -> list[dict[str, Any]]:
    names = _labels_by_shot(analysis)
    clips = [
        {
            "@type": "Clip",
            "name": f"Shot {shot.index + 1}",
            "position": shot.index + 1,
            "startOffset": seconds(shot.span.start_offset),
            "endOffset": seconds(shot.span.end_offset),
            "keywords": list(found),
        }
        for shot, found in zip(analysis.shots, names, strict=True)
    ]
    return [{name: value for name, value in clip.items() if value != []} for clip in clips]


def _labels_by_shot(analysis: analysis_pb2.Analysis) -> list[dict[str, None]]:
    """Return the names of the labels that stand in each shot, in the order of labels, once each."""
    spans = [span_ns(shot.span) for shot in analysis.shots]
    starts, ends = [start for start, _ in spans], [end for _, end in spans]
    names: list[dict[str, None]] = [{} for _ in spans]
    for label in analysis.labels:
        for start, end in map(span_ns, label.spans):
            # Shots follow each other: those from the first that ends later to the last that begins.
            for shot in range(bisect_right(ends, start), bisect_left(starts, end)):
                names[shot][label.name] = None
    return names
