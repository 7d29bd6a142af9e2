"""The OCR service over real gRPC with its real engine, on pictures drawn here."""

from __future__ import annotations

import socket
import subprocess
import sys
from collections.abc import Sequence

import cv2
import grpc
import grpc.aio
import numpy as np
import pytest

from videre.common.errors import Reason
from videre.common.models import ModelStore
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import engine_pb2, engine_pb2_grpc, ocr_pb2, ocr_pb2_grpc, visual_pb2
from videre.ocr.engines.rapid import RapidTextEngine

pytestmark = pytest.mark.engine

Channel = grpc.aio.Channel
TIMEOUT = 60.0
STEP_NS = 250_000_000


def card(*captions: str, shade: int = 0) -> bytes:
    """A 1280 × 720 picture with soft hills and white captions from the bottom upwards."""
    y, x = np.mgrid[0:720, 0:1280]
    hills = 90 + 40 * np.sin((x + shade) / 130.0) + 20 * np.cos((y - shade) / 90.0)
    picture = np.repeat(hills[..., None], 3, axis=2).astype(np.uint8)
    for row, caption in enumerate(captions):
        place = (200, 660 - 90 * row)
        cv2.putText(picture, caption, place, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (0, 0, 0), 9, 16)
        cv2.putText(picture, caption, place, cv2.FONT_HERSHEY_SIMPLEX, 1.6, (255,) * 3, 3, 16)
    encoded, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, 90])
    assert encoded
    return data.tobytes()


def batch(jpegs: Sequence[bytes], first: int = 0) -> list[visual_pb2.Frame]:
    return [
        visual_pb2.Frame(frame=6 * index, time_ns=STEP_NS * index, jpeg=jpeg)
        for index, jpeg in enumerate(jpegs, first)
    ]


async def pin(channel: Channel) -> engine_pb2.EngineSelection:
    stub = engine_pb2_grpc.EngineCatalogServiceStub(channel)
    answer = await stub.DescribeEngines(engine_pb2.DescribeEnginesRequest(), timeout=TIMEOUT)
    best = answer.engines[0]
    assert best.state == engine_pb2.ENGINE_STATE_AVAILABLE
    return engine_pb2.EngineSelection(
        feature=best.feature,
        name=best.name,
        version=best.version,
        model_digests=best.model_digests,
    )


async def read(
    channel: Channel, frames: Sequence[visual_pb2.Frame], carry: bytes = b""
) -> ocr_pb2.ReadFramesResponse:
    request = ocr_pb2.ReadFramesRequest(engine=await pin(channel), frames=frames, carry=carry)
    stub = ocr_pb2_grpc.OcrServiceStub(channel)
    response: ocr_pb2.ReadFramesResponse = await stub.ReadFrames(request, timeout=TIMEOUT)
    return response


def texts(frame: ocr_pb2.FrameText) -> list[str]:
    return [line.text for line in frame.lines]


UNIT = [
    card("Where are you going", shade=0),
    card("Where are you going", shade=1),
    card("Where are you going", "Flight 12:45", shade=2),
    card("Flight 12:46", shade=3),
    card(shade=4),
    card(shade=5),
]
EXPECTED = [
    ["Where are you going"],
    ["Where are you going"],
    ["Flight 12:45", "Where are you going"],
    ["Flight 12:46"],
    [],
    [],
]


async def test_lines_of_a_unit(channel: Channel) -> None:
    answer = await read(channel, batch(UNIT))
    assert [texts(frame) for frame in answer.frames] == EXPECTED
    assert [frame.carried for frame in answer.frames] == [False, True, False, False, False, True]
    assert [frame.frame for frame in answer.frames] == [0, 6, 12, 18, 24, 30]
    [line] = answer.frames[0].lines
    assert line.score > 0.9
    left, top = line.quad[:2]
    assert 0.12 < left < 0.17
    assert 0.80 < top < 0.88
    assert answer.usage.feature == "text"
    assert 4 <= answer.usage.model_calls <= 12
    assert 0 < answer.usage.items < len(UNIT)
    assert answer.usage.cpu_seconds > 0
    assert 0 < len(answer.carry) <= 64 * 1024


async def test_one_batch_answers_as_many_do(channel: Channel) -> None:
    whole = await read(channel, batch(UNIT))
    frames: list[ocr_pb2.FrameText] = []
    carry = b""
    for index, jpeg in enumerate(UNIT):
        answer = await read(channel, batch([jpeg], first=index), carry)
        frames += answer.frames
        carry = answer.carry
    assert frames == list(whole.frames)
    assert carry == whole.carry


async def test_a_unit_reads_the_same_before_and_after_another(channel: Channel) -> None:
    first = await read(channel, batch(UNIT))
    await read(channel, batch([card("Something else entirely"), card("Nothing matters")]))
    again = await read(channel, batch(UNIT))
    assert list(again.frames) == list(first.frames)
    assert again.carry == first.carry


