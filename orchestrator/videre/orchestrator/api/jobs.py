"""JobService."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any, Final

import grpc.aio
import sqlalchemy as sa

from videre.common import tracing
from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.common.values import NS
from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.revisions import AnalysisReader, Page
from videre.orchestrator.api.analyses.view import check_question
from videre.orchestrator.api.estimates import Estimator
from videre.orchestrator.api.exports import JobExports, check_export
from videre.orchestrator.api.feedback.service import FeedbackDesk
from videre.orchestrator.api.first_stages import first_stages
from videre.orchestrator.api.flow import check_flow, output_folders
from videre.orchestrator.api.pins import check_pins, services_of
from videre.orchestrator.api.pipelines import of_pipeline
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import LARGEST_REPLY, fitting
from videre.orchestrator.api.request import (
    canonical_request,
    duration_ns,
    features_of,
    job_request,
    media_beside,
    pins_of,
    priority_of,
)
from videre.orchestrator.api.shown_jobs import shown
from videre.orchestrator.api.sources import Source, Sources, with_media
from videre.orchestrator.api.templates.choice import filled_in
from videre.orchestrator.api.times import instant
from videre.orchestrator.api.validation import Violations, check_submit, check_tags
from videre.orchestrator.app import Orchestrator, require_ended
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.records import JobRecord, JobState
from videre.orchestrator.templates.catalog import Chosen
from videre.v1 import feedback_pb2, job_pb2, job_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_MAX_WAIT_S: Final = 60.0
#: Longest wait for a change announced in this process before the rows are read again: another
#: process may have changed them.
_LOOK_AGAIN_S: Final = 1.0
_EVENTS_AT_ONCE: Final = 200
_DEFAULT_PAGE: Final = 50


class JobServicer(job_pb2_grpc.JobServiceServicer):
    """See job.proto."""

    def __init__(
        self, app: Orchestrator, sources: Sources, reader: AnalysisReader, estimator: Estimator
    ) -> None:
        self._app = app
        self._sources = sources
        self._reader = reader
        self._estimator = estimator
        self._exports = JobExports(app, reader)
        self._feedback = FeedbackDesk(app, reader)

    async def SubmitJob(
        self, request: job_pb2.SubmitJobRequest, context: Context
    ) -> job_pb2.SubmitJobResponse:
        """See job.proto."""
        return await self.accept(request)

    async def accept(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        """Accept a request of the running task's principal."""
        project = project_of(request.project_id)
        check_submit(request)
        _, digest = canonical_request(request)
        if request.request_id and not request.validate_only:
            # Before the source is looked up, which may be gone by the time of a repetition.
            earlier = await asyncio.to_thread(
                self._app.jobs.repeated, project, request.request_id, digest
            )
            if earlier is not None:
                return job_pb2.SubmitJobResponse(job=await self._present(earlier), reused=True)
        return await self._accept(project, request, digest)

    async def _accept(
        self,
        project: str,
        request: job_pb2.SubmitJobRequest,
        digest: str,
        requeue_of: str | None = None,
    ) -> job_pb2.SubmitJobResponse:
        """Store a checked request as a job.

        Args:
            project: the job's.
            request: what is to be done.
            digest: tells repetitions of the request.
            requeue_of: the job whose work is done again.
        """
        if request.pipeline_id:
            request = await of_pipeline(self._app, project, request)
        chosen = await self._chosen(project, request)
        request = filled_in(request, chosen)
        check_submit(request)  # together they may have too many tasks
        check_flow(request, quarantine=self._app.settings.quarantine_dir is not None)
        for folder in output_folders(request):
            self._sources.check_output(folder)
        if pins := pins_of(request):
            check_pins(pins, await self._app.services.catalogs(services_of(pins), wanted=None))
        source, others, covers = await asyncio.to_thread(self._resolved, project, request)
        if request.validate_only:
            job = job_pb2.Job(project_id=project, priority=priority_of(request))
            job.features.extend(sorted(features_of(request)))
            return job_pb2.SubmitJobResponse(job=job)
        request = with_media(request, others, covers)
        new = self._new_job(project, request, source.media_id, digest, requeue_of)

        def within(connection: sa.Connection, job: NewJob) -> None:
            for one in (source, *others.values()):
                self._sources.register(connection, one)
            self._app.templates.store.cite(connection, project, job.id, chosen.own)

        def stored() -> job_pb2.SubmitJobResponse:
            record, reused = self._app.jobs.submit(new, within)
            return job_pb2.SubmitJobResponse(job=self._shown(record), reused=reused)

        return await asyncio.to_thread(stored)

    def _new_job(
        self,
        project: str,
        request: job_pb2.SubmitJobRequest,
        media_id: str,
        digest: str,
        requeue_of: str | None,
    ) -> NewJob:
        """Return what is stored of a request whose media are named; see `_accept`."""
        data, _ = canonical_request(request)
        limited = request.budget.HasField("wall_time")
        return NewJob(
            id=self._app.ids.new(),
            project_id=project,
            media_id=media_id,
            request=data,
            request_id=request.request_id or None,
            request_digest=digest,
            features=sorted(features_of(request)),
            priority=priority_of(request),
            user_data=request.user_data,
            tags=dict(request.tags),
            created_by=current_principal().subject,
            traceparent=tracing.current() or "",
            wall_time_ns=duration_ns(request.budget.wall_time) if limited else None,
            stages=first_stages(request),
            requeue_of=requeue_of,
            pipeline=request.pipeline_id,
            inputs=media_beside(request),
        )

    def _resolved(
        self, project: str, request: job_pb2.SubmitJobRequest
    ) -> tuple[Source, dict[str, Source], list[str]]:
        """Return the media of a job: the main one, further ones by name, ids of covers."""
        of = self._sources
        return (
            of.resolve(project, request),
            of.resolve_others(project, request),
            of.resolve_covers(project, request),
        )

    async def RequeueJob(
        self, request: job_pb2.RequeueJobRequest, context: Context
    ) -> job_pb2.RequeueJobResponse:
        """See job.proto."""
        record = await self._job(request.job_id)
        require_ended(record)
        again = await asyncio.to_thread(self._app.jobs.requeued, record.id)
        if again is not None:
            return job_pb2.RequeueJobResponse(job=await self._present(again), reused=True)
        wanted = await asyncio.to_thread(self._wanted_again, record)
        _, digest = canonical_request(wanted)
        answer = await self._accept(record.project_id, wanted, digest, record.id)
        return job_pb2.RequeueJobResponse(job=answer.job, reused=answer.reused)

    def _wanted_again(self, record: JobRecord) -> job_pb2.SubmitJobRequest:
        """Return a job's request, about the media that it has fetched if it came so far."""
        request = job_request(record.request)
        if record.media_id and self._app.media.get(record.project_id, record.media_id).digest:
            main = next(item for item in request.inputs if item.name in ("", "main"))
            main.media_id = record.media_id
        return request

    async def _chosen(self, project: str, request: job_pb2.SubmitJobRequest) -> Chosen:
        """Return the versions of templates that a job is done with."""
        named = request.templates
        return await asyncio.to_thread(
            self._app.templates.choose, project, named.analysis, named.moderation, named.production
        )

    async def _present(self, record: JobRecord) -> job_pb2.Job:
        return await asyncio.to_thread(self._shown, record)

    def _shown(self, record: JobRecord) -> job_pb2.Job:
        return next(shown(self._app, [record]))

    async def _job(self, job_id: str) -> JobRecord:
        if not job_id:
            raise invalid("job_id", "is empty", limit="a job's id")
        return await asyncio.to_thread(self._app.jobs.get, project_of(""), job_id)

    async def QueryJob(
        self, request: job_pb2.QueryJobRequest, context: Context
    ) -> job_pb2.QueryJobResponse:
        """See job.proto."""
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.number("wait", duration_ns(request.wait) / 1e9, 0, _MAX_WAIT_S)
        for index, path in enumerate(request.read_mask.paths):
            if path not in ("job", "analysis"):
                found.add(f"read_mask.paths[{index}]", "is no field", "job, analysis", path)
        check_question(found, request.view, request.filter)
        found.raise_if_any()
        record = await self._wait(request.job_id, duration_ns(request.wait) / 1e9)
        wanted = set(request.read_mask.paths) or {"job", "analysis"}
        response = job_pb2.QueryJobResponse()
        if "job" in wanted:
            response.job.CopyFrom(await self._present(record))
        if "analysis" in wanted:
            records = await asyncio.to_thread(self._app.jobs.stages, record.id)
            stages = [present.stage(item) for item in records]
            room = LARGEST_REPLY - response.ByteSize() - sum(item.ByteSize() for item in stages)
            page = await self._reader.of_job(
                record,
                Page(request.view, request.filter, request.page_size, request.page_token, room),
            )
            if page is not None:
                analysis, response.next_page_token = page
                del analysis.stages[:]
                analysis.stages.extend(stages)
                response.analysis.CopyFrom(analysis)
        return response

    async def _wait(self, job_id: str, wait_s: float) -> JobRecord:
        """Return the job, waiting at most `wait_s` for its end; no thread waits meanwhile."""
        deadline = time.monotonic() + wait_s
        while True:
            change = self._app.changes.subscribe(job_id)
            try:
                record = await self._job(job_id)
                left = deadline - time.monotonic()
                if JobState(record.state).final or left <= 0:
                    return record
                await self._app.changes.wait(job_id, change, min(left, _LOOK_AGAIN_S))
            finally:
                self._app.changes.cancel(job_id, change)

    async def ListJobs(
        self, request: job_pb2.ListJobsRequest, context: Context
    ) -> job_pb2.ListJobsResponse:
        """See job.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        check_tags(found, request.tags)
        low = instant(found, request, "min_create_time")
        high = instant(found, request, "max_create_time")
        states = _states(found, request)
        found.raise_if_any()
        limit = request.page_size or _DEFAULT_PAGE
        filters = {
            "project": project, "states": states, "media": request.media_id,
            "tags": dict(request.tags), "min": str(low), "max": str(high), "dead": request.dead,
        }  # fmt: skip
        before = read_token(request.page_token, filters, str) if request.page_token else None

        def page() -> tuple[list[job_pb2.Job], bool]:
            records = self._app.listing.jobs(
                project,
                limit=limit,
                before_id=before,
                states=states,
                media_id=request.media_id,
                tags=request.tags,
                min_create_ns=low,
                max_create_ns=high,
                dead=request.dead,
                now_ns=self._app.clock.now_ns(),
            )
            kept = fitting(shown(self._app, records))
            return kept, len(records) == limit or len(kept) < len(records)

        jobs, more = await asyncio.to_thread(page)
        token = page_token(jobs[-1].job_id, filters) if more else ""
        return job_pb2.ListJobsResponse(jobs=jobs, next_page_token=token)

    async def WatchJob(
        self, request: job_pb2.WatchJobRequest, context: Context
    ) -> AsyncIterator[job_pb2.WatchJobResponse]:
        """See job.proto."""
        if request.after_seq < 0:
            raise invalid("after_seq", "is negative", limit=">= 0", actual=str(request.after_seq))
        seq = request.after_seq
        while True:
            change = self._app.changes.subscribe(request.job_id)
            try:
                record = await self._job(request.job_id)
                events = await asyncio.to_thread(
                    self._app.jobs.events, request.job_id, seq, _EVENTS_AT_ONCE
                )
                for item in events:
                    yield job_pb2.WatchJobResponse(event=present.event(item, record.user_data))
                    seq = item.seq
                if not events and JobState(record.state).final and seq >= record.last_seq:
                    return
                if not events:
                    await self._app.changes.wait(request.job_id, change, _LOOK_AGAIN_S)
            finally:
                self._app.changes.cancel(request.job_id, change)

    async def CancelJob(
        self, request: job_pb2.CancelJobRequest, context: Context
    ) -> job_pb2.CancelJobResponse:
        """See job.proto."""
        record = await self._job(request.job_id)
        _check_etag(record, request.etag)
        await self._app.cancel(record.id, Reason.CANCELLED_BY_CALLER, "cancelled by the caller")
        return job_pb2.CancelJobResponse(job=await self._present(await self._job(record.id)))

    async def DeleteJob(
        self, request: job_pb2.DeleteJobRequest, context: Context
    ) -> job_pb2.DeleteJobResponse:
        """See job.proto."""
        record = await self._job(request.job_id)
        _check_etag(record, request.etag)
        await self._app.delete(record)
        return job_pb2.DeleteJobResponse()

    async def EstimateJob(
        self, request: job_pb2.EstimateJobRequest, context: Context
    ) -> job_pb2.EstimateJobResponse:
        """See job.proto."""
        project = project_of(request.job.project_id)
        check_submit(request.job)
        length = duration_ns(request.duration)
        found = Violations()
        found.number("duration", length / NS, 0, self._app.settings.max_duration_s)
        found.raise_if_any()
        job = filled_in(request.job, await self._chosen(project, request.job))
        return await self._estimator.estimate(project, job, length)

    async def ExportJob(
        self, request: job_pb2.ExportJobRequest, context: Context
    ) -> AsyncIterator[job_pb2.ExportJobResponse]:
        """See job.proto."""
        check_export(request)
        record = await self._job(request.job_id)
        async for piece in self._exports.pieces(record, request):
            yield piece

    async def SubmitFeedback(
        self, request: feedback_pb2.SubmitFeedbackRequest, context: Context
    ) -> feedback_pb2.SubmitFeedbackResponse:
        """See job.proto."""
        return await self._feedback.submit(request)

    async def ListFeedback(
        self, request: feedback_pb2.ListFeedbackRequest, context: Context
    ) -> feedback_pb2.ListFeedbackResponse:
        """See job.proto."""
        return await self._feedback.page(request)


def _states(found: Violations, request: job_pb2.ListJobsRequest) -> list[str]:
    """Return the names of the asked states as rows have them."""
    known = job_pb2.JobState.values()
    for index, state in enumerate(request.states):
        if state not in known or not state:
            names = ", ".join(job_pb2.JobState.keys()[1:])
            found.add(f"states[{index}]", "is no state", names, state)
    return sorted(
        job_pb2.JobState.Name(state).removeprefix("JOB_STATE_")
        for state in request.states
        if state in known
    )


def _check_etag(record: JobRecord, etag: str) -> None:
    if etag and etag != str(record.version):
        raise VidereError(
            Reason.ETAG_MISMATCH,
            f"job {record.id} changed since etag {etag!r}",
            metadata={"job_id": record.id, "etag": etag},
        )
