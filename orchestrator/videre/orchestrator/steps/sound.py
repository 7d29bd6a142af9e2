"""The sound of a media: loudness, where somebody speaks, what is said, what is heard, beats."""

from __future__ import annotations

import asyncio
import math
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Final

import grpc.aio
import numpy as np
import numpy.typing as npt

from videre.common.errors import VidereError
from videre.common.values import NS, TimeSpan
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, audio_pb2, audio_pb2_grpc
from videre.internal.v1.engine_pb2 import EngineSelection
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.features import (
    LOUDNESS,
    MUSIC,
    SOUND,
    SPEECH,
    SPEECH_ACTIVITY,
)
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import (
    SpeechGroup,
    hop_energy,
    sound_units,
    speech_groups,
)
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.picture import DECODER
from videre.orchestrator.steps.recording import RATE, sample_ns
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
    read_evidence,
)
from videre.orchestrator.store.records import StageState

_PIECE: Final = 1 << 20
_CALL_TIMEOUT_S: Final = 60.0
#: Sound beyond a unit that its last windows reach into: one window of 0.96 s.
_CONTEXT: Final = RATE
_S16: Final = 2


def track_span(work: Work) -> TimeSpan:
    """Return the stretch of the sound track."""
    return TimeSpan(work.index.audio_start_ns, work.index.audio_end_ns)


def activity_key(work: Work, engine: EngineFacts) -> str:
    """Return the key of the track's speech activity."""
    return work.key(SPEECH_ACTIVITY, engine.id, engine.model_digests, track_span(work))


