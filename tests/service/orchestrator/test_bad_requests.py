"""Requests that break a limit: the right code, reason, field, limit and actual value, and no trace.

The limits themselves are accepted; see `test_every_limit_itself_is_accepted`.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, nothing_left, refused, text_request
from refusals import (
    FIELDS,
    SOURCES,
    Case,
    comment,
    many,
    output,
    put,
    ranges,
    source,
    tags,
    task,
)
from refusals_of_tasks import TASKS
from tables import each

from videre.v1 import job_pb2, media_pb2, template_pb2

INVALID = "INVALID_ARGUMENT"


def check(api: Api, case: Case) -> None:
    request = text_request()
    case.change(request)
    refusal = refused(lambda: api.submit(request))
    assert (refusal.code, refusal.reason) == (case.code, case.reason), refusal
    assert refusal.metadata.get("field", "") == (
        case.field if case.reason != "PROJECT_FORBIDDEN" else ""
    )
    if case.reason == "FIELD_INVALID":
        assert refusal.fields[0] == case.field
    if case.limit:
        assert refusal.metadata["limit"].startswith(case.limit[:80])
    assert refusal.metadata.get("actual", "") == case.actual


@pytest.mark.parametrize("table", [FIELDS, TASKS, SOURCES], ids=["fields", "tasks", "inputs"])
def test_what_is_out_of_range_is_refused(api: Api, data: Path, table: Sequence[Case]) -> None:
    with nothing_left(data):
        each(table, lambda case: check(api, case), lambda case: case.name)


def test_everything_wrong_is_named_at_once(api: Api) -> None:
    request = text_request(priority=11, user_data="x" * 3_000)
    request.context.title = "t" * 300
    refusal = refused(lambda: api.submit(request))
    assert refusal.fields == ("priority", "user_data", "context.title")


def test_every_limit_itself_is_accepted(api: Api, data: Path, files: Path) -> None:
    changes = [
        put("priority", 0), put("priority", 9), put("user_data", "x" * 2_048), tags(64),
        tags(1, "k" * 128, "v" * 256), put("context.title", "t" * 256),
        put("context.description", "d" * 1_024), put("context.language_hints", ["zh-Hans"] * 10),
        many(comment("c" * 1_000), 1_000), ranges(*((i, i + 1) for i in range(100))),
        put("options.sample_interval", 0.5), put("options.sample_interval", 60),
        put("options.min_label_confidence", 0.0), put("options.min_label_confidence", 1.0),
        put("options.units_per_chunk", 1), put("options.units_per_chunk", 1_000),
        put("budget.cpu_seconds", 0.0), put("budget.wall_time", 0.001),
        put("request_id", "aZ09-_.:" * 8), put("templates.moderation", "10"),
        put("templates.moderation", "careful@1"), put("templates.analysis", "full"),
        task(cover={"count": 20, "max_side": 16}), task(sprite={"columns": 50}),
        source(inline_text="x" * 1_000_000), source(name="main", inline_text="x"),
        output(f"file://{files}", "{source}/{job}-{function}-{timestamp}-{sequence}.{type}"),
    ]  # fmt: skip
    with nothing_left(data):
        for change in changes:
            request = text_request(validate_only=True)
            change(request)
            answer = api.submit(request)
            assert not answer.job.job_id
            assert answer.job.features


ADDRESSES = [
    ("gopher://example.com/x", "URI_SCHEME"),
    ("gs://bucket/key", "URI_SCHEME"),
    ("s3://bucket/key", "URI_FORBIDDEN"),
    ("not a uri", "URI_SCHEME"),
    ("/etc/passwd", "URI_SCHEME"),
    ("file:///etc/passwd", "URI_FORBIDDEN"),
    ("file://{files}/../videre.db", "URI_FORBIDDEN"),
    ("file://{files}/%2e%2e/orchestrator.log", "URI_FORBIDDEN"),
    ("file://{files}/link", "URI_FORBIDDEN"),
    ("file://{files}", "URI_FORBIDDEN"),
    ("file://example.com{files}/x", "URI_FORBIDDEN"),
    ("file://[bad/x", "URI_FORBIDDEN"),
    ("http://[bad/x", "URI_FORBIDDEN"),
    ("http://", "URI_FORBIDDEN"),
    ("http://127.0.0.1/x.mp4", "URI_FORBIDDEN"),
    ("http://0x7f.1/x.mp4", "URI_FORBIDDEN"),
    ("http://[::1]/x.mp4", "URI_FORBIDDEN"),
    ("http://localhost/x.mp4", "URI_FORBIDDEN"),
    ("http://10.0.0.1/x.mp4", "URI_FORBIDDEN"),
    ("http://192.168.1.1/x.mp4", "URI_FORBIDDEN"),
    ("http://169.254.169.254/latest/meta-data/", "URI_FORBIDDEN"),
    ("http://[::ffff:169.254.169.254]/", "URI_FORBIDDEN"),
    ("https://user:password@example.com/x.mp4", "URI_FORBIDDEN"),
]


def test_an_address_that_may_not_be_read_is_refused(api: Api, data: Path, files: Path) -> None:
    link = files / "link"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")

    def is_refused(case: tuple[str, str]) -> None:
        uri, reason = case
        uri = uri.replace("{files}", str(files))
        request = text_request()
        source(uri=uri)(request)
        refusal = refused(lambda: api.submit(request))
        media = media_pb2.CreateMediaRequest(uri=uri)
        registered = refused(lambda: api.media.CreateMedia(media, timeout=TIMEOUT_S))
        assert (refusal.code, refusal.reason) == (INVALID, reason), refusal
        assert (registered.code, registered.reason) == (INVALID, reason), registered

    with nothing_left(data):
        each(ADDRESSES, is_refused)


def test_a_file_that_is_not_there_is_refused(api: Api, data: Path, files: Path) -> None:
    request = text_request()
    source(uri=f"file://{files}/missing.mp4")(request)
    with nothing_left(data):
        refusal = refused(lambda: api.submit(request))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "FETCH_FAILED")


@pytest.mark.parametrize("prefix", ["file:///etc", "file://{files}/../data", "file://{files}/link"])
def test_outputs_stay_inside_the_roots(api: Api, data: Path, files: Path, prefix: str) -> None:
    link = files / "link"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    request = text_request()
    request.output.uri_prefix = prefix.replace("{files}", str(files))
    with nothing_left(data):
        refusal = refused(lambda: api.submit(request))
    assert (refusal.code, refusal.reason) == (INVALID, "URI_FORBIDDEN")


def test_an_incomplete_upload_is_no_source(api: Api, data: Path) -> None:
    upload = api.open_upload(10)
    api.write(upload.upload_id, 0, b"1234")
    request = text_request()
    source(upload_id=upload.upload_id)(request)
    with nothing_left(data):
        refusal = refused(lambda: api.submit(request))
    assert (refusal.code, refusal.reason) == ("FAILED_PRECONDITION", "UPLOAD_INCOMPLETE")
    assert refusal.metadata == {"committed_size": "4", "total_size": "10"}


@pytest.mark.parametrize(
    ("fields", "field", "limit", "actual"),
    [
        ({"total_size": 2_000_001}, "total_size", "1..2000000", "2000001"),
        ({"total_size": 0}, "total_size", "1..2000000", "0"),
        ({"total_size": 1, "file_name": "../x"}, "file_name", "no /", "../x"),
        ({"total_size": 1, "file_name": "x" * 256}, "file_name", "255 bytes", "256"),
        ({"total_size": 1, "request_id": "?"}, "request_id", "[A-Za-z0-9\\-_.:]{1,64}", "?"),
    ],
)
def test_an_upload_that_cannot_be_is_refused(
    api: Api, data: Path, fields: dict[str, Any], field: str, limit: str, actual: str
) -> None:
    request = media_pb2.CreateUploadRequest(**fields)
    with nothing_left(data):
        refusal = refused(lambda: api.media.CreateUpload(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == (INVALID, "FIELD_INVALID")
    assert refusal.metadata == {"field": field, "limit": limit, "actual": actual}


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("empty.mp4", b"", "MEDIA_EMPTY"),
        ("words.mp4", b"This is not a film.\n" * 50, "MEDIA_UNREADABLE"),
        ("noise.mp4", bytes(range(256)) * 40, "MEDIA_UNREADABLE"),
        ("large.mp4", bytes(2_000_001), "MEDIA_TOO_LARGE"),
    ],
)
def test_bytes_that_are_no_media_fail_the_job(
    api: Api, files: Path, name: str, content: bytes, reason: str
) -> None:
    (files / name).write_bytes(content)
    request = text_request()
    source(uri=f"file://{files}/{name}")(request)
    job = api.ended(request)
    assert job.state == job_pb2.JOB_STATE_FAILED
    assert job.error.reason == reason
    assert job.model_calls == 0
    failed = [stage.reason for stage in job.stages if stage.reason == reason]
    assert len(failed) == 1


@pytest.mark.parametrize(
    ("request_type", "fields", "field"),
    [
        ("QueryJob", {"page_size": -1}, "page_size"),
        ("QueryJob", {"page_size": 1_001}, "page_size"),
        ("QueryJob", {"wait": {"seconds": 61}}, "wait"),
        ("QueryJob", {"wait": {"seconds": -1}}, "wait"),
        ("QueryJob", {"read_mask": {"paths": ["job.state"]}}, "read_mask.paths[0]"),
        ("WatchJob", {"after_seq": -1}, "after_seq"),
        ("ListJobs", {"page_size": 1_001}, "page_size"),
        ("ListJobs", {"states": [99]}, "states[0]"),
        ("ListJobs", {"min_create_time": {"seconds": 2**62}}, "min_create_time"),
        ("ListJobs", {"max_create_time": {"seconds": -(2**62)}}, "max_create_time"),
        ("ListJobs", {"tags": {"k": "v" * 257}}, "tags[k]"),
    ],
)
def test_a_reading_call_out_of_range_is_refused(
    api: Api, request_type: str, fields: dict[str, Any], field: str
) -> None:
    job = api.submit(text_request(request_id="to-be-read")).job
    request = getattr(job_pb2, f"{request_type}Request")(**fields)
    if "job_id" in request.DESCRIPTOR.fields_by_name:
        request.job_id = job.job_id
    call = getattr(api.jobs, request_type)

    def make() -> None:
        answer = call(request, timeout=TIMEOUT_S)
        if request_type == "WatchJob":
            next(answer)

    refusal = refused(make)
    assert (refusal.code, refusal.reason) == (INVALID, "FIELD_INVALID")
    assert refusal.fields[0] == field


def test_templates_of_no_kind_are_refused(api: Api) -> None:
    request = template_pb2.ListTemplatesRequest()
    request.kind = 9  # type: ignore[assignment]
    refusal = refused(lambda: api.templates.ListTemplates(request, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.fields) == (INVALID, ("kind",))


@pytest.mark.parametrize("name", ["QueryJob", "WatchJob", "CancelJob", "DeleteJob"])
@pytest.mark.parametrize(("job_id", "reason"), [("", "FIELD_INVALID"), ("x", "JOB_NOT_FOUND")])
def test_a_job_that_is_not_there(api: Api, name: str, job_id: str, reason: str) -> None:
    request = getattr(job_pb2, f"{name}Request")(job_id=job_id)

    def make() -> None:
        answer = getattr(api.jobs, name)(request, timeout=TIMEOUT_S)
        if name == "WatchJob":
            next(answer)

    assert refused(make).reason == reason
