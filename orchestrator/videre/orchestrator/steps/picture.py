"""The picture of a chunk: shots, sampled frames, text. One piece of evidence per unit and feature.

Every call is about one unit, so that neither the length of a chunk nor what failed elsewhere
changes an answer.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass
from typing import Final

import grpc.aio
import numpy as np

from videre.common.errors import Reason, VidereError
from videre.common.values import TimeSpan
from videre.internal.v1 import ocr_pb2, ocr_pb2_grpc, visual_pb2, visual_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import FRAME_FEATURES, SHOTS, TEXT
from videre.orchestrator.media.index import UnitRange
from videre.orchestrator.media.sampling import SamplingOptions, UnitSample, sample_unit
from videre.orchestrator.media.unitfile import UnitSpool
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps import batches, recording
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    find,
    keep,
    load_work,
    media_path,
    part_done,
    part_failed,
    put_artifact,
    read_evidence,
)

#: The decode pass and the sampler as witnesses: raise when their answers may change.
DECODER: Final = "decoder@1"
SAMPLER: Final = "sampler@1"
SIGNALS: Final = "signals"
KEY_FRAMES: Final = "key_frames"
#: Class of a stretch that could not be decoded, in the signals' evidence.
LOST: Final = "lost"
#: Least time for one call; engines state their own above it.
_CALL_TIMEOUT_S: Final = 30.0
#: Most pictures of text that are kept per unit.
_TEXT_PICTURES: Final = 2


def unit_span(unit: Unit) -> TimeSpan:
    """Return a unit's stretch."""
    return TimeSpan(unit.start_ns, unit.end_ns, unit.start_frame, unit.end_frame)


def signals_key(work: Work, unit: Unit) -> str:
    """Return the key of a unit's signals."""
    return work.key(SIGNALS, DECODER, (), unit_span(unit))


def shots_key(work: Work, unit: Unit) -> str:
    """Return the key of a unit's shot boundaries."""
    engine = work.plan.engine(SHOTS)
    return work.key("shots", engine.id, engine.model_digests, unit_span(unit))


def _sampling_params(work: Work) -> dict[str, int | str]:
    plan = work.plan
    shots = plan.engine(SHOTS).id if plan.wants(SHOTS) else "none"
    return {"interval_ns": plan.sample_interval_ns, "sampler": SAMPLER, "shots": shots}


class ChunkSpool:
    """The decoded frames of a chunk, decoded when first needed and leased until the step ends."""

    def __init__(self, run: Runtime, work: Work, units: Sequence[Unit]) -> None:
        self._run, self._work, self._units = run, work, units
        self._stack = AsyncExitStack()
        self._spools: dict[int, UnitSpool] | None = None

    async def __aenter__(self) -> ChunkSpool:
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    async def unit(self, unit: Unit) -> UnitSpool:
        """Return one unit's signals and candidates.

        Raises:
            VidereError: MEDIA_CHANGED, DECODE_FAILED, DECODE_LIMIT.
        """
        if self._spools is None:
            path = await media_path(self._run, self._work.media)
            lease = self._run.spool.video(
                path, self._work.index, self._units[0].index, self._units[-1].index
            )
            spools = await self._stack.enter_async_context(lease)
            self._spools = {spool.unit.index: spool for spool in spools}
        return self._spools[unit.index]


UnitBody = Callable[[Unit, ChunkSpool], Awaitable[None]]


async def _each_unit(
    run: Runtime, job_id: str, chunk: int, stages: Sequence[str], body: UnitBody, work: Work
) -> int:
    """Run a body for every unit; a unit that cannot be looked at fails alone."""
    units = work.plan.chunk_units(chunk)
    async with ChunkSpool(run, work, units) as spool:
        for unit in units:
            try:
                await body(unit, spool)
            except VidereError as error:
                for stage in stages:
                    await part_failed(run, work, stage, f"{unit.index:05d}", unit_span(unit), error)
    return len(units)


# --- shots -------------------------------------------------------------------------------------


async def find_shots(run: Runtime, job_id: str, chunk: int) -> int:
    """Keep a chunk's signals, shots and key frames; tell what could not be decoded."""
    work = await load_work(run, job_id)
    wanted = work.plan.wants(SHOTS)
    picture = [f.name for f in (SHOTS, *FRAME_FEATURES, TEXT) if work.plan.wants(f)]

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        for lost in await _keep_signals(run, work, unit, spool):
            error = VidereError(Reason.DECODE_FAILED, "frames could not be decoded")
            for stage in picture:
                await part_failed(run, work, stage, f"lost-{lost.start_ns}", lost, error)
        if wanted:
            cost = await _shots_of(run, work, unit, spool)
            await _keep_key_frames(run, work, unit, spool)
            keys = [shots_key(work, unit), _key_frames_key(work, unit)]
            await part_done(run, work, SHOTS.name, f"{unit.index:05d}", keys, cost, unit_span(unit))

    return await _each_unit(run, job_id, chunk, [SHOTS.name] if wanted else [], body, work)


