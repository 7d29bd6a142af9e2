"""What every kind of library needs to learn from corrections: its entries, and what was learned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.model import Lesson, NewSample
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import feedback_pb2 as pb


@dataclass(frozen=True, slots=True)
class Statement:
    """A correction that a library is to learn from.

    Args:
        correction: what is said.
        at: path of the request's field that says it, for refusals.
        index: number by which the caller is told what was learned.
        origin: where it was said, by the names of fields of a sample's origin.
    """

    correction: pb.Correction
    at: str
    index: int
    origin: Mapping[str, str]


class Teaching:
    """The corrections of one analysis, as one library takes them. Blocking.

    Attributes:
        refused: corrections that teach nothing because they cannot be followed.
        lessons: what the library learns, in the order of the corrections.
        told: the same, as the caller is told of it.
    """

    def __init__(self, app: Orchestrator, record: AnalysisRecord, library_id: str) -> None:
        self._app, self._record, self._library_id = app, record, library_id
        self._made: dict[str, str] = {}
        self.refused = Violations()
        self.lessons: list[Lesson] = []
        self.told: list[pb.FeedbackLesson] = []

    def named(self, name: str) -> list[str]:
        """Return the ids of the entries that have a name."""
        return self._app.libraries.named(self._record.project_id, self._library_id, name)

    def entry_named(self, at: str, name: str) -> str:
        """Return the id of the one entry that has a name, or the id that it will be made with.

        Args:
            at: path of the correction, for the refusal where several entries have the name.

        Returns:
            "" where the correction was refused.
        """
        ids = self.named(name)
        if len(ids) > 1:
            self.refused.add(f"{at}.name", "names several entries", "one entry", ", ".join(ids))
            return ""
        return ids[0] if ids else self._made.setdefault(name, self._app.ids.new())

    def teach(self, said: Statement, entry_id: str, name: str, sample: NewSample) -> None:
        """Note what one correction teaches an entry; `name` is for one that is to be made."""
        self.lessons.append(Lesson(entry_id, name, sample))
        self.told.append(
            pb.FeedbackLesson(
                correction_index=said.index, entry_id=entry_id, negative=sample.negative
            )
        )
