"""Faces with their marks, in one picture. Child process only."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.face_detector import FaceDetector
from videre.production.painting.base import Picture

#: Longer side of the picture in which faces are looked for.
_SIDE: Final = 480


@dataclass(frozen=True, slots=True, eq=False)
class Face:
    """A face, in pixels.

    Args:
        left: of its box.
        top: of its box.
        width: of its box.
        height: of its box.
        marks: both eyes, tip of the nose, both corners of the mouth, float [5, 2].
    """

    left: float
    top: float
    width: float
    height: float
    marks: NDArray[np.float32]


class Faces:
    """Finds faces; one thread."""

    def __init__(self, model: str) -> None:
        """Open the model's file."""
        self._detector = FaceDetector(Path(model))

    def find(self, picture: Picture) -> list[Face]:
        """Return the faces of a picture, the surest first."""
        rows, columns = picture.shape[:2]
        scale = min(1.0, _SIDE / max(rows, columns))
        size = max(1, round(columns * scale)), max(1, round(rows * scale))
        small = np.asarray(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), np.uint8)
        return [
            Face(*_box(one / scale), marks=(one[4:14] / scale).reshape(5, 2))
            for one in self._detector.rows(small)
        ]


def _box(found: NDArray[np.float32]) -> tuple[float, float, float, float]:
    left, top, width, height = found[:4].tolist()
    return left, top, width, height
