"""Faces in small pictures: YuNet by OpenCV, where its model is installed."""

from __future__ import annotations

from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.models import ModelStore
from videre.production.eyes import Face, openness
from videre.production.known import SeenAt

Bgr = NDArray[np.uint8]

MODEL: Final = "yunet_n_dynamic"
#: As the analysis asks for: a motorcycle was a face at .69.
SCORE: Final = 0.8
_OVERLAP: Final = 0.3
_MOST: Final = 50
#: The model's coarsest grid, pixels.
_GRID: Final = 32


class FaceFinder:
    """Finds faces; one thread."""

    def __init__(self, models: ModelStore, score: float = SCORE) -> None:
        """Open the model.

        Args:
            models: where it is.
            score: from which on something is a face, 0..1.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        import cv2

        cv2.setNumThreads(1)
        self._detector: Any = cv2.FaceDetectorYN.create(
            str(models.path(MODEL)), "", (_GRID, _GRID), score, _OVERLAP, _MOST
        )

    def find(self, picture: Bgr, ns: int) -> list[SeenAt]:
        """Return the faces of a picture, uint8 BGR [height, width, 3]."""
        height, width = picture.shape[:2]
        boxes = self._rows(picture)[:, :4].tolist()
        return [SeenAt(ns, x / width, y / height, w / width, h / height) for x, y, w, h in boxes]

    def faces(self, picture: Bgr) -> list[Face]:
        """Return the faces of a picture, uint8 BGR [height, width, 3], with their eyes."""
        height, width = picture.shape[:2]
        return [
            Face(
                row[0] / width, row[1] / height, row[2] / width, row[3] / height,
                openness(picture, ((row[4], row[5]), (row[6], row[7]))),
            )
            for row in self._rows(picture).tolist()
        ]  # fmt: skip

    def _rows(self, picture: Bgr) -> NDArray[np.float32]:
        """Return box, eyes, nose, corners of the mouth and score of each face, pixels."""
        height, width = picture.shape[:2]
        rows, columns = -(-height // _GRID) * _GRID, -(-width // _GRID) * _GRID
        padded = np.zeros((rows, columns, 3), np.uint8)
        padded[:height, :width] = picture
        self._detector.setInputSize((columns, rows))
        found = self._detector.detect(padded)[1]
        return np.zeros((0, 15), np.float32) if found is None else np.asarray(found, np.float32)
