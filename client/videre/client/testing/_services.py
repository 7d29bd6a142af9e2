"""The services of a fake server: jobs, media, uploads."""

from __future__ import annotations

import threading
import time
from collections import defaultdict, deque
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Final, TypeVar

import grpc

from videre.client.testing._pages import newest, page_of
from videre.client.testing._refusals import Refusal, missing, not_recorded
from videre.client.testing._world import World
from videre.v1 import feedback_pb2, job_pb2, job_pb2_grpc, media_pb2, media_pb2_grpc

_PIECE: Final = 1 << 20
_NS: Final = 1_000_000_000
#: Longest pause of a stream before it looks whether its caller is still there, seconds.
_LOOK_S: Final = 0.2
_LONGEST_WAIT_S: Final = 60.0
_T = TypeVar("_T")


class Desk:
    """What every call passes: it is counted, and refused where a test has said so."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._refusals: dict[str, deque[Refusal]] = defaultdict(deque)
        self._calls: list[tuple[str, Any]] = []

    def refuse(self, method: str, refusals: Sequence[Refusal]) -> None:
        """Refuse the next calls of a method, one by one."""
        with self._lock:
            self._refusals[method].extend(refusals)

    def calls(self, method: str) -> list[Any]:
        """Return the requests of a method so far."""
        with self._lock:
            return [request for name, request in self._calls if name == method]

    def enter(self, method: str, request: Any, context: grpc.ServicerContext) -> None:
        """Note a call, and end it where it is to be refused."""
        with self._lock:
            self._calls.append((method, request))
            waiting = self._refusals[method]
            refusal = waiting.popleft() if waiting else None
        if refusal is not None:
            refusal.abort(context)

    def answer(
        self, method: str, request: Any, context: grpc.ServicerContext, work: Callable[[], _T]
    ) -> _T:
        """Do the work of a call."""
        self.enter(method, request, context)
        try:
            return work()
        except Refusal as refusal:
            refusal.abort(context)


class JobService(job_pb2_grpc.JobServiceServicer):
    """Jobs on their recorded course."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world, self._desk = world, desk

    def SubmitJob(self, request: Any, context: Any) -> job_pb2.SubmitJobResponse:
        """See job.proto."""
        return self._desk.answer("SubmitJob", request, context, lambda: self._world.submit(request))

    def QueryJob(self, request: Any, context: Any) -> job_pb2.QueryJobResponse:
        """See job.proto."""
        return self._desk.answer("QueryJob", request, context, lambda: self._query(request))

    def _query(self, request: job_pb2.QueryJobRequest) -> job_pb2.QueryJobResponse:
        wait_s = request.wait.seconds + request.wait.nanos / _NS
        until = time.monotonic() + min(wait_s, _LONGEST_WAIT_S)
        job = self._world.course(request.job_id).job(self._world.now_ns())
        while not job.HasField("end_time") and time.monotonic() < until:
            time.sleep(min(_LOOK_S / 10, max(0.0, until - time.monotonic())))
            job = self._world.course(request.job_id).job(self._world.now_ns())
        reply = job_pb2.QueryJobResponse(job=job)
        if job.analysis_revision and list(request.read_mask.paths) != ["job"]:
            page, reply.next_page_token = page_of(self._world.analyses[job.media_id], request)
            reply.analysis.CopyFrom(page)
        return reply

    def ListJobs(self, request: Any, context: Any) -> job_pb2.ListJobsResponse:
        """See job.proto."""
        return self._desk.answer("ListJobs", request, context, lambda: self._list(request))

    def _list(self, request: job_pb2.ListJobsRequest) -> job_pb2.ListJobsResponse:
        now = self._world.now_ns()
        with self._world.lock:
            jobs = [course.job(now) for course in self._world.courses.values()]
        wanted = [
            job
            for job in jobs
            if (not request.states or job.state in request.states)
            and request.media_id in ("", job.media_id)
            and all(job.tags.get(key) == value for key, value in request.tags.items())
        ]
        page, token = newest(wanted, request.page_token, request.page_size, "job_id")
        return job_pb2.ListJobsResponse(jobs=page, next_page_token=token)

    def WatchJob(self, request: Any, context: Any) -> Iterator[job_pb2.WatchJobResponse]:
        """See job.proto."""
        self._desk.enter("WatchJob", request, context)
        seq = request.after_seq
        while context.is_active():
            try:
                course = self._world.course(request.job_id)
            except Refusal as refusal:
                refusal.abort(context)
            now = self._world.now_ns()
            for event in course.told(now):
                if event.seq > seq:
                    seq = event.seq
                    yield job_pb2.WatchJobResponse(event=event)
            next_ns = course.next_ns(now)
            if next_ns is None:
                return
            time.sleep(min(_LOOK_S, max(0.0, (next_ns - now) / _NS)))

    def CancelJob(self, request: Any, context: Any) -> job_pb2.CancelJobResponse:
        """See job.proto."""
        return self._desk.answer(
            "CancelJob", request, context,
            lambda: job_pb2.CancelJobResponse(job=self._world.cancel(request.job_id)),
        )  # fmt: skip

    def DeleteJob(self, request: Any, context: Any) -> job_pb2.DeleteJobResponse:
        """See job.proto."""
        self._desk.answer("DeleteJob", request, context, lambda: self._world.delete(request.job_id))
        return job_pb2.DeleteJobResponse()

    def EstimateJob(self, request: Any, context: Any) -> job_pb2.EstimateJobResponse:
        """Not recorded."""
        return self._desk.answer("EstimateJob", request, context, not_recorded)

    def ExportJob(self, request: Any, context: Any) -> Iterator[job_pb2.ExportJobResponse]:
        """Not recorded."""
        return self._desk.answer("ExportJob", request, context, not_recorded)

    def RequeueJob(self, request: Any, context: Any) -> job_pb2.RequeueJobResponse:
        """Not recorded."""
        return self._desk.answer("RequeueJob", request, context, not_recorded)

    def SubmitFeedback(self, request: Any, context: Any) -> feedback_pb2.SubmitFeedbackResponse:
        """Not recorded."""
        return self._desk.answer("SubmitFeedback", request, context, not_recorded)

    def ListFeedback(self, request: Any, context: Any) -> feedback_pb2.ListFeedbackResponse:
        """Not recorded."""
        return self._desk.answer("ListFeedback", request, context, not_recorded)


