"""What is heard beside words: the sounds of a chunk, the beats of the track."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Final

import grpc.aio

from videre.common import answers
from videre.common.errors import VidereError
from videre.common.values import NS, TimeSpan
from videre.internal.v1 import audio_pb2, audio_pb2_grpc
from videre.internal.v1.engine_pb2 import EngineSelection
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import (
    MUSIC,
    SOUND,
)
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import (
    sound_units,
)
from videre.orchestrator.steps import recording, recording_music
from videre.orchestrator.steps.copies import content, file_content, heard, taken
from videre.orchestrator.steps.recording import RATE, sample_ns
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.track import (
    PIECE,
    pieces_of,
    sound_timeout,
    stream_timeout,
    stretch,
    track_span,
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

#: Sound beyond a unit that its last windows reach into: one window of 0.96 s.
_CONTEXT: Final = RATE


def sound_key(work: Work, span: TimeSpan) -> str:
    """Return the key of the sounds of a stretch."""
    engine = work.plan.engine(SOUND)
    return work.key(SOUND.name, engine.id, engine.model_digests, span)


def music_key(work: Work) -> str:
    """Return the key of what is known of the track's music."""
    engine = work.plan.engine(MUSIC)
    return work.key(MUSIC.name, engine.id, engine.model_digests, track_span(work))


async def name_sounds(run: Runtime, job_id: str, chunk: int) -> int:
    """Name the sounds of the units that begin in a chunk."""
    work = await take_up(run, job_id)
    if not work.plan.wants(SOUND):
        return 0
    engine = work.plan.engine(SOUND)
    path = await media_path(run, work.media)
    async with run.spool.audio(path, work.index, want_music=work.plan.wants(MUSIC)) as audio:
        units = [
            (number, unit)
            for number, unit in enumerate(sound_units(audio.samples))
            if sample_ns(unit[0], 0) // work.plan.chunk_ns == chunk
        ]
        for number, (start, end) in units:
            await _name_unit(run, work, engine, audio, number, start, end)
    return len(units)


async def _name_unit(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    audio: AudioSpool,
    number: int,
    start: int,
    end: int,
) -> None:
    span = stretch(start, end, audio)
    key = sound_key(work, span)
    cost = Cost()
    try:
        if not await find(run, [key]):
            pcm = (await asyncio.to_thread(audio.pcm, start, end + _CONTEXT)).tobytes()
            same = sound_key(work.alike(content(pcm, (end - start,))), span)
            if not await taken(run, work, key, same, span, heard(span)):
                cost = await _analyse_sound(run, work, engine, key, same, span, pcm, end - start)
    except VidereError as error:
        await part_failed(run, work, SOUND.name, f"{number:05d}", span, error)
        return
    await part_done(run, work, SOUND.name, f"{number:05d}", [key], cost, span)


async def _analyse_sound(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    key: str,
    same: str,
    span: TimeSpan,
    pcm: bytes,
    own: int,
) -> Cost:
    """Keep the sounds of a stretch: the first `own` samples of `pcm`; return what that cost."""
    request = audio_pb2.AnalyzeSoundRequest(
        engine=selection(engine), pcm=pcm, own_start_sample=0, own_end_sample=own
    )

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> audio_pb2.AnalyzeSoundResponse:
        return await audio_pb2_grpc.AudioServiceStub(channel).AnalyzeSound(
            request, timeout=timeout_s
        )

    answer = await ask(run, work, "audio", sound_timeout(engine), call)
    answers.windows(answer, request)
    cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    records = recording.sound_windows(answer, engine, span.start_ns)
    await keep(run, work, key, SOUND.name, engine.id, span, records, cost, (), same)
    return cost


async def find_beats(run: Runtime, job_id: str) -> int:
    """Find beats, bars, key and form of the whole track."""
    work = await take_up(run, job_id)
    engine, span = work.plan.engine(MUSIC), track_span(work)
    key = music_key(work)
    cost = Cost()
    try:
        if not await find(run, [key]):
            path = await media_path(run, work.media)
            async with run.spool.audio(path, work.index, want_music=True) as audio:
                cost = await _keep_music(run, work, engine, audio, key)
    except VidereError as error:
        await part_failed(run, work, MUSIC.name, "track", span, error)
        return 0
    await part_done(run, work, MUSIC.name, "track", [key], cost, span)
    return 1


async def _keep_music(
    run: Runtime, work: Work, engine: EngineFacts, audio: AudioSpool, key: str
) -> Cost:
    """Keep what is known of the track's music; return what that cost."""
    path, span = audio.music_path, track_span(work)
    if path is None:
        raise RuntimeError("the sound was decoded without its music file")
    same = music_key(work.alike(await file_content(path)))
    if await taken(run, work, key, same, span, heard(span)):
        return Cost()
    answer = await _analyse_music(run, work, engine, path)
    answers.music(answer, span.duration_ns + NS)
    cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
    records = recording_music.music(answer, engine, span.start_ns, span.end_ns)
    await keep(run, work, key, MUSIC.name, engine.id, span, records, cost, (), same)
    return cost


async def _analyse_music(
    run: Runtime, work: Work, engine: EngineFacts, path: Path
) -> audio_pb2.AnalyzeMusicResponse:
    async def pieces() -> AsyncIterator[audio_pb2.AnalyzeMusicRequest]:
        first: EngineSelection | None = selection(engine)
        async for piece in pieces_of(path):
            yield audio_pb2.AnalyzeMusicRequest(engine=first, pcm=piece)
            first = None

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> audio_pb2.AnalyzeMusicResponse:
        return await audio_pb2_grpc.AudioServiceStub(channel).AnalyzeMusic(
            pieces(), timeout=timeout_s
        )

    size = (await asyncio.to_thread(path.stat)).st_size
    count = -(-size // PIECE)
    return await ask(run, work, "audio", stream_timeout(engine, count), call)
