"""The shots of a chunk, with the signals they were found in and a key frame each."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from functools import partial
from typing import Final

import grpc.aio
import numpy as np
from msgspec import structs

from videre.common import answers
from videre.common.errors import Reason, VidereError
from videre.common.strips import FRAME_BYTES, strip_range
from videre.common.values import TimeSpan
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence, EvidenceBlob
from videre.orchestrator.features import FRAME_FEATURES, QUALITY, SHOTS, TEXT
from videre.orchestrator.media.records import SIGNAL_TYPE, Signals
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.copies import taken
from videre.orchestrator.steps.quality import keep_pictures
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.signals import (
    LOST,
    SIGNALS,
    alike,
    lost_stretches,
    seen,
    signals_key,
)
from videre.orchestrator.steps.units import (
    DECODER,
    SAMPLER,
    ChunkSpool,
    call_timeout,
    each_unit,
    sample,
    sampling_of,
    shots_key,
    unit_part,
    unit_span,
)
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    ask,
    find,
    keep,
    media_path,
    part_done,
    part_failed,
    put_artifact,
    take_up,
)

KEY_FRAMES: Final = "key_frames"
#: Own frames of a call with small frames: those and their context take 2 MB, signals as much more.
_STRIPS_AT_ONCE: Final = 400


def key_frames_key(work: Work, unit: Unit, params: Mapping[str, int | str]) -> str:
    """Return the key of a unit's key frames; `params` are those of its sampling."""
    return work.key(KEY_FRAMES, SAMPLER, (), unit_span(unit), params)


async def find_shots(run: Runtime, job_id: str, chunk: int) -> int:
    """Keep a chunk's signals, quality, shots, key frames; tell what could not be decoded."""
    work = await take_up(run, job_id)
    wanted, judged = work.plan.wants(SHOTS), work.plan.wants(QUALITY)
    picture = [f.name for f in (SHOTS, *FRAME_FEATURES, TEXT, QUALITY) if work.plan.wants(f)]
    own = [feature.name for feature in (SHOTS, QUALITY) if work.plan.wants(feature)]

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        for lost in await _keep_signals(run, work, unit, spool):
            error = VidereError(Reason.DECODE_FAILED, "frames could not be decoded")
            for stage in picture:
                await part_failed(run, work, stage, f"lost-{lost.start_ns}", lost, error)
        if judged:
            await keep_pictures(run, work, unit, spool)
        if wanted:
            cost = await _shots_of(run, work, unit, spool)
            keys = [shots_key(work, unit), await _keep_key_frames(run, work, unit, spool)]
            await part_done(run, work, SHOTS.name, unit_part(unit), keys, cost, unit_span(unit))

    return await each_unit(run, job_id, chunk, own, body, work)


