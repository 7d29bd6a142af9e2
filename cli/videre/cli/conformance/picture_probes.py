"""Probes of what looks: frames, text in frames, signals."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from videre.cli.conformance import inputs
from videre.cli.conformance.findings import Breach
from videre.cli.conformance.probe import Ask, Probe, pin
from videre.common import answers
from videre.internal.v1 import (
    engine_pb2,
    ocr_pb2,
    ocr_pb2_grpc,
    visual_pb2,
    visual_pb2_grpc,
)

_HALF_SECOND: Final = inputs.NS // 2
_MAX_BYTES: Final = 4 << 20
_MAX_CARRY: Final = 64 << 10
#: Frames of the signals, and the frame of the cut in them.
_FRAMES: Final = 60
_CUT: Final = 30
#: What float32 of a score may be beside its limit.
_ROUNDING: Final = 1e-5


def frames_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `AnalyzeFrames`."""
    selected = pin(engine)

    def request(
        jpegs: Sequence[bytes], first: int = 0, carry: bytes = b""
    ) -> visual_pb2.AnalyzeFramesRequest:
        return visual_pb2.AnalyzeFramesRequest(
            frames=_frames(jpegs, first), engines=[selected], carry=carry
        )

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole = await ask(request(inputs.pictures()))
        carry, seen = b"", []
        for number, jpeg in enumerate(inputs.pictures()):
            answer = await ask(request([jpeg], number, carry))
            carry = answer.carry
            seen += answer.observations
        return list(whole.observations), seen

    def judge(asked: visual_pb2.AnalyzeFramesRequest, answer: Any) -> None:
        answers.frames(answer, asked)
        _within_its_description(engine, answer.observations)

    typical = request(inputs.pictures())
    return Probe(
        engine=engine,
        method=lambda channel: visual_pb2_grpc.VisualServiceStub(channel).AnalyzeFrames,
        stream=False,
        typical=typical,
        judge=judge,
        parts=parts,
        select=lambda other: visual_pb2.AnalyzeFramesRequest(
            frames=typical.frames, engines=[other]
        ),
        over={
            "more frames than max_batch": request(_many(engine)),
            "more than 4 MiB of frames": request([_padded()]),
            "more than 64 KiB of carry": request(inputs.pictures(), carry=bytes(_MAX_CARRY + 1)),
        },
        broken={
            "no frames": request([]),
            "no engine": visual_pb2.AnalyzeFramesRequest(frames=typical.frames),
            "a frame twice": visual_pb2.AnalyzeFramesRequest(
                frames=[typical.frames[0], typical.frames[0]], engines=[selected]
            ),
            "an engine twice": visual_pb2.AnalyzeFramesRequest(
                frames=typical.frames, engines=[selected, selected]
            ),
            **{what: request([jpeg]) for what, jpeg in inputs.broken_pictures().items()},
        },
        odd={
            "extreme pictures": request(inputs.extreme_pictures()),
            "a carry that is none": request(inputs.pictures()[:1], carry=b"\x00\xff" * 40),
        },
    )


