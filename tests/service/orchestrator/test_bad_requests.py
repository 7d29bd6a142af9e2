"""Requests that break a limit: the right code, reason, field, limit and actual value, and no trace.

The limits themselves are accepted; see `test_every_limit_itself_is_accepted`.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from calling import TIMEOUT_S, Api, nothing_left, refused, text_request

from videre.v1 import job_pb2, media_pb2, template_pb2

Change = Callable[[job_pb2.SubmitJobRequest], Any]
INVALID = "INVALID_ARGUMENT"


@dataclass(frozen=True, slots=True)
class Case:
    """A change to a good request, and the refusal that it must bring."""

    name: str
    change: Change
    field: str
    limit: str
    actual: str
    code: str = INVALID
    reason: str = "FIELD_INVALID"


def source(**fields: Any) -> Change:
    """Return a change that gives the request one other input."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        del request.inputs[:]
        request.inputs.add(**fields)

    return change


def ranges(*pairs: tuple[int, int]) -> Change:
    """Return a change that restricts the request to ranges, in seconds."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for start, end in pairs:
            item = request.options.ranges.add()
            item.start_offset.seconds, item.end_offset.seconds = start, end

    return change


def tags(count: int, key: str = "k", value: str = "v") -> Change:
    """Return a change that adds numbered tags."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for index in range(count):
            request.tags[f"{key}{index:03d}" if count > 1 else key] = value

    return change


def comment(text: str, seconds: int = 0) -> Change:
    """Return a change that adds a comment."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        request.context.comments.add(text=text).offset.seconds = seconds

    return change


def output(prefix: str, pattern: str = "") -> Change:
    """Return a change that asks for delivery."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        request.output.uri_prefix, request.output.name_pattern = prefix, pattern

    return change


def task(**fields: Any) -> Change:
    """Return a change that adds a production task."""
    return lambda request: request.production_tasks.add(**fields)


def many(change: Change, count: int) -> Change:
    """Return a change made several times."""
    return lambda request: [change(request) for _ in range(count)]