async def listen(run: Runtime, job_id: str) -> int:
    """Keep loudness and speech activity, open the stages, return the number of chunks."""
    work = await load_work(run, job_id)
    plan = work.plan
    path = await media_path(run, work.media)
    try:
        async with run.spool.audio(path, work.index, want_music=plan.wants(MUSIC)) as audio:
            if plan.wants(LOUDNESS):
                await _keep_loudness(run, work, audio)
            groups = await _speech(run, work, audio)
            pieces = sound_units(audio.samples)
    except VidereError as error:
        for feature in (LOUDNESS, SPEECH, SOUND, MUSIC):
            if plan.wants(feature):
                await part_failed(run, work, feature.name, "track", track_span(work), error)
        return 0
    if not (plan.wants(SPEECH) or plan.wants(SOUND)):
        return 0
    if plan.wants(SPEECH):
        await _total(run, job_id, SPEECH.name, len(groups) + 1)  # and the activity itself
    if plan.wants(SOUND):
        alone = not plan.wants(SPEECH) and plan.speech_activity is not None
        await _total(run, job_id, SOUND.name, len(pieces) + alone)
    return max(1, -(-track_span(work).duration_ns // plan.chunk_ns))


async def _total(run: Runtime, job_id: str, stage: str, total: int) -> None:
    await asyncio.to_thread(run.jobs.set_stage, job_id, stage, StageState.RUNNING, total=total)


async def _keep_loudness(run: Runtime, work: Work, audio: AudioSpool) -> None:
    span = track_span(work)
    key = work.key(LOUDNESS.name, DECODER, (), span)
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
    key = activity_key(work, engine)
    cost = Cost()
    if not await find(run, [key]):
        answer = await _detect_speech(run, engine, audio)
        cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
        records = recording.speech_spans(answer, engine, audio.start_ns)
        span = track_span(work)
        await keep(run, work, key, SPEECH_ACTIVITY, engine.id, span, records, cost)
    stage = SPEECH if work.plan.wants(SPEECH) else SOUND
    await part_done(run, work, stage.name, "activity", [key], cost)
    return await _groups(run, work, audio)


async def _detect_speech(
    run: Runtime, engine: EngineFacts, audio: AudioSpool
) -> asr_pb2.DetectSpeechResponse:
    async def pieces() -> AsyncIterator[asr_pb2.DetectSpeechRequest]:
        first: EngineSelection | None = selection(engine)
        async for piece in _pieces(audio.path):
            yield asr_pb2.DetectSpeechRequest(engine=first, pcm=piece)
            first = None

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> asr_pb2.DetectSpeechResponse:
        return await asr_pb2_grpc.AsrServiceStub(channel).DetectSpeech(pieces(), timeout=timeout_s)

    count = -(-audio.samples * _S16 // _PIECE)
    return await run.services.call("asr", _stream_timeout(engine, count), call)


async def _groups(run: Runtime, work: Work, audio: AudioSpool) -> list[SpeechGroup]:
    """Return the speech groups: pure in (activity, sound), so every step finds the same ones."""
    engine = work.plan.speech_activity
    if engine is None:
        return []
    rows = await find(run, [activity_key(work, engine)])
    spans: list[tuple[int, int]] = []
    for row in rows.values():
        blob = await read_evidence(run, row.project_id, row.blob_digest)
        spans = [
            (_sample(record.span.start_ns, audio), _sample(record.span.end_ns, audio))
            for record in blob.records
        ]
    energy = await asyncio.to_thread(hop_energy, _blocks(audio))
    return speech_groups(spans, energy)


def _blocks(audio: AudioSpool) -> Iterator[npt.NDArray[np.int16]]:
    """Yield the track in blocks, so that its length does not matter."""
    for start in range(0, audio.samples, _PIECE):
        yield audio.pcm(start, start + _PIECE)


def _sample(time_ns: int, audio: AudioSpool) -> int:
    """Return the sample whose floored instant is `time_ns` (the inverse of `sample_ns`)."""
    return min(audio.samples, -(-(time_ns - audio.start_ns) * RATE // NS))


async def transcribe(run: Runtime, job_id: str, chunk: int) -> int:
    """Write down the speech groups that begin in a chunk."""
    work = await load_work(run, job_id)
    if not work.plan.wants(SPEECH):
        return 0
    engine = work.plan.engine(SPEECH)
    path = await media_path(run, work.media)
    async with run.spool.audio(path, work.index, want_music=work.plan.wants(MUSIC)) as audio:
        groups = [
            (number, group)
            for number, group in enumerate(await _groups(run, work, audio))
            if sample_ns(group.start, 0) // work.plan.chunk_ns == chunk
        ]
        for number, group in groups:
            await _transcribe_group(run, work, engine, audio, number, group)
    return len(groups)


async def _transcribe_group(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    audio: AudioSpool,
    number: int,
    group: SpeechGroup,
) -> None:
    start_ns = sample_ns(group.start, audio.start_ns)
    span = TimeSpan(start_ns, sample_ns(group.end, audio.start_ns))
    params: dict[str, int | str] = {"hints": ",".join(work.plan.language_hints)}
    key = work.key(SPEECH.name, engine.id, engine.model_digests, span, params)
    cost = Cost()
    try:
        if not await find(run, [key]):
            spans = [
                asr_pb2.SpeechSpan(start_sample=start - group.start, end_sample=end - group.start)
                for start, end in group.spans
            ]
            pcm = (await asyncio.to_thread(audio.pcm, group.start, group.end)).tobytes()
            answer = await _transcribe_pcm(run, work, engine, pcm, spans)
            cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
            records = recording.utterances(answer, spans, engine, start_ns)
            await keep(run, work, key, SPEECH.name, engine.id, span, records, cost)
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

    return await run.services.call("asr", _timeout(engine), call)


# --- sound -------------------------------------------------------------------------------------


async def name_sounds(run: Runtime, job_id: str, chunk: int) -> int:
    """Name the sounds of the units that begin in a chunk."""
    work = await load_work(run, job_id)
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
    start_ns = sample_ns(start, audio.start_ns)
    span = TimeSpan(start_ns, sample_ns(end, audio.start_ns))
    key = work.key(SOUND.name, engine.id, engine.model_digests, span)
    cost = Cost()
    try:
        if not await find(run, [key]):
            pcm = await asyncio.to_thread(audio.pcm, start, end + _CONTEXT)
            request = audio_pb2.AnalyzeSoundRequest(
                engine=selection(engine),
                pcm=pcm.tobytes(),
                own_start_sample=0,
                own_end_sample=end - start,
            )

            async def call(
                channel: grpc.aio.Channel, timeout_s: float
            ) -> audio_pb2.AnalyzeSoundResponse:
                return await audio_pb2_grpc.AudioServiceStub(channel).AnalyzeSound(
                    request, timeout=timeout_s
                )

            answer = await run.services.call("audio", _timeout(engine), call)
            cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
            records = recording.sound_windows(answer, engine, start_ns)
            await keep(run, work, key, SOUND.name, engine.id, span, records, cost)
    except VidereError as error:
        await part_failed(run, work, SOUND.name, f"{number:05d}", span, error)
        return
    await part_done(run, work, SOUND.name, f"{number:05d}", [key], cost, span)


# --- music -------------------------------------------------------------------------------------


async def find_beats(run: Runtime, job_id: str) -> int:
    """Find the beats of the whole track."""
    work = await load_work(run, job_id)
    engine, span = work.plan.engine(MUSIC), track_span(work)
    key = work.key(MUSIC.name, engine.id, engine.model_digests, span)
    cost = Cost()
    try:
        if not await find(run, [key]):
            path = await media_path(run, work.media)
            async with run.spool.audio(path, work.index, want_music=True) as audio:
                answer = await _analyse_music(run, engine, audio)
            cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
            records = recording.beats(answer, engine, span.start_ns, span.end_ns)
            await keep(run, work, key, MUSIC.name, engine.id, span, records, cost)
    except VidereError as error:
        await part_failed(run, work, MUSIC.name, "track", span, error)
        return 0
    await part_done(run, work, MUSIC.name, "track", [key], cost, span)
    return 1


async def _analyse_music(
    run: Runtime, engine: EngineFacts, audio: AudioSpool
) -> audio_pb2.AnalyzeMusicResponse:
    path = audio.music_path
    if path is None:
        raise RuntimeError("the sound was decoded without its music file")

    async def pieces() -> AsyncIterator[audio_pb2.AnalyzeMusicRequest]:
        first: EngineSelection | None = selection(engine)
        async for piece in _pieces(path):
            yield audio_pb2.AnalyzeMusicRequest(engine=first, pcm=piece)
            first = None

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> audio_pb2.AnalyzeMusicResponse:
        return await audio_pb2_grpc.AudioServiceStub(channel).AnalyzeMusic(
            pieces(), timeout=timeout_s
        )

    count = -(-path.stat().st_size // _PIECE)
    return await run.services.call("audio", _stream_timeout(engine, count), call)


async def _pieces(path: Path) -> AsyncIterator[bytes]:
    """Read a file piece by piece; an empty file gives one empty piece."""
    with await asyncio.to_thread(path.open, "rb") as source:
        piece = await asyncio.to_thread(source.read, _PIECE)
        yield piece
        while piece := await asyncio.to_thread(source.read, _PIECE):
            yield piece


def _timeout(engine: EngineFacts) -> float:
    return max(_CALL_TIMEOUT_S, 3 * engine.max_call_seconds)


def _stream_timeout(engine: EngineFacts, pieces: int) -> float:
    return _CALL_TIMEOUT_S + pieces * engine.max_call_seconds
