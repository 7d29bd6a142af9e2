"""`AudioService`: requests in, engines on slots, answers out."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Callable
from functools import partial
from typing import Any, Final, TypeVar, cast

import grpc.aio
import numpy as np

from videre.audio.engines.base import Floats, MusicEngine, MusicSession, SoundEngine
from videre.audio.music_message import music_message
from videre.audio.registry import MUSIC, SOUND, AudioEngine
from videre.audio.spectrum import flatness, level_dbfs
from videre.audio.windows import SAMPLE_RATE, Window, owned_windows
from videre.common.catalog import acquire_selected, engine_at_work
from videre.common.engine import EngineRegistry
from videre.common.errors import Reason, VidereError, invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.internal.v1 import audio_pb2, audio_pb2_grpc, engine_pb2

_MAX_SOUND_BYTES: Final = 4 << 20
_MAX_MUSIC_BYTES: Final = 1 << 20
_MUSIC_RATE: Final = 22_050
_FULL_SCALE: Final = np.float32(32_768)

T = TypeVar("T")


class AudioServicer(audio_pb2_grpc.AudioServiceServicer):
    """Hears everything but words."""

    def __init__(self, engines: EngineRegistry[AudioEngine], executor: SlotExecutor) -> None:
        """Serve `engines` on the slots of `executor`."""
        self._engines = engines
        self._executor = executor

    async def AnalyzeSound(
        self, request: audio_pb2.AnalyzeSoundRequest, context: grpc.aio.ServicerContext[Any, Any]
    ) -> audio_pb2.AnalyzeSoundResponse:
        """See the proto."""
        sound = _sound_samples(request)
        windows = owned_windows(len(sound), request.own_start_sample, request.own_end_sample)

        def analyse(slot: Slot) -> audio_pb2.AnalyzeSoundResponse:
            engine = cast(SoundEngine, acquire_selected(self._engines, request.engine, SOUND, slot))
            answer = audio_pb2.AnalyzeSoundResponse()
            for window in windows:
                slot.check()
                answer.windows.append(_sound_window(engine, sound, window))
            owned = request.own_end_sample - request.own_start_sample
            answer.usage.CopyFrom(_usage(SOUND, len(windows), slot, owned / SAMPLE_RATE))
            return answer

        return await self._executor.run(analyse, deadline=deadline_of(context))

    async def AnalyzeMusic(
        self,
        request_iterator: AsyncIterator[audio_pb2.AnalyzeMusicRequest],
        context: grpc.aio.ServicerContext[Any, Any],
    ) -> audio_pb2.AnalyzeMusicResponse:
        """See the proto."""
        deadline = deadline_of(context)
        track: _Track | None = None
        async for request in request_iterator:
            samples = _music_samples(request)
            if track is None:
                track = _Track(self._engines, request.engine)
                await self._executor.run(partial(track.push, samples), deadline=deadline)
                continue
            if request.HasField("engine"):
                raise invalid("engine", "stands in the first piece only")
            await self._run_on(partial(track.push, samples), deadline)
        if track is None:
            raise VidereError(
                Reason.FIELD_REQUIRED,
                "engine: the stream has no piece",
                metadata={"field": "engine"},
            )
        return await self._run_on(track.finish, deadline)

    async def _run_on(self, work: Callable[[Slot], T], deadline: float | None) -> T:
        """Go on with a track that was let in: a full queue makes it wait, not start again."""
        while True:
            try:
                return await self._executor.run(work, deadline=deadline)
            except VidereError as error:
                if error.reason is not Reason.OVERLOADED:
                    raise
                pause = error.retry_after_s or 0.0
            if deadline is not None and time.monotonic() + pause > deadline:
                raise TimeoutError("the call's deadline passed")
            await asyncio.sleep(pause)


class _Track:
    """One stream of AnalyzeMusic; its pieces may run on any slot, one after the other."""

    def __init__(
        self,
        engines: EngineRegistry[AudioEngine],
        selection: engine_pb2.EngineSelection,
    ) -> None:
        self._engines = engines
        self._selection = selection
        self._engine: MusicEngine | None = None
        self._session: MusicSession | None = None
        self._samples = 0
        self._cpu_seconds = 0.0

    def push(self, samples: Floats, slot: Slot) -> None:
        """Hand the next samples to the engine, opening it for the first ones."""
        if self._engine is None:
            engine = acquire_selected(self._engines, self._selection, MUSIC, slot)
            self._engine = cast(MusicEngine, engine)
        with engine_at_work(self._engine.spec, "the track"):
            if self._session is None:
                self._session = self._engine.open()
            self._session.push(samples)
        self._samples += len(samples)
        self._cpu_seconds += slot.cpu_seconds

    def finish(self, slot: Slot) -> audio_pb2.AnalyzeMusicResponse:
        """Return the answer."""
        assert self._engine is not None  # push came first
        assert self._session is not None
        with engine_at_work(self._engine.spec, "the track"):
            found = self._session.finish()
        usage = _usage(MUSIC, 1, slot, self._samples / _MUSIC_RATE)
        usage.cpu_seconds += self._cpu_seconds
        answer = music_message(found)
        answer.usage.CopyFrom(usage)
        return answer


def _sound_window(engine: SoundEngine, sound: Floats, window: Window) -> audio_pb2.SoundWindow:
    samples = sound[window.start : window.end]
    with engine_at_work(engine.spec, f"samples {window.start}..{window.end}"):
        heard = engine.listen(sound, window.start, window.end)
        scores = [audio_pb2.SoundScore(class_name=one.class_name, score=one.score) for one in heard]
    return audio_pb2.SoundWindow(
        start_sample=window.start,
        end_sample=window.end,
        scores=scores,
        level_dbfs=level_dbfs(samples),
        flatness=flatness(samples),
    )


def _usage(feature: str, calls: int, slot: Slot, seconds: float) -> engine_pb2.CallUsage:
    return engine_pb2.CallUsage(
        feature=feature, model_calls=calls, cpu_seconds=slot.cpu_seconds, items=seconds
    )


def _sound_samples(request: audio_pb2.AnalyzeSoundRequest) -> Floats:
    """Check an AnalyzeSound request and return its samples, float32 [n], -1..1."""
    _check_size("pcm", len(request.pcm), _MAX_SOUND_BYTES, sample_bytes=2)
    sound = np.frombuffer(request.pcm, dtype="<i2").astype(np.float32) / _FULL_SCALE
    start, end = request.own_start_sample, request.own_end_sample
    if not 0 <= start <= end <= len(sound):
        raise invalid(
            "own_end_sample",
            "the owned range lies outside pcm",
            limit=f"0..{len(sound)}",
            actual=f"{start}..{end}",
        )
    return sound


def _music_samples(request: audio_pb2.AnalyzeMusicRequest) -> Floats:
    """Check a piece of AnalyzeMusic and return its samples, float32 [n]."""
    _check_size("pcm", len(request.pcm), _MAX_MUSIC_BYTES, sample_bytes=4)
    samples = np.frombuffer(request.pcm, dtype="<f4").astype(np.float32)
    if not np.isfinite(samples).all():
        raise invalid("pcm", "holds values that are not numbers")
    return samples


def _check_size(field: str, size: int, limit: int, *, sample_bytes: int) -> None:
    if size > limit:
        raise invalid(field, "too many bytes in one message", limit=str(limit), actual=str(size))
    if size % sample_bytes:
        raise invalid(
            field, "not whole samples", limit=f"multiple of {sample_bytes}", actual=str(size)
        )
