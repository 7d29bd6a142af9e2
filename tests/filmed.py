"""Pictures made frame by frame, encoded, decoded and measured as the decode pass does it."""

from __future__ import annotations

import io
from collections.abc import Iterable, Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any, Final

import av
import numpy as np
import numpy.typing as npt

from videre.common.values import NS
from videre.orchestrator.document import Shot, Transition
from videre.orchestrator.fusion.inputs import PictureSignals
from videre.orchestrator.media.meter import SignalMeter
from videre.orchestrator.media.planes import planar, sample_planes
from videre.orchestrator.media.records import SIGNAL_TYPE
from videre.orchestrator.timeline import Timeline

Rgb = npt.NDArray[np.uint8]
RATE: Final = 25
WIDTH, HEIGHT = 320, 180


def clock(frames: int) -> Timeline:
    """Return the clock of so many frames at 25 per second."""
    step = NS // RATE
    starts = [number * step for number in range(frames)]
    return Timeline(frames * step, starts, frames * step, Fraction(RATE))


def shots(timeline: Timeline, cuts: Sequence[int] = ()) -> list[Shot]:
    """Return the shots between cuts at these frames."""
    borders = [0, *cuts, timeline.frame_count]
    return [
        Shot(i, timeline.frame_span(a, b), Transition.CUT if i else Transition.START, 10_000)
        for i, (a, b) in enumerate(pairwise(borders))
    ]


def measured(pictures: Iterable[Rgb], crf: int = 23) -> npt.NDArray[Any]:
    """Return the signal records of pictures that went through H.264 with key frames."""
    file = io.BytesIO()
    with av.open(file, "w", format="matroska") as container:
        options = {"preset": "veryfast", "crf": str(crf), "g": "48", "threads": "1"}
        stream: Any = container.add_stream("libx264", rate=RATE, options=options)
        stream.pix_fmt = "yuv420p"
        for number, picture in enumerate(pictures):
            if number == 0:
                stream.height, stream.width = picture.shape[:2]
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
        container.mux(stream.encode(None))
    file.seek(0)
    meter, records = SignalMeter(), []
    with av.open(file) as container:
        for number, frame in enumerate(container.decode(video=0)):
            records.append(
                meter.measure(number, number * NS // RATE, sample_planes(planar(frame), 0))
            )
    return np.array(records, SIGNAL_TYPE)


def signals(pictures: Iterable[Rgb], crf: int = 23) -> PictureSignals:
    """Return what fusion reads of them."""
    records = measured(pictures, crf)
    change = np.maximum.reduce([records[f"delta_{plane}"] for plane in "yuv"])
    return PictureSignals(change, records["chroma_deviation"], records["luma"])


def room(seed: int = 0) -> Rgb:
    """Return a picture with shapes of many sizes and colours."""
    chance = np.random.default_rng(seed)
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    picture[:] = chance.integers(30, 120, 3)
    for _ in range(40):
        x, y = int(chance.integers(0, WIDTH - 20)), int(chance.integers(0, HEIGHT - 20))
        w, h = int(chance.integers(10, 100)), int(chance.integers(10, 60))
        picture[y : y + h, x : x + w] = chance.integers(0, 255, 3)
    return picture


def moving(number: int, seed: int = 0) -> Rgb:
    """Return a frame of a camera that pans over a room, two pixels a frame."""
    return np.ascontiguousarray(np.roll(room(seed), 2 * number, axis=1))


def grain(picture: Rgb, number: int, level: float) -> Rgb:
    """Return a picture with the noise of a sensor, another one every frame."""
    chance = np.random.default_rng(number)
    noisy = picture + chance.normal(0, level, picture.shape)
    return np.clip(noisy, 0, 255).astype(np.uint8)


def talking_head(number: int) -> Rgb:
    """Return a frame, twice as large, of somebody who sits still and speaks: a mouth moves."""
    picture = np.full((2 * HEIGHT, 2 * WIDTH, 3), (70, 90, 110), np.uint8)
    picture[90:270, 260:380] = (200, 160, 140)
    opened = 3 + int(6 * abs(np.sin(number / 3)))
    picture[220 : 220 + opened, 300:340] = (90, 30, 40)
    return picture


def bars(kind: str) -> Rgb:
    """Return colour bars: "ebu75", "ebu100", "smpte" or "hd"."""
    colors = [(1, 1, 1), (1, 1, 0), (0, 1, 1), (0, 1, 0), (1, 0, 1), (1, 0, 0), (0, 0, 1)]
    picture = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    level = 255 if kind == "ebu100" else 191
    if kind.startswith("ebu"):
        _stripes(picture, [*colors, (0, 0, 0)], level, 0, HEIGHT, 0, WIDTH)
        return picture
    top = HEIGHT * 2 // 3 if kind == "smpte" else HEIGHT * 7 // 12
    side = 0 if kind == "smpte" else WIDTH // 8
    picture[:] = 102
    _stripes(picture, colors, level, 0, top, side, WIDTH - side)
    lower = [colors[6], (0, 0, 0), colors[4], (0, 0, 0), colors[2], (0, 0, 0), colors[0]]
    _stripes(picture, lower, level, top, HEIGHT * 3 // 4, side, WIDTH - side)
    picture[HEIGHT * 3 // 4 :] = 16
    picture[HEIGHT * 3 // 4 :, WIDTH // 6 : WIDTH // 3] = 255
    return picture


def _stripes(
    picture: Rgb, colors: Sequence[tuple[int, ...]], level: int,
    top: int, bottom: int, left: int, right: int,
) -> None:  # fmt: skip
    borders = np.linspace(left, right, len(colors) + 1).round().astype(int)
    for color, (start, end) in zip(colors, pairwise(borders), strict=True):
        picture[top:bottom, start:end] = np.array(color) * level