class MediaService(media_pb2_grpc.MediaServiceServicer):
    """Media and uploads, kept in memory."""

    def __init__(self, world: World, desk: Desk) -> None:
        self._world, self._desk = world, desk

    def CreateUpload(self, request: Any, context: Any) -> media_pb2.CreateUploadResponse:
        """See media.proto."""
        return self._desk.answer(
            "CreateUpload", request, context,
            lambda: media_pb2.CreateUploadResponse(upload=self._world.open_upload(request)),
        )  # fmt: skip

    def WriteUpload(self, request: Any, context: Any) -> media_pb2.WriteUploadResponse:
        """See media.proto."""
        return self._desk.answer(
            "WriteUpload", request, context,
            lambda: media_pb2.WriteUploadResponse(committed_size=self._world.write(request)),
        )  # fmt: skip

    def GetUpload(self, request: Any, context: Any) -> media_pb2.GetUploadResponse:
        """See media.proto."""
        return self._desk.answer(
            "GetUpload", request, context,
            lambda: media_pb2.GetUploadResponse(upload=self._world.upload(request.upload_id)),
        )  # fmt: skip

    def CompleteUpload(self, request: Any, context: Any) -> media_pb2.CompleteUploadResponse:
        """See media.proto."""
        return self._desk.answer(
            "CompleteUpload", request, context,
            lambda: media_pb2.CompleteUploadResponse(media=self._world.complete(request)),
        )  # fmt: skip

    def CreateMedia(self, request: Any, context: Any) -> media_pb2.CreateMediaResponse:
        """See media.proto."""

        def create() -> media_pb2.CreateMediaResponse:
            made = media_pb2.Media(
                source=request.uri, title=request.title, description=request.description,
                tags=dict(request.tags),
            )  # fmt: skip
            return media_pb2.CreateMediaResponse(media=self._world.add_media(made))

        return self._desk.answer("CreateMedia", request, context, create)

    def GetMedia(self, request: Any, context: Any) -> media_pb2.GetMediaResponse:
        """See media.proto."""
        return self._desk.answer(
            "GetMedia", request, context,
            lambda: media_pb2.GetMediaResponse(media=self._world.medium(request.media_id)),
        )  # fmt: skip

    def ListMedia(self, request: Any, context: Any) -> media_pb2.ListMediaResponse:
        """See media.proto."""

        def read() -> media_pb2.ListMediaResponse:
            with self._world.lock:
                known = list(self._world.media.values())
            wanted = [
                one
                for one in known
                if request.digest in ("", one.digest)
                and all(one.tags.get(key) == value for key, value in request.tags.items())
            ]
            page, token = newest(wanted, request.page_token, request.page_size, "media_id")
            return media_pb2.ListMediaResponse(media=page, next_page_token=token)

        return self._desk.answer("ListMedia", request, context, read)

    def UpdateMedia(self, request: Any, context: Any) -> media_pb2.UpdateMediaResponse:
        """See media.proto."""
        return self._desk.answer(
            "UpdateMedia", request, context,
            lambda: media_pb2.UpdateMediaResponse(media=self._world.change(request)),
        )  # fmt: skip

    def DeleteMedia(self, request: Any, context: Any) -> media_pb2.DeleteMediaResponse:
        """See media.proto."""
        self._desk.answer(
            "DeleteMedia", request, context, lambda: self._world.forget(request.media_id)
        )
        return media_pb2.DeleteMediaResponse()

    def GetAnalysis(self, request: Any, context: Any) -> media_pb2.GetAnalysisResponse:
        """See media.proto."""

        def read() -> media_pb2.GetAnalysisResponse:
            self._world.medium(request.media_id)
            analysis = self._world.analyses.get(request.media_id)
            if analysis is None or request.revision not in (0, analysis.revision):
                raise missing("ANALYSIS", request.media_id)
            page, token = page_of(analysis, request)
            return media_pb2.GetAnalysisResponse(analysis=page, next_page_token=token)

        return self._desk.answer("GetAnalysis", request, context, read)

    def ReadArtifact(self, request: Any, context: Any) -> Iterator[media_pb2.ReadArtifactResponse]:
        """See media.proto."""
        self._desk.enter("ReadArtifact", request, context)
        data = self._world.contents.get(request.digest)
        if data is None:
            missing("ARTIFACT", request.digest).abort(context)
        end = min(len(data), request.offset + request.length) if request.length else len(data)
        head = media_pb2.ReadArtifactResponse(
            total_size=len(data), media_type="application/octet-stream"
        )
        for start in range(request.offset, end, _PIECE):
            head.data = data[start : min(start + _PIECE, end)]
            yield head
            head = media_pb2.ReadArtifactResponse()
