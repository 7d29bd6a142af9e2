"""Production tasks of a job."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Final

import grpc.aio
from google.protobuf.json_format import MessageToDict

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.common.values import NS, score_e4
from videre.exports.production_params import FUNCTIONS
from videre.internal.v1 import production_pb2, production_pb2_grpc
from videre.orchestrator.api.analyses.view import known_to_proto
from videre.orchestrator.api.flow import not_taken, skips
from videre.orchestrator.api.present import TOLD
from videre.orchestrator.api.request import job_request, other_inputs, task_name
from videre.orchestrator.catalog import choose
from videre.orchestrator.document.canonical import from_json
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.work import Work, ask, ensure_wanted, media_path, take_up
from videre.orchestrator.store.records import JobRecord, OutputRecord, StageState
from videre.v1 import analysis_pb2
from videre.v1 import production_pb2 as public_pb2

#: Progress comes at least every 5 s; a stream that is silent for longer than this is dead.
_SILENCE_S: Final = 60.0
_RENDER_TIMEOUT_S: Final = 6 * 3600.0


def task_stage(task: public_pb2.ProductionTask) -> str:
    """Return the name of a task's stage."""
    return f"produce:{task_name(task)}"


async def produce(run: Runtime, job_id: str, number: int) -> int:
    """Run one task; a task that fails fails its own stage only."""
    job, work = await job_of(run, job_id), await take_up(run, job_id)
    request = job_request(job.request)
    task = request.production_tasks[number]
    stage = task_stage(task)
    branch = branch_taken(job)
    if skips(request, branch, task_name(task)):
        await skip(run, job_id, stage, branch)
        return 0
    await mark(run, job_id, stage, StageState.RUNNING, total=100)

    async def told(share: float) -> None:
        whole = (number + share) / len(request.production_tasks) * 9_900
        progress = round(whole) if request.skip_analysis else None
        percent = int(share * 100)
        await asyncio.to_thread(run.jobs.share_done, job_id, stage, percent, job_progress=progress)

    try:
        result = await _render(run, work, job, task, told)
        await asyncio.to_thread(_check_made, run, job.project_id, result)
    except VidereError as error:
        await mark(
            run, job_id, stage, StageState.FAILED, reason=str(error.reason), message=error.message
        )
        return 0
    digests = [made.digest for made in result.outputs]
    await asyncio.to_thread(run.evidence.refer, job.project_id, digests, "job", job_id)
    for position, made in enumerate(result.outputs):
        record = OutputRecord(
            job_id=job_id,
            name=_unique(task, made.name),
            project_id=job.project_id,
            task=task_name(task),
            position=number * 1_000 + position,
            role=made.role,
            digest=made.digest,
            size_bytes=made.size_bytes,
            media_type=made.media_type,
            offset_ns=_nanoseconds(made) if made.HasField("offset") else None,
            score=score_e4(made.score) if made.HasField("score") else None,
            facts=_facts(made),
        )
        await asyncio.to_thread(run.jobs.add_output, record)
    cpu_ms = round(result.usage.cpu_seconds * 1_000)
    await mark(
        run, job_id, stage, StageState.SUCCEEDED, done=1, total=1,
        model_calls=result.usage.model_calls, cpu_ms=cpu_ms,
    )  # fmt: skip
    return len(result.outputs)


def _check_made(run: Runtime, project_id: str, result: production_pb2.RenderResult) -> None:
    """Refuse files that are not in the store as they are said to be.

    Raises:
        VidereError: SERVICE_ANSWER.
    """
    answers.files(result)
    for made in result.outputs:
        there = run.artifacts.exists(project_id, made.digest)
        if not there or run.artifacts.size(project_id, made.digest) != made.size_bytes:
            raise VidereError(
                Reason.SERVICE_ANSWER,
                f"production made {made.name}, which the store does not have so",
                metadata={"service": "production"},
            )


def _unique(task: public_pb2.ProductionTask, name: str) -> str:
    """Return a name that is unique in the job: a named task's files carry the task's name."""
    return f"{task.name}-{name}" if task.name else name


