"""Codes that were drawn here are read back; what is no code is read as none."""

from __future__ import annotations

import cv2
import numpy as np
import pytest
import zxingcpp

from videre.common.engine import EngineRegistry
from videre.visual.engines.base import FrameEngine, Seen
from videre.visual.engines.codes import MAX_VALUE, SPEC, ZxingCodes
from videre.visual.pictures import Picture, decode_jpeg
from videre.visual.registry import VisualEngine

pytestmark = pytest.mark.engine

FORMATS = zxingcpp.BarcodeFormat
CONTENT = {
    "qr_code": (FORMATS.QRCode, "https://example.com/?a=1&b=视频"),
    "micro_qr_code": (FORMATS.MicroQRCode, "12345"),
    "rmqr_code": (FORMATS.RMQRCode, "ABC123"),
    "data_matrix": (FORMATS.DataMatrix, "LOT 4711"),
    "aztec": (FORMATS.Aztec, "M1DESMARAIS/LUC"),
    "pdf417": (FORMATS.PDF417, "a boarding pass"),
    "ean_13": (FORMATS.EAN13, "4006381333931"),
    "ean_8": (FORMATS.EAN8, "96385074"),
    "code_128": (FORMATS.Code128, "SHIP-0001"),
}


@pytest.fixture(scope="module")
def engine(engines: EngineRegistry[VisualEngine]) -> FrameEngine:
    made = engines.acquire("codes", SPEC.name, SPEC.version, (), 0)
    assert isinstance(made, ZxingCodes)
    return made


def drawn(
    kind: zxingcpp.BarcodeFormat, content: str | bytes, side: int = 220
) -> np.ndarray[tuple[int, int], np.dtype[np.uint8]]:
    """Return a 1280 × 720 grey picture with a code whose longer side is `side` pixels."""
    code = np.array(zxingcpp.create_barcode(content, kind).to_image(scale=8), dtype=np.uint8)
    factor = side / max(code.shape)
    size = round(code.shape[1] * factor), round(code.shape[0] * factor)
    code = cv2.resize(code, size, interpolation=cv2.INTER_AREA)
    picture = np.full((720, 1280), 200, np.uint8)
    picture[300 : 300 + code.shape[0], 500 : 500 + code.shape[1]] = code
    return picture


def read(engine: FrameEngine, grey: np.ndarray[tuple[int, int], np.dtype[np.uint8]],
         quality: int = 85) -> list[Seen]:  # fmt: skip
    bgr = cv2.cvtColor(grey, cv2.COLOR_GRAY2BGR)
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return list(engine.look(decode_jpeg(data.tobytes(), 1280)).seen)


@pytest.mark.parametrize("name", CONTENT)
def test_every_symbology_is_read_with_its_place(engine: FrameEngine, name: str) -> None:
    kind, content = CONTENT[name]
    (seen,) = read(engine, drawn(kind, content, 320))
    assert (seen.class_name, seen.text) == (name, content)
    assert seen.box is not None
    assert seen.box.x == pytest.approx(500 / 1280, abs=0.04)
    assert seen.box.width <= 0.26
    assert len(seen.points) == 8
    assert seen.score in (0.7, 0.9, 1.0)


def test_turned_and_seen_from_the_side(engine: FrameEngine) -> None:
    grey = drawn(FORMATS.QRCode, "turned", 260)
    for degrees in (0, 30, 90, 180, 217):
        turn = cv2.getRotationMatrix2D((630, 430), degrees, 1)
        turned = cv2.warpAffine(grey, turn, (1280, 720), borderValue=200)
        assert [seen.text for seen in read(engine, np.asarray(turned, np.uint8))] == ["turned"]
    corners = np.array([(500, 300), (760, 300), (760, 560), (500, 560)], np.float32)
    aside = corners + np.array([(0, 0), (-50, 30), (-50, -30), (0, 0)], np.float32)
    matrix = cv2.getPerspectiveTransform(corners, aside)
    seen_aside = cv2.warpPerspective(grey, matrix, (1280, 720), borderValue=200)
    assert [seen.text for seen in read(engine, np.asarray(seen_aside, np.uint8))] == ["turned"]


def test_bytes_that_are_no_text_are_handed_on(engine: FrameEngine) -> None:
    (seen,) = read(engine, drawn(FORMATS.QRCode, bytes([0, 255, 27, 128, 254]), 300))
    assert (seen.data or seen.text.encode()) == bytes([0, 255, 27, 128, 254])
    seen.text.encode("utf-8")


def test_hostile_text_is_only_data(engine: FrameEngine) -> None:
    hostile = "\x1b[2J\u202e=cmd|' /C calc'!A0\r\n<script>"
    (seen,) = read(engine, drawn(FORMATS.QRCode, hostile, 400))
    assert seen.text == hostile
    assert max(len(seen.text.encode()), len(seen.data)) <= MAX_VALUE


def test_a_wall_of_codes_is_bounded(engine: FrameEngine) -> None:
    code = np.array(zxingcpp.create_barcode("wall", FORMATS.QRCode).to_image(scale=3), np.uint8)
    rows, columns = 720 // code.shape[0], 1280 // code.shape[1]
    wall = np.full((720, 1280), 255, np.uint8)
    tiled = np.tile(code, (rows, columns))
    wall[: tiled.shape[0], : tiled.shape[1]] = tiled
    assert rows * columns > 16
    assert 1 <= len(read(engine, wall, 95)) <= 16


@pytest.mark.long
def test_pictures_without_codes_have_none(engine: FrameEngine, frames: dict[str, bytes]) -> None:
    for name, jpeg in frames.items():
        assert engine.look(decode_jpeg(jpeg, 1280)).seen == (), name
    noise = np.random.default_rng(1).integers(0, 256, (720, 1280, 3), dtype=np.uint8)
    stripes = np.zeros((720, 1280, 3), np.uint8)
    stripes[:, ::7] = 255
    for bgr in (noise, stripes):
        assert engine.look(Picture(bgr)).seen == ()
