"""Who speaks when in the whole track, where its speech has been found."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence

import grpc.aio

from videre.common import answers
from videre.common.errors import VidereError
from videre.internal.v1 import asr_pb2, asr_pb2_grpc
from videre.orchestrator.catalog import EngineFacts
from videre.orchestrator.features import DIARIZATION, MUSIC
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.groups import SpeechGroup
from videre.orchestrator.steps import recording
from videre.orchestrator.steps.copies import content, file_content, heard, taken
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

_S16 = 2


def speakers_key(work: Work, activity: EngineFacts) -> str:
    """Return the key of the track's speaker turns, which lie in the speech of an engine."""
    engine = work.plan.engine(DIARIZATION)
    heard = ",".join((activity.id, *activity.model_digests))
    params = {"activity": heard}
    return work.key(DIARIZATION.name, engine.id, engine.model_digests, track_span(work), params)


async def tell_speakers(run: Runtime, job_id: str) -> int:
    """Keep the turns of the track's speakers; return the number of those that were told apart now.

    Nothing is kept where finding speech failed: its failure is that of the stage.
    """
    work = await take_up(run, job_id)
    engine, activity = work.plan.engine(DIARIZATION), work.plan.speech_activity
    if activity is None or not await find(run, [activity_key(work, activity)]):
        return 0
    key, span = speakers_key(work, activity), track_span(work)
    cost, turns = Cost(), 0
    try:
        if not await find(run, [key]):
            path = await media_path(run, work.media)
            music = work.plan.wants(MUSIC)
            async with run.spool.audio(path, work.index, want_music=music) as audio:
                groups = await groups_of(run, work, audio)
                spoken = [span for group in groups for span in group.spans]
                whole = bytes.fromhex(await file_content(audio.path))
                same = speakers_key(work.alike(content(whole, *spoken)), activity)
                if not await taken(run, work, key, same, span, heard(span)):
                    answer = await _diarize(run, work, engine, audio, groups)
                    records = recording.speaker_turns(answer, engine, audio.start_ns)
                    cost = Cost(answer.usage.model_calls, answer.usage.cpu_seconds)
                    turns = len(records)
                    name = DIARIZATION.name
                    await keep(run, work, key, name, engine.id, span, records, cost, (), same)
    except VidereError as error:
        await part_failed(run, work, DIARIZATION.name, "track", span, error)
        return 0
    await part_done(run, work, DIARIZATION.name, "track", [key], cost, span)
    return turns


async def _diarize(
    run: Runtime,
    work: Work,
    engine: EngineFacts,
    audio: AudioSpool,
    groups: Sequence[SpeechGroup],
) -> asr_pb2.DiarizeResponse:
    spans = [
        asr_pb2.SpeechSpan(start_sample=start, end_sample=end)
        for group in groups
        for start, end in group.spans
    ]

    async def pieces() -> AsyncIterator[asr_pb2.DiarizeRequest]:
        yield asr_pb2.DiarizeRequest(engine=selection(engine), spans=spans)
        async for piece in pieces_of(audio.path):
            yield asr_pb2.DiarizeRequest(pcm=piece)

    async def call(channel: grpc.aio.Channel, timeout_s: float) -> asr_pb2.DiarizeResponse:
        return await asr_pb2_grpc.AsrServiceStub(channel).Diarize(pieces(), timeout=timeout_s)

    count = -(-audio.samples * _S16 // PIECE)
    answer = await ask(run, work, "asr", stream_timeout(engine, count), call)
    answers.turns(answer, audio.samples)
    return answer
