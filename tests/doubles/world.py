"""What the server of the tests holds, and what is to go wrong with it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import grpc
from doubles.recorded import MEDIA_ID, picture_bytes, picture_digest, recorded_analysis
from google.protobuf import any_pb2, duration_pb2
from google.rpc import code_pb2, error_details_pb2, status_pb2
from grpc_status import rpc_status

from videre.v1 import (
    analysis_pb2,
    engine_pb2,
    feedback_pb2,
    job_pb2,
    library_pb2,
    media_pb2,
    operations_pb2,
    production_pb2,
    review_pb2,
    taxonomy_pb2,
    template_pb2,
)


@dataclass(frozen=True, slots=True)
class Fault:
    """An answer other than the method's own.

    Args:
        code: status name.
        reason: ErrorInfo.reason.
        after: the method does its work first, then the answer is lost.
        violations: fields for BadRequest.
        retry_after_s: for RetryInfo.
    """

    code: str
    reason: str = ""
    message: str = "as told"
    after: bool = False
    violations: tuple[tuple[str, str], ...] = ()
    retry_after_s: float | None = None

    def abort(self, context: grpc.ServicerContext) -> None:
        """End the call with this status."""
        status = status_pb2.Status(code=getattr(code_pb2, self.code), message=self.message)
        details: list[Any] = []
        if self.reason:
            details.append(error_details_pb2.ErrorInfo(domain="videre", reason=self.reason))
        if self.violations:
            bad = error_details_pb2.BadRequest()
            for name, description in self.violations:
                bad.field_violations.add(field=name, description=description)
            details.append(bad)
        if self.retry_after_s is not None:
            delay = duration_pb2.Duration()
            delay.FromMilliseconds(int(self.retry_after_s * 1000))
            details.append(error_details_pb2.RetryInfo(retry_delay=delay))
        for detail in details:
            packed = any_pb2.Any()
            packed.Pack(detail)
            status.details.append(packed)
        context.abort_with_status(rpc_status.to_status(status))


@dataclass(slots=True)
class World:
    """What the server holds, and what is to go wrong.

    `faults[method]` are used up one per call, in order; None lets a call pass. `seen` lists every
    call as (method, request). A job submitted here ends at once in `end_state`.
    """

    jobs: dict[str, job_pb2.Job] = field(default_factory=dict)
    by_request: dict[str, tuple[bytes, str]] = field(default_factory=dict)
    uploads: dict[str, media_pb2.Upload] = field(default_factory=dict)
    bytes_of: dict[str, bytearray] = field(default_factory=dict)
    media: dict[str, media_pb2.Media] = field(default_factory=dict)
    analyses: dict[str, analysis_pb2.Analysis] = field(default_factory=dict)
    artifacts: dict[str, bytes] = field(default_factory=dict)
    engines: list[engine_pb2.Engine] = field(default_factory=list)
    reviews: dict[str, review_pb2.Review] = field(default_factory=dict)
    templates: list[template_pb2.Template] = field(default_factory=list)
    nodes: dict[str, taxonomy_pb2.TaxonomyNode] = field(default_factory=dict)
    overlay: str = ""
    libraries: dict[str, library_pb2.Library] = field(default_factory=dict)
    entries: dict[str, dict[str, library_pb2.LibraryEntry]] = field(default_factory=dict)
    place: operations_pb2.GetQueuePlaceResponse = field(
        default_factory=operations_pb2.GetQueuePlaceResponse
    )
    backlog: operations_pb2.GetBacklogResponse = field(
        default_factory=operations_pb2.GetBacklogResponse
    )
    usage: list[operations_pb2.UsageDay] = field(default_factory=list)
    faults: dict[str, list[Fault | None]] = field(default_factory=dict)
    feedback: list[feedback_pb2.Feedback] = field(default_factory=list)
    seen: list[tuple[str, Any]] = field(default_factory=list)
    end_state: job_pb2.JobState.ValueType = job_pb2.JOB_STATE_SUCCEEDED
    #: Files that every job has made.
    outputs: list[production_pb2.OutputArtifact] = field(default_factory=list)
    piece_bytes: int = 1 << 20

    def calls(self, method: str) -> list[Any]:
        """Return the requests of one method so far."""
        return [request for name, request in self.seen if name == method]

    def add_film(self) -> str:
        """Add the recorded film with its analysis and pictures; return the media id."""
        analysis = recorded_analysis()
        self.media[MEDIA_ID] = media_pb2.Media(
            media_id=MEDIA_ID, title="A film", digest=analysis.media_info.digest,
            media_info=analysis.media_info, latest_revision=1, source="upload:film.mp4",
        )  # fmt: skip
        self.analyses[MEDIA_ID] = analysis
        self.artifacts.update({picture_digest(i): picture_bytes(i) for i in range(17)})
        return MEDIA_ID

    def node_answer(self, node: taxonomy_pb2.TaxonomyNode) -> taxonomy_pb2.GetNodeResponse:
        """Return what the server says of a node: a class, a rule and words lead to it."""
        observed, named = taxonomy_pb2.LABEL_REACH_OBSERVED, taxonomy_pb2.LABEL_REACH_NAMED
        answer = taxonomy_pb2.GetNodeResponse(
            node=node, installed=named, observed_below=2, silent_services=["audio"]
        )
        answer.routes.add(
            kind=taxonomy_pb2.ROUTE_KIND_CLASS, engine="detector@1", class_names=["dog", "pug"],
            tier=engine_pb2.ENGINE_TIER_STANDARD,
        )  # fmt: skip
        answer.routes.add(
            kind=taxonomy_pb2.ROUTE_KIND_EVENT_RULE, rule_id="my_rule", about="Two [pets]."
        )
        answer.routes.add(
            kind=taxonomy_pb2.ROUTE_KIND_WORDS, features=["speech", "text"], words=["doggo"],
            tier=engine_pb2.ENGINE_TIER_BUNDLED, installed=True,
        )  # fmt: skip
        answer.tiers.add(tier=engine_pb2.ENGINE_TIER_BUNDLED, reach=named)
        answer.tiers.add(tier=engine_pb2.ENGINE_TIER_STANDARD, reach=observed)
        return answer

    def add_job(self, job_id: str, state: job_pb2.JobState.ValueType, **fields: Any) -> job_pb2.Job:
        """Add a job as it stands."""
        job = job_pb2.Job(job_id=job_id, state=state, etag="e1", priority=5, **fields)
        job.create_time.FromJsonString("2026-01-15T09:29:00Z")
        self.jobs[job_id] = job
        return job


class Service:
    """One service of the server: answers from the world, or breaks as it says."""

    def __init__(self, world: World) -> None:
        self.world = world

    def answer(
        self, context: grpc.ServicerContext, request: Any, work: Callable[[], Any], method: str
    ) -> Any:
        """Do `work` unless a fault stands before it; lose the answer where it stands behind."""
        self.world.seen.append((method, request))
        queue = self.world.faults.get(method)
        fault = queue.pop(0) if queue else None
        if fault is not None and not fault.after:
            fault.abort(context)
        answer = work()
        if fault is not None:
            fault.abort(context)
        if isinstance(answer, Fault):
            answer.abort(context)
        return answer
