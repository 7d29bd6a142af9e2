"""A coarse view of a decoded frame: every 8th sample of its planes, 8 bits, full range.

Imported in child processes only. Reading the decoder's own planes spares a colour conversion of
the whole picture: cuts, fades and text changes show in a 64th of the samples.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, cast

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
class Luma:
    """All luma samples of a frame as the decoder left them, uint8, not turned.

    Args:
        samples: shape (rows, columns).
        black: level of black, 0 or 16.
        white: level of white, 255 or 235.
    """

    samples: Plane
    black: int
    white: int

    @property
    def gain(self) -> float:
        """Levels of full range for one level of this picture."""
        return 255 / (self.white - self.black)

    def full(self, level: float) -> int:
        """Return a level of this picture in full range, 0..255."""
        return round(min(max((level - self.black) * self.gain, 0.0), 255.0))


@dataclass(frozen=True, slots=True)
class _Layout:
    """How to read the three planes: bits per sample; (columns, rows, step) of each plane."""

    bits: int
    sizes: tuple[tuple[int, int, int], ...]


def planar(frame: VideoFrame) -> VideoFrame:
    """Return a frame whose planes can be read; most can as they are."""
    if _layout(frame.format.name, frame.width, frame.height) is not None:
        return frame
    return frame.reformat(format=_FALLBACK, threads=1)


def whole_luma(frame: VideoFrame) -> Luma:
    """Return all luma samples of a planar frame, without copying those of 8 bits."""
    layout = _known_layout(frame)
    columns, rows, _ = layout.sizes[0]
    samples = _samples(frame.planes[0], layout.bits)[:rows, :columns]
    if layout.bits > 8:
        samples = (samples >> (layout.bits - 8)).astype(np.uint8)
    return Luma(samples, 0, 255) if _is_full(frame) else Luma(samples, 16, 235)


def sample_planes(frame: VideoFrame, rotation: int) -> Planes:
    """Return the samples of a planar frame, turned clockwise by `rotation` degrees."""
    layout = _known_layout(frame)
    planes = [
        _sample(plane, size, layout.bits)
        for plane, size in zip(frame.planes, layout.sizes, strict=False)  # alpha is left out
    ]
    if not _is_full(frame):
        planes = [
            cast(Plane, cv2.LUT(plane, table))
            for plane, table in zip(planes, _TO_FULL, strict=True)
        ]
    if rotation:
        planes = [np.ascontiguousarray(np.rot90(plane, -rotation // 90)) for plane in planes]
    return Planes(*planes)


def _is_full(frame: VideoFrame) -> bool:
    """Tell whether samples use the full range."""
    return frame.format.name.startswith("yuvj") or frame.color_range == ColorRange.JPEG


def _known_layout(frame: VideoFrame) -> _Layout:
    layout = _layout(frame.format.name, frame.width, frame.height)
    if layout is None:
        raise ValueError(f"{frame.format.name} is not planar")
    return layout


def _samples(plane: VideoPlane, bits: int) -> npt.NDArray[Any]:
    """Return a plane's own samples, one or two bytes each; lines may be longer than the picture."""
    kind = np.uint8 if bits == 8 else _TWO_BYTES
    return np.frombuffer(plane, kind).reshape(plane.height, -1)  # type: ignore[call-overload,no-any-return]


def _sample(plane: VideoPlane, size: tuple[int, int, int], bits: int) -> Plane:
    columns, rows, step = size
    samples = _samples(plane, bits)[:rows:step, :columns:step]
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
