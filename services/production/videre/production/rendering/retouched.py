"""Frames as edits change them. Imported in the child process only."""

from __future__ import annotations

import sys
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import numpy as np
from av.video.frame import VideoFrame
from av.video.plane import VideoPlane
from numpy.typing import NDArray

from videre.production.media_index import Pictures
from videre.production.rendering.canvas import Canvas
from videre.production.rendering.pictures import PictureReader
from videre.production.retouching.edits import Edits
from videre.production.retouching.mending import Mender
from videre.production.retouching.planes import Planes, planes_of_frame
from videre.production.retouching.retoucher import Retoucher

_OTHER_ORDER: Final = "be" if sys.byteorder == "little" else "le"
_OWN_ORDER: Final = "le" if sys.byteorder == "little" else "be"


def native(canvas: Canvas) -> Canvas:
    """Return a canvas whose samples have this machine's order of bytes."""
    if not canvas.format.endswith(_OTHER_ORDER):
        return canvas
    return replace(canvas, format=canvas.format.removesuffix(_OTHER_ORDER) + _OWN_ORDER)


class RetouchedReader:
    """The frames of a source in the canvas, by number, changed."""

    def __init__(self, path: Path, pictures: Pictures, canvas: Canvas, edits: Edits) -> None:
        """Take a file and the planar canvas of its frames; it is open until `close`."""
        self._pictures, self._canvas = pictures, canvas
        self._reader = PictureReader(path, pictures, canvas)
        size = canvas.width, canvas.height
        self._retoucher = Retoucher(edits, size)
        self._made: tuple[int, VideoFrame] | None = None
        self._ahead: PictureReader | None = None
        self._mender: Mender | None = None
        if edits.holes:  # filling looks ahead: it decodes for itself
            self._ahead = PictureReader(path, pictures, canvas)
            starts = [pictures.start_ns(frame) for frame in range(len(pictures.pts))]
            self._mender = Mender(edits.holes, size, starts, self._read_ahead)

    def close(self) -> None:
        """Close the file."""
        self._reader.close()
        if self._mender is not None:
            self._mender.close()
        if self._ahead is not None:
            self._ahead.close()

    def read(self, frame: int) -> VideoFrame:
        """Return a frame; see `PictureReader.read`."""
        if self._made is None or self._made[0] != frame:
            copy, planes = copied(self._reader.read(frame), self._canvas)
            ns = self._pictures.start_ns(frame)
            self._retoucher.unveil(planes, ns)
            if self._mender is not None:
                self._mender.apply(frame, planes)
            self._retoucher.apply(planes, ns)
            self._made = frame, copy
        return self._made[1]

    def _read_ahead(self, frame: int) -> Planes:
        assert self._ahead is not None
        _, planes = copied(self._ahead.read(frame), self._canvas)
        self._retoucher.unveil(planes, self._pictures.start_ns(frame))
        return planes


def copied(frame: VideoFrame, canvas: Canvas) -> tuple[VideoFrame, Planes]:
    """Return a copy of a frame in a planar canvas, and its planes.

    A decoder may still look at its own frame, which nobody may write to.
    """
    copy = VideoFrame(canvas.width, canvas.height, canvas.format)
    bits = max(part.bits for part in copy.format.components)
    arrays = [_samples(plane, bits) for plane in copy.planes]
    for array, plane in zip(arrays, frame.planes, strict=True):
        array[:] = _samples(plane, bits)
    return copy, planes_of_frame(arrays, canvas, bits)


def _samples(plane: VideoPlane, bits: int) -> NDArray[Any]:
    """Return the samples of a plane, without what fills its rows up."""
    kind = np.uint8 if bits <= 8 else np.uint16
    whole = np.frombuffer(memoryview(plane), kind)
    row = plane.line_size // np.dtype(kind).itemsize
    return whole[: row * plane.height].reshape(plane.height, row)[:, : plane.width]
