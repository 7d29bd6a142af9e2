"""An analysis → Label Studio: a task with predictions, and the labelling interface for it. Pure.

https://labelstud.io/guide/predictions: stretches as `timelinelabels`, boxes as `videorectangle`.
Label Studio counts frames from 1 and includes the last one. A box stands in its frame alone:
between sampled frames nothing is known, so nothing is interpolated.
"""

from __future__ import annotations

import json
from typing import Any
from xml.etree import ElementTree as xml

from videre.exports.label_studio_regions import (
    BOX_LABELS,
    BOXES,
    TIMELINE,
    VIDEO,
    Region,
    regions_of,
)
from videre.exports.subject import Subject, seconds, stage_words, unlooked
from videre.v1 import analysis_pb2


def to_label_studio(subject: Subject) -> bytes:
    """Return an import file of one task; its data's "video" is the media's address.

    Raises:
        NotCarriedError: the media has no moving picture.
    """
    rate = float(subject.rate)
    analysis = subject.analysis
    frames = int(analysis.media_info.video.frame_count)
    regions = regions_of(analysis)
    result = [_box(item, frames, rate) if item.box else _stretch(item) for item in regions]
    task = {
        "data": {
            VIDEO: subject.media_uri,
            "title": subject.name,
            "media_id": analysis.media_id,
            "job_id": subject.job.job_id,
            "revision": int(analysis.revision),
            "language": subject.language,
            # What comes back is compared with what was sent: it has to be all of it.
            "regions": len(regions),
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
    regions = regions_of(subject.analysis)
    timeline = xml.SubElement(view, "TimelineLabels", name=TIMELINE, toName=VIDEO)
    for name in dict.fromkeys(item.label for item in regions if item.control == TIMELINE):
        xml.SubElement(timeline, "Label", value=name)
    xml.SubElement(view, "VideoRectangle", name=BOXES, toName=VIDEO)
    boxes = xml.SubElement(view, "Labels", name=BOX_LABELS, toName=VIDEO)
    for name in dict.fromkeys(item.label for item in regions if item.control == BOXES):
        xml.SubElement(boxes, "Label", value=name)
    xml.indent(view)
    text: str = xml.tostring(view, encoding="unicode")
    return f"{text}\n".encode()


def _stretch(item: Region) -> dict[str, Any]:
    shown: dict[str, Any] = {
        "id": item.id,
        "from_name": TIMELINE,
        "to_name": VIDEO,
        "type": "timelinelabels",
        "value": {
            "ranges": [{"start": item.start + 1, "end": item.end}],
            "timelinelabels": [item.label],
        },
        "score": item.score,
        "meta": {"list": item.list, "node_id": item.node_id},
    }
    if item.words:
        shown["meta"]["text"] = [item.words]
    return shown


def _box(item: Region, frames: int, rate: float) -> dict[str, Any]:
    at = item.box or analysis_pb2.BoxAt()
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
    return {
        "id": item.id,
        "from_name": BOXES,
        "to_name": VIDEO,
        "type": "videorectangle",
        "value": {
            "framesCount": frames,
            "duration": round(frames / rate, 6),
            "sequence": [shown],
            "labels": [item.label],
        },
        "score": item.score,
        "meta": {"track_id": item.track_id},
    }


def _model_version(analysis: analysis_pb2.Analysis) -> str:
    rules = analysis.rules
    return f"videre fusion {rules.fusion}, taxonomy {rules.taxonomy}, revision {analysis.revision}"
