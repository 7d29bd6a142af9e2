"""VisualService: requests in, engines on a slot, observations out. The only place with protos."""

from __future__ import annotations

import time
from collections.abc import Iterator
from typing import Any, cast

from videre.common.catalog import acquire_selected, engine_at_work
from videre.common.engine import EngineRegistry, EngineSpec
from videre.common.errors import invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.internal.v1 import engine_pb2, visual_pb2, visual_pb2_grpc
from videre.visual.engines.base import (
    FrameEngine,
    Look,
    Seen,
    ShotEngine,
    StripShotEngine,
    TextEmbedder,
)
from videre.visual.pictures import Picture
from videre.visual.registry import SHOTS, VisualEngine
from videre.visual.requests import (
    check_frames,
    check_texts,
    decode_frame,
    read_signals,
    read_strips,
)

#: grpc.aio's context is generic over messages; only its deadline is used.
Context = Any
_Pictures = list[tuple[int, Picture]]


class VisualServicer(visual_pb2_grpc.VisualServiceServicer):
    """Runs frame and shot engines. Stateless: the carry of a batch is always empty."""

    def __init__(self, engines: EngineRegistry[VisualEngine], executor: SlotExecutor) -> None:
        """Serve `engines` on the slots of `executor`."""
        self._engines = engines
        self._executor = executor

    async def AnalyzeFrames(
        self, request: visual_pb2.AnalyzeFramesRequest, context: Context
    ) -> visual_pb2.AnalyzeFramesResponse:
        """See the proto."""
        check_frames(request)
        return await self._executor.run(
            lambda slot: self._analyze(request, slot), deadline=deadline_of(context)
        )

    async def DetectShots(
        self, request: visual_pb2.DetectShotsRequest, context: Context
    ) -> visual_pb2.DetectShotsResponse:
        """See the proto."""
        return await self._executor.run(
            lambda slot: self._detect(request, slot), deadline=deadline_of(context)
        )

    async def EmbedTexts(
        self, request: visual_pb2.EmbedTextsRequest, context: Context
    ) -> visual_pb2.EmbedTextsResponse:
        """See the proto."""
        check_texts(request)
        return await self._executor.run(
            lambda slot: self._embed(request, slot), deadline=deadline_of(context)
        )

    def _embed(
        self, request: visual_pb2.EmbedTextsRequest, slot: Slot
    ) -> visual_pb2.EmbedTextsResponse:
        pin = request.engine
        engine = acquire_selected(self._engines, pin, pin.feature, slot)
        if not isinstance(engine, TextEmbedder):
            raise invalid("engine.name", "an engine that embeds texts", actual=pin.name)
        started = time.thread_time()
        with engine_at_work(engine.spec, f"{len(request.texts)} texts"):
            rows = engine.describe(list(request.texts))
        return visual_pb2.EmbedTextsResponse(
            embeddings=[visual_pb2.TextEmbedding(values=row.tolist()) for row in rows],
            usage=engine_pb2.CallUsage(
                feature=pin.feature,
                model_calls=1,
                cpu_seconds=time.thread_time() - started,
                items=len(request.texts),
            ),
        )

    def _analyze(
        self, request: visual_pb2.AnalyzeFramesRequest, slot: Slot
    ) -> visual_pb2.AnalyzeFramesResponse:
        engines = [
            cast(FrameEngine, acquire_selected(self._engines, pin, pin.feature, slot))
            for pin in request.engines
        ]
        started = time.thread_time()
        pictures: _Pictures = []
        for index, frame in enumerate(request.frames):
            slot.check()
            pictures.append((frame.frame, decode_frame(index, frame)))
        shared = (time.thread_time() - started) / len(engines)
        response = visual_pb2.AnalyzeFramesResponse()
        for engine in engines:
            response.usage.append(_look_at_all(engine, pictures, slot, shared, response))
        return response

    def _detect(
        self, request: visual_pb2.DetectShotsRequest, slot: Slot
    ) -> visual_pb2.DetectShotsResponse:
        engine = cast(
            ShotEngine | StripShotEngine,
            acquire_selected(self._engines, request.engine, SHOTS, slot),
        )
        started = time.thread_time()
        signals = read_signals(request)
        own = request.own_start_frame, request.own_end_frame
        doing = f"frames {own[0]}..{own[1]}"
        if isinstance(engine, StripShotEngine):
            strips = read_strips(request)
            with engine_at_work(engine.spec, doing):
                wanted = own[0] < own[1]
                boundaries = engine.boundaries_in(strips, *own, slot.check) if wanted else []
        else:
            with engine_at_work(engine.spec, doing):
                boundaries = engine.boundaries(signals, *own)
        slot.check()
        with engine_at_work(engine.spec, doing):
            runs = engine.runs(signals, *own)
        return visual_pb2.DetectShotsResponse(
            boundaries=[
                visual_pb2.ShotBoundary(frame=one.frame, kind=one.kind, score=one.score)
                for one in boundaries
            ],
            runs=[
                visual_pb2.FrameRun(
                    start_frame=run.start, end_frame=run.end, kind=run.kind, score=run.score
                )
                for run in runs
            ],
            usage=engine_pb2.CallUsage(
                feature=SHOTS,
                model_calls=1,
                cpu_seconds=time.thread_time() - started,
                items=len(signals),
            ),
        )


def _look_at_all(
    engine: FrameEngine,
    pictures: _Pictures,
    slot: Slot,
    shared_seconds: float,
    response: visual_pb2.AnalyzeFramesResponse,
) -> engine_pb2.CallUsage:
    """Append what the engine sees in each picture; return its cost with its share of decoding."""
    spec = engine.spec
    started = time.thread_time()
    calls = 0
    for frame, picture in pictures:
        slot.check()
        with engine_at_work(spec, f"frame {frame}", frame=str(frame)):
            look = engine.look(picture)
            calls += look.model_calls
            response.observations.extend(_observations(spec, frame, look))
    return engine_pb2.CallUsage(
        feature=spec.feature,
        model_calls=calls,
        cpu_seconds=shared_seconds + time.thread_time() - started,
        items=len(pictures),
    )


def _observations(spec: EngineSpec, frame: int, look: Look) -> Iterator[visual_pb2.Observation]:
    kept = [one for one in look.seen if one.score >= spec.storing_floor]
    for one in sorted(kept, key=lambda seen: -seen.score):
        yield _observation(spec, frame, one)


def _observation(spec: EngineSpec, frame: int, one: Seen) -> visual_pb2.Observation:
    box = one.box
    return visual_pb2.Observation(
        feature=spec.feature,
        frame=frame,
        class_name=one.class_name,
        score=min(one.score, spec.score_cap, 1.0),
        box=() if box is None else (box.x, box.y, box.width, box.height),
        points=one.points,
        embedding=() if one.embedding is None else one.embedding.tolist(),
        attributes=one.attributes,
        text=one.text,
        data=one.data,
        local_features=one.local_features,
        perceptual_hash=one.perceptual_hash,
    )
