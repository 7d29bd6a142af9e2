"""The sampled frames of a chunk, looked at by every frame engine of the plan."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import grpc.aio
import numpy as np

from videre.common import answers
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import FRAME_FEATURES
from videre.orchestrator.library.entries import FEATURE_DTYPE
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps import batches, recording
from videre.orchestrator.steps.copies import taken
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.signals import alike, seen
from videre.orchestrator.steps.units import (
    ChunkSpool,
    Sampling,
    call_timeout,
    each_unit,
    sample,
    sampling_of,
    unit_part,
    unit_span,
)
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    ask,
    counted,
    find,
    keep,
    parts_done,
    put_artifact,
    take_up,
)


@dataclass(slots=True)
class _Seen:
    """What one engine saw in a unit."""

    engine: EngineFacts
    observations: list[visual_pb2.Observation]
    cost: Cost


def frame_keys(work: Work, unit: Unit, params: Mapping[str, int | str]) -> dict[str, str]:
    """Return the key of what each frame engine of the plan saw in a unit, by feature.

    Args:
        params: of the unit's sampling.
    """
    engines = [work.plan.engine(f) for f in FRAME_FEATURES if work.plan.wants(f)]
    span = unit_span(unit)
    return {
        engine.feature: work.key(engine.feature, engine.id, engine.model_digests, span, params)
        for engine in engines
    }


async def look(run: Runtime, job_id: str, chunk: int) -> int:
    """Look at a chunk's sampled frames with every frame engine of the plan."""
    work = await take_up(run, job_id)
    engines = [work.plan.engine(f) for f in FRAME_FEATURES if work.plan.wants(f)]
    if not engines:
        return 0

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        span, part = unit_span(unit), unit_part(unit)
        sampling = await sampling_of(run, work, unit)
        keys = frame_keys(work, unit, sampling.params)
        found = await find(run, list(keys.values()))
        missing = [name for name, key in keys.items() if key not in found]
        same = frame_keys(await alike(run, work, unit), unit, sampling.params) if missing else {}
        move = seen(work, unit)
        missing = [
            name
            for name in missing
            if not await taken(run, work, keys[name], same[name], span, move)
        ]
        costs = dict.fromkeys(keys, Cost())
        if missing:
            unseen = [engine for engine in engines if engine.feature in missing]
            for look in await _look_at_unit(run, work, unit, spool, sampling, unseen):
                name = look.engine.feature
                costs[name] = look.cost
                await _keep_seen(run, work, unit, spool, look, keys[name], same[name])
        done = [counted(name, part, [key], costs[name], span) for name, key in keys.items()]
        await parts_done(run, work, *done)

    stages = [engine.feature for engine in engines]
    return await each_unit(run, job_id, chunk, stages, body, work)


async def _look_at_unit(
    run: Runtime,
    work: Work,
    unit: Unit,
    spool: ChunkSpool,
    sampling: Sampling,
    engines: Sequence[EngineFacts],
) -> list[_Seen]:
    unit_spool = await spool.unit(unit)
    frames = sample(work, unit, unit_spool, sampling.boundaries).visual
    looks = {engine.feature: _Seen(engine, [], Cost()) for engine in engines}
    carry = b""
    largest = work.batch(*engines)
    timeout = max(call_timeout(engine) for engine in engines)
    async for batch in batches.of_frames(unit_spool, frames, largest):
        request = visual_pb2.AnalyzeFramesRequest(
            frames=batch, engines=[selection(engine) for engine in engines], carry=carry
        )

        async def call(
            channel: grpc.aio.Channel,
            timeout_s: float,
            request: visual_pb2.AnalyzeFramesRequest = request,
        ) -> visual_pb2.AnalyzeFramesResponse:
            return await visual_pb2_grpc.VisualServiceStub(channel).AnalyzeFrames(
                request, timeout=timeout_s
            )

        answer = await ask(run, work, "visual", timeout, call)
        answers.frames(answer, request)
        carry = answer.carry
        for observation in answer.observations:
            looks[observation.feature].observations.append(observation)
        for usage in answer.usage:
            looks[usage.feature].cost += Cost(usage.model_calls, usage.cpu_seconds)
    return list(looks.values())


async def _keep_seen(
    run: Runtime, work: Work, unit: Unit, spool: ChunkSpool, look: _Seen, key: str, same: str
) -> None:
    """Keep what an engine saw, the best picture of each detected class, and the embeddings."""
    engine, timeline = look.engine, work.index.timeline()
    unit_spool = await spool.unit(unit)
    pictures: dict[int, str] = {}
    for frame in batches.best_frames(look.observations, engine):
        jpeg = await asyncio.to_thread(unit_spool.jpeg, frame)
        pictures[frame] = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
    cited = list(pictures.values())
    rows, table = _rows(look.observations)
    digest = ""
    if table:
        digest = await put_artifact(run, work.plan.project_id, table, packed=True)
        cited.append(digest)
    records = []
    for observed, row in zip(look.observations, rows, strict=True):
        embedding = "" if row is None else f"{digest}/{row}"
        records.append(
            recording.observation(
                observed,
                engine,
                timeline.frame_span(observed.frame, observed.frame + 1),
                embedding=embedding,
                picture=pictures.get(observed.frame, ""),
            )
        )
    name, span = engine.feature, unit_span(unit)
    await keep(run, work, key, name, engine.id, span, records, look.cost, cited, same)


def _rows(seen: Sequence[visual_pb2.Observation]) -> tuple[list[int | None], bytes]:
    """Return the first row of each observation in a table of embeddings or local features.

    An engine gives either the one or the other.
    """
    rows: list[int | None] = []
    parts: list[bytes] = []
    count = 0
    for observed in seen:
        part = observed.local_features
        length = len(part) // FEATURE_DTYPE.itemsize
        if observed.embedding:
            part, length = np.asarray(observed.embedding, dtype="<f2").tobytes(), 1
        rows.append(count if length else None)
        parts.append(part)
        count += length
    return rows, b"".join(parts)
