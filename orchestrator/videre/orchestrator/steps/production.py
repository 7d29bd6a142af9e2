"""Production tasks of a job, and the delivery of what they made."""

from __future__ import annotations

import asyncio
import filecmp
import os
import posixpath
import re
import shutil
import tempfile
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any, Final

import grpc.aio
from google.protobuf.json_format import MessageToDict

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.common.values import NS, score_e4
from videre.exports.production_params import FUNCTIONS
from videre.exports.vtt import relinked
from videre.internal.v1 import production_pb2, production_pb2_grpc
from videre.orchestrator.api.analyses.view import known_to_proto
from videre.orchestrator.api.flow import not_taken, output_folders, output_of, skips
from videre.orchestrator.api.present import TOLD
from videre.orchestrator.api.request import job_request, other_inputs, task_name
from videre.orchestrator.catalog import choose
from videre.orchestrator.document.canonical import from_json
from videre.orchestrator.media.uris import resolve_folder_uri
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.work import Work, ask, ensure_wanted, media_path, take_up
from videre.orchestrator.store.records import JobRecord, OutputRecord, StageState
from videre.v1 import analysis_pb2, job_pb2
from videre.v1 import production_pb2 as public_pb2

#: Progress comes at least every 5 s; a stream that is silent for longer than this is dead.
_SILENCE_S: Final = 60.0
_RENDER_TIMEOUT_S: Final = 6 * 3600.0
_PIECE: Final = 4 << 20
_DEFAULT_PATTERN: Final = "{job}/{function}-{sequence}.{type}"


def task_stage(task: public_pb2.ProductionTask) -> str:
    """Return the name of a task's stage."""
    return f"produce:{task_name(task)}"


