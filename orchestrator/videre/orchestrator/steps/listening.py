"""Listening to the whole track: loudness, and where somebody speaks."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator
from dataclasses import asdict
from typing import Final

import grpc.aio

from videre.common import answers
from videre.common.errors import VidereError
from videre.internal.v1 import asr_pb2, asr_pb2_grpc
from videre.internal.v1.engine_pb2 import EngineSelection
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    DIARIZATION,
    LOUDNESS,
    MUSIC,
    QUALITY,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
)
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import (
    SpeechGroup,
    sound_units,
)
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.copies import file_content, heard, taken
from videre.orchestrator.steps.kept_sounds import keep_sound_hashes
from videre.orchestrator.steps.quality import keep_sound
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.steps.services import selection
from videre.orchestrator.steps.track import (
    PIECE,
    activity_key,
    groups_of,
    pieces_of,
    stream_timeout,
    track_span,
)
from videre.orchestrator.steps.units import DECODER
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

_S16: Final = 2


async def listen(run: Runtime, job_id: str) -> int:
    """Keep what is measured of the track, and speech activity; open the stages.

    Returns:
        The number of chunks.
    """
    work = await take_up(run, job_id)
    plan = work.plan
    path = await media_path(run, work.media)
    try:
        async with run.spool.audio(path, work.index, want_music=plan.wants(MUSIC)) as audio:
            if plan.wants(LOUDNESS):
                await _keep_loudness(run, work, audio)
            if plan.wants(QUALITY):
                await keep_sound(run, work, audio)
            await keep_sound_hashes(run, work, audio)
            groups = await _speech(run, work, audio)
            pieces = sound_units(audio.samples)
    except VidereError as error:
        for feature in (LOUDNESS, SPEECH, DIARIZATION, SOUND, MUSIC, QUALITY):
            if plan.wants(feature):
                await part_failed(run, work, feature.name, "track", track_span(work), error)
        return 0
    await open_sound(run, work, len(groups), len(pieces))
    if not (plan.wants(SPEECH) or plan.wants(SOUND)):
        return 0
    return max(1, -(-track_span(work).duration_ns // plan.chunk_ns))


async def open_sound(run: Runtime, work: Work, groups: int, pieces: int) -> None:
    """Say how many parts the stages of speech and sound have."""
    plan, set_total = work.plan, run.jobs.set_total
    if plan.wants(SPEECH):  # its groups, and the activity itself
        await asyncio.to_thread(set_total, work.job_id, SPEECH.name, groups + 1)
    found = plan.speech_activity is not None and not plan.wants(SPEECH)
    if plan.wants(SOUND):
        await asyncio.to_thread(set_total, work.job_id, SOUND.name, pieces + found)
    elif found:
        await asyncio.to_thread(set_total, work.job_id, DIARIZATION.name, 2)


def activity_stage(work: Work) -> str:
    """Return the stage that finding speech counts for."""
    wanted = (feature for feature in (SPEECH, SOUND) if work.plan.wants(feature))
    return next(wanted, DIARIZATION).name


def loudness_key(work: Work) -> str:
    """Return the key of the track's loudness."""
    return work.key(LOUDNESS.name, DECODER, (), track_span(work))


async def _keep_loudness(run: Runtime, work: Work, audio: AudioSpool) -> None:
    key, span = loudness_key(work), track_span(work)
    if not await find(run, [key]):
        measures = asdict(audio.loudness) if audio.loudness is not None else {}
        attributes = {
            name: recording.scaled(value)
            for name, value in measures.items()
            if math.isfinite(value)
        }
        record = Evidence(feature=LOUDNESS.name, engine=DECODER, span=span, attributes=attributes)
        await keep(run, work, key, LOUDNESS.name, DECODER, span, [record], Cost())
    await part_done(run, work, LOUDNESS.name, "track", [key], Cost(), span)


# --- speech ------------------------------------------------------------------------------------


async def _speech(run: Runtime, work: Work, audio: AudioSpool) -> list[SpeechGroup]:
    """Keep the track's speech activity and return its groups."""
    engine = work.plan.speech_activity
    if engine is None:
        return []
    key, span = activity_key(work, engine), track_span(work)
    stage = activity_stage(work)
    cost = Cost()
    try:
        if not await find(run, [key]):
            same = activity_key(work.alike(await file_content(audio.path)), engine)
            if not await taken(run, work, key, same, span, heard(span)):
                answer = await _detect_speech(run, work, engine, audio)
                cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
                records = recording.speech_spans(answer, engine, audio.start_ns)
                name = SPEECH_ACTIVITY
                await keep(run, work, key, name, engine.id, span, records, cost, (), same)
    except VidereError as error:  # what needs no speech is heard all the same
        await part_failed(run, work, stage, "activity", span, error)
        if work.plan.wants(DIARIZATION) and stage != DIARIZATION.name:
            await part_failed(run, work, DIARIZATION.name, "activity", span, error)
        return []
    await part_done(run, work, stage, "activity", [key], cost)
    return await groups_of(run, work, audio)


async def _detect_speech(
    run: Runtime, work: Work, engine: EngineFacts, audio: AudioSpool
) -> asr_pb2.DetectSpeechResponse:
    async def pieces() -> AsyncIterator[asr_pb2.DetectSpeechRequest]:
        first: EngineSelection | None = selection(engine)
        async for piece in pieces_of(audio.path):
            yield asr_pb2.DetectSpeechRequest(engine=first, pcm=piece)
            first = None

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> asr_pb2.DetectSpeechResponse:
        return await asr_pb2_grpc.AsrServiceStub(channel).DetectSpeech(pieces(), timeout=timeout_s)

    count = -(-audio.samples * _S16 // PIECE)
    answer = await ask(run, work, "asr", stream_timeout(engine, count), call)
    answers.activity(answer, audio.samples)
    return answer