def _facts(made: public_pb2.OutputArtifact) -> dict[str, Any] | None:
    """Return the typed facts of a file as JSON; None where there are none."""
    facts = MessageToDict(made)
    return {name: facts[name] for name in TOLD if name in facts} or None


def _nanoseconds(made: public_pb2.OutputArtifact) -> int:
    return made.offset.seconds * NS + made.offset.nanos


async def _render(
    run: Runtime,
    work: Work,
    job: JobRecord,
    task: public_pb2.ProductionTask,
    told: Callable[[float], Awaitable[None]],
) -> production_pb2.RenderResult:
    function = str(task.WhichOneof("function"))
    catalog = await run.services.describe(
        "production", wanted=partial(ensure_wanted, run, work.job_id)
    )
    choice = choose([catalog], "production", function, {})
    if choice.engine is None:
        raise VidereError(Reason(choice.reason), choice.message)
    request = production_pb2.RenderRequest(
        project_id=job.project_id,
        task=task,
        inputs=await _inputs(run, work, job),
        engine=selection(choice.engine),
        known=await asyncio.to_thread(_known, run, work, job, function),
    )

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> production_pb2.RenderResult:
        stream = production_pb2_grpc.ProductionServiceStub(channel).Render(
            request, timeout=timeout_s
        )
        while True:
            try:
                async with asyncio.timeout(_SILENCE_S):
                    message = await stream.read()
            except TimeoutError:
                stream.cancel()
                raise VidereError(
                    Reason.SERVICE_DOWN, f"production was silent for {_SILENCE_S:.0f} s"
                ) from None
            if not isinstance(message, production_pb2.RenderResponse):  # the end of the stream
                raise VidereError(Reason.SERVICE_ANSWER, "production ended without a result")
            if message.WhichOneof("message") == "result":
                return message.result
            await told(message.progress)

    return await ask(run, work, "production", _RENDER_TIMEOUT_S, call)


async def _inputs(run: Runtime, work: Work, job: JobRecord) -> list[production_pb2.RenderInput]:
    """Return the job's inputs, the main one first."""
    media = {"main": work.media}
    for name, media_id in other_inputs(job_request(job.request)).items():
        media[name] = await asyncio.to_thread(run.media.get, job.project_id, media_id)
    inputs = []
    for name, one in media.items():
        given = production_pb2.RenderInput(name=name, index_digest=one.index_digest)
        path = await media_path(run, one)
        if one.reference is not None:
            given.path = str(path)
        else:
            given.artifact_digest = one.digest
        inputs.append(given)
    return inputs


def _known(run: Runtime, work: Work, job: JobRecord, function: str) -> analysis_pb2.Analysis:
    """Return what the job's own analysis knows, as far as the function uses it."""
    if not job.document_digest:
        return analysis_pb2.Analysis()
    document = run.artifacts.read(job.project_id, job.document_digest)
    return known_to_proto(
        from_json(document),
        work.index.timeline(),
        run.taxonomies.at(job.project_id, work.plan.taxonomy_overlay),
        FUNCTIONS[function].uses,
    )


def branch_taken(job: JobRecord) -> str:
    """Return the branch of its flow that a job has taken; "" = none."""
    return str((job.pins or {}).get("branch", ""))


async def skip(run: Runtime, job_id: str, stage: str, branch: str) -> None:
    """Note that a stage is left out in the branch that was taken."""
    why = not_taken(branch)
    await mark(run, job_id, stage, StageState.SKIPPED, reason=str(why.reason), message=why.message)


async def job_of(run: Runtime, job_id: str) -> JobRecord:
    """Return a job, which is there."""
    job = await asyncio.to_thread(run.jobs.by_id, job_id)
    if job is None:
        raise RuntimeError(f"job {job_id} is gone")
    return job


async def mark(run: Runtime, job_id: str, stage: str, state: StageState, **columns: Any) -> None:
    """Note the state of a stage."""
    await asyncio.to_thread(run.jobs.set_stage, job_id, stage, state, **columns)
