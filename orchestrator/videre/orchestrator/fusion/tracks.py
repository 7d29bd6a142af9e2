"""What was followed through its shot → tracks as the document tells them. Pure.

Objects are followed by their boxes (`object_tracks`); faces by their likeness where it is known
(`face_tracks`), so that their tracks are those of people, else by their boxes too.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE
from videre.orchestrator.document import MAX_BOXES, BoxAt, ObjectTrack, Shot
from videre.orchestrator.features import FACES, OBJECTS
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.face_tracks import Track, Windows, overlap
from videre.orchestrator.fusion.object_tracks import Chain, between, follow_boxes, sighting
from videre.orchestrator.fusion.prominence import ratio_of_merged
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_frames import Appearance, Samples
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Class of the tracks of faces, small ones included.
FACE: Final = "face"


class Followed(msgspec.Struct, frozen=True, gc=False):
    """One object or face through one shot; `id` depends on its first box's evidence alone."""

    feature: str
    class_name: str
    shot: int
    chain: Chain
    id: str


def follow_all(
    found: Iterable[Appearance], faces: Sequence[Track] | None, samples: Samples
) -> list[Followed]:
    """Return everything that was followed, in order of time.

    Args:
        found: what is believed of the sampled frames.
        faces: tracks of faces that can be told apart; None where they cannot.
        samples: which frames were looked at.
    """
    followed = []
    for item in found:
        if item.feature == OBJECTS.name or (item.feature == FACES.name and faces is None):
            followed += [
                Followed(item.feature, _class_name(item), item.shot, chain, chain.id)
                for chain in follow_boxes(item.records, samples.by_shot[item.shot])
            ]
    for track in faces or ():
        chain = _chain(track)
        followed.append(Followed(FACES.name, FACE, track.shot, chain, track.id))
    return sorted(followed, key=lambda f: (f.chain.sightings[0].time_ns, f.class_name, f.id))


def _class_name(item: Appearance) -> str:
    return FACE if item.feature == FACES.name else item.class_name


def _chain(track: Track) -> Chain:
    seen = [sighting(face.record, face.box) for face in track.faces]
    shared = (overlap(a.box, b.box) for a, b in pairwise(seen))
    return Chain(seen, min(shared, default=SCORE_ONE))


def track_of_records(followed: Iterable[Followed]) -> dict[str, str]:
    """Return the track of every record, by the record's id."""
    return {seen.record.id: item.id for item in followed for seen in item.chain.sightings}


def object_tracks(
    followed: Iterable[Followed],
    shots: Sequence[Shot],
    samples: Samples,
    judge: Judge,
    taxonomy: Taxonomy,
    timeline: Timeline,
) -> tuple[ObjectTrack, ...]:
    """Return the tracks, in the order given."""
    borders = [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in shots]
    windows = Windows(samples.by_shot, borders)
    return tuple(
        _told(item, samples.by_shot, windows, judge, taxonomy, timeline) for item in followed
    )


def _told(
    item: Followed,
    sampled: Mapping[int, Sequence[int]],
    windows: Windows,
    judge: Judge,
    taxonomy: Taxonomy,
    timeline: Timeline,
) -> ObjectTrack:
    seen = item.chain.sightings
    first, last = seen[0].frame, seen[-1].frame
    stands_for = timeline.frame_span(
        windows.of(item.shot, first)[0], windows.of(item.shot, last)[1]
    )
    boxes = _boxes(item, sampled[item.shot], judge, timeline)
    return ObjectTrack(
        id=item.id,
        class_name=item.class_name,
        node_id=taxonomy.node_of(OBJECTS.name, item.class_name)
        if item.feature == OBJECTS.name
        else "",
        shot_index=item.shot,
        span=timeline.frame_span(first, last + 1),
        score=max([box.score for box in boxes]),
        continuity=item.chain.continuity,
        appearance=ratio_of_merged([stands_for], timeline.duration_ns),
        seen_count=len(seen),
        boxes=tuple(_thinned(boxes)),
        evidence=references([one.record for one in seen]),
    )


def _boxes(
    item: Followed, sampled: Sequence[int], judge: Judge, timeline: Timeline
) -> Sequence[BoxAt]:
    """Return the boxes of a track, in order of time."""
    seen = item.chain.sightings
    scores = judge.scores([one.record for one in seen])
    boxes = [
        BoxAt(one.frame, one.time_ns, one.box, score)
        for one, score in zip(seen, scores, strict=True)
    ]
    first, end = bisect_left(sampled, seen[0].frame), bisect_left(sampled, seen[-1].frame)
    if end - first == len(seen) - 1:  # no frame misses it
        return boxes
    times = (
        (frame, timeline.frame_span(frame, frame + 1).start_ns) for frame in sampled[first:end]
    )
    boxes += [
        BoxAt(frame, time_ns, box, 0, interpolated=True)
        for frame, time_ns, box in between(seen, times)
    ]
    return sorted(boxes, key=lambda box: box.frame)


def _thinned(boxes: Sequence[BoxAt]) -> Sequence[BoxAt]:
    """Return at most `MAX_BOXES` boxes, evenly, the first and the last among them."""
    if len(boxes) <= MAX_BOXES:
        return boxes
    last = MAX_BOXES - 1
    return [boxes[number * (len(boxes) - 1) // last] for number in range(MAX_BOXES)]
