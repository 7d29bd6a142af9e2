"""Analyses as callers see them: published revisions, and what a running job knows so far."""

from __future__ import annotations

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Final, NamedTuple

from google.protobuf.message import Message

from videre.common.errors import Reason, VidereError
from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.view import parts_to_proto, to_proto
from videre.orchestrator.api.messages.people import naming
from videre.orchestrator.api.messages.segments import FEEDBACK
from videre.orchestrator.api.messages.statements import NOBODY, Messages, Named
from videre.orchestrator.api.replies import LARGEST_REPLY
from videre.orchestrator.api.request import fusion_context, fusion_options, job_request
from videre.orchestrator.api.review.messages import summary
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document import Analysis, LibraryMatch
from videre.orchestrator.document.canonical import from_json
from videre.orchestrator.document.stream import StreamedDocument
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.steps import conclusion
from videre.orchestrator.steps.ending import final_stages
from videre.orchestrator.steps.work import load_work
from videre.orchestrator.store.feedback import MAX_PER_MEDIA
from videre.orchestrator.store.records import AnalysisRecord, JobRecord, MediaRecord
from videre.orchestrator.taxonomy.model import Taxonomy
from videre.orchestrator.timeline import Timeline
from videre.v1 import analysis_pb2, feedback_pb2, job_pb2

#: Documents kept in memory for paging: each page of one answer reads the same document.
_CACHED: Final = 16
#: Views that tell the verdict.
_JUDGED: Final = (
    analysis_pb2.ANALYSIS_VIEW_UNSPECIFIED,
    analysis_pb2.ANALYSIS_VIEW_BASIC,
    analysis_pb2.ANALYSIS_VIEW_FULL,
)

Answer = tuple[analysis_pb2.Analysis, str]
#: An analysis without its lists of segments, and what makes the entries of one of them.
Parts = tuple[analysis_pb2.Analysis, Callable[[str], Iterator[Message]]]


class Page(NamedTuple):
    """What part of an analysis is asked for: see QueryJobRequest."""

    view: analysis_pb2.AnalysisView.ValueType
    filter: analysis_pb2.AnalysisFilter
    size: int
    token: str
    room: int = LARGEST_REPLY
    """bytes that the analysis may take in the reply"""
    with_evidence: bool = True
    """whether statements come with references to evidence"""


