"""Rows → public messages."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf.duration_pb2 import Duration
from google.protobuf.json_format import ParseDict
from google.protobuf.timestamp_pb2 import Timestamp

from videre.common.values import NS, SCORE_ONE
from videre.orchestrator.links import Links
from videre.orchestrator.store.records import (
    EventRecord,
    FeedbackRecord,
    JobRecord,
    MediaRecord,
    OutputRecord,
    StageRecord,
    UploadRecord,
)
from videre.v1 import analysis_pb2, feedback_pb2, job_pb2, media_pb2, production_pb2, types_pb2


def timestamp(time_ns: int) -> Timestamp:
    """Return a Timestamp."""
    return Timestamp(seconds=time_ns // NS, nanos=time_ns % NS)


def _maybe(time_ns: int | None) -> Timestamp | None:
    return None if time_ns is None else timestamp(time_ns)


def duration(value_ns: int) -> Duration:
    """Return a non-negative Duration."""
    return Duration(seconds=value_ns // NS, nanos=value_ns % NS)


def stage(record: StageRecord) -> analysis_pb2.Stage:
    """Return a stage as it stands now."""
    return stage_from(
        {
            "name": record.name,
            "state": record.state,
            "reason": record.reason,
            "message": record.message,
            "done": record.done,
            "total": record.total,
            "missing": record.missing,
            "model_calls": record.model_calls,
            "cpu_ms": record.cpu_ms,
        }
    )


def stage_from(payload: dict[str, Any]) -> analysis_pb2.Stage:
    """Return a stage from an event's payload."""
    return analysis_pb2.Stage(
        name=payload["name"],
        state=analysis_pb2.StageState.Value(f"STAGE_STATE_{payload['state']}"),
        reason=payload["reason"],
        message=payload["message"],
        done=payload["done"],
        total=payload["total"],
        missing=[
            types_pb2.TimeSpan(start_offset=duration(start), end_offset=duration(end))
            for start, end in payload["missing"]
        ],
        model_calls=payload["model_calls"],
        cpu_seconds=payload["cpu_ms"] / 1_000,
    )


def error(value: dict[str, Any] | None) -> job_pb2.JobError | None:
    """Return why a job did not succeed; None stays unset."""
    if value is None:
        return None
    return job_pb2.JobError(
        reason=value["reason"], message=value["message"], metadata=value.get("metadata", {})
    )


def suggestion(name: str) -> analysis_pb2.Suggestion.ValueType:
    """Return a stored suggestion; "" is UNSPECIFIED."""
    return analysis_pb2.Suggestion.Value(f"SUGGESTION_{name.upper() or 'UNSPECIFIED'}")


#: Typed facts of a file, as `OutputArtifact` has them in JSON.
TOLD: Final = ("media", "summary", "coverReasons", "lecture")


def told(facts: Mapping[str, Any] | None) -> production_pb2.OutputArtifact:
    """Return a file with its stored facts alone."""
    known = dict(facts or {})
    if known and not known.keys() & set(TOLD):
        known = {"media": known}
    return ParseDict(known, production_pb2.OutputArtifact())


def output(record: OutputRecord, links: Links) -> production_pb2.OutputArtifact:
    """Return a file that a job has made, with a fresh signed path."""
    made = production_pb2.OutputArtifact(
        name=record.name,
        task=record.task,
        role=record.role,
        digest=record.digest,
        size_bytes=record.size_bytes,
        media_type=record.media_type,
        offset=duration(record.offset_ns) if record.offset_ns is not None else None,
        score=record.score / SCORE_ONE if record.score is not None else None,
        url_path=links.path(record.project_id, record.digest, record.media_type),
    )
    made.MergeFrom(told(record.facts))
    return made


