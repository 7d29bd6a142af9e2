"""ExportJob: what an ended job found, written in one of the formats of `videre.exports`."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncIterator, Iterator
from typing import Final

from videre.common import tracing
from videre.common.errors import Reason, VidereError
from videre.exports.formats import FORMATS, NOT_WRITTEN, Format
from videre.exports.subject import NotCarriedError, PictureLinks, Subject
from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.published import published
from videre.orchestrator.api.analyses.revisions import AnalysisReader, Page
from videre.orchestrator.api.analyses.view import check_question
from videre.orchestrator.api.made_files import MadeFile, make_file
from videre.orchestrator.api.validation import MAX_URI, Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.store.records import JobRecord, JobState
from videre.orchestrator.templates.documents import TemplateKind
from videre.v1 import analysis_pb2, job_pb2

#: Exports that are made at the same time: each holds a whole analysis in memory.
_AT_ONCE: Final = 2
#: More than any analysis has: it is read as one page.
_EVERYTHING: Final = (1 << 31) - 1
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
#: What file systems and shells do not like in names; names in any alphabet stay.
_UNSAFE: Final = re.compile(r"[^\w.()+-]+")
_LONGEST_NAME: Final = 80
#: Media type of the pictures that are kept as evidence.
_PICTURE: Final = "image/jpeg"


class JobExports:
    """Makes the files and cuts them into pieces."""

    def __init__(self, app: Orchestrator, reader: AnalysisReader) -> None:
        self._app = app
        self._reader = reader
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def pieces(
        self, record: JobRecord, request: job_pb2.ExportJobRequest
    ) -> AsyncIterator[job_pb2.ExportJobResponse]:
        """Yield the file of a checked request in pieces; an empty file is one piece.

        Raises:
            VidereError: JOB_NOT_ENDED, ANALYSIS_NOT_FOUND where the job published none,
                EXPORT_NOT_CARRIED.
        """
        if not JobState(record.state).final:
            raise VidereError(
                Reason.JOB_NOT_ENDED,
                f"job {record.id} is {record.state}: it can be exported once it has ended",
                metadata={"job_id": record.id, "state": record.state},
            )
        async with self._slots:
            made = await self._make(record, request)
        async for piece in made.replies(job_pb2.ExportJobResponse):
            yield piece

    async def _make(self, record: JobRecord, request: job_pb2.ExportJobRequest) -> MadeFile:
        form = FORMATS[request.format]
        wanted = analysis_pb2.AnalysisFilter()
        wanted.CopyFrom(request.filter)
        wanted.language_code = wanted.language_code or form.language
        write = form.pieces
        if write is not None:
            revision = await asyncio.to_thread(published, self._app.media, record)
            head, entries = await self._reader.in_parts(
                revision, wanted, with_evidence=form.evidence
            )
            subject = await asyncio.to_thread(self._subject, record, request, head, wanted)
            pieces = (piece.encode() for piece in write(subject.job, head, entries))
            return await asyncio.to_thread(_written, subject, form, pieces)
        analysis = await self._analysis(record, wanted, form)
        subject = await asyncio.to_thread(self._subject, record, request, analysis, wanted)
        try:
            return await asyncio.to_thread(_written, subject, form, _whole(form, subject))
        except NotCarriedError as error:
            raise VidereError(
                Reason.EXPORT_NOT_CARRIED,
                str(error),
                metadata={"format": job_pb2.ExportFormat.Name(request.format)},
            ) from error

    async def _analysis(
        self, record: JobRecord, wanted: analysis_pb2.AnalysisFilter, form: Format
    ) -> analysis_pb2.Analysis:
        page = Page(
            analysis_pb2.ANALYSIS_VIEW_FULL,
            wanted,
            _EVERYTHING,
            "",
            _EVERYTHING,
            with_evidence=form.evidence,
        )
        revision = await asyncio.to_thread(published, self._app.media, record)
        analysis, _ = await self._reader.of_revision(revision, page)
        return analysis

    def _subject(
        self,
        record: JobRecord,
        request: job_pb2.ExportJobRequest,
        analysis: analysis_pb2.Analysis,
        wanted: analysis_pb2.AnalysisFilter,
    ) -> Subject:
        stages, outputs = self._app.jobs.stages(record.id), self._app.jobs.outputs(record.id)
        people = self._app.reviews.people(record.media_id or "", record.revision)
        job = present.job(record, stages, outputs, self._app.links, people)
        # The job's stages tell the work done, the document's only how they ended: as in QueryJob.
        del analysis.stages[:]
        analysis.stages.extend(present.stage(item) for item in stages)
        media = self._app.media.get(record.project_id, analysis.media_id)
        return Subject(
            job=job,
            analysis=analysis,
            title=media.title,
            description=media.description,
            media_uri=request.media_uri or media.source.removeprefix("upload:"),
            language=wanted.language_code,
            request_id=tracing.trace_id(tracing.current() or "-"),
            template_number=self._template_number(record.project_id, analysis.verdict.template),
            pictures=self._pictures(record.project_id, analysis.verdict, request.pictures_uri),
        )

    def _template_number(self, project_id: str, name: str) -> int:
        """Return the number of the template that a verdict names; 0 where it has none."""
        if not name:
            return 0
        kind = TemplateKind.MODERATION
        return self._app.templates.find(project_id, name, kind, deleted=True).number

    def _pictures(self, project_id: str, verdict: analysis_pb2.Verdict, base: str) -> PictureLinks:
        """Return fresh links to the pictures of a verdict."""
        segments = (segment for group in verdict.groups for segment in group.segments)
        digests = sorted({segment.picture_digest for segment in segments} - {""})
        paths = {one: self._app.links.path(project_id, one, _PICTURE) for one in digests}
        if not paths:
            return PictureLinks()
        first = self._app.links.read(paths[digests[0]].rpartition("/")[2])
        expires = present.timestamp(first.expires_ns)
        return PictureLinks({one: base.rstrip("/") + paths[one] for one in digests}, expires)


def _whole(form: Format, subject: Subject) -> Iterator[bytes]:
    yield form.write(subject)


def _written(subject: Subject, form: Format, pieces: Iterator[bytes]) -> MadeFile:
    name = f"{_stem(subject)}.{form.suffix}"
    return make_file(name, form.media_type, lambda file: file.writelines(pieces))


def check_export(request: job_pb2.ExportJobRequest) -> None:
    """Raise FIELD_INVALID with everything that is wrong with a request."""
    found = Violations()
    found.named("job_id", request.job_id)
    if why := NOT_WRITTEN.get(request.format):
        name = job_pb2.ExportFormat.Name(request.format)
        raise VidereError(
            Reason.OPTION_UNIMPLEMENTED,
            f"format: {why}",
            metadata={"field": "format", "actual": name},
        )
    if request.format not in FORMATS:
        names = ", ".join(job_pb2.ExportFormat.Name(form) for form in FORMATS)
        found.add("format", "is no format", names, request.format)
    check_question(found, analysis_pb2.ANALYSIS_VIEW_FULL, request.filter)
    for field, uri in (("media_uri", request.media_uri), ("pictures_uri", request.pictures_uri)):
        found.size(field, uri, MAX_URI)
        if _CONTROL.search(uri):
            found.add(field, "has control characters", "none", ascii(uri))
    found.raise_if_any()


def _stem(subject: Subject) -> str:
    """Return a file's name without its end: the media's, without folders and odd characters."""
    name = subject.name.rpartition(".")[0] or subject.name
    stem = _UNSAFE.sub("-", name)[:_LONGEST_NAME].strip("-.")
    return stem or subject.job.job_id
