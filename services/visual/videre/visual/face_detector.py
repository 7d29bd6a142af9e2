"""YuNet: where faces are. Several engines look at faces; each picture is searched once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.models import ModelStore
from videre.common.values import Box
from videre.visual import yunet
from videre.visual.boxes import normalised, suppress
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

F64 = NDArray[np.float64]

DETECTOR: Final = "yunet_n_dynamic"
#: Least score that is told, 0..1.
FLOOR: Final = 0.5
_OVERLAP: Final = 0.3
_MOST: Final = 50


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
    """The detector; safe for use from several threads."""

    def __init__(self, models: ModelStore) -> None:
        """Open the model."""
        self._model = OnnxModel(models.path(DETECTOR))

    def find(self, picture: Picture) -> tuple[Found, ...]:
        """Return the faces of a picture at a longer side of at most 640 pixels."""
        return picture.once("faces", lambda: self._find(picture))

    def _find(self, picture: Picture) -> tuple[Found, ...]:
        tensor = yunet.to_input(picture.base)
        rows = yunet.decode(self._model.run(tensor), tensor.shape[3], FLOOR)
        rows = rows[np.argsort(-rows[:, 14], kind="stable")[:_MOST]]
        kept = suppress(yunet.whole_boxes(rows), rows[:, 14], _OVERLAP)
        return tuple(one for row in rows[kept] if (one := _found(picture, row)) is not None)


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
