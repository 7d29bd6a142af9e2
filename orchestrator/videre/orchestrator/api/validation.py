"""Every limit of a job request, checked before anything is stored. Pure.

All violations are collected, so that a caller learns everything that is wrong at once.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from google.protobuf.duration_pb2 import Duration

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.common.values import NS
from videre.exports.production_params import FUNCTIONS, inputs_of, violations_of
from videre.orchestrator.api.request import duration_ns, task_name
from videre.orchestrator.features import BY_NAME, PLANNED, SPEECH_ACTIVITY
from videre.v1 import job_pb2, production_pb2, types_pb2

REQUEST_ID: Final = re.compile(r"[A-Za-z0-9\-_.:]{1,64}")
_PROJECT: Final = re.compile(r"[a-z0-9][a-z0-9-]{0,62}")
#: Names of tasks and of inputs.
_NAME: Final = re.compile(r"[a-z0-9_-]{1,64}")
DIGEST: Final = re.compile(r"[0-9a-f]{64}")
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,8}(-[A-Za-z0-9]{1,8})*")
_PLACEHOLDER: Final = re.compile(r"\{([^{}]*)\}")
_PLACEHOLDERS: Final = frozenset({"source", "job", "function", "timestamp", "sequence", "type"})
#: The longest time that a Duration may hold.
_LONGEST_S: Final = 315_576_000_000
MAX_INLINE_TEXT: Final = 1_000_000
MAX_URI: Final = 4_096
MAX_TASKS: Final = 32
MAX_INPUTS: Final = 32


class Violations:
    """Collects what is wrong."""

    def __init__(self) -> None:
        self.found: list[FieldViolation] = []

    def add(self, field: str, description: str, limit: str, actual: object) -> None:
        """Record a violation."""
        self.found.append(FieldViolation(field, description, limit, str(actual)[:100]))

    def number(self, field: str, value: float, low: float, high: float) -> None:
        """Record a violation unless low ≤ value ≤ high (NaN breaks it)."""
        if not low <= value <= high:
            limit = f"{_figure(low)}..{_figure(high)}"
            self.add(field, f"must be {limit}", limit, value)

    def size(self, field: str, text: str, limit: int) -> None:
        """Record a violation when a text has more bytes than the limit."""
        actual = len(text.encode())
        if actual > limit:
            self.add(field, f"has {actual} bytes, at most {limit}", f"{limit} bytes", actual)

    def count(self, field: str, actual: int, limit: int) -> None:
        """Record a violation when a list has more entries than the limit."""
        if actual > limit:
            self.add(field, f"has {actual} entries, at most {limit}", str(limit), actual)

    def pattern(self, field: str, text: str, pattern: re.Pattern[str]) -> None:
        """Record a violation when a text does not match completely."""
        if not pattern.fullmatch(text):
            self.add(field, f"must match {pattern.pattern}", pattern.pattern, text)

    def named(self, field: str, identifier: str) -> None:
        """Record a violation when the id of what is asked for is empty."""
        if not identifier:
            self.add(field, "is empty", "an id", "")

    def raise_if_any(self) -> None:
        """Raise FIELD_INVALID with everything that was found."""
        if self.found:
            first = self.found[0]
            raise VidereError(
                Reason.FIELD_INVALID,
                "; ".join(f"{v.field}: {v.description}" for v in self.found[:10]),
                violations=tuple(self.found),
                metadata={"field": first.field, "limit": first.limit, "actual": first.actual},
            )


def _figure(value: float) -> str:
    """Return a bound as people write it; whole ones to the last digit."""
    return str(value) if isinstance(value, int) else f"{value:g}"


def check_submit(request: job_pb2.SubmitJobRequest) -> None:
    """Check everything about a job request that needs no look-up.

    Raises:
        VidereError: FIELD_INVALID, FIELD_REQUIRED, FEATURE_UNKNOWN, FEATURE_UNIMPLEMENTED,
            FUNCTION_UNIMPLEMENTED.
    """
    found = Violations()
    if request.project_id:
        found.pattern("project_id", request.project_id, _PROJECT)
    if request.request_id:
        found.pattern("request_id", request.request_id, REQUEST_ID)
    if request.HasField("priority"):
        found.number("priority", request.priority, 0, 9)
    found.size("user_data", request.user_data, 2_048)
    check_tags(found, request.tags)
    _check_context(found, request.context)
    _check_options(found, request.options)
    _check_budget(found, request.budget)
    check_output(found, request.output, "output")
    _check_inputs(found, request.inputs)
    check_tasks(found, "production_tasks", request.production_tasks)
    _check_named_inputs(found, request)
    _check_without_analysis(found, request)
    found.raise_if_any()
    check_features(request.features)
    check_pin_list(found, "engine_pins", request.engine_pins)
    found.raise_if_any()


def check_tags(found: Violations, tags: Mapping[str, str], prefix: str = "") -> None:
    """Check caller's tags: at most 64; keys 1..128 bytes, values up to 256 bytes.

    A zero character is refused, since databases cannot look for it.
    """
    found.count(f"{prefix}tags", len(tags), 64)
    for key in sorted(tags):
        if not key:
            found.add(f"{prefix}tags", "a key is empty", "1..128 bytes", "")
        found.size(f"{prefix}tags[{key[:32]}] key", key, 128)
        found.size(f"{prefix}tags[{key[:32]}]", tags[key], 256)
        if "\0" in key + tags[key]:
            pair = f"{key}={tags[key]}"
            found.add(f"{prefix}tags", "has a zero character", "no zero character", pair)


def check_text(found: Violations, title: str, description: str, prefix: str = "") -> None:
    """Check a media's title and description."""
    found.size(f"{prefix}title", title, 256)
    found.size(f"{prefix}description", description, 1_024)


