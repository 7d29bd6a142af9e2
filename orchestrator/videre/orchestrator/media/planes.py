"""A coarse view of a decoded frame: every 8th sample of its planes, 8 bits, full range.

Imported in child processes only. Reading the decoder's own planes spares a colour conversion of
the whole picture: cuts, fades and text changes show in a 64th of the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt
from av.video.format import VideoFormat
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from av.video.reformatter import ColorRange

Plane = npt.NDArray[np.uint8]
_STEP: Final = 8
#: Small pictures are sampled more densely, so that at least this many samples stay.
_LEAST_COLUMNS: Final = 64
_LEAST_ROWS: Final = 36
_FALLBACK: Final = "yuv420p"
_TWO_BYTES: Final = np.dtype("<u2")


@dataclass(frozen=True, slots=True)
class Planes:
    """Luma and chroma samples, uint8, full range, turned as displayed; chroma may be smaller."""

    y: Plane
    u: Plane
    v: Plane


@dataclass(frozen=True, slots=True)
class _Layout:
    """How to read the three planes: bits per sample; (columns, rows, step) of each plane."""

    bits: int
    sizes: tuple[tuple[int, int, int], ...]


def sample_planes(frame: VideoFrame, rotation: int) -> Planes:
    """Return the samples of a frame, turned clockwise by `rotation` degrees."""
    name = frame.format.name
    layout = _layout(name, frame.width, frame.height)
    if layout is None:
        frame, name = frame.reformat(format=_FALLBACK), _FALLBACK
        layout = _layout(name, frame.width, frame.height)
        assert layout is not None
    full = name.startswith("yuvj") or frame.color_range == ColorRange.JPEG
    planes = [
        _sample(plane, size, layout.bits)
        for plane, size in zip(frame.planes, layout.sizes, strict=False)  # alpha is left out
    ]
    if not full:
        planes = [
            cast(Plane, cv2.LUT(plane, table))
            for plane, table in zip(planes, _TO_FULL, strict=True)
        ]
    if rotation:
        planes = [np.ascontiguousarray(np.rot90(plane, -rotation // 90)) for plane in planes]
    return Planes(*planes)


def _sample(plane: VideoPlane, size: tuple[int, int, int], bits: int) -> Plane:
    columns, rows, step = size
    kind = np.uint8 if bits == 8 else _TWO_BYTES
    samples = np.frombuffer(plane, kind).reshape(plane.height, -1)  # type: ignore[call-overload]
    samples = samples[:rows:step, :columns:step]
    if bits > 8:
        samples = samples >> (bits - 8)
    return np.ascontiguousarray(samples, np.uint8)


@lru_cache(maxsize=16)
def _layout(name: str, width: int, height: int) -> _Layout | None:
    """Return how to read a planar YUV format; None for any other (those are converted first)."""
    description = VideoFormat(name, width, height)
    parts = description.components[:3]
    planar = len(parts) == 3 and [part.plane for part in parts] == [0, 1, 2]
    if not planar or description.is_rgb or description.is_big_endian:
        return None
    return _Layout(
        parts[0].bits,
        tuple(
            (part.width, part.height, _step(part.width, part.height, first=number == 0))
            for number, part in enumerate(parts)
        ),
    )


def _step(columns: int, rows: int, *, first: bool) -> int:
    """Return the distance of the samples that are read of a plane; chroma may be half of luma."""
    part = 1 if first else 2
    return max(1, min(_STEP, columns // (_LEAST_COLUMNS // part), rows // (_LEAST_ROWS // part)))


def _range_table(low: int, high: int, middle: int) -> Plane:
    """Return the table from limited range low..high to full range, fixed at `middle`."""
    values = np.arange(256, dtype=np.float64)
    scaled = (
        (values - low) * 255 / (high - low)
        if middle == 0
        else (values - middle) * 255 / (high - low) + middle
    )
    return np.clip(np.rint(scaled), 0, 255).astype(np.uint8)


_CHROMA: Final = _range_table(16, 240, 128)
_TO_FULL: Final = (_range_table(16, 235, 0), _CHROMA, _CHROMA)
