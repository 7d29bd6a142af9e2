"""From the public analysis message to what production knows."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.errors import Reason
from videre.production.known import (
    FaceAt,
    Followed,
    Known,
    Said,
    SeenAt,
    Stretch,
    Utterance,
    Written,
)
from videre.production.redaction.findings import judged_from
from videre.v1 import analysis_pb2, types_pb2

_NS: Final = 1_000_000_000
_FACE: Final = "face"
#: Classes of COCO that carry licence plates.
_VEHICLES: Final = ("car", "bus", "truck", "motorcycle")
#: States in which a stage has answered, if only for a part of the media.
_ANSWERED: Final = (analysis_pb2.STAGE_STATE_SUCCEEDED, analysis_pb2.STAGE_STATE_FAILED)
#: Special stretches that are as fit for a cover as others: nothing is wrong with their pictures.
_FIT: Final = (
    analysis_pb2.FRAME_CONDITION_KIND_FROZEN,
    analysis_pb2.FRAME_CONDITION_KIND_STILL,
)
#: What is cut off either side of a fade: half of a usual one, nanoseconds.
_FADE_NS: Final = 500_000_000


def known_from(analysis: analysis_pb2.Analysis) -> Known:
    """Return the parts of an analysis that production uses."""
    shots = tuple(_stretch(shot.span) for shot in analysis.shots)
    fades = [
        Stretch(max(0, stretch.start_ns - _FADE_NS), stretch.start_ns + _FADE_NS)
        for shot, stretch in zip(analysis.shots, shots, strict=True)
        if shot.transition_in == analysis_pb2.SHOT_TRANSITION_FADE
    ]
    return Known(
        shots=shots,
        unfit=(
            *(_stretch(item.span) for item in analysis.frame_conditions if item.kind not in _FIT),
            *fades,
        ),
        faces=tuple(_face(face) for face in analysis.faces if face.boxes),
        followed=_followed(analysis),
        face_ways=_tracks(analysis, "face", (_FACE,)),
        face_boxes=_unfollowed(analysis),
        vehicles=_tracks(analysis, "vehicle", _VEHICLES),
        utterances=tuple(
            _utterance(item)
            for item in analysis.utterances
            if item.understanding == analysis_pb2.UNDERSTANDING_UNDERSTOOD and item.text.strip()
        ),
        lines=_written(analysis),
        keywords=tuple(
            (_stretch(span), word.confidence) for word in analysis.keywords for span in word.spans
        ),
        music=analysis.music if analysis.HasField("music") else None,
        subtitle_ways=_lines(analysis, "subtitle", subtitles=True),
        judged=judged_from(analysis),
        stages=tuple((stage.name, _reason(stage)) for stage in analysis.stages),
    )


def _followed(analysis: analysis_pb2.Analysis) -> tuple[Followed, ...]:
    found = [Followed(_kind(one), _way(one.boxes)) for one in analysis.tracks if one.boxes]
    if not any(one.kind == _FACE for one in found):
        found += [Followed(_FACE, _largest(one.boxes)) for one in analysis.faces if one.boxes]
    found += _lines(analysis, "text", subtitles=False)
    return tuple(sorted(found, key=lambda one: (one.boxes[0].ns, one.kind)))


def _lines(analysis: analysis_pb2.Analysis, kind: str, *, subtitles: bool) -> tuple[Followed, ...]:
    """Return lines of text in the picture as things of a kind, from their first to last instant."""
    found = []
    for line in analysis.text_lines:
        if (line.kind == analysis_pb2.TEXT_KIND_SUBTITLE) == subtitles and line.box.width > 0:
            stretch = _stretch(line.span)
            ends = (stretch.start_ns, max(stretch.start_ns, stretch.end_ns - 1))
            found.append(Followed(kind, tuple(_seen(ns, line.box) for ns in ends)))
    return tuple(sorted(found, key=lambda one: one.boxes[0].ns))


def _tracks(
    analysis: analysis_pb2.Analysis, kind: str, classes: Sequence[str]
) -> tuple[Followed, ...]:
    """Return the tracks of some classes as things of a kind."""
    return tuple(
        Followed(kind, _way(one.boxes))
        for one in analysis.tracks
        if one.class_name in classes and one.boxes
    )


def _unfollowed(analysis: analysis_pb2.Analysis) -> tuple[SeenAt, ...]:
    """Return the boxes of faces that belong to no track."""
    boxes = [at for one in analysis.faces if not one.track_ids for at in _way(one.boxes)]
    return tuple(sorted(boxes, key=lambda one: one.ns))


def _kind(track: analysis_pb2.ObjectTrack) -> str:
    return track.class_name if track.class_name in (_FACE, "person") else "object"


def _way(boxes: Iterable[analysis_pb2.BoxAt]) -> tuple[SeenAt, ...]:
    return tuple(_seen(_ns(at.offset), at.box) for at in boxes)


def _largest(boxes: Iterable[analysis_pb2.BoxAt]) -> tuple[SeenAt, ...]:
    """Return the way of the largest box of each instant: nobody told several faces apart."""
    best: dict[int, SeenAt] = {}
    for at in _way(boxes):
        before = best.get(at.ns)
        if before is None or at.width * at.height > before.width * before.height:
            best[at.ns] = at
    return tuple(best[ns] for ns in sorted(best))


def _seen(ns: int, box: types_pb2.BoundingBox) -> SeenAt:
    return SeenAt(ns, box.x, box.y, box.width, box.height)


def _written(analysis: analysis_pb2.Analysis) -> tuple[Written, ...]:
    """Return the lines that stand still and have a place: those of documents have none."""
    made = [
        Written(
            _stretch(line.span), line.text,
            line.box.x, line.box.y, line.box.width, line.box.height,
            line.language_code, line.kind == analysis_pb2.TEXT_KIND_SUBTITLE,
        )
        for line in analysis.text_lines
        if line.kind != analysis_pb2.TEXT_KIND_CRAWL and line.text.strip()
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda one: (one.stretch.start_ns, one.y)))


def _reason(stage: analysis_pb2.Stage) -> str:
    if stage.state in _ANSWERED:
        return ""
    known = stage.reason in Reason.__members__
    return stage.reason if known else Reason.NOT_REQUESTED.value


def _utterance(item: analysis_pb2.Utterance) -> Utterance:
    words = tuple(Said(_stretch(word.span), word.text) for word in item.words if word.text.strip())
    return Utterance(_stretch(item.span), item.text, words)


def _face(face: analysis_pb2.FaceAppearance) -> FaceAt:
    boxes = [at.box for at in face.boxes]
    box = max(boxes, key=lambda one: one.width * one.height)
    across, down = box.x + box.width / 2 - 0.5, box.y + box.height / 2 - 0.5
    smiles = tuple(
        (_stretch(span), one.confidence)
        for one in face.emotions
        if one.emotion == analysis_pb2.FACE_EMOTION_HAPPINESS
        for span in one.spans
    )
    return FaceAt(
        _stretch(face.span),
        box.width * box.height,
        (across**2 + down**2) ** 0.5,
        smiles if face.emotions else None,
    )


def _stretch(span: types_pb2.TimeSpan) -> Stretch:
    return Stretch(_ns(span.start_offset), _ns(span.end_offset))


def _ns(duration: Duration) -> int:
    return duration.seconds * _NS + duration.nanos
