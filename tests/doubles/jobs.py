"""The server's jobs: submitted, they end at once; events are recorded ones."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any, Final

from doubles.pages import page_of
from doubles.recorded import MEDIA_ID
from doubles.world import Fault, Service

from videre.exports.formats import FORMATS
from videre.exports.subject import Subject
from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, job_pb2_grpc

_ENDED: Final = (
    job_pb2.JOB_STATE_SUCCEEDED,
    job_pb2.JOB_STATE_PARTIAL,
    job_pb2.JOB_STATE_FAILED,
    job_pb2.JOB_STATE_CANCELLED,
)


class Jobs(Service, job_pb2_grpc.JobServiceServicer):
    """Jobs that end as soon as they are submitted."""

    def SubmitJob(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._submit(request), "SubmitJob")

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
            user_data=request.user_data, outputs=self.world.outputs,
        )  # fmt: skip
        self.world.by_request[request.request_id] = (sent, job.job_id)
        return job_pb2.SubmitJobResponse(job=job)

    def QueryJob(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._query(request), "QueryJob")

    def _query(self, request: job_pb2.QueryJobRequest) -> Any:
        job = self.world.jobs.get(request.job_id)
        if job is None:
            return Fault("NOT_FOUND", "JOB_NOT_FOUND", f"no job {request.job_id}")
        if list(request.read_mask.paths) == ["job"] or job.media_id not in self.world.analyses:
            return job_pb2.QueryJobResponse(job=job)
        page, token = page_of(self.world.analyses[job.media_id], request)
        return job_pb2.QueryJobResponse(job=job, analysis=page, next_page_token=token)

    def ListJobs(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._list(request), "ListJobs")

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
        return self.answer(context, request, lambda: self._cancel(request), "CancelJob")

    def _cancel(self, request: job_pb2.CancelJobRequest) -> Any:
        job = self.world.jobs[request.job_id]
        if request.etag and request.etag != job.etag:
            return Fault("ABORTED", "ETAG_MISMATCH")
        if job.state not in _ENDED:
            job.state = job_pb2.JOB_STATE_CANCELLED
        return job_pb2.CancelJobResponse(job=job)

    def DeleteJob(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._delete(request), "DeleteJob")

    def _delete(self, request: job_pb2.DeleteJobRequest) -> Any:
        if self.world.jobs[request.job_id].state not in _ENDED:
            return Fault("FAILED_PRECONDITION", "JOB_NOT_ENDED")
        del self.world.jobs[request.job_id]
        return job_pb2.DeleteJobResponse()

    def RequeueJob(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._requeue(request), "RequeueJob")

    def _requeue(self, request: job_pb2.RequeueJobRequest) -> Any:
        if self.world.jobs[request.job_id].state not in _ENDED:
            return Fault("FAILED_PRECONDITION", "JOB_NOT_ENDED")
        number = f"job-{len(self.world.jobs) + 1}"
        job = self.world.add_job(number, self.world.end_state, requeue_of=request.job_id)
        return job_pb2.RequeueJobResponse(job=job)

    def EstimateJob(self, request: Any, context: Any) -> Any:
        stages = [
            job_pb2.StageEstimate(
                stage=name, cpu_seconds=cost, basis=job_pb2.ESTIMATE_BASIS_SHIPPED, output_bytes=9
            )
            for name, cost in (("text", 6.0), ("speech", 9.5))
        ]
        answer = job_pb2.EstimateJobResponse(stages=stages, cpu_seconds=15.5, output_bytes=18)
        return self.answer(context, request, lambda: answer, "EstimateJob")

    def SubmitFeedback(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._say(request), "SubmitFeedback")

    def _say(self, request: feedback_pb2.SubmitFeedbackRequest) -> Any:
        known = [one for one in self.world.feedback if one.request_id == request.request_id]
        media_id = request.media_id or self.world.jobs[request.job_id].media_id
        made = known or [
            feedback_pb2.Feedback(
                feedback_id=f"f{len(self.world.feedback) + number}", media_id=media_id, revision=1,
                correction=one, author=request.author, source=request.source,
                request_id=request.request_id, created_by="ada",
            )
            for number, one in enumerate(request.corrections, start=1)
        ]  # fmt: skip
        self.world.feedback += [] if known else made
        return feedback_pb2.SubmitFeedbackResponse(
            feedback_ids=[one.feedback_id for one in made], reused=bool(known),
            media_id=media_id, revision=1, lessons=_lessons(request),
        )  # fmt: skip

    def ListFeedback(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._said(request), "ListFeedback")

    def _said(self, request: feedback_pb2.ListFeedbackRequest) -> Any:
        found = [
            one
            for one in self.world.feedback
            if not request.kinds or one.correction.kind in request.kinds
        ]
        start = int(request.page_token or 0)
        token = str(start + 2) if start + 2 < len(found) else ""
        return feedback_pb2.ListFeedbackResponse(
            feedback=found[start : start + 2], next_page_token=token
        )

    def ExportJob(self, request: Any, context: Any) -> Iterator[Any]:
        self.world.seen.append(("ExportJob", request))
        queue = self.world.faults.get("ExportJob")
        fault = queue.pop(0) if queue else None
        job = self.world.jobs.get(request.job_id)
        if job is None:
            Fault("NOT_FOUND", "JOB_NOT_FOUND", f"no job {request.job_id}").abort(context)
        data = FORMATS[request.format].write(
            Subject(job, self.world.analyses[job.media_id], title="film", media_uri="film.mp4")
        )
        step = self.world.piece_bytes
        head = job_pb2.ExportJobResponse(
            total_size=len(data), media_type=FORMATS[request.format].media_type,
            file_name=f"film.{FORMATS[request.format].suffix}",
            sha256=hashlib.sha256(data).hexdigest(),
        )  # fmt: skip
        for start in range(0, len(data), step):
            head.data = data[start : start + step]
            yield head
            head = job_pb2.ExportJobResponse()
            if fault is not None:
                fault.abort(context)


def _lessons(request: feedback_pb2.SubmitFeedbackRequest) -> list[feedback_pb2.FeedbackLesson]:
    """Return that everybody is, and is not, the entry of their name."""
    return [
        feedback_pb2.FeedbackLesson(
            correction_index=index, entry_id=correction.name.lower(), negative=negative
        )
        for index, correction in enumerate(request.corrections)
        for negative in (False, True)
        if request.library_id
    ]


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
