"""Small pictures, sound and signals, the same at every run, without a file."""

from __future__ import annotations

import io
import math
import random
import struct
from array import array
from functools import cache
from typing import Final

from PIL import Image, ImageDraw, ImageFont

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS, SIGNAL_FIELDS
from videre.common.strips import FRAME_BYTES

NS: Final = 1_000_000_000
SPEECH_RATE: Final = 16_000
MUSIC_RATE: Final = 22_050
_SIZE: Final = (256, 144)
_SEED: Final = 7
_FPS: Final = 25
#: Largest side that a JPEG's header can state, pixels.
_HUGE: Final = 65_500
_CODES: Final = {"<i8": "q", "<f4": "f"}


@cache
def pictures() -> tuple[bytes, ...]:
    """Return three JPEGs: shapes, shapes with a caption, another scene with the caption."""
    return tuple(_jpeg(_scene(*look)) for look in ((0, ""), (0, "Way out"), (1, "Way out")))


@cache
def extreme_pictures() -> tuple[bytes, ...]:
    """Return JPEGs that are unusual and allowed: one pixel, black, noise, a thin stripe."""
    rng = random.Random(_SEED)
    noise = Image.frombytes("RGB", (64, 64), rng.randbytes(64 * 64 * 3))
    flat = [Image.new("RGB", size) for size in ((1, 1), (64, 64), (320, 2))]
    return tuple(_jpeg(image) for image in (*flat, noise))


@cache
def broken_pictures() -> dict[str, bytes]:
    """Return bytes that are no JPEG of an allowed size, by what is wrong."""
    whole = pictures()[0]
    at = whole.index(b"\xff\xc0") + 5  # height and width in the frame header
    huge = whole[:at] + struct.pack(">HH", _HUGE, _HUGE) + whole[at + 4 :]
    png = io.BytesIO()
    Image.new("RGB", (8, 8)).save(png, "PNG")
    return {
        "no bytes": b"",
        "bytes that are no picture": random.Random(_SEED).randbytes(512),
        "a JPEG that says it is 65,500 pixels wide and high": huge,
        "a PNG": png.getvalue(),
        "a header without a picture": whole[: at + 8],
    }


def _scene(number: int, caption: str) -> Image.Image:
    image = Image.linear_gradient("L").resize(_SIZE).convert("RGB")
    draw = ImageDraw.Draw(image)
    rng = random.Random(_SEED + number)
    for _ in range(12):
        x, y, side = rng.randrange(200), rng.randrange(90), rng.randrange(15, 50)
        color = (rng.randrange(256), rng.randrange(256), rng.randrange(256))
        shape = rng.choice((draw.ellipse, draw.rectangle))
        shape((x, y, x + side, y + side), fill=color)
    if caption:
        draw.rectangle((20, 100, 236, 140), fill="white")
        draw.text((32, 104), caption, font=ImageFont.load_default(size=28), fill="black")
    return image


def _jpeg(image: Image.Image) -> bytes:
    data = io.BytesIO()
    image.save(data, "JPEG", quality=90)
    return data.getvalue()


@cache
def voice(seconds: float) -> bytes:
    """Return a humming, hissing voice, 16 kHz s16, loud from .2 to .9 s of every second."""
    rng = random.Random(_SEED)
    one = array("h")
    for index in range(SPEECH_RATE):
        time = index / SPEECH_RATE
        loud = 0.2 <= time < 0.9
        hum = sum(math.sin(2 * math.pi * 130 * k * time) / k for k in (1, 2, 3, 5, 8, 13))
        beat = 0.5 + 0.5 * math.sin(2 * math.pi * 4 * time)
        one.append(int(4_000 * (hum * beat + rng.gauss(0, 0.3) * (1 - beat))) if loud else 0)
    whole = (one.tobytes() * math.ceil(seconds))[: 2 * round(seconds * SPEECH_RATE)]
    return whole


def extreme_sounds(samples: int) -> dict[str, bytes]:
    """Return s16 sound that is unusual and allowed, by what it is."""
    noise = random.Random(_SEED).randbytes(2 * samples)
    square = array("h", [32_767, -32_768] * (samples // 2)).tobytes()
    return {"silence": bytes(2 * samples), "full scale": square, "noise": noise}


@cache
def clicks(seconds: int) -> bytes:
    """Return a click every half second, 22.05 kHz float32."""
    half = array("f", bytes(4 * (MUSIC_RATE // 2)))
    for index in range(400):
        half[index] = 0.8 * math.sin(2 * math.pi * 1_000 * index / MUSIC_RATE) * (1 - index / 400)
    return half.tobytes() * (2 * seconds)


def signals(count: int, cut: int) -> bytes:
    """Return the signals of `count` frames at 25 a second, with one hard cut at frame `cut`."""
    return b"".join(_record(index, index == cut, index >= cut) for index in range(count))


def small_frames(count: int, cut: int) -> bytes:
    """Return frames of 48 × 27 pixels (RGB) of two scenes that look nothing alike."""
    scenes = [random.Random(seed).randbytes(FRAME_BYTES) for seed in (1, 2)]
    return b"".join(scenes[index >= cut] for index in range(count))


def broken_signals(count: int) -> dict[str, bytes]:
    """Return signals that are none, by what is wrong."""
    whole, size = signals(count, count // 2), record_size()
    nan = struct.pack("<f", math.nan)
    return {
        "no records": b"",
        "half a record": whole[: size + size // 2],
        "a frame twice": whole[:size] + whole,
        "a value that is no number": whole[:16] + nan + whole[20:],
        "a frame left out": whole[:size] + whole[2 * size :],
    }


def record_size() -> int:
    """Return the bytes of one record of signals."""
    return len(_record(0, cut=False, after=False))


def _record(index: int, cut: bool, after: bool) -> bytes:
    cells = EDGE_ROWS * EDGE_COLUMNS
    values = {
        "frame": index,
        "time_ns": index * NS // _FPS,
        "delta_y": 90.0 if cut else 0.5,
        "delta_u": 30.0 if cut else 0.2,
        "delta_v": 30.0 if cut else 0.2,
        "histogram_distance": 0.8 if cut else 0.01,
        "luma_mean": 180.0 if after else 80.0,
        "luma_deviation": 40.0,
        "chroma_deviation": 20.0,
        "dark_share": 0.05,
        "bright_share": 0.05,
        "sharpness": 300.0,
        "edge_change": 0.4 if cut else 0.01,
        "edges": bytes([200 if after else 60]) * cells,
        "luma": bytes([180 if after else 80]) * cells,
    }
    parts = []
    for field in SIGNAL_FIELDS:
        value = values[field[0]]
        packed = value if isinstance(value, bytes) else struct.pack(f"<{_CODES[field[1]]}", value)
        parts.append(packed)
    return b"".join(parts)
