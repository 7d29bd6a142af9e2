"""AsrService: sound in, engines on a slot, speech and words out. The only place with protos."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Final, TypeVar, cast

from videre.asr.activity import SAMPLE_RATE, Span
from videre.asr.engines.base import (
    Diariser,
    GroupRecogniser,
    Recogniser,
    Samples,
    SpeechActivityEngine,
    Utterance,
)
from videre.asr.registry import DIARIZATION, SPEECH, SPEECH_ACTIVITY, AsrEngine
from videre.asr.requests import (
    MAX_GROUP_SAMPLES,
    check_spans,
    check_track_spans,
    read_samples,
)
from videre.asr.speakers import Turn
from videre.asr.tracks import Track
from videre.common.catalog import acquire_selected, engine_at_work
from videre.common.engine import EngineRegistry
from videre.common.errors import Reason, VidereError, invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2

#: grpc.aio's context is generic over messages; only its deadline is used.
Context = Any
T = TypeVar("T")
_Piece = asr_pb2.DetectSpeechRequest | asr_pb2.DiarizeRequest
P = TypeVar("P", asr_pb2.DetectSpeechRequest, asr_pb2.DiarizeRequest)

#: A caller that sends no piece for so long has gone.
_PIECE_SECONDS: Final = 60.0


class AsrServicer(asr_pb2_grpc.AsrServiceServicer):
    """Runs speech engines. Stateless between calls; a track's state lives in its call."""

    def __init__(self, engines: EngineRegistry[AsrEngine], executor: SlotExecutor) -> None:
        """Serve `engines` on the slots of `executor`."""
        self._engines = engines
        self._executor = executor

    async def DetectSpeech(
        self, request_iterator: AsyncIterator[asr_pb2.DetectSpeechRequest], context: Context
    ) -> asr_pb2.DetectSpeechResponse:
        """See the proto. At most one piece of the track is held in memory."""

        def begin(first: asr_pb2.DetectSpeechRequest, slot: Slot) -> Track[list[Span]]:
            engine = cast(SpeechActivityEngine, self._engine(first, SPEECH_ACTIVITY, slot))
            return Track(engine.spec, engine.open)

        spans, samples, usage = await self._whole(request_iterator, begin, context)
        found = [
            asr_pb2.SpeechSpan(
                start_sample=span.start_sample, end_sample=span.end_sample, score=span.score
            )
            for span in spans
        ]
        return asr_pb2.DetectSpeechResponse(spans=found, samples=samples, usage=usage)

    async def Diarize(
        self, request_iterator: AsyncIterator[asr_pb2.DiarizeRequest], context: Context
    ) -> asr_pb2.DiarizeResponse:
        """See the proto. At most one span of speech and one piece are held in memory."""
        ends: list[int] = []

        def begin(first: asr_pb2.DiarizeRequest, slot: Slot) -> Track[list[Turn]]:
            engine = cast(Diariser, self._engine(first, DIARIZATION, slot))
            check_track_spans(first.spans)
            ends.append(first.spans[-1].end_sample if first.spans else 0)
            spans = [(span.start_sample, span.end_sample) for span in first.spans]
            return Track(engine.spec, lambda: engine.open(spans))

        turns, samples, usage = await self._whole(request_iterator, begin, context)
        if ends[0] > samples:
            raise invalid(
                "spans", "speech lies inside the track", limit=str(samples), actual=str(ends[0])
            )
        found = [
            asr_pb2.SpeakerTurn(
                start_sample=turn.start_sample, end_sample=turn.end_sample,
                speaker=turn.speaker, score=turn.score,
            )
            for turn in turns
        ]  # fmt: skip
        return asr_pb2.DiarizeResponse(turns=found, samples=samples, usage=usage)

    async def Transcribe(
        self, request: asr_pb2.TranscribeRequest, context: Context
    ) -> asr_pb2.TranscribeResponse:
        """See the proto."""
        samples = read_samples(request.pcm, 2 * MAX_GROUP_SAMPLES)
        check_spans(request.spans, len(samples))
        return await self._executor.run(
            lambda slot: self._transcribe(request, samples, slot), deadline=deadline_of(context)
        )

    def _engine(self, first: _Piece, feature: str, slot: Slot) -> AsrEngine:
        return acquire_selected(self._engines, first.engine, feature, slot)

    async def _whole(
        self,
        pieces: AsyncIterator[P],
        begin: Callable[[P, Slot], Track[T]],
        context: Context,
    ) -> tuple[T, int, engine_pb2.CallUsage]:
        """Run a whole track: what was found, its samples, its cost.

        Raises:
            VidereError: FIELD_INVALID, and what the engine raises.
        """
        deadline = deadline_of(context)
        first = await _next_piece(pieces)
        if first is None:
            raise invalid("engine", "the stream has no piece")
        opening = first
        track = await self._executor.run(lambda slot: begin(opening, slot), deadline=deadline)
        piece: P | None = first
        while piece is not None:
            samples = track.admit(piece.pcm)
            await self._patiently(track.pushing(samples), deadline)
            piece = await _next_piece(pieces)
        found, usage = await self._patiently(track.finish, deadline)
        return found, track.samples, usage

    async def _patiently(self, run: Callable[[Slot], T], deadline: float | None) -> T:
        """Run on a slot; a track that was let in waits for room instead of starting again.

        Raises:
            TimeoutError: the deadline passed first.
        """
        while True:
            try:
                return await self._executor.run(run, deadline=deadline)
            except VidereError as error:
                if error.reason is not Reason.OVERLOADED:
                    raise
                pause = error.retry_after_s or 0.0
            if deadline is not None and time.monotonic() + pause >= deadline:
                raise TimeoutError("the call's deadline passed")
            await asyncio.sleep(pause)

    def _transcribe(
        self, request: asr_pb2.TranscribeRequest, samples: Samples, slot: Slot
    ) -> asr_pb2.TranscribeResponse:
        engine = cast(Recogniser, acquire_selected(self._engines, request.engine, SPEECH, slot))
        response = asr_pb2.TranscribeResponse()
        spoken = [samples[span.start_sample : span.end_sample] for span in request.spans]
        seconds = sum(map(len, spoken)) / SAMPLE_RATE
        elsewhere = 0.0
        for span, heard in zip(
            request.spans, _heard(engine, spoken, request.language_hints, slot), strict=True
        ):
            with engine_at_work(engine.spec, "its own answer"):
                response.utterances.append(_utterance(heard, span.start_sample))
            elsewhere += heard.cpu_seconds
        response.usage.CopyFrom(
            engine_pb2.CallUsage(
                feature=SPEECH,
                model_calls=len(request.spans),
                cpu_seconds=slot.cpu_seconds + elsewhere,
                items=seconds,
            )
        )
        return response


