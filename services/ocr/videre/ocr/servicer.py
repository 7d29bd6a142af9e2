"""OcrService: proto in, proto out; the work happens on a slot."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import grpc.aio

from videre.common.catalog import acquire_selected, engine_at_work
from videre.common.engine import EngineRegistry, EngineSpec
from videre.common.errors import invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.common.models import ModelStore
from videre.internal.v1 import engine_pb2, ocr_pb2, ocr_pb2_grpc, visual_pb2
from videre.ocr import carry
from videre.ocr.carry import CarryError, Memory
from videre.ocr.engines.base import FoundLine, Picture, Reading, TextEngine
from videre.ocr.picture import NotAPictureError
from videre.ocr.reader import Frame, FrameLines, UnitReader
from videre.ocr.registry import TEXT

#: Most bytes of frames in one call.
_MAX_BYTES: Final = 4 << 20
_E4: Final = 10_000


class OcrServicer(ocr_pb2_grpc.OcrServiceServicer):
    """Reads text in the frames of a unit."""

    def __init__(self, engines: EngineRegistry[TextEngine], executor: SlotExecutor) -> None:
        """Serve `engines` on the slots of `executor`."""
        self._engines = engines
        self._executor = executor

    async def ReadFrames(
        self,
        request: ocr_pb2.ReadFramesRequest,
        context: grpc.aio.ServicerContext[ocr_pb2.ReadFramesRequest, ocr_pb2.ReadFramesResponse],
    ) -> ocr_pb2.ReadFramesResponse:
        """See the proto."""
        memory = _memory(request.carry)
        _check_order(request.frames, memory)
        return await self._executor.run(
            lambda slot: self._read(request, memory, slot), deadline=deadline_of(context)
        )

    def _read(
        self, request: ocr_pb2.ReadFramesRequest, memory: Memory | None, slot: Slot
    ) -> ocr_pb2.ReadFramesResponse:
        engine = acquire_selected(self._engines, request.engine, TEXT, slot)
        if len(request.frames) > engine.spec.max_batch:
            raise invalid(
                "frames",
                "too many frames",
                limit=str(engine.spec.max_batch),
                actual=str(len(request.frames)),
            )
        reader = UnitReader(_AtWork(engine), memory, slot.check)
        answers = []
        for index, frame in enumerate(request.frames):
            slot.check()
            try:
                answer = reader.read(Frame(frame.frame, frame.time_ns, frame.jpeg))
            except NotAPictureError as error:
                raise invalid(f"frames[{index}].jpeg", str(error)) from error
            answers.append(_to_proto(answer))
        return ocr_pb2.ReadFramesResponse(
            frames=answers,
            carry=carry.encode(reader.memory),
            usage=engine_pb2.CallUsage(
                feature=TEXT,
                model_calls=reader.model_calls,
                cpu_seconds=slot.cpu_seconds,
                items=reader.frames_seen,
            ),
        )


class _AtWork:
    """A text engine whose failures are its own and no defect of the service."""

    def __init__(self, engine: TextEngine) -> None:
        self._engine = engine

    @property
    def spec(self) -> EngineSpec:
        """See `Engine`."""
        return self._engine.spec

    def load(self, models: ModelStore) -> None:
        """See `Engine`."""
        self._engine.load(models)

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        """See `TextEngine`."""
        with engine_at_work(self.spec, "a picture"):
            return self._engine.detect(picture, side)

    def recognise(self, crop: Picture) -> Reading:
        """See `TextEngine`."""
        with engine_at_work(self.spec, "a line"):
            return self._engine.recognise(crop)


def _memory(data: bytes) -> Memory | None:
    if len(data) > carry.MAX_BYTES:
        raise invalid("carry", "too many bytes", limit=str(carry.MAX_BYTES), actual=str(len(data)))
    try:
        return carry.decode(data)
    except CarryError as error:
        raise invalid("carry", str(error)) from error


def _check_order(frames: Sequence[visual_pb2.Frame], memory: Memory | None) -> None:
    """Refuse no frames, too many bytes, and frames that do not follow each other and the carry."""
    if not frames:
        raise invalid("frames", "at least one frame is needed")
    size = sum(len(frame.jpeg) for frame in frames)
    if size > _MAX_BYTES:
        raise invalid(
            "frames", "too many bytes in a batch", limit=str(_MAX_BYTES), actual=str(size)
        )
    last = None if memory is None else (memory.frame, memory.time_ns)
    for index, frame in enumerate(frames):
        if last is not None and (frame.frame <= last[0] or frame.time_ns < last[1]):
            raise invalid(
                f"frames[{index}].frame",
                "frames of a unit come in order of time",
                limit=f"after frame {last[0]}",
                actual=str(frame.frame),
            )
        last = (frame.frame, frame.time_ns)


def _to_proto(answer: FrameLines) -> ocr_pb2.FrameText:
    return ocr_pb2.FrameText(
        frame=answer.frame,
        lines=[
            ocr_pb2.ReadLine(
                text=line.text,
                score=line.score / _E4,
                quad=[value / _E4 for value in line.quad],
            )
            for line in answer.lines
        ],
        carried=answer.carried,
    )
