"""Expressions of faces in sampled frames → what is believed of them. Pure.

The engine is weak (its authors' figure is 66 % right of seven classes), so a look at one frame is
not believed: another sampled frame of the shot must show the same expression on the same face, or
the shot's only sampled frame must show it very clearly.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

import msgspec

from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import BoxE4, FaceEmotion, FaceEmotionShare, Shot
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.calibration import Judge
from videre.orchestrator.fusion.face_tracks import Windows, overlap
from videre.orchestrator.fusion.prominence import merge_spans
from videre.orchestrator.fusion.refs import references
from videre.orchestrator.fusion.stitch_frames import Samples
from videre.orchestrator.fusion.stitch_shots import ShotFinder
from videre.orchestrator.timeline import Timeline

#: Softmax E4 from which the only sampled frame of a shot is believed.
_VERY_CLEAR: Final = 9_000
#: Share E4 of union that boxes of one face have in common from sampled frame to sampled frame.
_SAME_PLACE: Final = 2_000
#: The same within one frame: two detections of one face.
_SAME_FACE: Final = 5_000
_KINDS: Final = {
    "angry": FaceEmotion.ANGER,
    "disgust": FaceEmotion.DISGUST,
    "fear": FaceEmotion.FEAR,
    "happy": FaceEmotion.HAPPINESS,
    "sad": FaceEmotion.SADNESS,
    "surprise": FaceEmotion.SURPRISE,
    "neutral": FaceEmotion.NEUTRAL,
}


class Felt(msgspec.Struct, frozen=True, gc=False):
    """What one face expresses in one sampled frame, believed.

    Args:
        record: the evidence.
        emotion: what.
        shot: index of the shot.
        span: the stretch for which the frame speaks.
        score: calibrated score E4.
    """

    record: Evidence
    emotion: FaceEmotion
    shot: int
    span: TimeSpan
    score: int


class Expressions:
    """What the faces of one film express."""

    def __init__(
        self,
        records: Iterable[Evidence],
        shots: Sequence[Shot],
        samples: Samples,
        judge: Judge,
        timeline: Timeline,
    ) -> None:
        finder = ShotFinder(shots)
        bounds = [(shot.span.start_frame or 0, shot.span.end_frame or 0) for shot in shots]
        windows = Windows(samples.by_shot, bounds)
        groups: dict[tuple[int, str], list[Evidence]] = defaultdict(list)
        for record in records:
            if record.class_name in _KINDS and record.box and judge.detects(record):
                shot = finder.at(record.span.start_frame or 0)
                groups[shot, record.class_name].append(record)
        found = []
        for (shot, name), group in groups.items():
            for record in group:
                if _is_believed(record, group, samples[shot]):
                    span = timeline.frame_span(*windows.of(shot, record.span.start_frame or 0))
                    found.append(Felt(record, _KINDS[name], shot, span, judge.score(record)))
        #: In order of time.
        self.felt: Sequence[Felt] = sorted(found, key=_place)
        self._by_frame: Mapping[int, list[Felt]] = defaultdict(list)
        self._by_shot: Mapping[int, list[Felt]] = defaultdict(list)
        for face in self.felt:
            self._by_frame[face.record.span.start_frame or 0].append(face)
            self._by_shot[face.shot].append(face)

    def of_shot(self, shot: int) -> tuple[FaceEmotionShare, ...]:
        """Return what the faces of a shot express."""
        return shares(self._by_shot.get(shot, ()))

    def of_face(self, frame: int, box: BoxE4) -> Felt | None:
        """Return what the face at a place of a sampled frame expresses; None = not known."""
        near = [
            (overlap(f.record.box, box), f) for f in self._by_frame.get(frame, ()) if f.record.box
        ]
        best = max(near, key=lambda item: (item[0], item[1].record.id), default=None)
        return best[1] if best and best[0] >= _SAME_FACE else None


def _place(felt: Felt) -> tuple[object, ...]:
    span = felt.record.span
    return span.start_ns, span.end_ns, felt.record.box, felt.emotion, felt.record.id


def _is_believed(record: Evidence, group: Iterable[Evidence], samples: int) -> bool:
    if samples <= 1:
        return record.attributes.get(record.class_name, 0) >= _VERY_CLEAR
    return any(
        other.span.start_frame != record.span.start_frame
        and overlap(other.box or (0, 0, 0, 0), record.box or (0, 0, 0, 0)) >= _SAME_PLACE
        for other in group
    )


def shares(felt: Iterable[Felt]) -> tuple[FaceEmotionShare, ...]:
    """Return what faces express, longest first; the score is the mean over the frames."""
    by_emotion: dict[FaceEmotion, list[Felt]] = defaultdict(list)
    for face in felt:
        by_emotion[face.emotion].append(face)
    made = [
        FaceEmotionShare(
            emotion=emotion,
            spans=merge_spans(face.span for face in group),
            score=min(SCORE_ONE, sum(face.score for face in group) // len(group)),
            face_count=len(group),
            evidence=references(face.record for face in group),
        )
        for emotion, group in by_emotion.items()
    ]
    return tuple(
        sorted(made, key=lambda s: (-sum(t.duration_ns for t in s.spans), -s.score, s.emotion))
    )