class AnalysisReader:
    """Reads documents and turns them into pages of messages."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._documents: OrderedDict[str, tuple[Analysis, Timeline]] = OrderedDict()

    async def of_revision(
        self,
        record: AnalysisRecord,
        page: Page,
    ) -> Answer:
        """Return a page of a published revision."""
        document, timeline = await self.document(record)
        said = await self._feedback(record, page.view, page.filter)
        taxonomy = await self._taxonomy(record.project_id)
        matches, peopled = document.library_matches, bool(document.people)
        named = await asyncio.to_thread(self._named, record, matches, peopled)
        analysis, following = await asyncio.to_thread(
            partial(to_proto, document, timeline, taxonomy, *page, feedback=said, named=named)
        )
        await self._stamp(analysis, record, page.view)
        return analysis, following

    async def in_parts(
        self,
        record: AnalysisRecord,
        wanted: analysis_pb2.AnalysisFilter,
        *,
        with_evidence: bool,
    ) -> Parts:
        """Return a published revision as the view FULL has it, its lists made on the way."""
        media = await asyncio.to_thread(self._app.media.get, record.project_id, record.media_id)
        timeline = (await self._index(media)).timeline()
        stored = await asyncio.to_thread(self._streamed, record)
        said = await self._feedback(record, analysis_pb2.ANALYSIS_VIEW_FULL, wanted)
        taxonomy = await self._taxonomy(record.project_id)
        matches, person = await asyncio.to_thread(
            lambda: (tuple(stored.entries("library_matches")), next(stored.entries("people"), None))
        )
        named = await asyncio.to_thread(self._named, record, matches, person is not None)
        head, entries = await asyncio.to_thread(
            partial(
                parts_to_proto,
                stored,
                timeline,
                taxonomy,
                wanted,
                feedback=said,
                named=named,
                with_evidence=with_evidence,
            )
        )
        await self._stamp(head, record, analysis_pb2.ANALYSIS_VIEW_FULL)
        return head, entries

    async def of_job(
        self,
        job: JobRecord,
        page: Page,
    ) -> Answer | None:
        """Return a page of what a job knows now; None before its plan is made.

        None also once its media was deleted: the analysis belongs to the media.
        """
        if job.media_id is None or not job.plan_digest:
            return None
        try:
            return await self._of_job(job, job.media_id, page)
        except VidereError as error:
            if error.reason is Reason.MEDIA_NOT_FOUND:
                return None
            raise

    async def _of_job(self, job: JobRecord, media_id: str, page: Page) -> Answer:
        if job.revision:
            record = await asyncio.to_thread(
                self._app.media.analysis, job.project_id, media_id, job.revision
            )
            return await self.of_revision(record, page)
        document, timeline = await self._partial(job)
        taxonomy = await self._taxonomy(job.project_id)
        analysis, following = await asyncio.to_thread(to_proto, document, timeline, taxonomy, *page)
        analysis.media_id = media_id
        return analysis, following

    async def _taxonomy(self, project_id: str) -> Taxonomy:
        """Return the taxonomy of today: names are chosen when an answer is read."""
        return await asyncio.to_thread(self._app.taxonomies.shown, project_id)

    def _named(
        self, record: AnalysisRecord, matches: Sequence[LibraryMatch], peopled: bool
    ) -> Named:
        """Return what the document leaves out: names of entries, identities of people."""
        if not peopled and not matches:
            return NOBODY
        pairs = {(match.library_id, match.entry_id) for match in matches}
        return Named(
            entries=self._app.libraries.names(record.project_id, pairs),
            identities=self._app.faces.identities(record.media_id),
            persons=naming(matches),
        )

    async def document(self, record: AnalysisRecord) -> tuple[Analysis, Timeline]:
        """Return a published revision with its media's clock."""
        media = await asyncio.to_thread(self._app.media.get, record.project_id, record.media_id)
        return await self._document(media, record.document_digest)

    async def _feedback(
        self,
        record: AnalysisRecord,
        view: analysis_pb2.AnalysisView.ValueType,
        wanted: analysis_pb2.AnalysisFilter,
    ) -> list[feedback_pb2.Feedback]:
        """Return what people said of the media's analyses, where it is asked for."""
        full = view == analysis_pb2.ANALYSIS_VIEW_FULL
        if not full or (wanted.kinds and FEEDBACK not in wanted.kinds):
            return []
        records = await asyncio.to_thread(
            self._app.feedback.page,
            record.project_id,
            limit=MAX_PER_MEDIA,
            media_id=record.media_id,
        )
        return [present.feedback(item) for item in records]

    async def messages(self, record: AnalysisRecord) -> Messages:
        """Return what makes messages of a published revision, with names in English."""
        media = await asyncio.to_thread(self._app.media.get, record.project_id, record.media_id)
        timeline = (await self._index(media)).timeline()
        return Messages(timeline, await self._taxonomy(record.project_id), "en")

    async def _index(self, media: MediaRecord) -> MediaIndex:
        data = await asyncio.to_thread(
            self._app.artifacts.read, media.project_id, media.index_digest
        )
        return MediaIndex.decode(data)

    def _streamed(self, record: AnalysisRecord) -> StreamedDocument:
        return StreamedDocument(self._app.artifacts.read(record.project_id, record.document_digest))

    async def _document(self, media: MediaRecord, digest: str) -> tuple[Analysis, Timeline]:
        held = self._documents.get(digest)
        if held is None:
            data = await asyncio.to_thread(self._app.artifacts.read, media.project_id, digest)
            document = await asyncio.to_thread(from_json, data)
            held = document, (await self._index(media)).timeline()
            self._keep(digest, held)
        self._documents.move_to_end(digest)
        return held

    async def _partial(self, job: JobRecord) -> tuple[Analysis, Timeline]:
        """Fuse what a job's parts have kept so far; the same until its next event."""
        name = f"{job.id}@{job.last_seq}"
        held = self._documents.get(name)
        if held is not None:
            return held
        run = self._app.runtime()
        work = await load_work(run, job.id)
        request = job_request(job.request)
        given = conclusion.fusion_input(
            run,
            work,
            await conclusion.gather(run, work),
            stages=final_stages(await asyncio.to_thread(self._app.jobs.stages, job.id), work.plan),
            context=fusion_context(request),
            options=fusion_options(request),
            ranges=(),
            templates=job_pb2.TemplateSelection(),
        )
        held = (await conclusion.fused(given)).analysis, given.timeline
        self._keep(name, held)
        return held

    def _keep(self, name: str, held: tuple[Analysis, Timeline]) -> None:
        self._documents[name] = held
        while len(self._documents) > _CACHED:
            self._documents.popitem(last=False)

    async def _stamp(
        self,
        analysis: analysis_pb2.Analysis,
        record: AnalysisRecord,
        view: analysis_pb2.AnalysisView.ValueType,
    ) -> None:
        """Say which revision it is, and what people say of its verdict."""
        analysis.media_id, analysis.revision = record.media_id, record.revision
        analysis.result_digest = record.result_digest
        analysis.create_time.CopyFrom(present.timestamp(record.create_ns))
        if view in _JUDGED:
            reviewed = await asyncio.to_thread(self._reviewed, record)
            if reviewed is not None:
                analysis.review.CopyFrom(reviewed)

    def _reviewed(self, record: AnalysisRecord) -> analysis_pb2.VerdictReview | None:
        reviews = self._app.reviews
        found = reviews.of_revision(record.media_id, record.revision)
        if found is None:
            return None
        return summary(found, reviews.findings(found.id), self._app.clock.now_ns())