def check_features(names: Iterable[str]) -> None:
    """Check feature names.

    Raises:
        VidereError: FEATURE_UNKNOWN, FEATURE_UNIMPLEMENTED.
    """
    for index, name in enumerate(names):
        if name in BY_NAME:
            continue
        known = name in PLANNED
        violation = FieldViolation(
            f"features[{index}]",
            f"is not in this release: {PLANNED[name]}" if known else "is no feature",
            ", ".join(sorted(BY_NAME)),
            name[:100],
        )
        raise VidereError(
            Reason.FEATURE_UNIMPLEMENTED if known else Reason.FEATURE_UNKNOWN,
            f"feature {name[:100]!r} {violation.description}",
            violations=(violation,),
            metadata={"field": violation.field, "limit": violation.limit, "actual": name[:100]},
        )


def _check_context(found: Violations, context: job_pb2.JobContext) -> None:
    check_text(found, context.title, context.description, "context.")
    found.count("context.language_hints", len(context.language_hints), 10)
    for index, tag in enumerate(context.language_hints):
        found.pattern(f"context.language_hints[{index}]", tag, LANGUAGE)
    found.count("context.covers", len(context.covers), 5)
    for index, cover in enumerate(context.covers):
        source = cover.WhichOneof("source")
        if source not in ("upload_id", "media_id"):
            field = f"context.covers[{index}]"
            found.add(field, "is no upload and no media", "upload_id, media_id", source or "none")
    found.count("context.comments", len(context.comments), 10_000)
    seen: set[str] = set()
    for index, comment in enumerate(context.comments):
        _check_comment(found, f"context.comments[{index}]", comment)
        if comment.comment_id in seen:
            field = f"context.comments[{index}].comment_id"
            found.add(field, "stands twice", "unique ids", comment.comment_id)
        seen.update({comment.comment_id} - {""})


def _check_comment(found: Violations, field: str, comment: job_pb2.TimedComment) -> None:
    found.size(f"{field}.text", comment.text, 1_000)
    found.size(f"{field}.comment_id", comment.comment_id, 64)
    offset = duration_ns(comment.offset)
    if offset < 0:
        found.add(f"{field}.offset", "is negative", ">= 0", f"{offset / NS:g} s")
    elif offset > _LONGEST_S * NS:
        found.add(f"{field}.offset", "is too long", f"<= {_LONGEST_S} s", f"{offset // NS} s")


