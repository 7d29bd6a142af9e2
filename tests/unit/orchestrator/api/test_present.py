"""Rows as callers see them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from videre.common.clock import FakeClock
from videre.orchestrator.api import present
from videre.orchestrator.links import Links
from videre.orchestrator.store.records import (
    EventRecord,
    JobRecord,
    JobState,
    MediaRecord,
    OutputRecord,
    StageRecord,
    StageState,
    UploadRecord,
)
from videre.v1 import analysis_pb2, job_pb2

LINKS = Links(bytes(32), FakeClock(), 60)
JOB = JobRecord(
    id="j", project_id="films", media_id=None, state="QUEUED", request=b"", request_id=None,
    request_digest="d", features=["text"], priority=0, user_data="u", tags={"a": "b"},
    create_ns=1_500_000_000, start_ns=None, end_ns=None, expire_ns=None, created_by="ada",
    traceparent="", wall_time_ns=None, error=None, plan_digest="", pins=None, result_digest="r",
    document_digest="", revision=0, suggestion="REVIEW", progress=0, last_seq=1, version=3,
)  # fmt: skip
STAGE = StageRecord("j", "text", "films", 2, "FAILED", "DECODE_FAILED", "broken", 1, 2,
                    [[0, 1_500_000_000]], 3, 1_250)  # fmt: skip
OUTPUT = OutputRecord("j", "cover-1.jpg", "films", "cover", 0, "cover", "a" * 64, 9, "image/jpeg",
                      0, 0)  # fmt: skip


@given(st.integers(0, 2**63 - 1))
def test_times_come_through_to_the_nanosecond(time_ns: int) -> None:
    assert present.timestamp(time_ns).ToNanoseconds() == time_ns
    assert present.duration(time_ns).ToNanoseconds() == time_ns


def test_a_waiting_job_has_no_times_no_result_and_no_error() -> None:
    job = present.job(JOB, [], [], LINKS)
    for field in ("start_time", "end_time", "expire_time", "error"):
        assert not job.HasField(field), field
    assert (job.create_time.seconds, job.create_time.nanos) == (1, 500_000_000)
    assert (job.priority, job.user_data, dict(job.tags), job.etag) == (0, "u", {"a": "b"}, "3")
    assert (job.media_id, job.request_id, job.state) == ("", "", job_pb2.JOB_STATE_QUEUED)
    assert job.result_digest == "", "what is not published is not shown"
    assert job.suggestion == analysis_pb2.SUGGESTION_UNSPECIFIED


def test_a_published_job_shows_its_result_pins_and_calls() -> None:
    pins = {
        "engines": [{"feature": "text", "engine": "e", "version": "1", "model_digests": ["m"]}],
        "rules": {"taxonomy": "2"},
    }
    record = replace(JOB, state="PARTIAL", revision=4, pins=pins, progress=2_500, media_id="m")
    job = present.job(record, [STAGE, STAGE], [OUTPUT], LINKS)
    assert (job.result_digest, job.analysis_revision, job.media_id) == ("r", 4, "m")
    assert job.suggestion == analysis_pb2.SUGGESTION_REVIEW
    assert (job.engines[0].engine, list(job.engines[0].model_digests)) == ("e", ["m"])
    assert job.rules.taxonomy == "2"
    assert (job.model_calls, job.progress) == (6, 0.25)


def test_a_stage_shows_what_nobody_looked_at() -> None:
    stage = present.stage(STAGE)
    assert stage.state == analysis_pb2.STAGE_STATE_FAILED
    assert (stage.reason, stage.done, stage.total, stage.cpu_seconds) == (
        "DECODE_FAILED",
        1,
        2,
        1.25,
    )
    assert stage.missing[0].start_offset.ToNanoseconds() == 0
    assert stage.missing[0].end_offset.ToNanoseconds() == 1_500_000_000


@pytest.mark.parametrize("state", JobState)
def test_every_state_of_a_job_has_its_name(state: JobState) -> None:
    shown = present.job(replace(JOB, state=state), [], [], LINKS).state
    assert job_pb2.JobState.Name(shown) == f"JOB_STATE_{state}"


@pytest.mark.parametrize("state", StageState)
def test_every_state_of_a_stage_has_its_name(state: StageState) -> None:
    shown = present.stage(replace(STAGE, state=state)).state
    assert analysis_pb2.StageState.Name(shown) == f"STAGE_STATE_{state}"


def test_zero_is_not_nothing_in_an_output() -> None:
    first = present.output(OUTPUT, LINKS)
    assert first.HasField("offset")
    assert first.HasField("score")
    bare = present.output(replace(OUTPUT, offset_ns=None, score=None), LINKS)
    assert not bare.HasField("offset")
    assert not bare.HasField("score")
    link = LINKS.read(first.url_path.removeprefix("/artifacts/"))
    assert (link.project_id, link.digest, link.media_type) == ("films", "a" * 64, "image/jpeg")


def event(kind: str, payload: dict[str, object]) -> job_pb2.JobEvent:
    return present.event(EventRecord("j", 7, "films", kind, payload, 1_000_000_001), "u")


def test_each_kind_of_event_is_its_payload() -> None:
    queued = event("state", {"state": "QUEUED"})
    assert (queued.seq, queued.user_data, queued.job_id) == (7, "u", "j")
    assert queued.event_time.nanos == 1
    assert not queued.state_changed.HasField("error")
    error = {"reason": "WALL_TIME", "message": "late", "metadata": {"limit": "1 s"}}
    cancelled = event("state", {"state": "CANCELLED", "error": error}).state_changed
    assert (cancelled.error.reason, dict(cancelled.error.metadata)) == (
        "WALL_TIME",
        {"limit": "1 s"},
    )
    kept = (
        "name",
        "state",
        "reason",
        "message",
        "done",
        "total",
        "missing",
        "model_calls",
        "cpu_ms",
    )
    stage = event("stage", {name: getattr(STAGE, name) for name in kept})
    assert stage.stage == present.stage(STAGE)
    segment = event("segment", {"features": ["text"], "span": [5, 10]}).segment_finished
    assert list(segment.features) == ["text"]
    assert segment.span.end_offset.ToNanoseconds() == 10
    published = event(
        "analysis", {"media_id": "m", "revision": 2, "result_digest": "r", "suggestion": ""}
    ).analysis_published
    assert (published.media_id, published.revision, published.suggestion) == ("m", 2, 0)


def test_an_event_of_no_known_kind_is_a_defect() -> None:
    with pytest.raises(ValueError, match="rumour"):
        event("rumour", {})


def test_a_media_and_an_upload() -> None:
    record = MediaRecord(
        id="m", project_id="films", digest="", size_bytes=0, title="t", description="d", tags={},
        source="file:///x", reference=None, index_digest="", facts=None, latest_revision=0,
        create_ns=5, created_by="ada", request_id=None, request_digest=None, version=2,
    )  # fmt: skip
    media = present.media(record, None)
    assert (media.etag, media.source, media.HasField("media_info")) == ("2", "file:///x", False)
    upload = present.upload(UploadRecord("u", "films", "x", 9, 4, 1, 2, None, "ada", None, None))
    assert (upload.committed_size, upload.total_size, upload.media_id) == (4, 9, "")