async def produce(run: Runtime, job_id: str, number: int) -> int:
    """Run one task; a task that fails fails its own stage only."""
    job, work = await _job(run, job_id), await take_up(run, job_id)
    request = job_request(job.request)
    task = request.production_tasks[number]
    stage = task_stage(task)
    branch = branch_taken(job)
    if skips(request, branch, task_name(task)):
        await _skip(run, job_id, stage, branch)
        return 0
    await _mark(run, job_id, stage, StageState.RUNNING, total=100)

    async def told(share: float) -> None:
        whole = (number + share) / len(request.production_tasks) * 9_900
        progress = round(whole) if request.skip_analysis else None
        percent = int(share * 100)
        await asyncio.to_thread(run.jobs.share_done, job_id, stage, percent, job_progress=progress)

    try:
        result = await _render(run, work, job, task, told)
        await asyncio.to_thread(_check_made, run, job.project_id, result)
    except VidereError as error:
        await _mark(
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
    await _mark(
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

    return await ask(run, work.job_id, "production", _RENDER_TIMEOUT_S, call)


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


# --- delivery ----------------------------------------------------------------------------------


async def deliver(run: Runtime, job_id: str) -> int:
    """Write a job's files to the folder it names, each whole or not at all."""
    job = await _job(run, job_id)
    request = job_request(job.request)
    output = output_of(request, branch_taken(job))
    if not output.uri_prefix:
        if output_folders(request):
            await _skip(run, job_id, "output", branch_taken(job))
        return 0
    await _mark(run, job_id, "output", StageState.RUNNING)
    try:
        count = await asyncio.to_thread(_write_outputs, run, job, output)
    except (VidereError, OSError) as error:
        await _mark(
            run, job_id, "output", StageState.FAILED,
            reason=str(Reason.OUTPUT_FAILED), message=str(error),
        )  # fmt: skip
        return 0
    await _mark(run, job_id, "output", StageState.SUCCEEDED, done=count, total=count)
    return count


def _write_outputs(run: Runtime, job: JobRecord, output: Any) -> int:
    folder = resolve_folder_uri(output.uri_prefix, run.settings.roots)
    media = run.media.get(job.project_id, job.media_id or "")
    records = run.jobs.outputs(job.id)
    pattern = output.name_pattern or _DEFAULT_PATTERN
    places = _places(pattern, records, job=job, source=media.source)
    numbered = output.collision == job_pb2.NAME_COLLISION_NUMBER
    # An index tells where other files lie: by then they have their names.
    for record in sorted(records, key=lambda one: one.role == "index"):
        made = run.artifacts.materialize(job.project_id, record.digest)
        place = places[record.name]
        content: bytes | Path = made
        if record.role == "index":
            content = relinked(made.read_bytes(), _seen_from(place, places))
        written = write_whole(folder / place, content, numbered=numbered)
        places[record.name] = posixpath.join(posixpath.dirname(place), written.name)
    return len(records)


def _places(
    pattern: str, records: Sequence[OutputRecord], *, job: JobRecord, source: str
) -> dict[str, str]:
    """Return the path below the output folder of each output, by the output's name."""
    stamp = datetime.fromtimestamp(job.create_ns / NS, UTC).strftime("%Y%m%dT%H%M%SZ")
    return {
        record.name: pattern.format_map(
            {
                "source": stem(source),
                "job": job.id,
                "function": record.role,
                "timestamp": stamp,
                "sequence": str(sequence),
                "type": record.name.rsplit(".", 1)[-1],
            }
        )
        for sequence, record in enumerate(records, start=1)
    }


def _seen_from(place: str, places: Mapping[str, str]) -> dict[str, str]:
    """Return the same places from the folder in which `place` lies."""
    folder = posixpath.dirname(place) or "."
    return {name: posixpath.relpath(other, folder) for name, other in places.items()}


def stem(source: str) -> str:
    """Return a source's name without folders and type, as a part of a path that leads nowhere."""
    name = source.removeprefix("upload:").split("?", 1)[0].rsplit("/", 1)[-1]
    return re.sub(r"[^\w.-]", "_", name.rsplit(".", 1)[0]).lstrip(".") or "media"


def write_whole(path: Path, content: bytes | Path, *, numbered: bool) -> Path:
    """Write a file that is never seen half written, and return where it lies.

    Args:
        path: of the file.
        content: its bytes, or a file with them.
        numbered: whether it gets a number where another file has its name.

    Raises:
        VidereError: OUTPUT_FAILED, another file has its name.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    given, number = path, 1
    while path.exists():
        if _same(path, content):
            return path
        if not numbered:
            raise VidereError(Reason.OUTPUT_FAILED, f"{path.name} exists with other content")
        number += 1
        path = given.with_name(f"{given.stem}-{number}{given.suffix}")
    with tempfile.NamedTemporaryFile(dir=path.parent, prefix=".videre-", delete=False) as target:
        try:
            if isinstance(content, Path):
                with content.open("rb") as source:
                    shutil.copyfileobj(source, target, _PIECE)
            else:
                target.write(content)
            target.flush()
            os.fsync(target.fileno())
        except BaseException:
            os.unlink(target.name)
            raise
    os.replace(target.name, path)
    return path


def _same(path: Path, content: bytes | Path) -> bool:
    if isinstance(content, Path):
        return filecmp.cmp(path, content, shallow=False)
    return path.read_bytes() == content


def branch_taken(job: JobRecord) -> str:
    """Return the branch of its flow that a job has taken; "" = none."""
    return str((job.pins or {}).get("branch", ""))


async def _skip(run: Runtime, job_id: str, stage: str, branch: str) -> None:
    why = not_taken(branch)
    await _mark(run, job_id, stage, StageState.SKIPPED, reason=str(why.reason), message=why.message)


async def _job(run: Runtime, job_id: str) -> JobRecord:
    job = await asyncio.to_thread(run.jobs.by_id, job_id)
    if job is None:
        raise RuntimeError(f"job {job_id} is gone")
    return job


async def _mark(run: Runtime, job_id: str, stage: str, state: StageState, **columns: Any) -> None:
    await asyncio.to_thread(run.jobs.set_stage, job_id, stage, state, **columns)
