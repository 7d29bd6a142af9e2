"""AsrService: sound in, engines on a slot, speech and words out. The only place with protos."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractContextManager
from typing import Any, Final, TypeVar, cast

from videre.asr.activity import SAMPLE_RATE
from videre.asr.engines.base import (
    ActivityStream,
    Recogniser,
    Samples,
    SpeechActivityEngine,
    Utterance,
)
from videre.asr.registry import SPEECH, SPEECH_ACTIVITY, AsrEngine
from videre.asr.requests import (
    MAX_GROUP_SAMPLES,
    MAX_PIECE_BYTES,
    MAX_TRACK_SAMPLES,
    check_spans,
    read_samples,
)
from videre.common.catalog import acquire_selected, engine_at_work
from videre.common.engine import EngineRegistry
from videre.common.errors import Reason, VidereError, invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, engine_pb2

#: grpc.aio's context is generic over messages; only its deadline is used.
Context = Any
T = TypeVar("T")

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
        deadline = deadline_of(context)
        first = await _next_piece(request_iterator)
        if first is None:
            raise invalid("engine", "the stream has no piece")
        selection = first.engine
        track = await self._executor.run(
            lambda slot: _Track(self._activity_engine(selection, slot)), deadline=deadline
        )
        piece: asr_pb2.DetectSpeechRequest | None = first
        while piece is not None:
            samples = track.admit(piece.pcm)
            await self._patiently(track.pushing(samples), deadline)
            piece = await _next_piece(request_iterator)
        return await self._patiently(track.finish, deadline)

    async def Transcribe(
        self, request: asr_pb2.TranscribeRequest, context: Context
    ) -> asr_pb2.TranscribeResponse:
        """See the proto."""
        samples = read_samples(request.pcm, 2 * MAX_GROUP_SAMPLES)
        check_spans(request.spans, len(samples))
        return await self._executor.run(
            lambda slot: self._transcribe(request, samples, slot), deadline=deadline_of(context)
        )

    def _activity_engine(
        self, selection: engine_pb2.EngineSelection, slot: Slot
    ) -> SpeechActivityEngine:
        engine = acquire_selected(self._engines, selection, SPEECH_ACTIVITY, slot)
        return cast(SpeechActivityEngine, engine)

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
        seconds = elsewhere = 0.0
        for span in request.spans:
            slot.check()
            spoken = samples[span.start_sample : span.end_sample]
            with engine_at_work(engine.spec, f"an utterance of {len(spoken) / SAMPLE_RATE:.1f} s"):
                heard = engine.recognise(spoken, slot.check)
                response.utterances.append(_utterance(heard, span.start_sample))
            seconds += len(spoken) / SAMPLE_RATE
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


class _Track:
    """A track on its way through a call: the engine's stream, what came and what it cost."""

    def __init__(self, engine: SpeechActivityEngine) -> None:
        self._spec = engine.spec
        with self._at_work():
            self._stream: ActivityStream = engine.open()
        self._samples = 0
        self._cpu_seconds = 0.0

    def _at_work(self) -> AbstractContextManager[None]:
        return engine_at_work(self._spec, "the track")

    def admit(self, pcm: bytes) -> Samples:
        """Return the samples of the next piece and count them.

        Raises:
            VidereError: FIELD_INVALID.
        """
        samples = read_samples(pcm, MAX_PIECE_BYTES)
        self._samples += len(samples)
        if self._samples > MAX_TRACK_SAMPLES:
            raise invalid(
                "pcm", "the track is too long",
                limit=f"{MAX_TRACK_SAMPLES} samples", actual=f"{self._samples} or more",
            )  # fmt: skip
        return samples

    def pushing(self, samples: Samples) -> Callable[[Slot], None]:
        """Return the run that hands a piece to the engine."""

        def push(slot: Slot) -> None:
            with self._at_work():
                self._stream.push(samples)
            self._cpu_seconds += slot.cpu_seconds

        return push

    def finish(self, slot: Slot) -> asr_pb2.DetectSpeechResponse:
        """End the track and say what was found."""
        with self._at_work():
            spans = self._stream.finish()
        return asr_pb2.DetectSpeechResponse(
            spans=[
                asr_pb2.SpeechSpan(
                    start_sample=span.start_sample, end_sample=span.end_sample, score=span.score
                )
                for span in spans
            ],
            samples=self._samples,
            usage=engine_pb2.CallUsage(
                feature=SPEECH_ACTIVITY,
                model_calls=self._stream.model_calls,
                cpu_seconds=self._cpu_seconds + slot.cpu_seconds,
                items=self._samples / SAMPLE_RATE,
            ),
        )


async def _next_piece(
    pieces: AsyncIterator[asr_pb2.DetectSpeechRequest],
) -> asr_pb2.DetectSpeechRequest | None:
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
