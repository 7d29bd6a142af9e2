"""What a library of persons learns from corrections: who is who, and who is not."""

from __future__ import annotations

import dataclasses

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api.feedback.teaching import Statement, Teaching
from videre.orchestrator.api.libraries.samples import FaceSamples
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import feedback_pb2 as pb
from videre.v1 import library_pb2


class PersonTeacher:
    """Turns corrections of persons into samples and counter-samples. Blocking."""

    def __init__(
        self, app: Orchestrator, record: AnalysisRecord, analysis: Analysis, library_id: str
    ) -> None:
        self._record = record
        self._faces = FaceSamples(app, record.project_id)
        self._taken_for = {
            match.person_id: match.entry_id
            for match in analysis.library_matches
            if match.library_id == library_id and match.person_id
        }
        self.teaching = Teaching(app, record, library_id)

    def hear(self, said: Statement) -> None:
        """Take one correction; those of other kinds than PERSON teach nothing."""
        correction = said.correction
        if correction.kind != pb.CORRECTION_KIND_PERSON:
            return
        before = self._taken_for.get(correction.person_id, "")
        entry_id, name = self._taken_for.get(correction.same_person_id, ""), ""
        if correction.name and not entry_id:
            name = correction.name
            entry_id = self.teaching.entry_named(said.at, name)
        if before and before != entry_id:
            self._teach(said, correction.person_id, before, None)
        if entry_id:
            self._teach(said, correction.person_id, entry_id, name)

    def _teach(self, said: Statement, person_id: str, entry_id: str, name: str | None) -> None:
        """Teach an entry somebody's face; without a name, that it is not its."""
        asked = library_pb2.NewLibrarySample(negative=name is None)
        asked.person.media_id = self._record.media_id
        asked.person.person_id = person_id
        try:
            sample = self._faces.known(asked)
        except VidereError as error:
            if error.reason is not Reason.PERSON_NOT_FOUND:
                raise
            at = f"{said.at}.person_id"
            self.teaching.refused.add(at, "has no face that can be compared", "a face", person_id)
            return
        origin = {**(sample.origin or {}), "job_id": self._record.job_id, **said.origin}
        learned = dataclasses.replace(sample, origin=origin)
        self.teaching.teach(said, entry_id, name or "", learned)