def text_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `ReadFrames`."""
    selected = pin(engine)

    def request(
        jpegs: Sequence[bytes], first: int = 0, carry: bytes = b""
    ) -> ocr_pb2.ReadFramesRequest:
        return ocr_pb2.ReadFramesRequest(engine=selected, frames=_frames(jpegs, first), carry=carry)

    async def parts(ask: Ask) -> tuple[Any, Any]:
        whole = await ask(request(inputs.pictures()))
        carry, read = b"", []
        for number, jpeg in enumerate(inputs.pictures()):
            answer = await ask(request([jpeg], number, carry))
            carry = answer.carry
            read += answer.frames
        return list(whole.frames), read

    typical = request(inputs.pictures())
    return Probe(
        engine=engine,
        method=lambda channel: ocr_pb2_grpc.OcrServiceStub(channel).ReadFrames,
        stream=False,
        typical=typical,
        judge=lambda asked, answer: answers.text(answer, asked),
        parts=parts,
        select=lambda other: ocr_pb2.ReadFramesRequest(engine=other, frames=typical.frames),
        over={
            "more frames than max_batch": request(_many(engine)),
            "more than 4 MiB of frames": request([_padded()]),
            "more than 64 KiB of carry": request(inputs.pictures(), carry=bytes(_MAX_CARRY + 1)),
        },
        broken={
            "no frames": request([]),
            "frames in no order": ocr_pb2.ReadFramesRequest(
                engine=selected, frames=[typical.frames[1], typical.frames[0]]
            ),
            "a carry that is none": request(inputs.pictures()[:1], carry=b"\x00\xff" * 40),
            **{what: request([jpeg]) for what, jpeg in inputs.broken_pictures().items()},
        },
        odd={"extreme pictures": request(inputs.extreme_pictures())},
    )


def shots_probe(engine: engine_pb2.EngineDescription) -> Probe:
    """Return the probe of an engine of `DetectShots`."""
    selected, needs_strips = pin(engine), engine.needs_strips
    whole = inputs.signals(_FRAMES, _CUT)

    def request(
        start: int,
        end: int,
        signals: bytes = whole,
        engine: Any = selected,
        frames: int = _FRAMES,
    ) -> visual_pb2.DetectShotsRequest:
        asked = visual_pb2.DetectShotsRequest(
            engine=engine, signals=signals, own_start_frame=start, own_end_frame=end
        )
        if needs_strips:
            asked.media_frames = frames
            asked.strips = inputs.small_frames(frames, _CUT) if start < end else b""
        return asked

    async def parts(ask: Ask) -> tuple[Any, Any]:
        at_once = await ask(request(0, _FRAMES))
        halves = [await ask(request(0, _CUT)), await ask(request(_CUT, _FRAMES))]
        return (
            [*at_once.boundaries, *at_once.runs],
            [one for half in halves for one in half.boundaries]
            + [one for half in halves for one in half.runs],
        )

    def judge(asked: visual_pb2.DetectShotsRequest, answer: Any) -> None:
        count = len(asked.signals) // inputs.record_size()
        answers.shots(answer, asked, asked.first_frame + count)

    many = _MAX_BYTES // inputs.record_size() + 1
    return Probe(
        engine=engine,
        method=lambda channel: visual_pb2_grpc.VisualServiceStub(channel).DetectShots,
        stream=False,
        typical=request(0, _FRAMES),
        judge=judge,
        parts=parts,
        select=lambda other: request(0, _FRAMES, engine=other),
        over={"more than 4 MiB of signals": request(0, 1, bytes(many * inputs.record_size()))},
        broken={
            "an owned range beyond the signals": request(0, _FRAMES + 1),
            "an owned range that ends before it begins": request(_CUT, _CUT - 1),
            **{what: request(0, 1, data) for what, data in inputs.broken_signals(_FRAMES).items()},
            **(
                {"a small frame too few": request(0, _FRAMES, frames=_FRAMES - 1)}
                if needs_strips
                else {}
            ),
        },
        odd={
            "nothing owned": request(_CUT, _CUT),
            "one frame": request(0, 1, inputs.signals(1, 9), frames=1),
        },
    )


def _frames(jpegs: Sequence[bytes], first: int = 0) -> list[visual_pb2.Frame]:
    return [
        visual_pb2.Frame(frame=number, time_ns=number * _HALF_SECOND, jpeg=jpeg, changed=True)
        for number, jpeg in enumerate(jpegs, first)
    ]


def _many(engine: engine_pb2.EngineDescription) -> list[bytes]:
    return [inputs.pictures()[0]] * (engine.max_batch + 1)


def _padded() -> bytes:
    return inputs.pictures()[0].ljust(_MAX_BYTES + 1, b"\0")


def _within_its_description(
    engine: engine_pb2.EngineDescription, observations: Sequence[visual_pb2.Observation]
) -> None:
    """Check observations against what the engine says of itself."""
    named = {one.name for one in engine.classes}
    for one in observations:
        if one.class_name and one.class_name not in named:
            raise Breach(f"a class that its description does not name: {one.class_name[:40]!r}")
        if not engine.storing_floor - _ROUNDING <= one.score <= engine.score_cap + _ROUNDING:
            raise Breach(
                f"a score of {one.score:.4f}, not within {engine.storing_floor:.2f} "
                f"(storing_floor) .. {engine.score_cap:.2f} (score_cap)"
            )
