"""What a library learns from corrections of an analysis: samples and counter-samples of entries."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from videre.common.errors import invalid
from videre.orchestrator.api.feedback.person_lessons import PersonTeacher
from videre.orchestrator.api.feedback.picture_lessons import PictureTeacher
from videre.orchestrator.api.feedback.teaching import Statement
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.library.model import Lesson, LibraryKind
from videre.orchestrator.store.records import AnalysisRecord
from videre.v1 import feedback_pb2 as pb

_TEACHERS: Final[dict[str, type[PersonTeacher] | type[PictureTeacher]]] = {
    LibraryKind.PERSONS.value: PersonTeacher,
    LibraryKind.PICTURES.value: PictureTeacher,
}


def lessons_of(
    app: Orchestrator,
    record: AnalysisRecord,
    analysis: Analysis,
    library_id: str,
    statements: Sequence[Statement],
) -> tuple[list[Lesson], list[pb.FeedbackLesson]]:
    """Return what the corrections of an analysis teach a library, and how that is told. Blocking.

    Args:
        record: the analysis, by its row.
        analysis: the same, as a document.
        statements: the corrections.

    Raises:
        VidereError: LIBRARY_NOT_FOUND, FIELD_INVALID for a library of words or hashes, a name that
            several entries have, somebody without a face that can be compared, a frame of which
            nothing is kept, a part that shows too little.
    """
    library = app.libraries.get(record.project_id, library_id)
    kind = _TEACHERS.get(library.kind)
    if kind is None:
        limit = ", ".join(_TEACHERS)
        raise invalid("library_id", f"holds {library.kind}", limit=limit, actual=library.kind)
    teacher = kind(app, record, analysis, library_id)
    for statement in statements:
        teacher.hear(statement)
    teacher.teaching.refused.raise_if_any()
    return teacher.teaching.lessons, teacher.teaching.told
