"""Faces with their marks, in one picture: YuNet by OpenCV. Child process only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

from videre.production.painting.base import Picture

#: Longer side of the picture in which faces are looked for.
_SIDE: Final = 480
#: As the analysis asks for: a motorcycle was a face at .69.
_SCORE: Final = 0.8
_OVERLAP: Final = 0.3
_MOST: Final = 50
#: The model's coarsest grid, pixels.
_GRID: Final = 32


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
        self._detector: Any = cv2.FaceDetectorYN.create(
            model, "", (_GRID, _GRID), _SCORE, _OVERLAP, _MOST
        )

    def find(self, picture: Picture) -> list[Face]:
        """Return the faces of a picture, the surest first."""
        rows, columns = picture.shape[:2]
        scale = min(1.0, _SIDE / max(rows, columns))
        size = max(1, round(columns * scale)), max(1, round(rows * scale))
        small = cv2.resize(picture, size, interpolation=cv2.INTER_AREA)
        below, beside = -size[1] % _GRID, -size[0] % _GRID
        small = cv2.copyMakeBorder(small, 0, below, 0, beside, cv2.BORDER_CONSTANT)
        self._detector.setInputSize((small.shape[1], small.shape[0]))
        found = self._detector.detect(small)[1]
        return [
            Face(*_box(one / scale), marks=(one[4:14] / scale).reshape(5, 2))
            for one in (() if found is None else found)
        ]


def _box(found: NDArray[np.float32]) -> tuple[float, float, float, float]:
    left, top, width, height = found[:4].tolist()
    return left, top, width, height