def _check_options(found: Violations, options: job_pb2.AnalysisOptions) -> None:
    found.count("options.ranges", len(options.ranges), 100)
    reached = 0
    for index, item in enumerate(options.ranges):
        start, end = duration_ns(item.start_offset), duration_ns(item.end_offset)
        if not reached <= start < end:
            found.add(
                f"options.ranges[{index}]",
                "must be in order, not empty and not overlapping",
                f"{reached / NS:g} s <= start < end",
                f"{start / NS:g}..{end / NS:g} s",
            )
        reached = max(reached, end)
    for index, tag in enumerate(options.languages):
        found.pattern(f"options.languages[{index}]", tag, LANGUAGE)
    if options.HasField("sample_interval"):
        check_interval(found, "options.sample_interval", options.sample_interval)
    if options.HasField("min_label_confidence"):
        found.number("options.min_label_confidence", options.min_label_confidence, 0, 1)
    if options.HasField("units_per_chunk"):
        found.number("options.units_per_chunk", options.units_per_chunk, 1, 1_000)


def check_interval(found: Violations, field: str, interval: Duration) -> None:
    """Record a violation for a sample interval out of its range."""
    found.number(field, duration_ns(interval) / NS, 0.5, 60)


def _check_budget(found: Violations, budget: job_pb2.Budget) -> None:
    if budget.HasField("cpu_seconds"):
        found.number("budget.cpu_seconds", budget.cpu_seconds, 0, 1e9)
    if budget.HasField("wall_time"):
        found.number("budget.wall_time", duration_ns(budget.wall_time) / NS, 0.001, 1e9)


def check_output(found: Violations, output: job_pb2.OutputSpec, where: str) -> None:
    """Check where files are delivered; whether the folder may be used is looked up later."""
    if output.uri_prefix and not output.uri_prefix.startswith(("file://", "s3://")):
        limit = "file://, s3://"
        found.add(f"{where}.uri_prefix", "must be a folder", limit, output.uri_prefix)
    found.size(f"{where}.uri_prefix", output.uri_prefix, MAX_URI)
    found.size(f"{where}.name_pattern", output.name_pattern, 255)
    _check_pattern(found, f"{where}.name_pattern", output.name_pattern)
    if output.name_pattern and not output.uri_prefix:
        found.add(f"{where}.name_pattern", "needs uri_prefix", "uri_prefix", output.name_pattern)
    names = job_pb2.NameCollision.keys()
    if output.collision not in range(len(names)):
        limit = ", ".join(names[1:])
        found.add(f"{where}.collision", "is not a value of this release", limit, output.collision)
    elif output.collision and not output.uri_prefix:
        name = names[output.collision]
        found.add(f"{where}.collision", "needs uri_prefix", "uri_prefix", name)


def _check_pattern(found: Violations, field: str, pattern: str) -> None:
    names = _PLACEHOLDER.findall(pattern)
    unknown = [name for name in names if name not in _PLACEHOLDERS]
    if unknown:
        known = " ".join(sorted(_PLACEHOLDERS))
        found.add(field, f"has the unknown placeholder {{{unknown[0][:32]}}}", known, unknown[0])
    elif set("{}") & set(_PLACEHOLDER.sub("", pattern)):
        found.add(field, "has a brace without its other", "{name} in braces", pattern)
    if not pattern.isprintable() or pattern.endswith("/"):
        found.add(field, "is no file's name", "a file name", pattern)
    if pattern.startswith("/") or ".." in pattern.split("/"):
        found.add(field, "leaves the folder", "relative", pattern)


