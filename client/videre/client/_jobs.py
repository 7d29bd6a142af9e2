"""Jobs: query, wait, watch, list, cancel, delete, requeue, estimate."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Final

from google.protobuf import duration_pb2, field_mask_pb2, timestamp_pb2

from videre.client._analysis import Select, merge_page
from videre.client._errors import (
    DeadlineExceeded,
    ServerRefusal,
    WaitTimeout,
)
from videre.client._flow import Context, Emit, EmitFlow, Flow, Open, Pause, Receive, Stream
from videre.client._pages import PAGE_SIZE, every
from videre.client._rpc import (
    CANCEL_JOB,
    DELETE_JOB,
    ESTIMATE_JOB,
    LIST_JOBS,
    QUERY_JOB,
    REQUEUE_JOB,
    WATCH_JOB,
)
from videre.v1 import job_pb2

#: States that a job never leaves.
ENDED: Final = frozenset(
    {
        job_pb2.JOB_STATE_SUCCEEDED,
        job_pb2.JOB_STATE_PARTIAL,
        job_pb2.JOB_STATE_FAILED,
        job_pb2.JOB_STATE_CANCELLED,
    }
)
#: Longest wait of one QueryJob, seconds; the API allows 60.
_WAIT_SLICE_S: Final = 30.0
#: A watch stream is opened anew after this long, seconds: a connection that died silently is
#: noticed within it.
_WATCH_STREAM_S: Final = 60.0


def has_ended(job: job_pb2.Job) -> bool:
    """Tell whether the job is in a state it never leaves."""
    return job.state in ENDED


def query(context: Context, job_id: str, select: Select) -> Flow[job_pb2.QueryJobResponse]:
    """Return the job and its analysis with the segments of all pages."""
    result: job_pb2.QueryJobResponse | None = None
    token = ""
    while True:
        request = job_pb2.QueryJobRequest(
            job_id=job_id,
            view=select.view,
            filter=select.filter,
            page_size=PAGE_SIZE,
            page_token=token,
        )
        page = yield from context.call(QUERY_JOB, request)
        if result is None:
            result = page
        else:
            merge_page(result.analysis, page.analysis)
        token = page.next_page_token
        if not token:
            result.next_page_token = ""
            return result


def wait(context: Context, job_id: str, timeout_s: float | None) -> Flow[job_pb2.Job]:
    """Return the job once it has ended.

    Raises:
        WaitTimeout: it had not ended after `timeout_s`; None waits for as long as it takes.
    """
    end = None if timeout_s is None else context.clock() + timeout_s
    while True:
        left_s = _WAIT_SLICE_S if end is None else max(end - context.clock(), 0.0)
        slice_s = min(left_s, _WAIT_SLICE_S)
        wait_for = duration_pb2.Duration()
        wait_for.FromMilliseconds(int(slice_s * 1000))
        request = job_pb2.QueryJobRequest(
            job_id=job_id, wait=wait_for, read_mask=field_mask_pb2.FieldMask(paths=["job"])
        )
        answer = yield from context.call(QUERY_JOB, request, timeout_s=slice_s + context.timeout_s)
        if has_ended(answer.job):
            return answer.job
        if end is not None and context.clock() >= end:
            raise WaitTimeout(answer.job, timeout_s or 0.0)


def watch(context: Context, job_id: str, after_seq: int) -> EmitFlow[job_pb2.JobEvent]:
    """Emit the job's events once each and in order, until the job has ended.

    A lost connection is opened again after the last event seen; only `RetryPolicy.attempts`
    failures in a row without an event end the watch.
    """
    failures = 0
    while True:
        request = job_pb2.WatchJobRequest(job_id=job_id, after_seq=after_seq)
        stream: Stream | None = None
        try:
            stream = yield Open(WATCH_JOB, request, _WATCH_STREAM_S)
            while True:
                message = yield Receive(stream)
                if message is None:
                    return
                failures = 0
                if message.event.seq > after_seq:
                    after_seq = message.event.seq
                    yield Emit(message.event)
        except DeadlineExceeded:
            continue
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None:
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)


def list_jobs(
    context: Context,
    *,
    states: Sequence[job_pb2.JobState.ValueType] = (),
    media_id: str = "",
    tags: Mapping[str, str] | None = None,
    since: datetime | None = None,
    until: datetime | None = None,
    project_id: str = "",
    dead: bool = False,
) -> EmitFlow[job_pb2.Job]:
    """Emit the jobs that match, newest first, page after page."""
    request = job_pb2.ListJobsRequest(
        project_id=project_id,
        states=states,
        media_id=media_id,
        tags=tags or {},
        min_create_time=_timestamp(since),
        max_create_time=_timestamp(until),
        dead=dead,
    )
    return every(context, LIST_JOBS, request, lambda page: page.jobs)


def cancel(context: Context, job_id: str, etag: str) -> Flow[job_pb2.Job]:
    """Cancel the job and return it; one that had ended before is returned unchanged."""
    request = job_pb2.CancelJobRequest(job_id=job_id, etag=etag)
    answer = yield from context.call(CANCEL_JOB, request)
    return answer.job


def delete(context: Context, job_id: str, etag: str) -> Flow[None]:
    """Delete an ended job; the media's analysis stays."""
    yield from context.call(DELETE_JOB, job_pb2.DeleteJobRequest(job_id=job_id, etag=etag))


def requeue(context: Context, job_id: str) -> Flow[job_pb2.Job]:
    """Do an ended job again and return the job that does it."""
    answer = yield from context.call(REQUEUE_JOB, job_pb2.RequeueJobRequest(job_id=job_id))
    return answer.job


def estimate(
    context: Context, request: job_pb2.SubmitJobRequest, duration_s: float | None
) -> Flow[job_pb2.EstimateJobResponse]:
    """Return what the job would cost; nothing is started."""
    message = job_pb2.EstimateJobRequest(job=request)
    if duration_s is not None:
        message.duration.FromNanoseconds(int(duration_s * 1e9))
    return (yield from context.call(ESTIMATE_JOB, message))


def _timestamp(moment: datetime | None) -> timestamp_pb2.Timestamp | None:
    if moment is None:
        return None
    stamp = timestamp_pb2.Timestamp()
    stamp.FromDatetime(moment)
    return stamp
