"""What ends by time: jobs answer JOB_EXPIRED, then go; what nobody refers to is collected."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path

import pytest
from calling import TIMEOUT_S, Api, kept, refused, text_request, until
from running import Processes

from videre.v1 import job_pb2, media_pb2

RETENTION_S = 1.5


@pytest.fixture(scope="module")
def suite(
    orchestrator: Callable[..., AbstractContextManager[Processes]],
) -> Iterator[Processes]:
    settings = {
        "VIDERE_JOB_RETENTION": str(RETENTION_S),
        "VIDERE_COLLECT_AFTER": "2",
        "VIDERE_SWEEP_INTERVAL": "0.1",
    }
    with orchestrator(**settings) as running:
        yield running


def reason(api: Api, job_id: str) -> str:
    return refused(lambda: api.job(job_id)).reason


def test_an_ended_job_expires_and_is_purged(api: Api, data: Path) -> None:
    tags = {"kind": "to-expire"}
    request = text_request("Soon forgotten.", request_id="to-expire", tags=tags)
    job = api.ended(request)
    kept_s = job.expire_time.ToNanoseconds() - job.end_time.ToNanoseconds()
    assert kept_s == round(RETENTION_S * 10**9)

    def gone() -> bool:
        listed = api.jobs.ListJobs(job_pb2.ListJobsRequest(tags=tags), timeout=TIMEOUT_S)
        return not listed.jobs

    until(gone, "the job is not listed any more")
    assert reason(api, job.job_id) == "JOB_EXPIRED"
    for name in ("CancelJob", "DeleteJob"):
        call = partial(
            getattr(api.jobs, name),
            getattr(job_pb2, f"{name}Request")(job_id=job.job_id),
            timeout=TIMEOUT_S,
        )
        assert refused(call).reason == "JOB_EXPIRED"
    watch = job_pb2.WatchJobRequest(job_id=job.job_id)
    refusal = refused(lambda: next(api.jobs.WatchJob(watch, timeout=TIMEOUT_S)))
    assert (refusal.code, refusal.reason) == ("NOT_FOUND", "JOB_EXPIRED")
    assert api.submit(request).reused, "its request id is kept until the row is purged"

    until(lambda: reason(api, job.job_id) == "JOB_NOT_FOUND", "the job is purged")
    until(lambda: kept(data).rows["workflow_status"] == 0, "its journal is purged")
    assert kept(data).rows["job"] == 0
    assert kept(data).rows["job_event"] == 0
    analysis = media_pb2.GetAnalysisRequest(media_id=job.media_id)
    found = api.media.GetAnalysis(analysis, timeout=TIMEOUT_S).analysis
    assert found.result_digest == job.result_digest, "the analysis belongs to the media"
    assert not api.submit(request).reused, "a purged job's request id is free"


def test_what_nobody_refers_to_is_collected_and_the_rest_stays(api: Api, data: Path) -> None:
    shared = b"The same words in two media."
    first, second = api.uploaded(shared), api.uploaded(shared)
    other = api.uploaded(b"Other words.")
    for media in (first, other):
        remove = media_pb2.DeleteMediaRequest(media_id=media.media_id)
        api.media.DeleteMedia(remove, timeout=TIMEOUT_S)

    def held(digest: str) -> bool:
        return any(digest in path for path in kept(data).files)

    until(lambda: not held(other.digest), "bytes nobody refers to are collected")
    assert held(second.digest)
    read = media_pb2.ReadArtifactRequest(digest=second.digest)
    pieces = api.media.ReadArtifact(read, timeout=TIMEOUT_S)
    assert b"".join(piece.data for piece in pieces) == shared
    gone = media_pb2.ReadArtifactRequest(digest=other.digest)
    assert refused(lambda: list(api.media.ReadArtifact(gone, timeout=TIMEOUT_S))).reason == (
        "ARTIFACT_NOT_FOUND"
    )