def _heard(
    engine: Recogniser, spoken: Sequence[Samples], hints: Sequence[str], slot: Slot
) -> list[Utterance]:
    """Return what was heard in each span of a group."""
    if isinstance(engine, GroupRecogniser):
        slot.check()
        with engine_at_work(engine.spec, f"{len(spoken)} utterances"):
            return engine.recognise_group(spoken, list(hints), slot.check)
    heard = []
    for one in spoken:
        slot.check()
        with engine_at_work(engine.spec, f"an utterance of {len(one) / SAMPLE_RATE:.1f} s"):
            heard.append(engine.recognise(one, slot.check))
    return heard


async def _next_piece(pieces: AsyncIterator[P]) -> P | None:
    """Return the next piece, None at the end.

    Raises:
        TimeoutError: none came.
    """
    async with asyncio.timeout(_PIECE_SECONDS):
        return await anext(pieces, None)


def _utterance(heard: Utterance, offset: int) -> asr_pb2.HeardUtterance:
    return asr_pb2.HeardUtterance(
        words=[
            asr_pb2.HeardWord(
                text=word.text,
                start_sample=offset + word.start_sample,
                end_sample=offset + word.end_sample,
                score=word.score,
            )
            for word in heard.words
        ],
        language_code=heard.language,
        measurements=heard.measurements,
    )
