"""What is said in the speech groups of a chunk."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc.aio

from videre.common import answers
from videre.common.errors import VidereError
from videre.common.values import TimeSpan
from videre.internal.v1 import asr_pb2, asr_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import (
    MUSIC,
    SPEECH,
)
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import (
    SpeechGroup,
)
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.concurrency import side_by_side
from videre.orchestrator.steps.copies import content, heard, taken
from videre.orchestrator.steps.recording import sample_ns
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.track import (
    groups_of,
    sound_timeout,
    stretch,
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
    take_up,
)


def speech_key(work: Work, span: TimeSpan) -> str:
    """Return the key of what is said in a speech group of this stretch."""
    engine = work.plan.engine(SPEECH)
    params = {"hints": ",".join(work.plan.language_hints)}
    return work.key(SPEECH.name, engine.id, engine.model_digests, span, params)


async def transcribe(run: Runtime, job_id: str, chunk: int) -> int:
    """Write down the speech groups that begin in a chunk."""
    work = await take_up(run, job_id)
    if not work.plan.wants(SPEECH):
        return 0
    engine = work.plan.engine(SPEECH)
    path = await media_path(run, work.media)
    async with run.spool.audio(path, work.index, want_music=work.plan.wants(MUSIC)) as audio:
        groups = [
            (number, group)
            for number, group in enumerate(await groups_of(run, work, audio))
            if sample_ns(group.start, 0) // work.plan.chunk_ns == chunk
        ]
        await side_by_side(
            _transcribe_group(run, work, engine, audio, number, group) for number, group in groups
        )
    return len(groups)


async def _transcribe_group(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    audio: AudioSpool,
    number: int,
    group: SpeechGroup,
) -> None:
    span = stretch(group.start, group.end, audio)
    key = speech_key(work, span)
    cost = Cost()
    try:
        if not await find(run, [key]):
            spans = [
                asr_pb2.SpeechSpan(start_sample=start - group.start, end_sample=end - group.start)
                for start, end in group.spans
            ]
            pcm = (await asyncio.to_thread(audio.pcm, group.start, group.end)).tobytes()
            places = [(one.start_sample, one.end_sample) for one in spans]
            same = speech_key(work.alike(content(pcm, *places)), span)
            if not await taken(run, work, key, same, span, heard(span)):
                answer = await _transcribe_pcm(run, work, engine, pcm, spans)
                cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
                records = recording.utterances(answer, spans, engine, span.start_ns)
                name = SPEECH.name
                await keep(run, work, key, name, engine.id, span, records, cost, (), same)
    except VidereError as error:
        await part_failed(run, work, SPEECH.name, f"{number:05d}", span, error)
        return
    await part_done(run, work, SPEECH.name, f"{number:05d}", [key], cost, span)


async def _transcribe_pcm(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    pcm: bytes,
    spans: Sequence[asr_pb2.SpeechSpan],
) -> asr_pb2.TranscribeResponse:
    request = asr_pb2.TranscribeRequest(
        engine=selection(engine),
        pcm=pcm,
        spans=spans,
        language_hints=work.plan.language_hints,
    )

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> asr_pb2.TranscribeResponse:
        return await asr_pb2_grpc.AsrServiceStub(channel).Transcribe(request, timeout=timeout_s)

    answer = await ask(run, work, "asr", sound_timeout(engine), call)
    answers.utterances(answer, request)
    return answer