async def test_a_low_strip_is_read_whole(channel: Channel) -> None:
    strip = np.full((26, 96, 3), 60, np.uint8)
    cv2.putText(strip, "HOTEL", (2, 24), cv2.FONT_HERSHEY_SIMPLEX, 0.95, (240,) * 3, 2, 16)
    answer = await read(channel, batch([cv2.imencode(".jpg", strip)[1].tobytes()]))
    assert texts(answer.frames[0]) == ["HOTEL"]
    assert list(answer.frames[0].lines[0].quad) == [0, 0, 1, 0, 1, 1, 0, 1]


@pytest.mark.parametrize("turn", [cv2.ROTATE_90_CLOCKWISE, cv2.ROTATE_90_COUNTERCLOCKWISE])
async def test_text_that_runs_up_or_down(channel: Channel, turn: int) -> None:
    level = cv2.imdecode(np.frombuffer(card("Where are you going"), np.uint8), cv2.IMREAD_COLOR)
    assert level is not None
    jpeg = cv2.imencode(".jpg", cv2.rotate(level, turn))[1].tobytes()
    answer = await read(channel, batch([jpeg]))
    assert texts(answer.frames[0]) == ["Where are you going"]
    x0, y0, x1, y1 = answer.frames[0].lines[0].quad[:4]
    down = turn == cv2.ROTATE_90_CLOCKWISE
    assert (y1 > y0 + 0.2) if down else (y0 > y1 + 0.2)  # the first side runs along the reading
    assert abs(x1 - x0) < 0.02


async def test_small_print_of_a_still_picture(channel: Channel) -> None:
    page = np.full((900, 1200, 3), 250, np.uint8)
    for row in range(20):
        text = f"Line {row} of a page in rather small print"
        cv2.putText(page, text, (80, 60 + 40 * row), cv2.FONT_HERSHEY_SIMPLEX, 0.5, (0,) * 3, 1, 16)
    answer = await read(channel, batch([cv2.imencode(".jpg", page)[1].tobytes()]))
    got = [text.replace(" ", "") for text in texts(answer.frames[0])]
    expected = [f"Line{row}ofapageinrathersmallprint" for row in range(20)]
    assert sum(line in got for line in expected) >= 19


async def refused(channel: Channel, request: ocr_pb2.ReadFramesRequest) -> tuple[Reason, str]:
    with pytest.raises(grpc.aio.AioRpcError) as caught:
        await ocr_pb2_grpc.OcrServiceStub(channel).ReadFrames(request, timeout=TIMEOUT)
    error = error_from_rpc(caught.value)
    assert error is not None
    return error.reason, error.metadata.get("field", "")


async def test_what_is_refused(channel: Channel) -> None:
    engine = await pin(channel)
    carry = (await read(channel, batch(UNIT[:2]))).carry
    damaged = carry[:40] + bytes([carry[40] ^ 1]) + carry[41:]
    one, two = batch(UNIT[:2], first=2)
    bad = visual_pb2.Frame(frame=0, jpeg=b"\xff\xd8 no picture")
    make = ocr_pb2.ReadFramesRequest
    cases = {
        "frames": make(engine=engine),
        "frames[1].frame": make(engine=engine, frames=[two, one]),
        "frames[0].frame": make(engine=engine, frames=batch(UNIT[:1], first=1), carry=carry),
        "carry": make(engine=engine, frames=[one], carry=damaged),
        "frames[0].jpeg": make(engine=engine, frames=[bad]),
    }
    for field, request in cases.items():
        assert await refused(channel, request) == (Reason.FIELD_INVALID, field)
    many = make(engine=engine, frames=batch([UNIT[5]] * 9))
    assert await refused(channel, many) == (Reason.FIELD_INVALID, "frames")
    other = engine_pb2.EngineSelection()
    other.CopyFrom(engine)
    other.version = "0"
    reason, _ = await refused(channel, make(engine=other, frames=[one]))
    assert reason is Reason.ENGINE_VERSION


def test_loading_opens_no_connection(models: ModelStore, monkeypatch: pytest.MonkeyPatch) -> None:
    def connect(*_: object) -> None:
        raise AssertionError("a connection was tried")

    monkeypatch.setattr(socket.socket, "connect", connect)
    monkeypatch.setattr(socket, "getaddrinfo", connect)
    engine = RapidTextEngine()
    engine.load(models)
    picture = np.full((64, 64, 3), 128, np.uint8)
    assert engine.detect(picture, 640) == []


def test_describing_the_service_loads_no_model_and_no_opencv() -> None:
    code = (
        "import sys, videre.ocr.__main__\n"
        "sys.exit(bool({'cv2', 'onnxruntime', 'rapidocr'} & sys.modules.keys()))"
    )
    subprocess.run([sys.executable, "-c", code], check=True, timeout=TIMEOUT)
