"""Observations in sampled frames → appearances per shot: objects, faces, classes. Pure.

An engine errs in single frames more often than twice in the same shot, and two engines seldom err
alike. So what is detected counts when a second sampled frame of the shot shows it, be it faintly
but so that the two reach the threshold on average; when another engine sees the same kind of thing
in the shot; or when the shot's only sampled frame shows it clearly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby
from types import MappingProxyType
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import (
    MAX_BOXES,
    MAX_TRACKS,
    BoxAt,
    FaceAppearance,
    ObjectAppearance,
    Shot,
    ShotSize,
)
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FACES, FRAME_FEATURES, OBJECTS
from videre.orchestrator.fusion.calibration import Judge, Judged
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline

#: Score E4 from which the only sampled frame of a shot is believed.
SINGLE_SAMPLE_SCORE: Final = 7_500
#: Share of a class's detection threshold, in tenths, from which a frame supports another frame.
_FAINT_TENTHS: Final = 8
#: Engines that name the same node of this level, or nodes below it, see the same kind of thing.
_KIND_LEVEL: Final = 2
#: Where nobody followed anything.
NOT_TRACKED: Final[Mapping[str, str]] = MappingProxyType({})
_FRAME_FEATURES: Final = frozenset(feature.name for feature in FRAME_FEATURES)


class Appearance(msgspec.Struct, frozen=True, gc=False):
    """What one feature saw of one class in one shot, believed.

    Args:
        feature: feature that saw it.
        class_name: the engine's class.
        shot: index of the shot.
        span: from the first to the last sampled frame that shows it.
        score: best calibrated score E4.
        records: the detections and what supports them, in order of time.
    """

    feature: str
    class_name: str
    shot: int
    span: TimeSpan
    score: int
    records: tuple[Evidence, ...]


class Samples:
    """Which frames of each shot were looked at, rising."""

    def __init__(self, evidence: Iterable[Evidence], shots: Sequence[Shot]) -> None:
        frames = {
            record.span.start_frame or 0 for record in evidence if record.feature in _FRAME_FEATURES
        }
        finder = ShotFinder(shots)
        #: Indices of all of them, rising, and by shot.
        self.frames: Sequence[int] = sorted(frames)
        self.by_shot: dict[int, list[int]] = defaultdict(list)
        for frame in self.frames:
            self.by_shot[finder.at(frame)].append(frame)

    def __getitem__(self, shot: int) -> int:
        """Return how many there are."""
        return len(self.by_shot.get(shot, ()))


def appearances(
    records: Iterable[Evidence],
    shots: Sequence[Shot],
    samples: Samples,
    judge: Judge,
    taxonomy: Taxonomy,
    timeline: Timeline,
) -> list[Appearance]:
    """Return what is believed of detections in sampled frames, by shot, feature and class."""
    finder = ShotFinder(shots)
    groups: dict[tuple[int, str, str], list[Judged]] = defaultdict(list)
    for item in judge.judged(judge.reaching(records, _FAINT_TENTHS)):
        record = item[0]
        frame = record.span.start_frame
        if record.class_name and frame is not None:
            groups[finder.at(frame), record.feature, record.class_name].append(item)
    shown = {key: group for key, each in groups.items() if (group := _sightings(each))}
    kinds: dict[tuple[int, str], set[str]] = defaultdict(set)
    for shot, feature, class_name in shown:
        kinds[shot, _kind(feature, class_name, taxonomy)].add(feature)
    found = []
    for (shot, feature, class_name), group in sorted(shown.items()):
        frames = {record.span.start_frame or 0 for record, _, _ in group}
        best = max([score for _, score, _ in group])
        kind = _kind(feature, class_name, taxonomy)
        agreed = bool(kind) and len(kinds[shot, kind]) > 1
        clear = samples[shot] <= 1 and best >= SINGLE_SAMPLE_SCORE
        if len(frames) > 1 or agreed or clear:
            span = timeline.frame_span(min(frames), max(frames) + 1)
            ordered = tuple(sorted([record for record, _, _ in group], key=_place))
            found.append(Appearance(feature, class_name, shot, span, best, ordered))
    return found


def _place(record: Evidence) -> tuple[object, ...]:
    span = record.span
    return span.start_ns, span.end_ns, -record.score, record.box or (), record.id


def _sightings(group: Iterable[Judged]) -> list[Judged]:
    """Return the detections of a class and what supports them; nothing without a detection.

    A faint record supports them from a frame without a detection, where it reaches the threshold
    on average with the best of them.
    """
    detected: list[Judged] = []
    faint: list[Judged] = []
    for item in group:
        (detected if item[1] >= item[2] else faint).append(item)
    if not detected or not faint:
        return detected
    best = max(score for _, score, _ in detected)
    frames = {record.span.start_frame for record, _, _ in detected}
    return detected + [
        item
        for item in faint
        if item[0].span.start_frame not in frames and best + item[1] >= 2 * item[2]
    ]


def _kind(feature: str, class_name: str, taxonomy: Taxonomy) -> str:
    """Return the node of `_KIND_LEVEL` that a class belongs to; "" for a more general one."""
    lineage = taxonomy.lineage(taxonomy.node_of(feature, class_name))
    return next((node for node in lineage if taxonomy.node(node).level == _KIND_LEVEL), "")


def objects(
    found: Iterable[Appearance],
    judge: Judge,
    taxonomy: Taxonomy,
    tracked: Mapping[str, str] = NOT_TRACKED,
) -> tuple[ObjectAppearance, ...]:
    """Return objects per shot and class, in order of time.

    Args:
        found: what is believed.
        judge: knows calibrated scores.
        taxonomy: nodes of classes.
        tracked: the track of each record, by the record's id.
    """
    listed = [
        ObjectAppearance(
            class_name=item.class_name,
            node_id=taxonomy.node_of(OBJECTS.name, item.class_name),
            shot_index=item.shot,
            span=item.span,
            score=item.score,
            max_count=_most_at_once(item.records),
            boxes=_boxes(item.records, judge),
            evidence=references(item.records),
            track_ids=_tracks(item.records, tracked),
        )
        for item in found
        if item.feature == OBJECTS.name
    ]
    return tuple(sorted(listed, key=lambda item: (item.span.start_ns, item.class_name)))


def _most_at_once(records: Iterable[Evidence]) -> int:
    """Return the largest number of records of one frame, given in order of time."""
    frames = groupby([record.span.start_frame for record in records])
    return max([len(list(group)) for _, group in frames])


def faces(
    found: Iterable[Appearance], judge: Judge, tracked: Mapping[str, str] = NOT_TRACKED
) -> tuple[FaceAppearance, ...]:
    """Return faces per shot, in order of time; `tracked` as for objects."""
    listed = [
        FaceAppearance(
            shot_index=item.shot,
            span=item.span,
            score=item.score,
            boxes=_boxes(item.records, judge),
            shot_size=shot_size(max(r.box[3] for r in item.records if r.box)),
            evidence=references(item.records),
            track_ids=_tracks(item.records, tracked),
        )
        for item in found
        if item.feature == FACES.name and any(record.box for record in item.records)
    ]
    return tuple(sorted(listed, key=lambda item: (item.span.start_ns, item.shot_index)))


def _tracks(records: Iterable[Evidence], tracked: Mapping[str, str]) -> tuple[str, ...]:
    """Return the tracks of records, in order of time, at most `MAX_TRACKS`."""
    known = dict.fromkeys(tracked[r.id] for r in records if r.id in tracked)
    return tuple(known)[:MAX_TRACKS]


def _boxes(records: Iterable[Evidence], judge: Judge) -> tuple[BoxAt, ...]:
    """Return the strongest boxes, at most `MAX_BOXES`, in order of time."""
    placed = [record for record in records if record.box is not None]
    boxes = [
        BoxAt(r.span.start_frame or 0, r.span.start_ns, r.box, score)
        for r, score in zip(placed, judge.scores(placed), strict=True)
        if r.box is not None
    ]
    if len(boxes) > MAX_BOXES:
        boxes = sorted(boxes, key=lambda b: (-b.score, b.frame, b.box))[:MAX_BOXES]
    return tuple(sorted(boxes, key=lambda b: (b.frame, -b.score, b.box)))


def shot_size(face_height: int) -> ShotSize:
    """Return the shot size for the height E4 of the largest face (limits: see the contract)."""
    if face_height > SCORE_ONE // 2:
        return ShotSize.CLOSE_UP
    if face_height > SCORE_ONE // 4:
        return ShotSize.MEDIUM_CLOSE_UP
    return ShotSize.MEDIUM if face_height > SCORE_ONE // 8 else ShotSize.LONG
