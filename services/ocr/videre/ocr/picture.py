"""JPEG frames to pixels, and crops of lines."""

from __future__ import annotations

import struct
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.ocr.engines.base import Picture, QuadArray

#: Longest side a frame may have, pixels (the contract of `Frame.jpeg`).
MAX_SIDE: Final = 1280
#: Above this side the gate looks at the half-size picture, which the JPEG decoder gives for free.
_HALVE_ABOVE: Final = 960
#: Crops at least this much higher than wide hold text that runs up or down.
_TURNED: Final = 1.5
_SIZE_MARKERS: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}


class NotAPictureError(ValueError):
    """The bytes are no JPEG, or one of a size that frames do not have."""


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Return (width, height) from a JPEG's header, before anything is decoded.

    Raises:
        NotAPictureError: no JPEG header, or a side is 0 or beyond `MAX_SIDE`.
    """
    if jpeg[:2] != b"\xff\xd8":
        raise NotAPictureError("not a JPEG")
    at = 2
    while at + 9 <= len(jpeg) and jpeg[at] == 0xFF:
        marker, length = jpeg[at + 1], struct.unpack_from(">H", jpeg, at + 2)[0]
        if marker == 0xFF:  # fill byte
            at += 1
            continue
        if marker in _SIZE_MARKERS:
            height, width = struct.unpack_from(">HH", jpeg, at + 5)
            if not (0 < width <= MAX_SIDE and 0 < height <= MAX_SIDE):
                raise NotAPictureError(f"{width} × {height} pixels, at most {MAX_SIDE} a side")
            return width, height
        at += 2 + length
    raise NotAPictureError("a JPEG without a size")


def decode_gray(jpeg: bytes) -> NDArray[np.uint8]:
    """Decode the luma the gate looks at: full size, or half of it for large pictures.

    Raises:
        NotAPictureError: it cannot be decoded.
    """
    import cv2

    half = max(size_of(jpeg)) > _HALVE_ABOVE
    mode = cv2.IMREAD_REDUCED_GRAYSCALE_2 if half else cv2.IMREAD_GRAYSCALE
    return _decode(jpeg, mode)


def decode(jpeg: bytes) -> Picture:
    """Decode the whole picture.

    Raises:
        NotAPictureError: it cannot be decoded.
    """
    import cv2

    size_of(jpeg)
    return _decode(jpeg, cv2.IMREAD_COLOR)


def _decode(jpeg: bytes, mode: int) -> NDArray[np.uint8]:
    import cv2

    # Rotation is applied before frames are made: a leftover tag must not turn them again.
    pixels = cv2.imdecode(np.frombuffer(jpeg, np.uint8), mode | cv2.IMREAD_IGNORE_ORIENTATION)
    if pixels is None:
        raise NotAPictureError("the JPEG cannot be decoded")
    return pixels.astype(np.uint8, copy=False)


def crop(picture: Picture, quad: QuadArray) -> Picture:
    """Cut out a line and lay it level: the side from corner 0 to 1 becomes the top."""
    import cv2

    width = max(1, int(max(_length(quad, 0, 1), _length(quad, 3, 2))))
    height = max(1, int(max(_length(quad, 0, 3), _length(quad, 1, 2))))
    target = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float32)
    level = cv2.warpPerspective(
        picture,
        cv2.getPerspectiveTransform(quad, target),
        (width, height),
        borderMode=cv2.BORDER_REPLICATE,
        flags=cv2.INTER_CUBIC,
    )
    return level.astype(np.uint8, copy=False)


def reading_quads(quad: QuadArray) -> list[QuadArray]:
    """Return the outlines from which a line may be read, corner 0 at the start of its reading.

    A level line has one; a tall one may run down (head to the right) or up.
    """
    width = max(_length(quad, 0, 1), _length(quad, 3, 2))
    height = max(_length(quad, 0, 3), _length(quad, 1, 2))
    if height < _TURNED * width:
        return [quad]
    return [np.roll(quad, -1, axis=0), np.roll(quad, 1, axis=0)]


def _length(quad: QuadArray, start: int, end: int) -> float:
    return float(np.linalg.norm(quad[start] - quad[end]))
