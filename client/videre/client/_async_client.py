"""The asyncio client: the blocking one, word for word, with `await`."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from datetime import datetime
from pathlib import Path
from types import TracebackType
from typing import Unpack

import grpc

from videre.client import _analysis, _catalog, _export, _feedback, _jobs, _media, _submit
from videre.client._access import Access
from videre.client._analysis import Select
from videre.client._async_access_calls import AsyncCredentialCalls, AsyncProjectCalls
from videre.client._async_ad_calls import AsyncAdCalls
from videre.client._async_audit_calls import AsyncAuditCalls
from videre.client._async_event_calls import AsyncEventCalls, AsyncWebhookCalls
from videre.client._async_library_calls import AsyncLibraryCalls
from videre.client._async_marketing_calls import AsyncMarketingCalls
from videre.client._async_moderation_calls import AsyncModerationCalls
from videre.client._async_pipeline_calls import AsyncPipelineCalls
from videre.client._async_recommendation_calls import AsyncRecommendationCalls
from videre.client._async_retention_calls import AsyncRetentionCalls
from videre.client._async_review_calls import AsyncReviewCalls
from videre.client._async_search_calls import AsyncSearchCalls
from videre.client._async_taxonomy_calls import AsyncTaxonomyCalls
from videre.client._async_template_calls import AsyncTemplateCalls
from videre.client._async_trigger_calls import AsyncTriggerCalls
from videre.client._client import DEFAULT_TARGET
from videre.client._export import ExportedFile
from videre.client._flow import Context
from videre.client._retry import RetryPolicy
from videre.client._submit import JobOptions, PathLike
from videre.client._transport import AsyncTransport
from videre.client._upload import Progress, Uploaded, upload
from videre.v1 import (
    analysis_pb2,
    engine_pb2,
    feedback_pb2,
    job_pb2,
    media_pb2,
    operations_pb2,
)


class AsyncVidere:
    """An asyncio client of one Videre server; belongs to the event loop it is used on.

    >>> async with AsyncVidere() as videre:                                  # doctest: +SKIP
    ...     job = await videre.submit("film.mp4")
    ...     async for event in videre.watch(job.job_id):
    ...         print(event)

    Args:
        target: host and port of the server's gRPC API.
        timeout_s: deadline of one operation on the server, retries included, seconds.
        retry: what is tried again, and when. Submitting is safe to repeat by its request id.
        credentials: for TLS; None = as `access` says.
        access: what is shown to the server; None = what the environment says.

    Every method may raise a `ServerRefusal`; what else it raises is said with it.
    """

    def __init__(
        self,
        target: str = DEFAULT_TARGET,
        *,
        timeout_s: float = 30.0,
        retry: RetryPolicy | None = None,
        credentials: grpc.ChannelCredentials | None = None,
        access: Access | None = None,
    ) -> None:
        self._context = Context(timeout_s=timeout_s, retry=retry or RetryPolicy())
        self._transport = AsyncTransport(target, credentials, access or Access.from_environment())
        #: What there is to be found, and what a project adds to it.
        self.taxonomy = AsyncTaxonomyCalls(self._context, self._transport)
        self.libraries = AsyncLibraryCalls(self._context, self._transport)
        self.templates = AsyncTemplateCalls(self._context, self._transport)
        self.moderation = AsyncModerationCalls(self._context, self._transport)
        self.reviews = AsyncReviewCalls(self._context, self._transport)
        self.projects = AsyncProjectCalls(self._context, self._transport)
        self.credentials = AsyncCredentialCalls(self._context, self._transport)
        self.search = AsyncSearchCalls(self._context, self._transport)
        self.ads = AsyncAdCalls(self._context, self._transport)
        self.marketing = AsyncMarketingCalls(self._context, self._transport)
        self.recommendations = AsyncRecommendationCalls(self._context, self._transport)
        self.audit = AsyncAuditCalls(self._context, self._transport)
        self.pipelines = AsyncPipelineCalls(self._context, self._transport)
        self.triggers = AsyncTriggerCalls(self._context, self._transport)
        self.retention = AsyncRetentionCalls(self._context, self._transport)
        self.events = AsyncEventCalls(self._context, self._transport)
        self.webhooks = AsyncWebhookCalls(self._context, self._transport)

    async def __aenter__(self) -> AsyncVidere:
        return self

    async def __aexit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        await self.close()

    async def close(self) -> None:
        """Close the connection; calls under way are cancelled."""
        await self._transport.close()

    # Jobs

    async def submit(
        self,
        source: PathLike | None = None,
        *,
        media_id: str = "",
        text: str = "",
        progress: Progress | None = None,
        **options: Unpack[JobOptions],
    ) -> job_pb2.Job:
        """Submit a local file (uploaded first), a URI ("https://…"), a media or a text.

        Raises:
            ValueError: not exactly one of `source`, `media_id` and `text` is given.
            OSError: the local file cannot be read.
        """
        return await self._transport.run(
            _submit.submit_source(self._context, source, media_id, text, progress, options)
        )

    async def submit_request(self, request: job_pb2.SubmitJobRequest) -> job_pb2.SubmitJobResponse:
        """Submit a request as it stands; one without a request id is given one."""
        return await self._transport.run(_submit.submit_request(self._context, request))

    async def query(
        self,
        job_id: str,
        *,
        view: analysis_pb2.AnalysisView.ValueType = analysis_pb2.ANALYSIS_VIEW_BASIC,
        filter: analysis_pb2.AnalysisFilter | None = None,
    ) -> job_pb2.QueryJobResponse:
        """Return the job's state now and its analysis, partial while it runs; all pages."""
        return await self._transport.run(_jobs.query(self._context, job_id, Select(view, filter)))

    async def wait(self, job_id: str, *, timeout_s: float | None = None) -> job_pb2.Job:
        """Return the job once it has ended, in whichever state.

        Raises:
            WaitTimeout: it had not ended after `timeout_s` seconds; None waits as long as it takes.
        """
        return await self._transport.run(_jobs.wait(self._context, job_id, timeout_s))

    def watch(self, job_id: str, *, after_seq: int = 0) -> AsyncIterator[job_pb2.JobEvent]:
        """Yield the job's events once each until it has ended, across lost connections."""
        return self._transport.iterate(_jobs.watch(self._context, job_id, after_seq))

    def list_jobs(
        self,
        *,
        states: Sequence[job_pb2.JobState.ValueType] = (),
        media_id: str = "",
        tags: Mapping[str, str] | None = None,
        since: datetime | None = None,
        until: datetime | None = None,
        project_id: str = "",
        dead: bool = False,
    ) -> AsyncIterator[job_pb2.Job]:
        """Yield the jobs that match, newest first. Times without a zone are UTC.

        Args:
            states: in one of these states; () = in any.
            media_id: of this media.
            tags: that have all these tags.
            since: accepted at or after this time.
            until: accepted before this time.
            project_id: of this project; "" = the caller's.
            dead: that the installation failed, and that no other job does again.
        """
        flow = _jobs.list_jobs(
            self._context, states=states, media_id=media_id, tags=tags,
            since=since, until=until, project_id=project_id, dead=dead,
        )  # fmt: skip
        return self._transport.iterate(flow)

    async def cancel(self, job_id: str, *, etag: str = "") -> job_pb2.Job:
        """Cancel the job and return it; one that had ended before is returned unchanged."""
        return await self._transport.run(_jobs.cancel(self._context, job_id, etag))

    async def delete(self, job_id: str, *, etag: str = "") -> None:
        """Delete an ended job; the media's analysis stays."""
        await self._transport.run(_jobs.delete(self._context, job_id, etag))

    async def requeue(self, job_id: str) -> job_pb2.Job:
        """Do an ended job again; return the job that does it, the same one however often called."""
        return await self._transport.run(_jobs.requeue(self._context, job_id))

    async def estimate(
        self, request: job_pb2.SubmitJobRequest, *, duration_s: float | None = None
    ) -> job_pb2.EstimateJobResponse:
        """Return what a job would cost; `duration_s` where the media is not stored yet."""
        return await self._transport.run(_jobs.estimate(self._context, request, duration_s))

    async def export(
        self,
        job_id: str,
        format: job_pb2.ExportFormat.ValueType,
        *,
        filter: analysis_pb2.AnalysisFilter | None = None,
        media_uri: str = "",
        pictures_uri: str = "",
        max_bytes: int = 1 << 30,
    ) -> ExportedFile:
        """Return what an ended job found as a file in a format that others read.

        Args:
            job_id: the job.
            format: such as `job_pb2.EXPORT_FORMAT_CSV`.
            filter: restricts what is exported, and says the language of names.
            media_uri: where the file's reader finds the media; "" = where it came from.
            pictures_uri: where it finds the HTTP side port; "" = links to pictures are paths.
            max_bytes: largest file that is taken.

        Raises:
            CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
        """
        request = job_pb2.ExportJobRequest(
            job_id=job_id,
            format=format,
            filter=filter,
            media_uri=media_uri,
            pictures_uri=pictures_uri,
        )
        return await self._transport.run(_export.export_job(self._context, request, max_bytes))

    # Feedback

    async def submit_feedback(
        self, request: feedback_pb2.SubmitFeedbackRequest
    ) -> feedback_pb2.SubmitFeedbackResponse:
        """Store corrections of an analysis; one without a request id is given one."""
        return await self._transport.run(_feedback.submit_feedback(self._context, request))

    def list_feedback(
        self,
        *,
        job_id: str = "",
        media_id: str = "",
        kinds: Sequence[feedback_pb2.CorrectionKind.ValueType] = (),
        project_id: str = "",
    ) -> AsyncIterator[feedback_pb2.Feedback]:
        """Yield the feedback that matches, oldest first."""
        flow = _feedback.list_feedback(
            self._context, job_id=job_id, media_id=media_id, kinds=kinds, project_id=project_id
        )
        return self._transport.iterate(flow)

    # Media

    async def upload(
        self,
        path: PathLike,
        *,
        request_id: str = "",
        title: str = "",
        project_id: str = "",
        progress: Progress | None = None,
    ) -> Uploaded:
        """Upload a file and register it as a media; the same request id resumes an upload.

        Raises:
            OSError: the file cannot be read.
            SourceChanged: it changed while it was being uploaded.
        """
        return await self._transport.run(
            upload(
                self._context,
                Path(path),
                request_id=request_id or _submit.new_request_id(),
                title=title,
                project_id=project_id,
                progress=progress,
            )
        )

    async def create_media(self, request: media_pb2.CreateMediaRequest) -> media_pb2.Media:
        """Register a media by URI; the first job that uses it fetches it."""
        return await self._transport.run(_media.create_media(self._context, request))

    async def get_media(self, media_id: str) -> media_pb2.Media:
        """Return a media."""
        return await self._transport.run(_media.get_media(self._context, media_id))

    def list_media(
        self, *, tags: Mapping[str, str] | None = None, digest: str = "", project_id: str = ""
    ) -> AsyncIterator[media_pb2.Media]:
        """Yield the media that match, newest first."""
        return self._transport.iterate(
            _media.list_media(self._context, tags=tags, digest=digest, project_id=project_id)
        )

    async def update_media(self, request: media_pb2.UpdateMediaRequest) -> media_pb2.Media:
        """Change title, description or tags; return the changed media."""
        return await self._transport.run(_media.update_media(self._context, request))

    async def delete_media(
        self, media_id: str, *, etag: str = "", close_reviews: bool = False
    ) -> None:
        """Delete a media with its analyses; with open reviews only where it is said."""
        await self._transport.run(_media.delete_media(self._context, media_id, etag, close_reviews))

    async def get_analysis(
        self,
        media_id: str,
        *,
        revision: int = 0,
        view: analysis_pb2.AnalysisView.ValueType = analysis_pb2.ANALYSIS_VIEW_FULL,
        filter: analysis_pb2.AnalysisFilter | None = None,
    ) -> analysis_pb2.Analysis:
        """Return an analysis of a media (0 = the latest) with the segments of all pages."""
        return await self._transport.run(
            _analysis.get_analysis(self._context, media_id, revision, Select(view, filter))
        )

    async def read_artifact(
        self, digest: str, *, max_bytes: int = 64 << 20, project_id: str = ""
    ) -> bytes:
        """Return the bytes of an artifact.

        Raises:
            CorruptDownload: it is larger than `max_bytes`, or the bytes do not have the digest.
        """
        return await self._transport.run(
            _media.read_artifact(self._context, digest, max_bytes, project_id)
        )

    async def read_artifact_to(self, digest: str, path: PathLike, *, project_id: str = "") -> Path:
        """Write an artifact to a file, which appears only once its digest was checked.

        Raises:
            CorruptDownload: the bytes do not have the digest.
            OSError: the file cannot be written.
        """
        return await self._transport.run(
            _media.read_artifact_to(self._context, digest, Path(path), project_id)
        )

    # Engines

    async def list_engines(self, feature: str = "") -> list[engine_pb2.Engine]:
        """Return the engines of all services, installed or not, best first within a feature."""
        return await self._transport.run(_catalog.list_engines(self._context, feature))

    async def backlog(self) -> operations_pb2.GetBacklogResponse:
        """Return what waits and runs now, how long it will take, and what holds it up."""
        return await self._transport.run(_catalog.get_backlog(self._context))

    async def queue_place(self, job_id: str) -> operations_pb2.GetQueuePlaceResponse:
        """Return where a queued job stands, and about how long it will wait."""
        return await self._transport.run(_catalog.get_queue_place(self._context, job_id))

    async def usage(self, first_day: str = "", last_day: str = "") -> list[operations_pb2.UsageDay]:
        """Return what was used, a row per day ("2026-11-22", UTC); by default of 30 days."""
        return await self._transport.run(_catalog.list_usage(self._context, first_day, last_day))
