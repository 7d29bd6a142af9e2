"""Boxes of objects and faces → COCO detection JSON. Pure.

https://cocodataset.org/#format-data: boxes in pixels [x, y, width, height], ids from 1. An image
stands for one frame with boxes. Frames that were sampled and showed nothing are not in it, as
answers do not name them: it holds detections, no ground truth of absence. `track_id` is that of the
object, where it was followed.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any, Final

from videre.exports.subject import Subject, nanoseconds, score, stage_words, unlooked
from videre.exports.tracks import TrackIds
from videre.v1 import analysis_pb2

FACE: Final = "face"


def to_coco(subject: Subject) -> bytes:
    """Return the file.

    Raises:
        NotCarriedError: the media has no picture.
    """
    width, height = subject.size
    found = list(_boxes(subject.analysis))
    frames = {box.frame: box for _, _, box, _ in found}
    images = {frame: number for number, frame in enumerate(sorted(frames), start=1)}
    names = {name: node_id for name, node_id, *_ in found}
    categories = {name: number for number, name in enumerate(sorted(names), start=1)}
    document = {
        "info": _info(subject),
        "images": [
            {
                "id": number,
                "width": width,
                "height": height,
                "file_name": f"frame-{frame:09}.jpg",
                "frame": frame,
                "offset_ns": nanoseconds(frames[frame].offset),
            }
            for frame, number in images.items()
        ],
        "categories": [
            {
                "id": number,
                "name": name,
                "supercategory": names[name].partition(".")[0],
                "node_id": names[name],
            }
            for name, number in categories.items()
        ],
        "annotations": [
            {
                "id": number,
                "image_id": images[box.frame],
                "category_id": categories[name],
                "bbox": (pixels := _pixels(box, width, height)),
                "area": round(pixels[2] * pixels[3], 2),
                "iscrowd": 0,
                "score": score(box.confidence),
                **({"track_id": track_id} if track_id else {}),
            }
            for number, (name, _, box, track_id) in enumerate(found, start=1)
        ],
    }
    return json.dumps(document, ensure_ascii=False).encode()


def _boxes(analysis: analysis_pb2.Analysis) -> Iterator[tuple[str, str, analysis_pb2.BoxAt, str]]:
    """Yield name, node, box and track; a mapped class has its label's name, also a Chinese one."""
    tracks = TrackIds(analysis)
    labels = {label.node_id: label.name for label in analysis.labels}
    for item in analysis.objects:
        name = labels.get(item.node_id, item.class_name) if item.node_id else item.class_name
        for box in item.boxes:
            yield name, item.node_id, box, tracks.of(item.class_name, box)
    for face in analysis.faces:
        yield from ((FACE, "", box, tracks.of(FACE, box)) for box in face.boxes)


def _info(subject: Subject) -> dict[str, Any]:
    analysis = subject.analysis
    return {
        "description": subject.name,
        "url": subject.media_uri,
        "version": str(analysis.revision),
        "date_created": analysis.create_time.ToJsonString(),
        "contributor": "Videre",
        "media_sha256": analysis.media_info.digest,
        "not_looked_at": [stage_words(stage) for stage in unlooked(analysis)],
    }


def _pixels(box: analysis_pb2.BoxAt, width: int, height: int) -> Sequence[float]:
    sides = box.box
    return [
        round(sides.x * width, 2),
        round(sides.y * height, 2),
        round(sides.width * width, 2),
        round(sides.height * height, 2),
    ]
