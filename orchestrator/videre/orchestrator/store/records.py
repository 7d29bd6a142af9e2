"""The rows of the store as values. Field names are the columns'."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from videre.orchestrator.moderation.facts import VerdictFacts


class JobState(StrEnum):
    """State of a job; the last four are final."""

    QUEUED = "QUEUED"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    PARTIAL = "PARTIAL"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"

    @property
    def final(self) -> bool:
        """Whether the job has ended."""
        return self not in (JobState.QUEUED, JobState.RUNNING)


class StageState(StrEnum):
    """State of a stage."""

    PENDING = "PENDING"
    RUNNING = "RUNNING"
    SUCCEEDED = "SUCCEEDED"
    SKIPPED = "SKIPPED"
    NOT_CHECKED = "NOT_CHECKED"
    FAILED = "FAILED"
    CANCELLED = "CANCELLED"


@dataclass(frozen=True, slots=True)
class JobRecord:
    """A row of `job`."""

    id: str
    project_id: str
    media_id: str | None
    state: str
    request: bytes
    request_id: str | None
    request_digest: str
    features: list[str]
    priority: int
    user_data: str
    tags: dict[str, str]
    create_ns: int
    start_ns: int | None
    end_ns: int | None
    expire_ns: int | None
    created_by: str
    traceparent: str
    wall_time_ns: int | None
    error: dict[str, Any] | None
    plan_digest: str
    pins: dict[str, Any] | None
    result_digest: str
    document_digest: str
    revision: int
    suggestion: str
    progress: int
    last_seq: int
    version: int
    held: bool = False
    turn: int = 0
    requeue_of: str | None = None
    pipeline: str = ""
    charged_cpu_ms: int = 0
    inputs_told: bool = False

    @property
    def deadline_ns(self) -> int | None:
        """Instant at which the job's wall time has passed; None before it starts or without one."""
        if self.start_ns is None or self.wall_time_ns is None:
            return None
        return self.start_ns + self.wall_time_ns


@dataclass(frozen=True, slots=True)
class StageRecord:
    """A row of `job_stage`."""

    job_id: str
    name: str
    project_id: str
    position: int
    state: str
    reason: str
    message: str
    done: int
    total: int
    missing: list[list[int]]
    model_calls: int
    cpu_ms: int


@dataclass(frozen=True, slots=True)
class EventRecord:
    """A row of `job_event`."""

    job_id: str
    seq: int
    project_id: str
    kind: str
    payload: dict[str, Any]
    time_ns: int


@dataclass(frozen=True, slots=True)
class OutputRecord:
    """A row of `job_output`."""

    job_id: str
    name: str
    project_id: str
    task: str
    position: int
    role: str
    digest: str
    size_bytes: int
    media_type: str
    offset_ns: int | None
    score: int | None
    #: What the API tells beside these: an OutputArtifact's `media`, `summary` … as JSON; None =
    #: nothing. Of rows of earlier builds the fields of its `media`.
    facts: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class MediaRecord:
    """A row of `media`."""

    id: str
    project_id: str
    digest: str
    size_bytes: int
    title: str
    description: str
    tags: dict[str, str]
    source: str
    reference: dict[str, Any] | None
    index_digest: str
    facts: dict[str, Any] | None
    latest_revision: int
    create_ns: int
    created_by: str
    request_id: str | None
    request_digest: str | None
    version: int


@dataclass(frozen=True, slots=True)
class UploadRecord:
    """A row of `upload`."""

    id: str
    project_id: str
    file_name: str
    total_size: int
    committed_size: int
    create_ns: int
    expire_ns: int
    media_id: str | None
    created_by: str
    request_id: str | None
    request_digest: str | None


@dataclass(frozen=True, slots=True)
class AnalysisRecord:
    """A row of `analysis`."""

    media_id: str
    revision: int
    project_id: str
    job_id: str
    document_digest: str
    result_digest: str
    suggestion: str
    create_ns: int
    #: Of what it can be judged by again; "" where that was not kept.
    judged_digest: str = ""


@dataclass(frozen=True, slots=True)
class NextRevision:
    """A revision that is about to be published; the artifact of its document is stored already.

    Args:
        facts: what the chain of verdicts is to say of it; None where nothing was judged.
        pictures: other artifacts that it cites than its document.
    """

    media_id: str
    revision: int
    project_id: str
    job_id: str
    document_digest: str
    suggestion: str
    judged_digest: str
    facts: VerdictFacts | None
    pictures: tuple[str, ...] = ()


def following(
    of: AnalysisRecord,
    document_digest: str,
    suggestion: str,
    facts: VerdictFacts | None,
    pictures: Iterable[str] = (),
) -> NextRevision:
    """Return the revision that follows a media's latest one."""
    return NextRevision(
        of.media_id, of.revision + 1, of.project_id, of.job_id, document_digest, suggestion,
        of.judged_digest, facts, tuple(sorted(set(pictures))),
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class FeedbackRecord:
    """A row of `feedback`."""

    id: str
    project_id: str
    media_id: str
    revision: int
    job_id: str
    kind: str
    correction: bytes
    author: str
    source: str
    request_id: str | None
    request_digest: str
    position: int
    create_ns: int
    created_by: str
