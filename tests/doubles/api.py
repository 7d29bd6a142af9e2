"""A small real gRPC server that speaks the public API over dictionaries.

Clients are tested against it: real channels, real statuses, recorded answers. It does what the
contract says of each method, not how the orchestrator does it; `faults` breaks calls on purpose.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from concurrent import futures
from dataclasses import dataclass, field
from typing import Any, Final

import google_crc32c
import grpc
from doubles.recorded import MEDIA_ID, picture_bytes, picture_digest, recorded_analysis
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_health.v1 import health, health_pb2_grpc
from grpc_status import rpc_status

from videre.v1 import (
    analysis_pb2,
    engine_pb2,
    engine_pb2_grpc,
    job_pb2,
    job_pb2_grpc,
    media_pb2,
    media_pb2_grpc,
    template_pb2,
    template_pb2_grpc,
)

_ENDED: Final = (
    job_pb2.JOB_STATE_SUCCEEDED,
    job_pb2.JOB_STATE_PARTIAL,
    job_pb2.JOB_STATE_FAILED,
    job_pb2.JOB_STATE_CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the method's own.

    Args:
        code: status name.
        reason: ErrorInfo.reason.
        after: the method does its work first, then the answer is lost.
        violations: fields for BadRequest.
        retry_after_s: for RetryInfo.
    """

    code: str
    reason: str = ""
    message: str = "as told"
    after: bool = False
    violations: tuple[tuple[str, str], ...] = ()
    retry_after_s: float | None = None

    def abort(self, context: grpc.ServicerContext) -> None:
        """End the call with this status."""
        status = status_pb2.Status(code=getattr(code_pb2, self.code), message=self.message)
        details: list[Any] = []
        if self.reason:
            details.append(error_details_pb2.ErrorInfo(domain="videre", reason=self.reason))
        if self.violations:
            bad = error_details_pb2.BadRequest()
            for name, description in self.violations:
                bad.field_violations.add(field=name, description=description)
            details.append(bad)
        if self.retry_after_s is not None:
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(int(self.retry_after_s * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        for detail in details:
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
        context.abort_with_status(rpc_status.to_status(status))


@dataclass(slots=True)
class World:
    """What the server holds, and what is to go wrong.

    `faults[method]` are used up one per call, in order; None lets a call pass. `seen` lists every
    call as (method, request). A job submitted here ends at once in `end_state`.
    """

    jobs: dict[str, job_pb2.Job] = field(default_factory=dict)
    by_request: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    uploads: dict[str, media_pb2.Upload] = field(default_factory=dict)
    bytes_of: dict[str, bytearray] = field(default_factory=dict)
    media: dict[str, media_pb2.Media] = field(default_factory=dict)
    analyses: dict[str, analysis_pb2.Analysis] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    engines: list[engine_pb2.Engine] = field(default_factory=list)
    templates: list[template_pb2.Template] = field(default_factory=list)
    faults: dict[str, list[Fault | None]] = field(default_factory=dict)
    seen: list[tuple[str, Any]] = field(default_factory=list)
    end_state: job_pb2.JobState.ValueType = job_pb2.JOB_STATE_SUCCEEDED
    piece_bytes: int = 1 << 20

    def calls(self, method: str) -> list[Any]:
        """Return the requests of one method so far."""
        return [request for name, request in self.seen if name == method]

    def add_film(self) -> str:
        """Add the recorded film with its analysis and pictures; return the media id."""
        analysis = recorded_analysis()
        self.media[MEDIA_ID] = media_pb2.Media(
            media_id=MEDIA_ID, title="A film", digest=analysis.media_info.digest,
            media_info=analysis.media_info, latest_revision=1, source="upload:film.mp4",
        )  # fmt: skip
        self.analyses[MEDIA_ID] = analysis
        self.artifacts.update({picture_digest(i): picture_bytes(i) for i in range(17)})
        return MEDIA_ID

    def add_job(self, job_id: str, state: job_pb2.JobState.ValueType, **fields: Any) -> job_pb2.Job:
        """Add a job as it stands."""
        job = job_pb2.Job(job_id=job_id, state=state, etag="e1", priority=5, **fields)
        job.create_time.FromJsonString("2026-01-15T09:29:00Z")
        self.jobs[job_id] = job
        return job


class _Service:
    def __init__(self, world: World) -> None:
        self.world = world

    def _answer(
        self, context: grpc.ServicerContext, request: Any, work: Callable[[], Any], method: str
    ) -> Any:
        """Do `work` unless a fault stands before it; lose the answer where it stands behind."""
        self.world.seen.append((method, request))
        queue = self.world.faults.get(method)
        fault = queue.pop(0) if queue else None
        if fault is not None and not fault.after:
            fault.abort(context)
        answer = work()
        if fault is not None:
            fault.abort(context)
        if isinstance(answer, Fault):
            answer.abort(context)
        return answer


class Jobs(_Service, job_pb2_grpc.JobServiceServicer):
    """Jobs that end as soon as they are submitted."""

    def SubmitJob(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._submit(request), "SubmitJob")

    def _submit(self, request: job_pb2.SubmitJobRequest) -> Any:
        sent = request.SerializeToString(deterministic=True)
        known = self.world.by_request.get(request.request_id)
        if known is not None:
            if known[0] != sent:
                return Fault("ALREADY_EXISTS", "REQUEST_ID_REUSED")
            return job_pb2.SubmitJobResponse(job=self.world.jobs[known[1]], reused=True)
        media_id = self.world.add_film()
        job = self.world.add_job(
            f"job-{len(self.world.jobs) + 1}", self.world.end_state, media_id=media_id,
            request_id=request.request_id, tags=dict(request.tags), analysis_revision=1,
            stages=self.world.analyses[media_id].stages, progress=1.0, last_seq=4,
            user_data=request.user_data,
        )  # fmt: skip
        self.world.by_request[request.request_id] = (sent, job.job_id)
        return job_pb2.SubmitJobResponse(job=job)

    def QueryJob(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._query(request), "QueryJob")

    def _query(self, request: job_pb2.QueryJobRequest) -> Any:
        job = self.world.jobs.get(request.job_id)
        if job is None:
            return Fault("NOT_FOUND", "JOB_NOT_FOUND", f"no job {request.job_id}")
        if list(request.read_mask.paths) == ["job"] or job.media_id not in self.world.analyses:
            return job_pb2.QueryJobResponse(job=job)
        page, token = _page(self.world.analyses[job.media_id], request)
        return job_pb2.QueryJobResponse(job=job, analysis=page, next_page_token=token)

    def ListJobs(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._list(request), "ListJobs")

    def _list(self, request: job_pb2.ListJobsRequest) -> Any:
        matching = [
            job
            for job in reversed(self.world.jobs.values())
            if (not request.states or job.state in request.states)
            and all(job.tags.get(key) == value for key, value in request.tags.items())
        ]
        start = int(request.page_token or 0)
        end = start + 2
        token = str(end) if end < len(matching) else ""
        return job_pb2.ListJobsResponse(jobs=matching[start:end], next_page_token=token)

    def WatchJob(self, request: Any, context: Any) -> Iterator[Any]:
        self.world.seen.append(("WatchJob", request))
        queue = self.world.faults.get("WatchJob")
        fault = queue.pop(0) if queue else None
        sent = 0
        for event in recorded_events(request.job_id, self.world.jobs[request.job_id].state):
            if event.seq > request.after_seq:
                if fault is not None and sent == 2:
                    fault.abort(context)
                sent += 1
                yield job_pb2.WatchJobResponse(event=event)

    def CancelJob(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._cancel(request), "CancelJob")

    def _cancel(self, request: job_pb2.CancelJobRequest) -> Any:
        job = self.world.jobs[request.job_id]
        if request.etag and request.etag != job.etag:
            return Fault("ABORTED", "ETAG_MISMATCH")
        if job.state not in _ENDED:
            job.state = job_pb2.JOB_STATE_CANCELLED
        return job_pb2.CancelJobResponse(job=job)

    def DeleteJob(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._delete(request), "DeleteJob")

    def _delete(self, request: job_pb2.DeleteJobRequest) -> Any:
        if self.world.jobs[request.job_id].state not in _ENDED:
            return Fault("FAILED_PRECONDITION", "JOB_NOT_ENDED")
        del self.world.jobs[request.job_id]
        return job_pb2.DeleteJobResponse()

    def EstimateJob(self, request: Any, context: Any) -> Any:
        stages = [
            job_pb2.StageEstimate(
                stage=name, cpu_seconds=cost, basis=job_pb2.ESTIMATE_BASIS_SHIPPED, output_bytes=9
            )
            for name, cost in (("text", 6.0), ("speech", 9.5))
        ]
        answer = job_pb2.EstimateJobResponse(stages=stages, cpu_seconds=15.5, output_bytes=18)
        return self._answer(context, request, lambda: answer, "EstimateJob")


class MediaApi(_Service, media_pb2_grpc.MediaServiceServicer):
    """Uploads kept in memory, artifacts by digest."""

    def CreateUpload(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._create(request), "CreateUpload")

    def _create(self, request: media_pb2.CreateUploadRequest) -> Any:
        upload_id = f"upload-{request.request_id}"
        if upload_id not in self.world.uploads:
            self.world.uploads[upload_id] = media_pb2.Upload(
                upload_id=upload_id, total_size=request.total_size, file_name=request.file_name
            )
            self.world.bytes_of[upload_id] = bytearray()
        return media_pb2.CreateUploadResponse(upload=self.world.uploads[upload_id])

    def WriteUpload(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._write(request), "WriteUpload")

    def _write(self, request: media_pb2.WriteUploadRequest) -> Any:
        upload = self.world.uploads[request.upload_id]
        if google_crc32c.value(request.data) != request.crc32c:
            return Fault("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
        if request.offset > upload.committed_size:
            return Fault("OUT_OF_RANGE", "UPLOAD_OFFSET")
        if request.offset == upload.committed_size:
            self.world.bytes_of[request.upload_id] += request.data
            upload.committed_size += len(request.data)
        return media_pb2.WriteUploadResponse(committed_size=upload.committed_size)

    def GetUpload(self, request: Any, context: Any) -> Any:
        answer = media_pb2.GetUploadResponse(upload=self.world.uploads[request.upload_id])
        return self._answer(context, request, lambda: answer, "GetUpload")

    def CompleteUpload(self, request: Any, context: Any) -> Any:
        return self._answer(context, request, lambda: self._complete(request), "CompleteUpload")

    def _complete(self, request: media_pb2.CompleteUploadRequest) -> Any:
        upload = self.world.uploads[request.upload_id]
        if upload.media_id:
            return Fault("FAILED_PRECONDITION", "UPLOAD_COMPLETED")
        digest = hashlib.sha256(self.world.bytes_of[request.upload_id]).hexdigest()
        if digest != request.sha256:
            return Fault("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
        media = media_pb2.Media(
            media_id=f"media-{upload.upload_id}", digest=digest, title=request.title,
            size_bytes=upload.committed_size, source=f"upload:{upload.file_name}",
        )  # fmt: skip
        self.world.media[media.media_id] = media
        upload.media_id = media.media_id
        return media_pb2.CompleteUploadResponse(media=media)

    def CreateMedia(self, request: Any, context: Any) -> Any:
        media = media_pb2.Media(media_id="media-uri", source=request.uri, title=request.title)
        self.world.media[media.media_id] = media
        answer = media_pb2.CreateMediaResponse(media=media)
        return self._answer(context, request, lambda: answer, "CreateMedia")

    def GetMedia(self, request: Any, context: Any) -> Any:
        media = self.world.media.get(request.media_id)
        missing = Fault("NOT_FOUND", "MEDIA_NOT_FOUND", f"no media {request.media_id}")
        answer = missing if media is None else media_pb2.GetMediaResponse(media=media)
        return self._answer(context, request, lambda: answer, "GetMedia")

    def ListMedia(self, request: Any, context: Any) -> Any:
        answer = media_pb2.ListMediaResponse(media=self.world.media.values())
        return self._answer(context, request, lambda: answer, "ListMedia")

    def UpdateMedia(self, request: Any, context: Any) -> Any:
        media = self.world.media[request.media_id]
        media.title = request.title if request.HasField("title") else media.title
        answer = media_pb2.UpdateMediaResponse(media=media)
        return self._answer(context, request, lambda: answer, "UpdateMedia")

    def DeleteMedia(self, request: Any, context: Any) -> Any:
        self.world.media.pop(request.media_id)
        answer = media_pb2.DeleteMediaResponse()
        return self._answer(context, request, lambda: answer, "DeleteMedia")

    def GetAnalysis(self, request: Any, context: Any) -> Any:
        page, token = _page(self.world.analyses[request.media_id], request)
        answer = media_pb2.GetAnalysisResponse(analysis=page, next_page_token=token)
        return self._answer(context, request, lambda: answer, "GetAnalysis")

    def ReadArtifact(self, request: Any, context: Any) -> Iterator[Any]:
        self.world.seen.append(("ReadArtifact", request))
        queue = self.world.faults.get("ReadArtifact")
        fault = queue.pop(0) if queue else None
        if request.digest not in self.world.artifacts:
            Fault("NOT_FOUND", "ARTIFACT_NOT_FOUND").abort(context)
        data = self.world.artifacts[request.digest]
        step = self.world.piece_bytes
        for start in range(request.offset, len(data), step):
            yield media_pb2.ReadArtifactResponse(data=data[start : start + step])
            if fault is not None:
                fault.abort(context)


class Catalog(
    _Service, template_pb2_grpc.TemplateServiceServicer, engine_pb2_grpc.EngineServiceServicer
):
    """Templates and engines as they were put in."""

    def GetTemplate(self, request: Any, context: Any) -> Any:
        found = [t for t in self.world.templates if t.template_id == request.template]
        missing = Fault("NOT_FOUND", "TEMPLATE_NOT_FOUND", f"no template {request.template}")
        answer = template_pb2.GetTemplateResponse(template=found[0]) if found else missing
        return self._answer(context, request, lambda: answer, "GetTemplate")

    def ListTemplates(self, request: Any, context: Any) -> Any:
        answer = template_pb2.ListTemplatesResponse(templates=self.world.templates)
        return self._answer(context, request, lambda: answer, "ListTemplates")

    def ListEngines(self, request: Any, context: Any) -> Any:
        answer = engine_pb2.ListEnginesResponse(engines=self.world.engines)
        return self._answer(context, request, lambda: answer, "ListEngines")


def recorded_events(job_id: str, end: job_pb2.JobState.ValueType) -> list[job_pb2.JobEvent]:
    """Return the events of a job from its start to its end."""
    running = analysis_pb2.Stage(
        name="text", state=analysis_pb2.STAGE_STATE_RUNNING, done=2, total=4
    )
    return [
        job_pb2.JobEvent(
            job_id=job_id,
            seq=1,
            state_changed=job_pb2.JobStateChanged(state=job_pb2.JOB_STATE_RUNNING),
        ),
        job_pb2.JobEvent(job_id=job_id, seq=2, stage=running),
        job_pb2.JobEvent(
            job_id=job_id, seq=3,
            analysis_published=job_pb2.AnalysisPublished(media_id=MEDIA_ID, revision=1),
        ),
        job_pb2.JobEvent(
            job_id=job_id, seq=4, state_changed=job_pb2.JobStateChanged(state=end)
        ),
    ]  # fmt: skip


def _page(whole: analysis_pb2.Analysis, request: Any) -> tuple[analysis_pb2.Analysis, str]:
    """Return the analysis in two pages: shots up to the ninth, then the rest."""
    page = analysis_pb2.Analysis()
    page.CopyFrom(whole)
    if request.view != analysis_pb2.ANALYSIS_VIEW_FULL:
        for name in (
            "shots", "objects", "faces", "text_lines", "utterances", "sound_events",
            "audio_segments", "frame_conditions",
        ):  # fmt: skip
            page.ClearField(name)
        return page, ""
    first = not request.page_token
    del page.shots[slice(9, None) if first else slice(9)]
    if first:
        for name in ("text_lines", "utterances", "sound_events", "objects", "audio_segments"):
            page.ClearField(name)  # type: ignore[arg-type]
        page.ClearField("faces")
        page.ClearField("frame_conditions")
    else:  # these come with the first page only
        page.ClearField("verdict")
        page.ClearField("music")
    return page, "2" if first else ""


class ApiServer:
    """The server, listening on a port of this machine, 0 = any free one; `close` it."""

    def __init__(self, port: int = 0) -> None:
        self.world = World()
        self._server = self._start(port)

    def _start(self, port: int) -> grpc.Server:
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        jobs, media, catalog = Jobs(self.world), MediaApi(self.world), Catalog(self.world)
        job_pb2_grpc.add_JobServiceServicer_to_server(jobs, server)
        media_pb2_grpc.add_MediaServiceServicer_to_server(media, server)
        template_pb2_grpc.add_TemplateServiceServicer_to_server(catalog, server)
        engine_pb2_grpc.add_EngineServiceServicer_to_server(catalog, server)
        health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
        self.target = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
        server.start()
        return server

    def restart(self) -> None:
        """Stop, breaking every connection, and start again on the same port."""
        self.close()
        self._server = self._start(int(self.target.rpartition(":")[2]))

    def close(self) -> None:
        """Stop now."""
        self._server.stop(grace=None).wait(timeout=10)
