"""What an analysis says as regions of Label Studio: stretches on a timeline, boxes in frames. Pure.

The same analysis in the same language gives the same regions with the same ids, so that what comes
back can be told from what was sent.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from videre.common.values import sha256_hex
from videre.exports.cues import one_line
from videre.exports.segments import LIST_OF, segments_of
from videre.exports.subject import score
from videre.exports.tracks import FACE as TRACKED_FACE
from videre.exports.tracks import TrackIds
from videre.v1 import analysis_pb2

#: Names of the interface's parts; regions name them again.
VIDEO: Final = "video"
TIMELINE: Final = "timeline"
BOXES: Final = "boxes"
BOX_LABELS: Final = "box_labels"
FACE: Final = "Face"
#: Kinds whose name is what was said or written: the label is the kind, the words stand beside it.
#: An interface has room for some hundred labels, not for every word of a film.
WORDS: Final = {
    "text": "Text", "speech": "Speech", "scene": "Scene", "chapter": "Chapter",
    "keyword": "Keyword", "entity": "Name", "code": "Code",
}  # fmt: skip
#: Objects and faces stand as boxes; what people said before is not asked about again.
_NOT_ON_TIMELINE: Final = frozenset({"object", "face", "track", "feedback"})


@dataclass(frozen=True, slots=True)
class Region:
    """One statement as a region.

    Args:
        id: unique in the task.
        control: TIMELINE or BOXES.
        label: its label in the interface.
        list: repeated field of Analysis that has the statement.
        node_id, person_id: what the statement is about; "" where it has none.
        name: its name, or class; of text and speech the words.
        start, end: frames [start, end).
        score: 0..1.
        box: where; None on the timeline.
        track_id: track that the box belongs to; "" where it was not followed.
    """

    id: str
    control: str
    label: str
    list: str
    node_id: str
    person_id: str
    name: str
    start: int
    end: int
    score: float | None
    box: analysis_pb2.BoxAt | None = None
    track_id: str = ""

    @property
    def words(self) -> str:
        """The words that stand beside the label; "" where the label says it all."""
        return self.name if self.label in WORDS.values() else ""


def regions_of(analysis: analysis_pb2.Analysis) -> list[Region]:
    """Return the regions of an analysis (view FULL), stretches before boxes."""
    return [*_stretches(analysis, ids := _Ids()), *_boxes(analysis, ids)]


class _Ids:
    """Makes ids of what a region says; equal ones are counted."""

    def __init__(self) -> None:
        self._seen: Counter[str] = Counter()

    def of(self, *parts: object) -> str:
        """Return an id."""
        made = sha256_hex("\0".join(map(str, parts)).encode())[:10]
        self._seen[made] += 1
        return f"v{made}" if self._seen[made] == 1 else f"v{made}-{self._seen[made]}"


def _stretches(analysis: analysis_pb2.Analysis, ids: _Ids) -> Iterator[Region]:
    for segment in segments_of(analysis):
        start, end = segment.span.start_frame, segment.span.end_frame
        if segment.kind in _NOT_ON_TIMELINE or end <= start:
            continue
        name = one_line(segment.name)
        label = "Shot" if segment.kind == "shot" else WORDS.get(segment.kind) or name
        yield Region(
            id=ids.of(segment.kind, segment.node_id, segment.name, start, end),
            control=TIMELINE,
            label=label,
            list=LIST_OF[segment.kind],
            node_id=segment.node_id,
            person_id=str(segment.facts["id"]) if segment.kind == "person" else "",
            name=segment.name,
            start=start,
            end=end,
            score=segment.confidence,
        )


def _boxes(analysis: analysis_pb2.Analysis, ids: _Ids) -> Iterator[Region]:
    names = {label.node_id: label.name for label in analysis.labels}
    tracks = TrackIds(analysis)
    for item in analysis.objects:
        label = names.get(item.node_id, item.class_name) if item.node_id else item.class_name
        for at in item.boxes:
            track_id = tracks.of(item.class_name, at)
            yield _box(ids, "objects", one_line(label), item.class_name, item.node_id, at, track_id)
    for face in analysis.faces:
        for at in face.boxes:
            yield _box(ids, "faces", FACE, FACE, "", at, tracks.of(TRACKED_FACE, at))


def _box(
    ids: _Ids,
    held_in: str,
    label: str,
    name: str,
    node_id: str,
    at: analysis_pb2.BoxAt,
    track_id: str,
) -> Region:
    sides = (at.box.x, at.box.y, at.box.width, at.box.height)
    return Region(
        id=ids.of(held_in, name, at.frame, *(f"{side:.4f}" for side in sides)),
        control=BOXES,
        label=label,
        list=held_in,
        node_id=node_id,
        person_id="",
        name=name,
        start=at.frame,
        end=at.frame + 1,
        score=score(at.confidence),
        box=at,
        track_id=track_id,
    )
