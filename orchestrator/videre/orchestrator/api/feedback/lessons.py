"""What a library learns from corrections; of persons: samples and counter-samples of entries."""

from __future__ import annotations

import dataclasses
from collections.abc import Sequence

from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.feedback.picture_lessons import lessons_of_pictures
from videre.orchestrator.api.libraries.samples import FaceSamples
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.library.model import Lesson, LibraryKind
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import feedback_pb2 as pb
from videre.v1 import library_pb2


def lessons_of(
    app: Orchestrator,
    record: AnalysisRecord,
    analysis: Analysis,
    library_id: str,
    corrections: Sequence[tuple[str, pb.Correction]],
) -> tuple[list[Lesson], list[pb.FeedbackLesson]]:
    """Return what the corrections of an analysis teach a library, and how that is told. Blocking.

    Args:
        record: the analysis, by its row.
        analysis: the same, as a document.
        corrections: by the ids of the feedback that they become.

    Raises:
        VidereError: LIBRARY_NOT_FOUND, FIELD_INVALID for a library of words or hashes, a name that
            several entries have, somebody without a face that can be compared; and as
            `lessons_of_pictures`.
    """
    library = app.libraries.get(record.project_id, library_id)
    if library.kind == LibraryKind.PICTURES.value:
        return lessons_of_pictures(app, record, analysis, library_id, corrections)
    if library.kind != LibraryKind.PERSONS.value:
        limit = "persons, pictures"
        raise invalid("library_id", f"holds {library.kind}", limit=limit, actual=library.kind)
    taken_for = {
        match.person_id: match.entry_id
        for match in analysis.library_matches
        if match.library_id == library_id and match.person_id
    }
    teacher = _Teacher(app, record, library_id, taken_for)
    for index, (feedback_id, correction) in enumerate(corrections):
        if correction.kind == pb.CORRECTION_KIND_PERSON:
            teacher.hear(index, feedback_id, correction)
    teacher.found.raise_if_any()
    return teacher.lessons, teacher.told


@dataclasses.dataclass(frozen=True, slots=True)
class _Target:
    """An entry that learns, and how it is named where it is to be made."""

    entry_id: str
    name: str
    negative: bool


class _Teacher:
    """Turns corrections into lessons, one after the other."""

    def __init__(
        self,
        app: Orchestrator,
        record: AnalysisRecord,
        library_id: str,
        taken_for: dict[str, str],
    ) -> None:
        self._app, self._record, self._library_id = app, record, library_id
        self._taken_for = taken_for
        self._faces = FaceSamples(app, record.project_id)
        self._made: dict[str, str] = {}
        self.found = Violations()
        self.lessons: list[Lesson] = []
        self.told: list[pb.FeedbackLesson] = []

    def hear(self, index: int, feedback_id: str, correction: pb.Correction) -> None:
        """Take one correction of kind PERSON."""
        at = f"corrections[{index}]"
        before = self._taken_for.get(correction.person_id, "")
        entry_id, name = self._taken_for.get(correction.same_person_id, ""), ""
        if correction.name and not entry_id:
            entry_id, name = self._entry_named(at, correction.name), correction.name
        if before and before != entry_id:
            self._teach(index, feedback_id, correction, _Target(before, "", negative=True))
        if entry_id:
            self._teach(index, feedback_id, correction, _Target(entry_id, name, negative=False))

    def _entry_named(self, at: str, name: str) -> str:
        ids = self._app.libraries.named(self._record.project_id, self._library_id, name)
        if len(ids) > 1:
            self.found.add(f"{at}.name", "names several entries", "one entry", ", ".join(ids))
            return ""
        if ids:
            return ids[0]
        return self._made.setdefault(name, self._app.ids.new())

    def _teach(
        self, index: int, feedback_id: str, correction: pb.Correction, target: _Target
    ) -> None:
        asked = library_pb2.NewLibrarySample(negative=target.negative)
        asked.person.media_id = self._record.media_id
        asked.person.person_id = correction.person_id
        try:
            sample = self._faces.known(asked)
        except VidereError as error:
            if error.reason is not Reason.PERSON_NOT_FOUND:
                raise
            at = f"corrections[{index}].person_id"
            self.found.add(at, "has no face that can be compared", "a face", correction.person_id)
            return
        origin = {
            **(sample.origin or {}), "feedback_id": feedback_id, "job_id": self._record.job_id
        }  # fmt: skip
        learned = dataclasses.replace(sample, origin=origin)
        self.lessons.append(Lesson(target.entry_id, target.name, learned))
        self.told.append(
            pb.FeedbackLesson(
                correction_index=index, entry_id=target.entry_id, negative=target.negative
            )
        )
