"""One decoded frame, shared by all engines: decoded once, resized once per size.

This is the only module beside the face engine that needs OpenCV; the servicer decodes with it, so
it is imported at the start.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final, TypeVar, cast

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.visual import jpeg
from videre.visual.letterbox import fit_inside

cv2.setNumThreads(1)  # a slot is one thread

Bgr = NDArray[np.uint8]
T = TypeVar("T")

#: Longer side of the copy from which engines take their inputs, pixels.
BASE_SIDE: Final = 640


class Picture:
    """A BGR picture, uint8 [height, width, 3], with its resized copies.

    The copies belong to the picture and must not be written to. A picture is used by one thread.
    """

    def __init__(self, bgr: Bgr) -> None:
        self.bgr = bgr
        self._copies: dict[tuple[int, int], Bgr] = {}
        self._made: dict[str, object] = {}

    @property
    def width(self) -> int:
        """Width in pixels."""
        return int(self.bgr.shape[1])

    @property
    def height(self) -> int:
        """Height in pixels."""
        return int(self.bgr.shape[0])

    @property
    def base(self) -> Bgr:
        """The picture with its longer side at most `BASE_SIDE`."""
        return self._copy(self.bgr, *fit_inside(self.width, self.height, BASE_SIDE))

    def resized(self, width: int, height: int) -> Bgr:
        """Return the picture at a size that need not keep its shape, made from `base`."""
        return self._copy(self.base, width, height)

    def once(self, what: str, make: Callable[[], T]) -> T:
        """Return what several engines need of the picture; the first that asks makes it."""
        if what not in self._made:
            self._made[what] = make()
        return cast(T, self._made[what])

    def _copy(self, source: Bgr, width: int, height: int) -> Bgr:
        if (source.shape[1], source.shape[0]) == (width, height):
            return source
        key = (width, height)
        if key not in self._copies:
            shrinks = width <= source.shape[1] and height <= source.shape[0]
            method = cv2.INTER_AREA if shrinks else cv2.INTER_LINEAR
            self._copies[key] = _u8(cv2.resize(source, key, interpolation=method))
        return self._copies[key]


def decode_jpeg(data: bytes, longest_side: int) -> Picture:
    """Decode a JPEG as it lies (without EXIF rotation).

    Raises:
        ValueError: not a whole, decodable JPEG, or one with a side above `longest_side` pixels.
    """
    width, height = jpeg.dimensions(data)
    if max(width, height) > longest_side:
        raise ValueError(f"{width} × {height} pixels; at most {longest_side} on the longer side")
    flags = cv2.IMREAD_COLOR | cv2.IMREAD_IGNORE_ORIENTATION
    try:
        bgr = cv2.imdecode(np.frombuffer(data, np.uint8), flags)
    except cv2.error as error:
        raise ValueError(f"not decodable: {error.err}") from error
    if bgr is None:
        raise ValueError("not decodable")
    return Picture(_u8(bgr))


def recompressed(bgr: Bgr, quality: int) -> Bgr:
    """Return the picture after one lossy JPEG round trip at a quality of 0..100."""
    _, data = cv2.imencode(".jpg", bgr, [cv2.IMWRITE_JPEG_QUALITY, quality])
    return _u8(cv2.imdecode(data, cv2.IMREAD_COLOR))


def _u8(array: object) -> Bgr:
    return np.asarray(array, dtype=np.uint8)
