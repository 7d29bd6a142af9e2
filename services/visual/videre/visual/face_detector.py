"""YuNet: where faces are. Several engines look at faces; each picture is searched once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.models import ModelStore
from videre.common.values import Box
from videre.visual.boxes import normalised
from videre.visual.pictures import Picture

if TYPE_CHECKING:
    import cv2

F64 = NDArray[np.float64]

DETECTOR: Final = "yunet_n_dynamic"
#: Least score that is told, 0..1.
FLOOR: Final = 0.5
_OVERLAP: Final = 0.3
_MOST: Final = 50
_LOG_ERRORS: Final = 2


@dataclass(frozen=True, slots=True)
class Found:
    """A face in a picture.

    Args:
        box: shares of the picture.
        landmarks: eye on the left of the picture, other eye, nose tip, left and right corner of the
            mouth; pixels of `Picture.base`, float64 [5, 2].
        points: the same as shares of the picture, x and y by turns.
        corners: left, top, right, bottom in pixels of `Picture.base`.
        score: 0..1.
        width_px: width of the box in pixels of the given picture.
        height_px: its height.
    """

    box: Box
    landmarks: F64
    points: tuple[float, ...]
    corners: tuple[float, float, float, float]
    score: float
    width_px: float
    height_px: float


class FaceDetector:
    """The detector; keeps its input size, so that each thread needs its own."""

    _net: cv2.FaceDetectorYN

    def __init__(self, models: ModelStore) -> None:
        """Open the model."""
        import cv2

        cv2.setNumThreads(1)
        # "Targets are not supported by the new graph engine": said at every load, of no use
        cv2.utils.logging.setLogLevel(_LOG_ERRORS)
        path = str(models.path(DETECTOR))
        self._net = cv2.FaceDetectorYN.create(path, "", (320, 320), FLOOR, _OVERLAP, _MOST)

    def find(self, picture: Picture) -> tuple[Found, ...]:
        """Return the faces of a picture at a longer side of at most 640 pixels."""
        return picture.once("faces", lambda: self._find(picture))

    def _find(self, picture: Picture) -> tuple[Found, ...]:
        base = picture.base
        self._net.setInputSize((base.shape[1], base.shape[0]))
        _, faces = self._net.detect(base)
        rows = np.zeros((0, 15), np.float32) if faces is None else np.asarray(faces, np.float32)
        return tuple(found for row in rows if (found := _found(picture, row)) is not None)


def _found(picture: Picture, row: NDArray[np.float32]) -> Found | None:
    """Return what a row says: box (x, y, width, height), 5 points, score, in pixels of `base`."""
    height, width = picture.base.shape[:2]
    scale = picture.width / width
    corners = np.array([row[0], row[1], row[0] + row[2], row[1] + row[3]], dtype=np.float32)
    box = normalised(corners, width, height)
    if box is None:
        return None
    landmarks = row[4:14].reshape(5, 2).astype(np.float64)
    left, top, right, bottom = (float(value) for value in corners)
    return Found(
        box=box,
        landmarks=landmarks,
        points=tuple(float(x) for x in (landmarks / (width, height)).clip(0, 1).ravel()),
        corners=(left, top, right, bottom),
        score=float(row[14]),
        width_px=float(row[2]) * scale,
        height_px=float(row[3]) * scale,
    )