async def _keep_signals(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> list[TimeSpan]:
    """Keep a unit's own signals and return the stretches that could not be decoded."""
    key, span = signals_key(work, unit), unit_span(unit)
    for row in (await find(run, [key])).values():
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        return [record.span for record in blob.records if record.class_name == LOST]
    unit_spool = await spool.unit(unit)
    frames = unit_spool.signals["frame"]
    own = unit_spool.signals[(frames >= unit.start_frame) & (frames < unit.end_frame)]
    project = work.plan.project_id
    digest = await put_artifact(run, project, np.ascontiguousarray(own).tobytes(), packed=True)
    timeline = work.index.timeline()
    lost = [timeline.frame_span(start, end) for start, end in unit_spool.missing]
    records = [
        Evidence(feature=SIGNALS, engine=DECODER, span=span, embedding=f"{digest}/0"),
        *(Evidence(feature=SIGNALS, engine=DECODER, span=item, class_name=LOST) for item in lost),
    ]
    await keep(run, work, key, SIGNALS, DECODER, span, records, Cost(), cited=[digest])
    return lost


async def _shots_of(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> Cost:
    key, engine = shots_key(work, unit), work.plan.engine(SHOTS)
    if await find(run, [key]):
        return Cost()
    signals = (await spool.unit(unit)).signals
    request = visual_pb2.DetectShotsRequest(
        engine=selection(engine),
        signals=np.ascontiguousarray(signals).tobytes(),
        first_frame=int(signals["frame"][0]) if len(signals) else unit.start_frame,
        own_start_frame=unit.start_frame,
        own_end_frame=unit.end_frame,
    )

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> visual_pb2.DetectShotsResponse:
        return await visual_pb2_grpc.VisualServiceStub(channel).DetectShots(
            request, timeout=timeout_s
        )

    answer = await run.services.call("visual", _timeout(engine), call)
    records = recording.shots(answer, engine, work.index.timeline())
    cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    await keep(run, work, key, "shots", engine.id, unit_span(unit), records, cost)
    return cost


def _key_frames_key(work: Work, unit: Unit) -> str:
    return work.key(KEY_FRAMES, SAMPLER, (), unit_span(unit), _sampling_params(work))


async def _keep_key_frames(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> None:
    """Keep one picture for every piece of a shot in the unit."""
    key = _key_frames_key(work, unit)
    if await find(run, [key]):
        return
    unit_spool = await spool.unit(unit)
    sample = _sample(work, unit, unit_spool, await _boundaries(run, work, unit))
    timeline = work.index.timeline()
    records, pictures = [], []
    for frame in sample.key_frames:
        if frame is None:
            continue
        jpeg = await asyncio.to_thread(unit_spool.jpeg, frame)
        digest = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
        pictures.append(digest)
        records.append(
            Evidence(
                feature=KEY_FRAMES,
                engine=SAMPLER,
                span=timeline.frame_span(frame, frame + 1),
                picture=digest,
            )
        )
    await keep(
        run, work, key, KEY_FRAMES, SAMPLER, unit_span(unit), records, Cost(), cited=pictures
    )


def _sample(work: Work, unit: Unit, spool: UnitSpool, boundaries: Sequence[int]) -> UnitSample:
    place = UnitRange(unit.index, unit.start_frame, unit.end_frame, unit.start_ns, unit.end_ns)
    options = SamplingOptions(interval_ns=work.plan.sample_interval_ns)
    return sample_unit(spool.candidates, boundaries, place, options)


async def _boundaries(run: Runtime, work: Work, unit: Unit) -> list[int]:
    """Return the first frames of shots that begin in the unit; none where shots are unknown."""
    if not work.plan.wants(SHOTS):
        return []
    rows = await find(run, [shots_key(work, unit)])
    frames: list[int] = []
    for row in rows.values():
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        frames += [
            record.span.start_frame
            for record in blob.records
            if record.class_name in ("cut", "fade") and record.span.start_frame is not None
        ]
    return sorted(frames)


# --- frames ------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Seen:
    """What one engine saw in a unit."""

    engine: EngineFacts
    observations: list[visual_pb2.Observation]
    cost: Cost


async def look(run: Runtime, job_id: str, chunk: int) -> int:
    """Look at a chunk's sampled frames with every frame engine of the plan."""
    work = await load_work(run, job_id)
    engines = [work.plan.engine(f) for f in FRAME_FEATURES if work.plan.wants(f)]
    if not engines:
        return 0
    params = _sampling_params(work)

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        span, part = unit_span(unit), f"{unit.index:05d}"
        keys = {
            engine.feature: work.key(engine.feature, engine.id, engine.model_digests, span, params)
            for engine in engines
        }
        found = await find(run, list(keys.values()))
        missing = [engine for engine in engines if keys[engine.feature] not in found]
        costs = dict.fromkeys(keys, Cost())
        if missing:
            for seen in await _look_at_unit(run, work, unit, spool, missing):
                costs[seen.engine.feature] = seen.cost
                await _keep_seen(run, work, unit, spool, seen, keys[seen.engine.feature])
        for feature, key in keys.items():
            await part_done(run, work, feature, part, [key], costs[feature], span)

    stages = [engine.feature for engine in engines]
    return await _each_unit(run, job_id, chunk, stages, body, work)


async def _look_at_unit(
    run: Runtime, work: Work, unit: Unit, spool: ChunkSpool, engines: Sequence[EngineFacts]
) -> list[_Seen]:
    unit_spool = await spool.unit(unit)
    frames = _sample(work, unit, unit_spool, await _boundaries(run, work, unit)).visual
    seen = {engine.feature: _Seen(engine, [], Cost()) for engine in engines}
    carry = b""
    largest = min(engine.max_batch for engine in engines)
    timeout = max(_timeout(engine) for engine in engines)
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

        answer = await run.services.call("visual", timeout, call)
        carry = answer.carry
        for observation in answer.observations:
            seen[observation.feature].observations.append(observation)
        for usage in answer.usage:
            seen[usage.feature].cost += Cost(usage.model_calls, usage.cpu_seconds)
    return list(seen.values())


async def _keep_seen(
    run: Runtime, work: Work, unit: Unit, spool: ChunkSpool, seen: _Seen, key: str
) -> None:
    """Keep what an engine saw, the best picture of each detected class, and the embeddings."""
    engine, timeline = seen.engine, work.index.timeline()
    unit_spool = await spool.unit(unit)
    pictures: dict[int, str] = {}
    for frame in batches.best_frames(seen.observations, engine):
        jpeg = await asyncio.to_thread(unit_spool.jpeg, frame)
        pictures[frame] = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
    cited = list(pictures.values())
    vectors = [o.embedding for o in seen.observations if o.embedding]
    matrix = ""
    if vectors:
        data = np.asarray(vectors, dtype="<f2").tobytes()
        matrix = await put_artifact(run, work.plan.project_id, data, packed=True)
        cited.append(matrix)
    records, row = [], 0
    for observed in seen.observations:
        embedding = ""
        if observed.embedding:
            embedding, row = f"{matrix}/{row}", row + 1
        records.append(
            recording.observation(
                observed,
                engine,
                timeline.frame_span(observed.frame, observed.frame + 1),
                embedding=embedding,
                picture=pictures.get(observed.frame, ""),
            )
        )
    await keep(
        run, work, key, engine.feature, engine.id, unit_span(unit), records, seen.cost, cited
    )


# --- text --------------------------------------------------------------------------------------


async def read_text(run: Runtime, job_id: str, chunk: int) -> int:
    """Read the text in a chunk's changed frames."""
    work = await load_work(run, job_id)
    if not work.plan.wants(TEXT):
        return 0
    engine = work.plan.engine(TEXT)

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        span = unit_span(unit)
        key = work.key("text", engine.id, engine.model_digests, span, {"sampler": SAMPLER})
        cost = Cost()
        if not await find(run, [key]):
            cost = await _read_unit(run, work, unit, spool, engine, key)
        await part_done(run, work, TEXT.name, f"{unit.index:05d}", [key], cost, span)

    return await _each_unit(run, job_id, chunk, [TEXT.name], body, work)


async def _read_unit(
    run: Runtime, work: Work, unit: Unit, spool: ChunkSpool, engine: EngineFacts, key: str
) -> Cost:
    unit_spool = await spool.unit(unit)
    frames = _sample(work, unit, unit_spool, []).text
    answers: list[ocr_pb2.FrameText] = []
    carry, cost = b"", Cost()
    async for batch in batches.of_frames(unit_spool, frames, engine.max_batch):
        request = ocr_pb2.ReadFramesRequest(engine=selection(engine), frames=batch, carry=carry)

        async def call(
            channel: grpc.aio.Channel,
            timeout_s: float,
            request: ocr_pb2.ReadFramesRequest = request,
        ) -> ocr_pb2.ReadFramesResponse:
            return await ocr_pb2_grpc.OcrServiceStub(channel).ReadFrames(request, timeout=timeout_s)

        answer = await run.services.call("ocr", _timeout(engine), call)
        carry = answer.carry
        answers += answer.frames
        cost += Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    pictures: dict[int, str] = {}
    for frame in batches.richest_texts(answers, _TEXT_PICTURES):
        jpeg = await asyncio.to_thread(unit_spool.jpeg, frame)
        pictures[frame] = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
    following = dict(zip(frames, [*frames[1:], unit.end_frame], strict=True))
    records = recording.text_lines(answers, following, engine, work.index.timeline(), pictures)
    await keep(run, work, key, "text", engine.id, unit_span(unit), records, cost, pictures.values())
    return cost


def _timeout(engine: EngineFacts) -> float:
    return max(_CALL_TIMEOUT_S, 3 * engine.max_call_seconds)
