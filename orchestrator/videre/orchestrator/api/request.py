"""Reading a stored SubmitJobRequest, and the canonical bytes that repeated requests are told by.

What is stored is the request with what its templates say filled in, see `templates.choice`.
"""

from __future__ import annotations

from dataclasses import replace

from google.protobuf.duration_pb2 import Duration

from videre.common.values import NS, score_e4, sha256_hex
from videre.orchestrator.costs import DEFAULT_SAMPLE_INTERVAL_NS
from videre.orchestrator.features import requested_features
from videre.orchestrator.fusion.inputs import Comment, Context, FusionOptions, Tag
from videre.orchestrator.planning import PlanRequest
from videre.orchestrator.store.records import MediaRecord
from videre.v1 import job_pb2, production_pb2

DEFAULT_PRIORITY = 5


def duration_ns(duration: Duration) -> int:
    """Return a Duration in nanoseconds."""
    return duration.seconds * NS + duration.nanos


def canonical_request(request: job_pb2.SubmitJobRequest) -> tuple[bytes, str]:
    """Return a request's bytes without its request_id, and their SHA-256 (hex)."""
    copy = job_pb2.SubmitJobRequest()
    copy.CopyFrom(request)
    copy.ClearField("request_id")
    copy.ClearField("validate_only")
    data = copy.SerializeToString(deterministic=True)
    return data, sha256_hex(data)


def job_request(data: bytes) -> job_pb2.SubmitJobRequest:
    """Read a stored request."""
    return job_pb2.SubmitJobRequest.FromString(data)


def priority_of(request: job_pb2.SubmitJobRequest) -> int:
    """Return the priority, 0 (most urgent) to 9."""
    return request.priority if request.HasField("priority") else DEFAULT_PRIORITY


def task_name(task: production_pb2.ProductionTask) -> str:
    """Return a task's name: its function's where it has none of its own."""
    return task.name or str(task.WhichOneof("function"))


def task_count(request: job_pb2.SubmitJobRequest) -> int:
    """Return the number of production tasks."""
    return len(request.production_tasks)


def other_inputs(request: job_pb2.SubmitJobRequest) -> dict[str, str]:
    """Return the media of a stored request's further inputs by name, in their order."""
    return {item.name: item.media_id for item in request.inputs if item.name not in ("", "main")}


def media_beside(request: job_pb2.SubmitJobRequest) -> frozenset[str]:
    """Return the media that a stored request names beside its own: further inputs and covers."""
    covers = (cover.media_id for cover in request.context.covers)
    return frozenset({*other_inputs(request).values(), *covers}) - {""}


def features_of(request: job_pb2.SubmitJobRequest) -> frozenset[str]:
    """Return the features that a job looks for, with those that they stand on."""
    return frozenset() if request.skip_analysis else requested_features(request.features)


def pins_of(request: job_pb2.SubmitJobRequest) -> tuple[tuple[str, str], ...]:
    """Return the engines that are wanted, sorted: (feature, "name" or "name@version")."""
    pins = [
        (pin.feature, f"{pin.engine}@{pin.version}" if pin.version else pin.engine)
        for pin in request.engine_pins
    ]
    return tuple(sorted(pins))


def plan_request(request: job_pb2.SubmitJobRequest) -> PlanRequest:
    """Return what of the request matters for the plan."""
    options, budget = request.options, request.budget
    interval = duration_ns(options.sample_interval)
    limited = budget.HasField("cpu_seconds")
    return PlanRequest(
        features=tuple(request.features),
        looks=not request.skip_analysis,
        pins=pins_of(request),
        languages=tuple(request.context.language_hints),
        sample_interval_ns=interval or DEFAULT_SAMPLE_INTERVAL_NS,
        samples_as_asked=interval > 0,
        units_per_chunk=options.units_per_chunk if options.HasField("units_per_chunk") else None,
        budget_cpu_ms=round(budget.cpu_seconds * 1_000) if limited else None,
    )


def fusion_context(request: job_pb2.SubmitJobRequest) -> Context:
    """Return what is known of the media beside its bytes."""
    context = request.context
    return Context(
        title=context.title,
        description=context.description,
        comments=tuple(
            Comment(
                duration_ns(comment.offset) if comment.HasField("offset") else None,
                comment.text,
                comment.comment_id,
            )
            for comment in context.comments
        ),
        language_hints=tuple(context.language_hints),
    )


def moderated_context(given: Context, media: MediaRecord) -> Context:
    """Return the texts that are moderated: those of the job, else of its media; the media's tags.

    Args:
        given: with the job.
        media: the job's.
    """
    return replace(
        given,
        title=given.title or media.title,
        description=given.description or media.description,
        tags=tuple(Tag(key, value) for key, value in sorted(media.tags.items())),
    )


def fusion_options(request: job_pb2.SubmitJobRequest) -> FusionOptions:
    """Return which labels and languages are kept."""
    options = request.options
    defaults = FusionOptions()
    return FusionOptions(
        include=tuple(options.include_node_ids),
        exclude=tuple(options.exclude_node_ids),
        min_score=(
            score_e4(options.min_label_confidence)
            if options.HasField("min_label_confidence")
            else defaults.min_score
        ),
        languages=tuple(options.languages),
    )


def wanted_ranges(request: job_pb2.SubmitJobRequest) -> list[tuple[int, int]]:
    """Return the stretches to be looked at, in nanoseconds; none = everything."""
    return [
        (duration_ns(item.start_offset), duration_ns(item.end_offset))
        for item in request.options.ranges
    ]
