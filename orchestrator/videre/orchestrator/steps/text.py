"""The text in a chunk's changed frames."""

from __future__ import annotations

import asyncio
from typing import Final

import grpc.aio

from videre.common import answers
from videre.internal.v1 import ocr_pb2, ocr_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import TEXT
from videre.orchestrator.planning import Unit
from videre.orchestrator.steps import batches, recording
from videre.orchestrator.steps.copies import taken
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.signals import alike, seen
from videre.orchestrator.steps.units import (
    SAMPLER,
    ChunkSpool,
    call_timeout,
    each_unit,
    sample,
    unit_part,
    unit_span,
)
from videre.orchestrator.steps.work import (
    Cost,
    Work,
    ask,
    find,
    keep,
    part_done,
    put_artifact,
    take_up,
)

#: Most pictures of text that are kept per unit.
_TEXT_PICTURES: Final = 2


def text_key(work: Work, unit: Unit) -> str:
    """Return the key of the text in a unit's frames."""
    engine = work.plan.engine(TEXT)
    params = {"sampler": SAMPLER}
    return work.key(TEXT.name, engine.id, engine.model_digests, unit_span(unit), params)


async def read_text(run: Runtime, job_id: str, chunk: int) -> int:
    """Read the text in a chunk's changed frames."""
    work = await take_up(run, job_id)
    if not work.plan.wants(TEXT):
        return 0
    engine = work.plan.engine(TEXT)

    async def body(unit: Unit, spool: ChunkSpool) -> None:
        key, span = text_key(work, unit), unit_span(unit)
        cost = Cost()
        if not await find(run, [key]):
            same = text_key(await alike(run, work, unit), unit)
            if not await taken(run, work, key, same, span, seen(work, unit)):
                cost = await _read_unit(run, work, unit, spool, engine, key, same)
        await part_done(run, work, TEXT.name, unit_part(unit), [key], cost, span)

    return await each_unit(run, job_id, chunk, [TEXT.name], body, work)


async def _read_unit(
    run: Runtime,
    work: Work,
    unit: Unit,
    spool: ChunkSpool,
    engine: EngineFacts,
    key: str,
    same: str,
) -> Cost:
    unit_spool = await spool.unit(unit)
    frames = sample(work, unit, unit_spool, []).text
    read: list[ocr_pb2.FrameText] = []
    carry, cost = b"", Cost()
    async for batch in batches.of_frames(unit_spool, frames, work.batch(engine)):
        request = ocr_pb2.ReadFramesRequest(engine=selection(engine), frames=batch, carry=carry)

        async def call(
            channel: grpc.aio.Channel,
            timeout_s: float,
            request: ocr_pb2.ReadFramesRequest = request,
        ) -> ocr_pb2.ReadFramesResponse:
            return await ocr_pb2_grpc.OcrServiceStub(channel).ReadFrames(request, timeout=timeout_s)

        answer = await ask(run, work, "ocr", call_timeout(engine), call)
        answers.text(answer, request)
        carry = answer.carry
        read += answer.frames
        cost += Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    pictures: dict[int, str] = {}
    for frame in batches.richest_texts(read, _TEXT_PICTURES):
        jpeg = await asyncio.to_thread(unit_spool.jpeg, frame)
        pictures[frame] = await put_artifact(run, work.plan.project_id, jpeg, packed=False)
    following = dict(zip(frames, [*frames[1:], unit.end_frame], strict=True))
    records = recording.text_lines(read, following, engine, work.index.timeline(), pictures)
    span, cited = unit_span(unit), pictures.values()
    await keep(run, work, key, "text", engine.id, span, records, cost, cited, same)
    return cost