def _check_inputs(found: Violations, inputs: Iterable[job_pb2.JobInput]) -> None:
    named = list(inputs)
    found.count("inputs", len(named), MAX_INPUTS)
    names = [item.name or "main" for item in named]
    if "main" not in names:
        found.add("inputs", "has no input named main", "main", ", ".join(names) or "none")
    if len(set(names)) != len(names):
        found.add("inputs", "has a name twice", "unique names", ", ".join(names))
    for index, item in enumerate(named):
        field = f"inputs[{index}]"
        if item.name:
            found.pattern(f"{field}.name", item.name, _NAME)
        match item.WhichOneof("source"):
            case None:
                found.add(field, "has no source", "upload_id, uri, media_id …", "none")
            case "uri":
                if not 1 <= len(item.uri) <= MAX_URI:
                    found.add(f"{field}.uri", "has a bad length", f"1..{MAX_URI}", len(item.uri))
            case "artifact_digest":
                found.pattern(f"{field}.artifact_digest", item.artifact_digest, DIGEST)
            case "inline_text":
                found.size(f"{field}.inline_text", item.inline_text, MAX_INLINE_TEXT)
                if not item.inline_text.strip():
                    found.add(f"{field}.inline_text", "is empty", "1 character", 0)


def check_tasks(
    found: Violations, where: str, tasks: Sequence[production_pb2.ProductionTask]
) -> None:
    """Check production tasks.

    Raises:
        VidereError: FUNCTION_UNIMPLEMENTED.
    """
    found.count(where, len(tasks), MAX_TASKS)
    names = []
    for index, task in enumerate(tasks):
        field = f"{where}[{index}]"
        function = task.WhichOneof("function")
        if function is None:
            raise VidereError(
                Reason.FUNCTION_UNIMPLEMENTED,
                f"{field} names no function of this release",
                metadata={"field": field, "limit": ", ".join(FUNCTIONS), "actual": ""},
            )
        if task.name:
            found.pattern(f"{field}.name", task.name, _NAME)
        names.append(task_name(task))
        for violation in violations_of(task):
            found.add(
                f"{field}.{violation.field}",
                violation.description,
                violation.limit,
                violation.actual,
            )
    if len(set(names)) != len(names):
        found.add(where, "has a name twice", "unique names", ", ".join(names))


def _check_named_inputs(found: Violations, request: job_pb2.SubmitJobRequest) -> None:
    """Refuse tasks that work on inputs which the job does not have."""
    there = [item.name or "main" for item in request.inputs]
    for index, task in enumerate(request.production_tasks):
        for name in inputs_of(task):
            if name not in there:
                field = f"production_tasks[{index}]"
                found.add(field, "works on an input that is not there", ", ".join(there), name)


def _check_without_analysis(found: Violations, request: job_pb2.SubmitJobRequest) -> None:
    """Check a job that only makes files; its tasks may come from a template."""
    if not request.skip_analysis:
        return
    field = "skip_analysis"
    if not request.production_tasks and not request.templates.production:
        found.add(field, "leaves nothing to do", "a production task", "none")
    if request.features:
        found.add(field, "excludes features", "no features", ", ".join(request.features))
    if request.engine_pins:
        found.add(field, "excludes engine_pins", "no engine_pins", len(request.engine_pins))
    for kind in ("analysis", "moderation"):
        if getattr(request.templates, kind):
            found.add(field, f"excludes templates.{kind}", "none", getattr(request.templates, kind))


def check_pin_list(found: Violations, where: str, pins: Iterable[types_pb2.EnginePin]) -> None:
    """Check which engines are wanted; whether they are there is for `pins.check_pins`."""
    seen: set[str] = set()
    for index, pin in enumerate(pins):
        field = f"{where}[{index}]"
        if pin.feature not in BY_NAME and pin.feature != SPEECH_ACTIVITY:
            found.add(f"{field}.feature", "is no feature", ", ".join(BY_NAME), pin.feature)
        if not pin.engine:
            found.add(f"{field}.engine", "is empty", "an engine's name", "")
        if pin.feature in seen:
            found.add(field, "pins a feature twice", "one per feature", pin.feature)
        seen.add(pin.feature)
