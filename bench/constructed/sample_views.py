"""Sample pictures as people have them: a frame re-encoded, scaled, cut, turned."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

import av
import cv2
import numpy as np
import numpy.typing as npt

#: uint8 BGR, height×width×3.
Bgr = npt.NDArray[np.uint8]
#: Longest side of a frame, as the suite makes its pictures.
_LONGEST: Final = 1_280
_TURN: Final = 15.0
_QUALITY: Final = 40


def frames_of(path: Path, every_s: float) -> list[Bgr]:
    """Return a frame of a film every so many seconds, the first one half as many from its start."""
    found: list[Bgr] = []
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        stream.thread_count = 1
        start: float | None = None
        for frame in container.decode(stream):
            now = frame.time if frame.time is not None else 0.0
            start = now if start is None else start
            if now - start >= (len(found) + 0.5) * every_s:
                picture = np.asarray(frame.to_ndarray(format="bgr24"), np.uint8)
                found.append(_fitted(picture))
    return found


def _fitted(picture: Bgr) -> Bgr:
    share = _LONGEST / max(picture.shape[:2])
    return picture if share >= 1 else _scaled(picture, share)


def _scaled(picture: Bgr, share: float) -> Bgr:
    size = round(picture.shape[1] * share), round(picture.shape[0] * share)
    return np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)


def _reencoded(picture: Bgr) -> Bgr:
    _, data = cv2.imencode(".jpg", picture, [cv2.IMWRITE_JPEG_QUALITY, _QUALITY])
    return np.asarray(cv2.imdecode(data, cv2.IMREAD_COLOR), np.uint8)


def _cut(picture: Bgr) -> Bgr:
    """Return a quarter of a picture's area, not in the middle."""
    height, width = picture.shape[:2]
    return picture[height // 4 : height * 3 // 4, width * 2 // 5 : width * 9 // 10]


def _turned(picture: Bgr) -> Bgr:
    """Return the middle of a picture, turned, without the corners that nothing fills."""
    height, width = picture.shape[:2]
    matrix = cv2.getRotationMatrix2D((width / 2, height / 2), _TURN, 1.0)
    turned = cv2.warpAffine(picture, matrix, (width, height), flags=cv2.INTER_LINEAR)
    return np.asarray(turned[height // 5 : height * 4 // 5, width // 5 : width * 4 // 5], np.uint8)


def _all(picture: Bgr) -> Bgr:
    return _reencoded(_scaled(_turned(picture), 0.7))


#: What becomes of a frame, by name.
VIEWS: Final[Mapping[str, Callable[[Bgr], Bgr]]] = MappingProxyType(
    {
        "re-encoded": _reencoded,
        "half as large": lambda picture: _reencoded(_scaled(picture, 0.5)),
        "cut": lambda picture: _reencoded(_cut(picture)),
        "turned by 15°": lambda picture: _reencoded(_turned(picture)),
        "all at once": _all,
    }
)
