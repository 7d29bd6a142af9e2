"""What every step does around its own work: load the job, look for evidence, keep what is new."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import Any, Final, TypeVar

import grpc.aio

from videre.common.artifact_file import Codec
from videre.common.artifacts import ArtifactStore
from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan
from videre.internal.v1 import engine_pb2
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.costs import share_of_frames
from videre.orchestrator.evidence import Evidence, EvidenceBlob, decode_blob, evidence_key
from videre.orchestrator.features import BY_NAME, FEATURES
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.ingest import FileIdentity, check_unchanged
from videre.orchestrator.planning import PLAN, Plan
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import Call
from videre.orchestrator.store.evidence import EvidenceRow
from videre.orchestrator.store.job_parts import PartDone
from videre.orchestrator.store.records import MediaRecord

T = TypeVar("T")

#: Services whose work a job's budget is about.
_ANALYSING: Final = frozenset(feature.service for feature in FEATURES)
#: Plans and indices that steps share: those of the jobs at work, 10 MB each for a film of hours.
_SHARED: Final = 2


class JobEnded(Exception):
    """The job has ended or is gone: nobody wants its work. No failure of what is looked at."""


@dataclass(frozen=True, slots=True)
class Work:
    """A job's plan with what it is made on.

    `content` is None but for the work that `alike` returns.
    """

    job_id: str
    plan: Plan
    media: MediaRecord
    index: MediaIndex
    content: str | None = None

    def alike(self, content: str) -> Work:
        """Return the work whose keys are those of all media with the same content.

        They are of no evidence, but tell it where the same was looked at in the same way.

        Args:
            content: digest of a stretch of pictures or sound; "" = of no other media: keys are "".
        """
        return replace(self, content=content)

    def batch(self, *engines: EngineFacts) -> int:
        """Return how many frames go in one call: one where a budget may end between two."""
        if self.plan.budget_cpu_ms is not None:
            return 1
        return min(engine.max_batch for engine in engines)

    def key(self, feature: str, engine: str, models: Sequence[str], span: TimeSpan,
            params: Mapping[str, int | str] | None = None) -> str:  # fmt: skip
        """Return the evidence key of a feature's stretch."""
        if self.content == "":
            return ""
        if self.content is not None:  # wherever it is
            span = TimeSpan(0, 0)
        media_digest = self.plan.media_digest if self.content is None else f"as:{self.content}"
        return evidence_key(
            project=self.plan.project_id,
            media_digest=media_digest,
            feature=feature,
            engine=engine,
            model_digests=models,
            params=params or {},
            plan_version=self.plan.version,
            start_ns=span.start_ns,
            end_ns=span.end_ns,
        )


@dataclass(frozen=True, slots=True)
class Cost:
    """What a piece of evidence cost to make."""

    model_calls: int = 0
    cpu_seconds: float = 0.0

    def __add__(self, other: Cost) -> Cost:
        return Cost(self.model_calls + other.model_calls, self.cpu_seconds + other.cpu_seconds)


async def load_work(run: Runtime, job_id: str) -> Work:
    """Load a job's plan, media and index.

    Raises:
        VidereError: the job, its media or an artifact is gone.
    """

    def load() -> Work:
        job = run.jobs.by_id(job_id)
        if job is None or job.media_id is None:
            raise RuntimeError(f"job {job_id} has no media")
        plan = _plan(run.artifacts, job.project_id, job.plan_digest)
        media = run.media.get(job.project_id, job.media_id)
        index = _index(run.artifacts, job.project_id, media.index_digest)
        return Work(job_id, plan, media, index)

    return await asyncio.to_thread(load)


@lru_cache(maxsize=_SHARED)
def _plan(artifacts: ArtifactStore, project_id: str, digest: str) -> Plan:
    return PLAN.validate_json(artifacts.read(project_id, digest))


@lru_cache(maxsize=_SHARED)
def _index(artifacts: ArtifactStore, project_id: str, digest: str) -> MediaIndex:
    return MediaIndex.decode(artifacts.read(project_id, digest))


async def take_up(run: Runtime, job_id: str) -> Work:
    """Load what a step works on.

    Raises:
        JobEnded: nothing is to be done; a crash may have come between a job's end and that of its
            workflow.
        VidereError: the media or an artifact is gone.
    """
    await ensure_wanted(run, job_id)
    return await load_work(run, job_id)


async def ensure_wanted(run: Runtime, job_id: str) -> None:
    """Go on only for a job that has not ended.

    Raises:
        JobEnded: it has.
    """
    if not await asyncio.to_thread(run.jobs.active, job_id):
        raise JobEnded(job_id)


async def ask(run: Runtime, work: Work, service: str, timeout_s: float, call: Call[T]) -> T:
    """Call a service for a job; see `ServicePool.call`.

    The journal stops the steps of a cancelled job within a second, but not those of a deleted one:
    hence a look at the job before every attempt.

    Raises:
        JobEnded: the job has ended.
        VidereError: what the service refused with; SERVICE_DOWN; BUDGET where it looks at media.
    """
    budget = work.plan.budget_cpu_ms if service in _ANALYSING else None

    async def wanted(channel: grpc.aio.Channel, timeout_s: float) -> T:
        await ensure_wanted(run, work.job_id)
        if budget is None:
            return await call(channel, timeout_s)
        await _ensure_within(run, work.job_id, budget)
        answer = await call(channel, timeout_s)
        await asyncio.to_thread(run.jobs.charge, work.job_id, _cpu_ms(answer))
        return answer

    return await run.services.call(service, timeout_s, wanted)