def put(path: str, value: Any) -> Change:
    """Return a change that sets one field, such as "options.units_per_chunk"."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        *way, last = path.split(".")
        message: Any = request
        for name in way:
            message = getattr(message, name)
        field = message.DESCRIPTOR.fields_by_name[last]
        if field.message_type is not None:
            seconds, nanos = divmod(round(value * 1_000_000_000), 1_000_000_000)
            getattr(message, last).seconds = seconds
            getattr(message, last).nanos = nanos
        elif field.is_repeated:
            getattr(message, last).extend(value)
        else:
            setattr(message, last, value)

    return change


FIELDS = [
    Case("priority below", put("priority", -1), "priority", "0..9", "-1"),
    Case("priority above", put("priority", 10), "priority", "0..9", "10"),
    Case("user data", put("user_data", "x" * 2_049), "user_data", "2048 bytes", "2049"),
    Case("user data in bytes", put("user_data", "字" * 683), "user_data", "2048 bytes", "2049"),
    Case("request id", put("request_id", "a" * 65), "request_id",
         "[A-Za-z0-9\\-_.:]{1,64}", "a" * 65),
    Case("request id's letters", put("request_id", "a b"), "request_id",
         "[A-Za-z0-9\\-_.:]{1,64}", "a b"),
    Case("tags", tags(65), "tags", "64", "65"),
    Case("tag's key", tags(1, "k" * 129), f"tags[{'k' * 32}] key", "128 bytes", "129"),
    Case("tag's empty key", tags(1, ""), "tags", "1..128 bytes", ""),
    Case("tag's value", tags(1, "k", "v" * 257), "tags[k]", "256 bytes", "257"),
    Case("title", put("context.title", "t" * 257), "context.title", "256 bytes", "257"),
    Case("description", put("context.description", "d" * 1_025), "context.description",
         "1024 bytes", "1025"),
    Case("hints", put("context.language_hints", ["en"] * 11), "context.language_hints",
         "10", "11"),
    Case("hint", put("context.language_hints", ["en", "not a tag"]),
         "context.language_hints[1]", "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "not a tag"),
    Case("comment", comment("c" * 1_001), "context.comments[0].text", "1000 bytes", "1001"),
    Case("comment's time", comment("c", -1), "context.comments[0].offset", ">= 0", "-1 s"),
    Case("comments", many(comment("c"), 10_001), "context.comments", "10000", "10001"),
    Case("ranges unordered", ranges((5, 9), (0, 2)), "options.ranges[1]",
         "9 s <= start < end", "0..2 s"),
    Case("ranges overlapping", ranges((0, 5), (4, 9)), "options.ranges[1]",
         "5 s <= start < end", "4..9 s"),
    Case("range empty", ranges((5, 5)), "options.ranges[0]", "0 s <= start < end", "5..5 s"),
    Case("range negative", ranges((-1, 5)), "options.ranges[0]", "0 s <= start < end",
         "-1..5 s"),
    Case("ranges", ranges(*((i, i + 1) for i in range(101))), "options.ranges", "100", "101"),
    Case("language", put("options.languages", ["-"]), "options.languages[0]",
         "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "-"),
    Case("interval below", put("options.sample_interval", 0.499), "options.sample_interval",
         "0.5..60", "0.499"),
    Case("interval above", put("options.sample_interval", 61), "options.sample_interval",
         "0.5..60", "61.0"),
    Case("confidence NaN", put("options.min_label_confidence", float("nan")),
         "options.min_label_confidence", "0..1", "nan"),
    Case("confidence above", put("options.min_label_confidence", 1.5),
         "options.min_label_confidence", "0..1", "1.5"),
    Case("confidence below", put("options.min_label_confidence", -0.5),
         "options.min_label_confidence", "0..1", "-0.5"),
    Case("chunk below", put("options.units_per_chunk", 0), "options.units_per_chunk",
         "1..1000", "0"),
    Case("chunk above", put("options.units_per_chunk", 1_001), "options.units_per_chunk",
         "1..1000", "1001"),
    Case("budget", put("budget.cpu_seconds", -1.0), "budget.cpu_seconds", "0..1e+09", "-1.0"),
    Case("budget NaN", put("budget.cpu_seconds", float("nan")), "budget.cpu_seconds",
         "0..1e+09", "nan"),
    Case("wall time", put("budget.wall_time", 0), "budget.wall_time", "0.001..1e+09", "0.0"),
    Case("output's scheme", output("s3://bucket/x"), "output.uri_prefix", "file://",
         "s3://bucket/x"),
    Case("pattern alone", output("", "x"), "output.name_pattern", "uri_prefix", "x"),
    Case("pattern leaves", output("file:///x", "../{job}"), "output.name_pattern",
         "relative", "../{job}"),
    Case("pattern leaves later", output("file:///x", "a/../../{job}"), "output.name_pattern",
         "relative", "a/../../{job}"),
    Case("pattern absolute", output("file:///x", "/etc/{job}"), "output.name_pattern",
         "relative", "/etc/{job}"),
    Case("placeholder", output("file:///x", "{job}/{user}"), "output.name_pattern",
         "function job sequence source timestamp type", "user"),
    Case("placeholder's form", output("file:///x", "{job!r}"), "output.name_pattern",
         "function job sequence source timestamp type", "job!r"),
    Case("pattern's braces", output("file:///x", "{job"), "output.name_pattern",
         "{name} in braces", "{job"),
    Case("pattern's zero", output("file:///x", "a\0b"), "output.name_pattern",
         "a file name", "a\0b"),
    Case("pattern's size", output("file:///x", "x" * 256), "output.name_pattern",
         "255 bytes", "256"),
    Case("project", put("project_id", "Not A Project"), "project_id", "", "",
         "PERMISSION_DENIED", "PROJECT_FORBIDDEN"),
    Case("pin's feature", lambda r: r.engine_pins.add(feature="taste", engine="x"),
         "engine_pins[0].feature", "shots, objects, classes, faces, nsfw, colors, "
         "frame_conditions, text, speech, sound, loudness, music", "taste"),
    Case("pin's engine", lambda r: r.engine_pins.add(feature="text"), "engine_pins[0].engine",
         "an engine's name", ""),
    Case("pin twice", many(lambda r: r.engine_pins.add(feature="text", engine="x"), 2),
         "engine_pins[1]", "one per feature", "text"),
    Case("feature unknown", put("features", ["taste"]), "features[0]", "", "taste",
         INVALID, "FEATURE_UNKNOWN"),
    Case("feature planned", put("features", ["text", "emotion"]), "features[1]", "", "emotion",
         "UNIMPLEMENTED", "FEATURE_UNIMPLEMENTED"),
    Case("covers", lambda r: r.context.covers.add(uri="file:///x"), "context.covers", "", "",
         "UNIMPLEMENTED", "OPTION_UNIMPLEMENTED"),
    Case("template of moderation", put("templates.moderation", "nice"),
         "templates.moderation", "careful@1, ", "nice", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template's version", put("templates.moderation", "careful@9"),
         "templates.moderation", "careful@1, ", "careful@9", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
    Case("template of analysis", put("templates.analysis", "half"), "templates.analysis",
         "full@1", "half", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template of production", put("templates.production", "any"),
         "templates.production", "none in this release", "any", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
]  # fmt: skip

TASKS = [
    Case("no function", task(name="x"), "production_tasks[0]", "cover, sprite, captions", "",
         "UNIMPLEMENTED", "FUNCTION_UNIMPLEMENTED"),
    Case("tasks", many(task(name="a", cover={}), 33), "production_tasks", "32", "33"),
    Case("task's name", task(name="A b", cover={}), "production_tasks[0].name",
         "[a-z0-9_-]{1,64}", "A b"),
    Case("task twice", many(task(cover={}), 2), "production_tasks", "unique names",
         "cover, cover"),
    Case("no covers", task(cover={"count": 0}), "production_tasks[0].cover.count", "1..20",
         "0"),
    Case("covers", task(cover={"count": 21}), "production_tasks[0].cover.count", "1..20", "21"),
    Case("cover's side", task(cover={"max_side": 15}), "production_tasks[0].cover.max_side",
         "16..3840", "15"),
    Case("cover's format", task(cover={"format": 9}), "production_tasks[0].cover.format", "",
         "9"),
    Case("sprite's tile", task(sprite={"tile_width": 641}),
         "production_tasks[0].sprite.tile_width", "32..640", "641"),
    Case("sprite's columns", task(sprite={"columns": 0}),
         "production_tasks[0].sprite.columns", "1..50", "0"),
    Case("sprite's interval", task(sprite={"interval": {"nanos": 1}}),
         "production_tasks[0].sprite.interval", "0.5..600 s", "1e-09 s"),
    Case("captions' line", task(captions={"max_line_length": 9}),
         "production_tasks[0].captions.max_line_length", "10..200", "9"),
    Case("captions' source", task(captions={"source": 7}),
         "production_tasks[0].captions.source", "", "7"),
]  # fmt: skip

SOURCES = [
    Case("none", lambda r: r.ClearField("inputs"), "inputs", "main", "none"),
    Case("two mains", lambda r: r.inputs.add(name="main", inline_text="x"), "inputs",
         "unique names", "main, main"),
    Case("no main", source(name="other", inline_text="x"), "inputs", "main", "other"),
    Case("an unused one", lambda r: r.inputs.add(name="other", inline_text="x"), "inputs", "",
         "", "UNIMPLEMENTED", "OPTION_UNIMPLEMENTED"),
    Case("no source", source(name="main"), "inputs[0]", "upload_id, uri, media_id …", "none"),
    Case("inline empty", source(inline_text=" \n"), "inputs[0].inline_text", "1 character",
         "0"),
    Case("inline size", source(inline_text="x" * 1_000_001), "inputs[0].inline_text",
         "1000000 bytes", "1000001"),
    Case("uri empty", source(uri=""), "inputs[0].uri", "1..4096", "0"),
    Case("uri long", source(uri="http://example.com/" + "x" * 4_078), "inputs[0].uri",
         "1..4096", "4097"),
    Case("digest", source(artifact_digest="abc"), "inputs[0].artifact_digest",
         "[0-9a-f]{64}", "abc"),
    Case("media", source(media_id="nobody"), "", "", "", "NOT_FOUND", "MEDIA_NOT_FOUND"),
    Case("upload", source(upload_id="nobody"), "", "", "", "NOT_FOUND", "UPLOAD_NOT_FOUND"),
    Case("artifact", source(artifact_digest="0" * 64), "", "", "", "NOT_FOUND",
         "ARTIFACT_NOT_FOUND"),
]  # fmt: skip


def check(api: Api, data: Path, case: Case) -> None:
    request = text_request()
    case.change(request)
    with nothing_left(data):
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


@pytest.mark.parametrize("case", FIELDS, ids=lambda case: case.name)
def test_a_field_out_of_range_is_refused(api: Api, data: Path, case: Case) -> None:
    check(api, data, case)


@pytest.mark.parametrize("case", TASKS, ids=lambda case: case.name)
def test_a_task_out_of_range_is_refused(api: Api, data: Path, case: Case) -> None:
    check(api, data, case)


@pytest.mark.parametrize("case", SOURCES, ids=lambda case: case.name)
def test_an_input_that_cannot_be_is_refused(api: Api, data: Path, case: Case) -> None:
    check(api, data, case)


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
    ("s3://bucket/key", "URI_SCHEME"),
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


@pytest.mark.parametrize(("uri", "reason"), ADDRESSES, ids=lambda value: value)
def test_an_address_that_may_not_be_read_is_refused(
    api: Api, data: Path, files: Path, uri: str, reason: str
) -> None:
    link = files / "link"
    if not link.is_symlink():
        link.symlink_to("/etc/passwd")
    uri = uri.replace("{files}", str(files))
    request = text_request()
    source(uri=uri)(request)
    with nothing_left(data):
        refusal = refused(lambda: api.submit(request))
        media = media_pb2.CreateMediaRequest(uri=uri)
        registered = refused(lambda: api.media.CreateMedia(media, timeout=TIMEOUT_S))
    assert (refusal.code, refusal.reason) == (INVALID, reason), refusal
    assert (registered.code, registered.reason) == (INVALID, reason), registered


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