async def _keep_signals(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> list[TimeSpan]:
    """Keep a unit's own signals and return the stretches that could not be decoded."""
    key, span = signals_key(work, unit), unit_span(unit)
    same = signals_key(work.alike(unit.content), unit)
    move = partial(_signals_of_copy, run, work, unit)
    if await find(run, [key]) or await taken(run, work, key, same, span, move):
        return await lost_stretches(run, work, [unit])
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
    same = "" if lost else same
    await keep(run, work, key, SIGNALS, DECODER, span, records, Cost(), [digest], same)
    return lost


def _signals_of_copy(
    run: Runtime, work: Work, unit: Unit, blob: EvidenceBlob
) -> tuple[Evidence, ...]:
    """Return the record of a copy's signals, stored with the own frames and times.

    Raises:
        ValueError: the copy's are of other frames.
    """
    (record,) = seen(work, unit)(blob)
    project = work.plan.project_id
    digest = record.embedding.partition("/")[0]
    signals = np.frombuffer(run.artifacts.read(project, digest), SIGNAL_TYPE).copy()
    frames = slice(unit.start_frame, unit.end_frame)
    signals["frame"] = np.arange(unit.start_frame, unit.end_frame)
    signals["time_ns"] = work.index.frame_starts_ns[frames]
    own = run.artifacts.put(project, signals.tobytes(), codec="zstd")
    return (structs.replace(record, embedding=f"{own}/0"),)


async def _shots_of(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> Cost:
    key, engine, span = shots_key(work, unit), work.plan.engine(SHOTS), unit_span(unit)
    if await find(run, [key]):
        return Cost()
    same = shots_key(await alike(run, work, unit), unit)
    if await taken(run, work, key, same, span, seen(work, unit)):
        return Cost()
    signals = (await spool.unit(unit)).signals
    records, cost = [], Cost()
    for request in await _requests(run, work, unit, engine, signals):
        answer = await _detect(run, work, engine, request)
        answers.shots(answer, request, request.first_frame + len(signals))
        records += recording.shots(answer, engine, work.index.timeline())
        cost += Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    await keep(run, work, key, "shots", engine.id, span, records, cost, input_digest=same)
    return cost


async def _requests(
    run: Runtime, work: Work, unit: Unit, engine: EngineFacts, signals: Signals
) -> list[visual_pb2.DetectShotsRequest]:
    """Return what an engine is asked of a unit: of small frames, so many as go into a message."""
    request = visual_pb2.DetectShotsRequest(
        engine=selection(engine),
        signals=np.ascontiguousarray(signals).tobytes(),
        first_frame=int(signals["frame"][0]) if len(signals) else unit.start_frame,
        own_start_frame=unit.start_frame,
        own_end_frame=unit.end_frame,
    )
    if not engine.needs_strips:
        return [request]
    frames = len(work.index.frame_starts_ns)
    first, end = strip_range(unit.start_frame, unit.end_frame, frames)
    path = await media_path(run, work.media)
    async with run.spool.strips(path, work.index, first, end) as file:
        strips = await asyncio.to_thread(file.read_bytes)
    requests = []
    for start in range(unit.start_frame, unit.end_frame, _STRIPS_AT_ONCE):
        stop = min(start + _STRIPS_AT_ONCE, unit.end_frame)
        held = strip_range(start, stop, frames)
        piece = visual_pb2.DetectShotsRequest()
        piece.CopyFrom(request)
        piece.own_start_frame, piece.own_end_frame = start, stop
        piece.strips_first_frame, piece.media_frames = held[0], frames
        piece.strips = strips[(held[0] - first) * FRAME_BYTES : (held[1] - first) * FRAME_BYTES]
        requests.append(piece)
    return requests


async def _detect(
    run: Runtime, work: Work, engine: EngineFacts, request: visual_pb2.DetectShotsRequest
) -> visual_pb2.DetectShotsResponse:
    async def call(channel: grpc.aio.Channel, timeout_s: float) -> visual_pb2.DetectShotsResponse:
        return await visual_pb2_grpc.VisualServiceStub(channel).DetectShots(
            request, timeout=timeout_s
        )

    return await ask(run, work, "visual", call_timeout(engine), call)


async def _keep_key_frames(run: Runtime, work: Work, unit: Unit, spool: ChunkSpool) -> str:
    """Keep one picture for every piece of a shot in the unit; return the evidence's key."""
    sampling = await sampling_of(run, work, unit)
    key, span = key_frames_key(work, unit, sampling.params), unit_span(unit)
    if await find(run, [key]):
        return key
    same = key_frames_key(await alike(run, work, unit), unit, sampling.params)
    if await taken(run, work, key, same, span, seen(work, unit)):
        return key
    unit_spool = await spool.unit(unit)
    chosen = sample(work, unit, unit_spool, sampling.boundaries)
    timeline = work.index.timeline()
    records, pictures = [], []
    for frame in chosen.key_frames:
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
    await keep(run, work, key, KEY_FRAMES, SAMPLER, span, records, Cost(), pictures, same)
    return key
