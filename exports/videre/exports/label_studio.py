"""An analysis → Label Studio: a task with predictions, and the labelling interface for it. Pure.

https://labelstud.io/guide/predictions: stretches as `timelinelabels`, boxes as `videorectangle`.
Label Studio counts frames from 1 and includes the last one. A box stands in its frame alone:
between sampled frames nothing is known, so nothing is interpolated.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any, Final
from xml.etree import ElementTree as xml

from videre.exports.cues import one_line
from videre.exports.segments import Segment, segments_of
from videre.exports.subject import Subject, score, seconds, stage_words, unlooked
from videre.v1 import analysis_pb2

#: Names of the interface's parts; predictions name them again.
VIDEO: Final = "video"
TIMELINE: Final = "timeline"
BOXES: Final = "boxes"
BOX_LABELS: Final = "box_labels"
_FACE: Final = "Face"
#: Kinds whose name is what was said or written: the label is the kind, the words stand beside it.
_WORDS: Final = {"text": "Text", "speech": "Speech"}
#: Objects and faces stand as boxes.
_BOXED: Final = frozenset({"object", "face"})


def to_label_studio(subject: Subject) -> bytes:
    """Return an import file of one task; its data's "video" is the media's address.

    Raises:
        NotCarriedError: the media has no moving picture.
    """
    rate = float(subject.rate)
    analysis = subject.analysis
    frames = int(analysis.media_info.video.frame_count)
    result = [*_stretches(analysis), *_boxes(analysis, frames, rate)]
    for number, item in enumerate(result, start=1):
        item["id"] = f"v{number}"
    task = {
        "data": {
            VIDEO: subject.media_uri,
            "title": subject.name,
            "media_id": analysis.media_id,
            "job_id": subject.job.job_id,
            "revision": int(analysis.revision),
            "not_looked_at": "; ".join(stage_words(stage) for stage in unlooked(analysis)),
        },
        "predictions": [{"model_version": _model_version(analysis), "result": result}],
    }
    return json.dumps([task], ensure_ascii=False).encode()


def to_label_studio_config(subject: Subject) -> bytes:
    """Return the labelling interface (XML) that shows what `to_label_studio` predicts.

    Raises:
        NotCarriedError: the media has no moving picture.
    """
    view = xml.Element("View")
    xml.SubElement(view, "Header", value="$title")
    rate = f"{float(subject.rate):.9g}"
    xml.SubElement(view, "Video", name=VIDEO, value=f"${VIDEO}", framerate=rate)
    timeline = xml.SubElement(view, "TimelineLabels", name=TIMELINE, toName=VIDEO)
    stretches = (segment for segment in segments_of(subject.analysis) if _on_timeline(segment))
    for name in dict.fromkeys(_label(segment) for segment in stretches):
        xml.SubElement(timeline, "Label", value=name)
    xml.SubElement(view, "VideoRectangle", name=BOXES, toName=VIDEO)
    boxes = xml.SubElement(view, "Labels", name=BOX_LABELS, toName=VIDEO)
    for name in dict.fromkeys(name for name, _ in _appearances(subject.analysis)):
        xml.SubElement(boxes, "Label", value=name)
    xml.indent(view)
    text: str = xml.tostring(view, encoding="unicode")
    return f"{text}\n".encode()


def _on_timeline(segment: Segment) -> bool:
    span = segment.span
    return segment.kind not in _BOXED and span.end_frame > span.start_frame


def _label(segment: Segment) -> str:
    if segment.kind == "shot":
        return "Shot"
    return _WORDS.get(segment.kind) or one_line(segment.name)


def _stretches(analysis: analysis_pb2.Analysis) -> Iterator[dict[str, Any]]:
    for segment in filter(_on_timeline, segments_of(analysis)):
        span = segment.span
        frames = {"start": span.start_frame + 1, "end": span.end_frame}
        item: dict[str, Any] = {
            "from_name": TIMELINE,
            "to_name": VIDEO,
            "type": "timelinelabels",
            "value": {"ranges": [frames], "timelinelabels": [_label(segment)]},
            "score": segment.confidence,
            "meta": {"kind": segment.kind, "node_id": segment.node_id},
        }
        if segment.kind in _WORDS:
            item["meta"]["text"] = [segment.name]
        yield item


def _appearances(
    analysis: analysis_pb2.Analysis,
) -> Iterator[tuple[str, analysis_pb2.ObjectAppearance | analysis_pb2.FaceAppearance]]:
    names = {label.node_id: label.name for label in analysis.labels}
    for item in analysis.objects:
        name = names.get(item.node_id, item.class_name) if item.node_id else item.class_name
        yield one_line(name), item
    for face in analysis.faces:
        yield _FACE, face


def _boxes(analysis: analysis_pb2.Analysis, frames: int, rate: float) -> Iterator[dict[str, Any]]:
    for name, appearance in _appearances(analysis):
        for at in appearance.boxes:
            shown = {
                "frame": at.frame + 1,
                "time": seconds(at.offset),
                "enabled": False,
                "rotation": 0,
                "x": round(at.box.x * 100, 2),
                "y": round(at.box.y * 100, 2),
                "width": round(at.box.width * 100, 2),
                "height": round(at.box.height * 100, 2),
            }
            yield {
                "from_name": BOXES,
                "to_name": VIDEO,
                "type": "videorectangle",
                "value": {
                    "framesCount": frames,
                    "duration": round(frames / rate, 6),
                    "sequence": [shown],
                    "labels": [name],
                },
                "score": score(at.confidence),
            }


def _model_version(analysis: analysis_pb2.Analysis) -> str:
    rules = analysis.rules
    return f"videre fusion {rules.fusion}, taxonomy {rules.taxonomy}, revision {analysis.revision}"
