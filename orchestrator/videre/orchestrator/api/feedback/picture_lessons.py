"""What a library of pictures learns from corrections: parts of frames, as they were described.

No model is called and no picture is read: a sample is made of the local features that were kept of
the sampled frame.
"""

from __future__ import annotations

from typing import Final

from videre.common.values import SCORE_ONE
from videre.orchestrator.api.feedback.teaching import Statement, Teaching
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis, BoxE4, LibraryMatch
from videre.orchestrator.document.canonical import record_from_json
from videre.orchestrator.library.marks import FEWEST_FEATURES, part_of, read_features, to_bytes
from videre.orchestrator.library.material import NO_MATERIAL, Frame, Material
from videre.orchestrator.library.model import NewSample
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import feedback_pb2 as pb

_LIST: Final = "library_matches"
#: Frames of a match that are wrong from which an entry learns: where it is best to be seen.
_MOST_FRAMES: Final = 3
_WHOLE: Final[BoxE4] = (0, 0, SCORE_ONE, SCORE_ONE)


class PictureTeacher:
    """Turns corrections of matches into lessons, one after the other. Blocking."""

    def __init__(
        self, app: Orchestrator, record: AnalysisRecord, analysis: Analysis, library_id: str
    ) -> None:
        self._app, self._record = app, record
        self._matches = [one for one in analysis.library_matches if one.library_id == library_id]
        self._material = NO_MATERIAL
        if analysis.material:
            data = app.artifacts.read(record.project_id, analysis.material)
            self._material = record_from_json(Material, data)
        self.teaching = Teaching(app, record, library_id)

    def hear(self, said: Statement) -> None:
        """Take one correction; those that are not about matches teach nothing."""
        correction = said.correction
        if correction.list != _LIST or not correction.name:
            return
        if correction.kind == pb.CORRECTION_KIND_WRONG:
            for match in self._wrong(correction):
                for number, box in _places(correction) or _shown(match, correction):
                    self._teach(said, match.entry_id, "", number, box)
        elif correction.kind == pb.CORRECTION_KIND_MISSING and correction.boxes:
            entry_id = self.teaching.entry_named(said.at, correction.name)
            for number, box in _places(correction) if entry_id else ():
                self._teach(said, entry_id, correction.name, number, box)

    def _wrong(self, correction: pb.Correction) -> list[LibraryMatch]:
        named = {correction.name, *self.teaching.named(correction.name)}
        return [match for match in self._matches if match.entry_id in named]

    def _teach(self, said: Statement, entry_id: str, name: str, number: int, box: BoxE4) -> None:
        """Teach an entry a part of a frame: a sample where it has a name, else a counter-sample."""
        at = f"{said.at}.boxes"
        frame = self._frame(number)
        if frame is None:
            self.teaching.refused.add(
                at, "no frame that was looked at speaks for it", "a frame", number
            )
            return
        stored = {}
        if frame.artifact:
            data = self._app.artifacts.read(self._record.project_id, frame.artifact)
            stored = {frame.artifact: read_features(data)}
        marks = part_of(frame.marks(stored), box)
        if len(marks.features) < FEWEST_FEATURES:
            limit, few = f"{FEWEST_FEATURES} corners", len(marks.features)
            self.teaching.refused.add(at, "shows too little to be told from others", limit, few)
            return
        sample = NewSample(
            id=self._app.ids.new(),
            negative=not name,
            picture_digest="",
            box=None,
            engine=frame.ref.engine,
            vector=to_bytes(marks),
            origin={
                "media_id": self._record.media_id,
                "job_id": self._record.job_id,
                **said.origin,
            },
        )
        self.teaching.teach(said, entry_id, name, sample)

    def _frame(self, number: int) -> Frame | None:
        """Return the sampled frame that speaks for a frame."""
        for frame in self._material.frames:
            start, end = frame.span.start_frame or 0, frame.span.end_frame or 0
            if start <= number < end or frame.number == number:
                return frame
        return None


def _places(correction: pb.Correction) -> list[tuple[int, BoxE4]]:
    """Return the frames and boxes that somebody drew; a box of no size is the whole frame."""
    return [(item.frame, _box(item)) for item in correction.boxes]


def _box(item: pb.CorrectionBox) -> BoxE4:
    sides = item.box
    if not sides.width or not sides.height:
        return _WHOLE
    x, y, width, height = (
        round(value * SCORE_ONE) for value in (sides.x, sides.y, sides.width, sides.height)
    )
    return x, y, width, height


def _shown(match: LibraryMatch, correction: pb.Correction) -> list[tuple[int, BoxE4]]:
    """Return where a match is best to be seen in the stretch of a correction."""
    boxes = [box for box in match.boxes if _is_within(box.frame, correction)]
    best = sorted(boxes, key=lambda box: (-box.score, box.frame))[:_MOST_FRAMES]
    return [(box.frame, box.box) for box in best]


def _is_within(frame: int, correction: pb.Correction) -> bool:
    span = correction.span
    return not correction.HasField("span") or span.start_frame <= frame < span.end_frame