def job(
    record: JobRecord,
    stages: list[StageRecord],
    outputs: list[OutputRecord],
    links: Links,
    people: str = "",
) -> job_pb2.Job:
    """Return a job as it stands now.

    Args:
        people: what people advise, beside the verdict; "" where they have not decided.
    """
    pins = record.pins or {}
    return job_pb2.Job(
        job_id=record.id,
        project_id=record.project_id,
        media_id=record.media_id or "",
        state=job_pb2.JobState.Value(f"JOB_STATE_{record.state}"),
        stages=[stage(item) for item in stages],
        priority=record.priority,
        requeue_of=record.requeue_of or "",
        pipeline_id=record.pipeline,
        branch_id=pins.get("branch", ""),
        create_time=timestamp(record.create_ns),
        start_time=_maybe(record.start_ns),
        end_time=_maybe(record.end_ns),
        expire_time=_maybe(record.expire_ns),
        user_data=record.user_data,
        tags=record.tags,
        error=error(record.error),
        features=record.features,
        result_digest=record.result_digest if record.revision else "",
        analysis_revision=record.revision,
        progress=record.progress / SCORE_ONE,
        engines=[types_pb2.EnginePin(**pin) for pin in pins.get("engines", [])],
        rules=analysis_pb2.RuleVersions(**pins.get("rules", {})),
        outputs=[output(item, links) for item in outputs],
        model_calls=sum(item.model_calls for item in stages),
        suggestion=suggestion(record.suggestion if record.revision else ""),
        last_seq=record.last_seq,
        etag=str(record.version),
        created_by=record.created_by,
        request_id=record.request_id or "",
        people_suggestion=suggestion(people),
        charged_cpu_seconds=record.charged_cpu_ms / 1_000,
    )


def event(record: EventRecord, user_data: str) -> job_pb2.JobEvent:
    """Return an event."""
    message = job_pb2.JobEvent(
        job_id=record.job_id,
        seq=record.seq,
        event_time=timestamp(record.time_ns),
        user_data=user_data,
    )
    payload = record.payload
    match record.kind:
        case "state":
            message.state_changed.state = job_pb2.JobState.Value(f"JOB_STATE_{payload['state']}")
            reason = error(payload.get("error"))
            if reason is not None:
                message.state_changed.error.CopyFrom(reason)
        case "stage":
            message.stage.CopyFrom(stage_from(payload))
        case "segment":
            start, end = payload["span"]
            message.segment_finished.features.extend(payload["features"])
            message.segment_finished.span.start_offset.CopyFrom(duration(start))
            message.segment_finished.span.end_offset.CopyFrom(duration(end))
        case "analysis":
            message.analysis_published.media_id = payload["media_id"]
            message.analysis_published.revision = payload["revision"]
            message.analysis_published.result_digest = payload["result_digest"]
            message.analysis_published.suggestion = suggestion(payload["suggestion"])
        case "review":
            message.review_changed.review_id = payload["review_id"]
            message.review_changed.media_id = payload["media_id"]
            message.review_changed.revision = payload["revision"]
            message.review_changed.state = analysis_pb2.ReviewState.Value(
                f"REVIEW_STATE_{payload['state']}"
            )
            message.review_changed.suggestion = suggestion(payload["suggestion"])
            message.review_changed.people_suggestion = suggestion(payload["people"])
        case kind:
            raise ValueError(f"unknown event kind {kind!r}")
    return message


def media(record: MediaRecord, info: analysis_pb2.MediaInfo | None) -> media_pb2.Media:
    """Return a media; `info` once it was probed."""
    return media_pb2.Media(
        media_id=record.id,
        project_id=record.project_id,
        digest=record.digest,
        size_bytes=record.size_bytes,
        title=record.title,
        description=record.description,
        tags=record.tags,
        source=record.source,
        create_time=timestamp(record.create_ns),
        latest_revision=record.latest_revision,
        media_info=info,
        etag=str(record.version),
        created_by=record.created_by,
    )


def upload(record: UploadRecord) -> media_pb2.Upload:
    """Return an upload."""
    return media_pb2.Upload(
        upload_id=record.id,
        project_id=record.project_id,
        committed_size=record.committed_size,
        total_size=record.total_size,
        file_name=record.file_name,
        create_time=timestamp(record.create_ns),
        expire_time=timestamp(record.expire_ns),
        media_id=record.media_id or "",
    )


def feedback(record: FeedbackRecord) -> feedback_pb2.Feedback:
    """Return a piece of feedback."""
    return feedback_pb2.Feedback(
        feedback_id=record.id,
        media_id=record.media_id,
        revision=record.revision,
        job_id=record.job_id,
        correction=feedback_pb2.Correction.FromString(record.correction),
        create_time=timestamp(record.create_ns),
        created_by=record.created_by,
        author=record.author,
        source=record.source,
        request_id=record.request_id or "",
    )
