"""The visual service over real gRPC with real engines."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import cv2
import grpc
import grpc.aio
import numpy as np
import pytest

from videre.common.errors import Reason, VidereError
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, visual_pb2, visual_pb2_grpc

pytestmark = pytest.mark.engine

Channel = grpc.aio.Channel
Frames = dict[str, bytes]
Array = np.ndarray[Any, Any]
TIMEOUT = 60.0


async def describe(channel: Channel) -> list[engine_pb2.EngineDescription]:
    stub = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=TIMEOUT)
    return list(answer.engines)


async def pins(channel: Channel, *features: str) -> list[engine_pb2.EngineSelection]:
    """Return the best engine of each feature; of all when none is named."""
    best: dict[str, engine_pb2.EngineSelection] = {}
    for one in await describe(channel):
        pin = engine_pb2.EngineSelection(
            feature=one.feature,
            name=one.name,
            version=one.version,
            model_digests=one.model_digests,
        )
        best.setdefault(one.feature, pin)
    return [best[feature] for feature in features or (f for f in best if f != "shots")]


async def analyze(
    channel: Channel, jpegs: list[bytes], engines: list[engine_pb2.EngineSelection]
) -> visual_pb2.AnalyzeFramesResponse:
    frames = [
        visual_pb2.Frame(frame=10 * index, time_ns=index, jpeg=jpeg)
        for index, jpeg in enumerate(jpegs)
    ]
    request = visual_pb2.AnalyzeFramesRequest(frames=frames, engines=engines)
    stub = visual_pb2_grpc.VisualServiceStub(channel)
    response: visual_pb2.AnalyzeFramesResponse = await stub.AnalyzeFrames(request, timeout=TIMEOUT)
    return response


def refusal(error: grpc.aio.AioRpcError) -> VidereError:
    """Return what the service refused a call with."""
    refused = error_from_rpc(error)
    assert refused is not None
    return refused


def grey_jpeg(side: int) -> bytes:
    _, data = cv2.imencode(".jpg", np.full((side, side, 3), 90, np.uint8))
    return data.tobytes()


async def test_all_engines_are_described_and_available(channel: Channel) -> None:
    described = await describe(channel)
    torch = engine_pb2.ENGINE_TIER_TORCH
    assert [one.name for one in described if one.tier == torch] == [
        "transnetv2", "mmdetection", "open-clip",
    ]  # fmt: skip
    engines = [one for one in described if one.tier != torch]
    assert [one.feature for one in engines] == [
        "shots", "objects", "classes", "faces", "faces", "nsfw", "nsfw", "colors",
        "frame_conditions",
        "picture_kinds",
        "codes",
        "emotion",
        "landmarks",
    ]  # fmt: skip
    assert {one.state for one in engines} == {engine_pb2.ENGINE_STATE_AVAILABLE}
    assert all(one.version and one.licence and one.max_batch == 16 for one in engines)
    objects = {one.name: one.detection_threshold for one in engines[1].classes}
    assert len(objects) == 80
    for name in ("refrigerator", "keyboard", "cell phone"):
        assert objects[name] == pytest.approx(0.6)


async def test_one_batch_serves_all_features_in_the_stated_order(
    channel: Channel, frames: Frames
) -> None:
    engines = await pins(channel)
    answer = await analyze(channel, [frames["astronaut"], frames["bottles"]], engines)
    order = [pin.feature for pin in engines]
    keys = [(order.index(one.feature), one.frame, -one.score) for one in answer.observations]
    assert keys == sorted(keys)
    assert [one.feature for one in answer.usage] == order
    assert all(one.items == 2 and one.model_calls >= 2 for one in answer.usage)
    assert all(0 < one.cpu_seconds < TIMEOUT for one in answer.usage)
    assert {one.feature for one in answer.observations if one.frame == 0} >= {
        "objects", "classes", "faces", "colors",
    }  # fmt: skip
    assert answer.carry == b""


async def test_a_frame_alone_and_in_a_batch_gets_the_same_answer(
    channel: Channel, frames: Frames
) -> None:
    engines = await pins(channel)
    together = await analyze(channel, list(frames.values()), engines)
    for index, jpeg in enumerate(frames.values()):
        alone = await analyze(channel, [jpeg], engines)
        for one in alone.observations:
            one.frame = 10 * index
        mine = [one for one in together.observations if one.frame == 10 * index]
        assert list(alone.observations) == mine


async def test_calls_at_once_get_the_answers_of_calls_in_turn(
    channel: Channel, frames: Frames
) -> None:
    engines = await pins(channel)
    jpegs = [frames["signer"], frames["cyclist"]]
    in_turn = [await analyze(channel, [jpeg], engines) for jpeg in jpegs]
    at_once = await asyncio.gather(*(analyze(channel, [jpeg], engines) for jpeg in jpegs))
    for a, b in zip(in_turn, at_once, strict=True):
        assert list(a.observations) == list(b.observations)


async def test_a_score_never_passes_the_cap(channel: Channel, frames: Frames) -> None:
    descriptions = {(one.feature, one.name): one for one in await describe(channel)}
    capped = descriptions["nsfw", "nsfw-mobilenet-v2"]
    pin = engine_pb2.EngineSelection(
        feature="nsfw",
        name=capped.name,
        version=capped.version,
        model_digests=capped.model_digests,
    )
    answer = await analyze(channel, list(frames.values()), [pin])
    scores = [one.score for one in answer.observations]
    assert max(scores) == pytest.approx(capped.score_cap)


@pytest.mark.parametrize("damage", ["cut off", "not a picture", "empty", "too large"])
async def test_a_bad_jpeg_is_the_callers_mistake(
    channel: Channel, frames: Frames, damage: str
) -> None:
    bad = {
        "cut off": frames["flower"][:5000],
        "not a picture": b"\xff\xd8 nothing \xff\xd9",
        "empty": b"",
        "too large": grey_jpeg(1281),
    }[damage]
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await analyze(channel, [frames["frog"], bad], await pins(channel, "colors"))
    assert caught.value.code() is grpc.StatusCode.INVALID_ARGUMENT
    refused = refusal(caught.value)
    assert refused.reason is Reason.FIELD_INVALID
    assert refused.violations[0].field == "frames[1].jpeg"


async def test_a_batch_above_its_limits_is_refused_with_limit_and_actual(channel: Channel) -> None:
    colors = await pins(channel, "colors")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await analyze(channel, [grey_jpeg(16)] * 17, colors)
    (violation,) = refusal(caught.value).violations
    assert (violation.field, violation.limit, violation.actual) == ("frames", "16", "17")
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await analyze(channel, [bytes(2 << 20), bytes((2 << 20) + 1)], colors)
    (violation,) = refusal(caught.value).violations
    assert (violation.limit, violation.actual) == (str(4 << 20), str((4 << 20) + 1))


async def test_another_engine_version_is_refused(channel: Channel) -> None:
    (pin,) = await pins(channel, "objects")
    pin.version = "0"
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await analyze(channel, [grey_jpeg(64)], [pin])
    assert caught.value.code() is grpc.StatusCode.FAILED_PRECONDITION
    assert refusal(caught.value).reason is Reason.ENGINE_VERSION


async def test_shots_over_the_wire(
    channel: Channel, signals_of_clip: Callable[[str], Array], truth: dict[str, Any]
) -> None:
    signals = signals_of_clip("video/bikes.mp4")
    (pin,) = await pins(channel, "shots")
    request = visual_pb2.DetectShotsRequest(
        engine=pin,
        signals=signals[20:200].tobytes(),
        first_frame=20,
        own_start_frame=70,
        own_end_frame=150,
    )
    stub = visual_pb2_grpc.VisualServiceStub(channel)
    answer = await stub.DetectShots(request, timeout=TIMEOUT)
    expected = [f for f in truth["video/bikes.mp4"]["cut_frames"] if 70 <= f < 150]
    assert [(one.frame, one.kind) for one in answer.boundaries] == [(f, "cut") for f in expected]
    assert all(0.5 <= one.score <= 1 for one in answer.boundaries)
    assert (answer.usage.feature, answer.usage.items) == ("shots", 180)


async def test_a_call_whose_deadline_passes_ends(channel: Channel, frames: Frames) -> None:
    engines = await pins(channel)
    await analyze(channel, [frames["frog"]], engines)  # everything is loaded
    request = visual_pb2.AnalyzeFramesRequest(
        frames=[visual_pb2.Frame(frame=i, jpeg=frames["cyclist"]) for i in range(16)],
        engines=engines,
    )
    stub = visual_pb2_grpc.VisualServiceStub(channel)
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await stub.AnalyzeFrames(request, timeout=0.2)
    assert caught.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    answer = await analyze(channel, [frames["frog"]], engines)  # the slot is free again
    assert answer.observations
