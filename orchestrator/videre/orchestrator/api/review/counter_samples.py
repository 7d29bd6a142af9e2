"""What a library of persons or pictures learns of reviews: who, or what, was taken for an entry.

A finding that people overturned because what it names is not there shows what the entry is not. The
library gets that as a counter-sample, as it does from corrections of an analysis.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from videre.orchestrator.api.feedback.lessons import lessons_of
from videre.orchestrator.api.feedback.teaching import Statement
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import LibraryMatch, VerdictSegment
from videre.orchestrator.library.model import Lesson, LibraryKind
from videre.orchestrator.steps.judging import judged_by, opened
from videre.orchestrator.store.review_records import ReviewRecord
from videre.v1 import feedback_pb2, types_pb2
from videre.v1 import review_pb2 as pb


@dataclass(frozen=True, slots=True)
class WrongSight:
    """A finding in pictures that was overturned as a false positive.

    Args:
        position: number of the finding in its review.
        segment: of the verdict.
    """

    position: int
    segment: VerdictSegment


def counter_samples(
    app: Orchestrator, review: ReviewRecord, sights: Sequence[WrongSight], library_id: str
) -> list[tuple[Lesson, pb.LearnedSample]]:
    """Return what findings of a review teach a library, each with how it is told. Blocking.

    Args:
        sights: findings of the review.
        library_id: of persons or pictures; what it is taken for now is what it learns from.

    Raises:
        VidereError: LIBRARY_NOT_FOUND, TEMPLATE_NOT_FOUND, ARTIFACT_NOT_FOUND, FIELD_INVALID for
            a frame of which nothing is kept or a part that shows too little.
    """
    run, project = app.runtime(), review.project_id
    record = app.media.analysis(project, review.media_id, review.revision)
    published = opened(run, record)
    template = app.templates.moderation(project, review.template)
    libraries = judged_by(run, published, template).libraries
    matches = tuple(
        match
        for library in libraries.values()
        if library.library_id == library_id
        for match in library.matches
    )
    statements = [
        Statement(_wrong(match, sight.segment), "review_ids", sight.position,
                  {"review_id": review.id})
        for sight in sights
        for match in _meant(matches, sight.segment)
    ]  # fmt: skip
    shown = replace(published.analysis, library_matches=matches)
    lessons, told = lessons_of(app, record, shown, library_id, statements)
    return [
        (lesson, pb.LearnedSample(entry_id=one.entry_id, review_id=review.id,
                                  finding=one.correction_index))
        for lesson, one in zip(lessons, told, strict=True)
    ]  # fmt: skip


def _meant(matches: Sequence[LibraryMatch], segment: VerdictSegment) -> Iterator[LibraryMatch]:
    """Yield the matches that a segment was found by."""
    shown = {ref.id for ref in segment.evidence}
    for match in matches:
        if shown.intersection(ref.id for ref in match.evidence):
            yield match


def _wrong(match: LibraryMatch, segment: VerdictSegment) -> feedback_pb2.Correction:
    """Return the correction that says that a match is wrong."""
    if match.kind == LibraryKind.PERSONS.value:
        return feedback_pb2.Correction(
            kind=feedback_pb2.CORRECTION_KIND_PERSON, list="people", person_id=match.person_id
        )
    span = segment.span
    return feedback_pb2.Correction(
        kind=feedback_pb2.CORRECTION_KIND_WRONG,
        list="library_matches",
        name=match.entry_id,
        span=types_pb2.TimeSpan(start_frame=span.start_frame, end_frame=span.end_frame),
    )
