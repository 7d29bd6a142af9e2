"""Requests for a job that break one limit each, and the refusal that each must bring."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from videre.v1 import job_pb2

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


def identified(*ids: str) -> Change:
    """Return a change that adds comments with ids."""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for comment_id in ids:
            request.context.comments.add(text="c", comment_id=comment_id)

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


def flow(*branches: dict[str, Any]) -> Change:
    """Return a change that adds branches; without an id they are "b0", "b1" …"""

    def change(request: job_pb2.SubmitJobRequest) -> None:
        for index, branch in enumerate(branches):
            request.flow.add(**{"branch_id": f"b{index}", **branch})

    return change


_ADVICE = "SUGGESTION_PASS, SUGGESTION_REVIEW, SUGGESTION_BLOCK, each once"
FIELDS = [
    Case("branches", flow(*[{}] * 9), "flow", "8", "9"),
    Case("branch's id", flow({"branch_id": "A"}), "flow[0].branch_id",
         "[a-z0-9][a-z0-9_-]{0,49}", "A"),
    Case("verdict of nothing", flow({"verdicts": [0]}), "flow[0].verdicts[0]", _ADVICE, "0"),
    Case("verdict twice", flow({"verdicts": [3, 3]}), "flow[0].verdicts[1]", _ADVICE, "3"),
    Case("task not there", flow({"tasks": ["none"]}), "flow[0].tasks[0]", "no task", "none"),
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
    Case("tag's zero", tags(1, "k", "a\0b"), "tags", "no zero character", "k=a\0b"),
    Case("title", put("context.title", "t" * 257), "context.title", "256 bytes", "257"),
    Case("description", put("context.description", "d" * 1_025), "context.description",
         "1024 bytes", "1025"),
    Case("hints", put("context.language_hints", ["en"] * 11), "context.language_hints",
         "10", "11"),
    Case("hint", put("context.language_hints", ["en", "not a tag"]),
         "context.language_hints[1]", "[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*", "not a tag"),
    Case("comment", comment("c" * 1_001), "context.comments[0].text", "1000 bytes", "1001"),
    Case("comment's time", comment("c", -1), "context.comments[0].offset", ">= 0", "-1 s"),
    Case("comment's late time", comment("c", 315_576_000_001), "context.comments[0].offset",
         "<= 315576000000 s", "315576000001 s"),
    Case("comment's id", identified("i" * 65), "context.comments[0].comment_id", "64 bytes", "65"),
    Case("comment's id twice", identified("i", "i"), "context.comments[1].comment_id",
         "unique ids", "i"),
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
    Case("output's scheme", output("gs://bucket/x"), "output.uri_prefix",
         "file://, s3://", "gs://bucket/x"),
    Case("pattern alone", output("", "x"), "output.name_pattern", "uri_prefix", "x"),
    Case("collision", put("output.collision", 3), "output.collision", "NAME_COLLISION_REFUSE, ",
         "3"),
    Case("collision alone", put("output.collision", 2), "output.collision", "uri_prefix",
         "NAME_COLLISION_NUMBER"),
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
    Case("pattern's line", output("file:///x", "{job}\n"), "output.name_pattern",
         "a file name", "{job}\n"),
    Case("pattern's size", output("file:///x", "x" * 256), "output.name_pattern",
         "255 bytes", "256"),
    Case("project", put("project_id", "Not A Project"), "project_id", "", "",
         "PERMISSION_DENIED", "PROJECT_FORBIDDEN"),
    Case("pin's feature", lambda r: r.engine_pins.add(feature="taste", engine="x"),
         "engine_pins[0].feature", "shots, objects, classes, faces, tracks, nsfw, colors, "
         "frame_conditions, picture_kinds, codes, emotion, landmarks, text, speech, "
         "diarization, sound, loudness, music, quality, mood",
         "taste"),
    Case("pin's engine", lambda r: r.engine_pins.add(feature="text"), "engine_pins[0].engine",
         "an engine's name", ""),
    Case("pin twice", many(lambda r: r.engine_pins.add(feature="text", engine="x"), 2),
         "engine_pins[1]", "one per feature", "text"),
    Case("feature unknown", put("features", ["taste"]), "features[0]", "", "taste",
         INVALID, "FEATURE_UNKNOWN"),
    Case("feature planned", put("features", ["text", "logos"]), "features[1]", "", "logos",
         "UNIMPLEMENTED", "FEATURE_UNIMPLEMENTED"),
    Case("cover by address", lambda r: r.context.covers.add(uri="file:///x"), "context.covers[0]",
         "upload_id, media_id", "uri"),
    Case("covers", many(lambda r: r.context.covers.add(media_id="m"), 6), "context.covers",
         "5", "6"),
    Case("template of moderation", put("templates.moderation", "nice"),
         "templates.moderation", "careful@4, ", "nice", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template's version", put("templates.moderation", "careful@9"),
         "templates.moderation", "careful@4, ", "careful@9", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
    Case("template of analysis", put("templates.analysis", "half"), "templates.analysis",
         "full@1, ", "half", "NOT_FOUND", "TEMPLATE_NOT_FOUND"),
    Case("template of production", put("templates.production", "any"),
         "templates.production", "player@1", "any", "NOT_FOUND",
         "TEMPLATE_NOT_FOUND"),
]  # fmt: skip


SOURCES = [
    Case("none", lambda r: r.ClearField("inputs"), "inputs", "main", "none"),
    Case("inputs", many(lambda r: r.inputs.add(name="x", inline_text="x"), 32), "inputs", "32",
         "33"),
    Case("an input's name", lambda r: r.inputs.add(name="Logo", inline_text="x"),
         "inputs[1].name", "[a-z0-9_-]{1,64}", "Logo"),
    Case("two mains", lambda r: r.inputs.add(name="main", inline_text="x"), "inputs",
         "unique names", "main, main"),
    Case("no main", source(name="other", inline_text="x"), "inputs", "main", "other"),
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