async def _ensure_within(run: Runtime, job_id: str, budget_cpu_ms: int) -> None:
    charged = await asyncio.to_thread(run.jobs.charged_cpu_ms, job_id)
    if charged >= budget_cpu_ms:
        raise VidereError(
            Reason.BUDGET,
            f"engines have taken {charged} of {budget_cpu_ms} CPU-ms",
            metadata={"limit": str(budget_cpu_ms), "actual": str(charged)},
        )


def _cpu_ms(answer: Any) -> int:
    """Return what an answer took; that about frames says it of each engine."""
    usage = answer.usage
    parts = [usage] if isinstance(usage, engine_pb2.CallUsage) else usage
    return round(sum(part.cpu_seconds for part in parts) * 1_000)


async def media_path(run: Runtime, media: MediaRecord) -> Path:
    """Return a plain file with the media's bytes, checked to be the ones that were ingested.

    Raises:
        VidereError: MEDIA_CHANGED, ARTIFACT_NOT_FOUND.
    """

    def locate() -> Path:
        reference = media.reference
        if reference is not None:
            identity = FileIdentity(reference["size"], reference["mtime_ns"], reference["inode"])
            path = Path(reference["path"])
            check_unchanged(path, identity)
            return path
        return run.artifacts.materialize(media.project_id, media.digest)

    return await asyncio.to_thread(locate)


async def find(run: Runtime, keys: Sequence[str]) -> dict[str, EvidenceRow]:
    """Return the evidence rows that exist."""
    return await asyncio.to_thread(run.evidence.find, keys)


async def read_evidence(run: Runtime, project_id: str, digest: str) -> EvidenceBlob:
    """Read one blob of evidence."""
    data = await asyncio.to_thread(run.artifacts.read, project_id, digest)
    return decode_blob(data)


async def keep(
    run: Runtime,
    work: Work,
    key: str,
    feature: str,
    engine: str,
    span: TimeSpan,
    records: Sequence[Evidence],
    cost: Cost,
    cited: Iterable[str] = (),
    input_digest: str = "",
) -> EvidenceRow:
    """Store a blob and its row; when somebody was faster, the row is theirs."""
    blob = EvidenceBlob(feature, engine, span, tuple(records))
    plan = work.plan
    # Costs are those of frames sampled by default; other features know no density.
    share = share_of_frames(feature, plan.sample_interval_ns) if feature in BY_NAME else 1.0

    def store() -> EvidenceRow:
        data = blob.encode()
        digest = run.artifacts.put(plan.project_id, data, codec="zstd")
        row = EvidenceRow(
            key, plan.project_id, plan.media_digest, feature, engine, digest,
            span.start_ns, span.end_ns, input_digest,
        )  # fmt: skip
        stored = run.evidence.put(row, cited)
        run.evidence.record_cost(
            feature,
            engine,
            media_ms=round(span.duration_ns * share / 1_000_000),
            cpu_ms=round(cost.cpu_seconds * 1_000),
            size=len(data),
        )
        return stored

    return await asyncio.to_thread(store)


async def put_artifact(run: Runtime, project_id: str, data: bytes, *, packed: bool) -> str:
    """Store bytes as an artifact and return their digest; `packed` compresses them."""
    codec: Codec = "zstd" if packed else "none"
    return await asyncio.to_thread(run.artifacts.put, project_id, data, codec=codec)


def counted(
    stage: str, part: str, keys: Sequence[str], cost: Cost, span: TimeSpan | None = None
) -> PartDone:
    """Return what the store counts of one unit of a stage's work."""
    return PartDone(
        stage=stage,
        part=part,
        keys=keys,
        model_calls=cost.model_calls,
        cpu_ms=round(cost.cpu_seconds * 1_000),
        span_ns=(span.start_ns, span.end_ns) if span is not None else None,
    )


async def parts_done(run: Runtime, work: Work, *parts: PartDone) -> None:
    """Count units of stages' work, in one transaction."""
    await asyncio.to_thread(run.jobs.finish_parts, work.job_id, *parts)


async def part_done(
    run: Runtime,
    work: Work,
    stage: str,
    part: str,
    keys: Sequence[str],
    cost: Cost,
    span: TimeSpan | None = None,
) -> None:
    """Count one unit of a stage's work."""
    await parts_done(run, work, counted(stage, part, keys, cost, span))


async def part_failed(
    run: Runtime, work: Work, stage: str, part: str, span: TimeSpan, error: VidereError
) -> None:
    """Record that nobody could look at one unit; what other units found stays."""
    lost = PartDone(
        stage=stage,
        part=part,
        missing=[[span.start_ns, span.end_ns]],
        reason=error.reason,
        message=error.message,
    )
    await parts_done(run, work, lost)
