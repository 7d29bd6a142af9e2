"""SubmitFeedback and ListFeedback: what people say of an analysis, stored with its media."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError
from videre.common.values import sha256_hex
from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.feedback.lessons import lessons_of
from videre.orchestrator.api.feedback.rules import Resolver, check_feedback
from videre.orchestrator.api.feedback.teaching import Statement
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis
from videre.orchestrator.library.model import Lesson
from videre.orchestrator.store.feedback import NewFeedback
from videre.orchestrator.store.library_lessons import learn
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.records import AnalysisRecord, FeedbackRecord
from videre.v1 import feedback_pb2

_DEFAULT_PAGE: Final = 50


class FeedbackDesk:
    """Takes feedback and shows it."""

    def __init__(self, app: Orchestrator, reader: AnalysisReader) -> None:
        self._app, self._reader = app, reader

    async def submit(
        self, request: feedback_pb2.SubmitFeedbackRequest
    ) -> feedback_pb2.SubmitFeedbackResponse:
        """Store corrections, all or none.

        Raises:
            VidereError: FIELD_INVALID, JOB_NOT_FOUND, MEDIA_NOT_FOUND, ANALYSIS_NOT_FOUND,
                REQUEST_ID_REUSED, FEEDBACK_LIMIT, LIBRARY_NOT_FOUND, LIBRARY_FULL.
        """
        check_feedback(request)
        project = project_of("")
        digest = _digest(request)
        if request.request_id and not request.validate_only:
            # Before its subject is looked up, which may be gone by the time of a repetition.
            earlier = await asyncio.to_thread(
                self._app.feedback.repeated, project, request.request_id, digest
            )
            if earlier:
                return _response(earlier, reused=True)
        record = await asyncio.to_thread(self._subject, project, request)
        analysis, resolved = await self._resolved(record, request)
        corrections = [(self._app.ids.new(), one) for one in resolved]
        lessons, told = await asyncio.to_thread(
            self._lessons, request.library_id, record, analysis, corrections
        )
        if request.validate_only:
            return feedback_pb2.SubmitFeedbackResponse(
                media_id=record.media_id, revision=record.revision, lessons=told
            )
        subject = current_principal().subject
        new = NewFeedback(
            project_id=project,
            media_id=record.media_id,
            revision=record.revision,
            job_id=record.job_id,
            corrections=[
                (identifier, _kind(one.kind), one.SerializeToString(deterministic=True))
                for identifier, one in corrections
            ],
            author=request.author,
            source=request.source,
            created_by=subject,
            request_id=request.request_id or None,
            request_digest=digest,
        )

        def beside(connection: sa.Connection) -> None:
            if lessons:
                of, store = request.library_id, self._app.libraries
                learn(store, connection, project, of, lessons, subject)

        stored, reused = await asyncio.to_thread(self._app.feedback.add, new, beside)
        answer = _response(stored, reused=reused)
        if not reused:
            answer.lessons.extend(told)
        return answer

    def _lessons(
        self,
        library_id: str,
        record: AnalysisRecord,
        analysis: Analysis,
        corrections: Sequence[tuple[str, feedback_pb2.Correction]],
    ) -> tuple[list[Lesson], list[feedback_pb2.FeedbackLesson]]:
        """Return what a library is taught, and what is told of that; nothing without a library.

        Args:
            corrections: with the ids of the feedback that they become.
        """
        if not library_id:
            return [], []
        statements = [
            Statement(said, f"corrections[{index}]", index, {"feedback_id": feedback_id})
            for index, (feedback_id, said) in enumerate(corrections)
        ]
        return lessons_of(self._app, record, analysis, library_id, statements)

    def _subject(self, project: str, request: feedback_pb2.SubmitFeedbackRequest) -> AnalysisRecord:
        """Return the revision that a request is about."""
        if request.WhichOneof("subject") == "media_id":
            return self._app.media.analysis(project, request.media_id, request.revision)
        job = self._app.jobs.get(project, request.job_id)
        if not job.revision or job.media_id is None:
            raise VidereError(
                Reason.ANALYSIS_NOT_FOUND,
                f"job {job.id} is {job.state} and has no analysis",
                metadata={"job_id": job.id, "state": job.state},
            )
        return self._app.media.analysis(project, job.media_id, job.revision)

    async def _resolved(
        self, record: AnalysisRecord, request: feedback_pb2.SubmitFeedbackRequest
    ) -> tuple[Analysis, list[feedback_pb2.Correction]]:
        analysis, timeline = await self._reader.document(record)
        taxonomy = await asyncio.to_thread(self._app.taxonomies.shown, record.project_id)
        resolver = Resolver(analysis, timeline, taxonomy)
        found = Violations()
        resolved = [
            resolver.resolve(found, f"corrections[{index}]", correction)
            for index, correction in enumerate(request.corrections)
        ]
        found.raise_if_any()
        return analysis, resolved

    async def page(
        self, request: feedback_pb2.ListFeedbackRequest
    ) -> feedback_pb2.ListFeedbackResponse:
        """Return a page of feedback, oldest first.

        Raises:
            VidereError: FIELD_INVALID, PAGE_TOKEN_INVALID, PROJECT_FORBIDDEN.
        """
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        for index, kind in enumerate(request.kinds):
            if kind not in feedback_pb2.CorrectionKind.values() or not kind:
                names = ", ".join(feedback_pb2.CorrectionKind.keys()[1:])
                found.add(f"kinds[{index}]", "is no kind", names, kind)
        found.raise_if_any()
        kinds = sorted({_kind(kind) for kind in request.kinds})
        filters = {
            "feedback": project, "job": request.job_id, "media": request.media_id, "kinds": kinds
        }  # fmt: skip
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _DEFAULT_PAGE
        records = await asyncio.to_thread(
            self._app.feedback.page, project, limit=limit, after_id=after,
            job_id=request.job_id, media_id=request.media_id, kinds=kinds,
        )  # fmt: skip
        shown = fitting(present.feedback(record) for record in records)
        more = len(records) == limit or len(shown) < len(records)
        token = page_token(shown[-1].feedback_id, filters) if more else ""
        return feedback_pb2.ListFeedbackResponse(feedback=shown, next_page_token=token)


def _digest(request: feedback_pb2.SubmitFeedbackRequest) -> str:
    """Return what a repeated request must have in common with the first."""
    copy = feedback_pb2.SubmitFeedbackRequest()
    copy.CopyFrom(request)
    copy.ClearField("request_id")
    copy.ClearField("validate_only")
    return sha256_hex(copy.SerializeToString(deterministic=True))


def _kind(kind: feedback_pb2.CorrectionKind.ValueType) -> str:
    return feedback_pb2.CorrectionKind.Name(kind).removeprefix("CORRECTION_KIND_")


def _response(
    records: list[FeedbackRecord], *, reused: bool
) -> feedback_pb2.SubmitFeedbackResponse:
    return feedback_pb2.SubmitFeedbackResponse(
        feedback_ids=[record.id for record in records],
        reused=reused,
        media_id=records[0].media_id,
        revision=records[0].revision,
    )
