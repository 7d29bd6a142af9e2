"""Faces in small pictures, where the model is installed."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from videre.common.models import ModelStore
from videre.production.eyes import Face, openness
from videre.production.face_detector import MODEL, SCORE, FaceDetector
from videre.production.known import SeenAt

Bgr = NDArray[np.uint8]


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
        self._detector = FaceDetector(models.path(MODEL), score)

    def find(self, picture: Bgr, ns: int) -> list[SeenAt]:
        """Return the faces of a picture, uint8 BGR [height, width, 3]."""
        height, width = picture.shape[:2]
        boxes = self._detector.rows(picture)[:, :4].tolist()
        return [SeenAt(ns, x / width, y / height, w / width, h / height) for x, y, w, h in boxes]

    def faces(self, picture: Bgr) -> list[Face]:
        """Return the faces of a picture, uint8 BGR [height, width, 3], with their eyes."""
        height, width = picture.shape[:2]
        return [
            Face(
                row[0] / width, row[1] / height, row[2] / width, row[3] / height,
                openness(picture, ((row[4], row[5]), (row[6], row[7]))),
            )
            for row in self._detector.rows(picture).tolist()
        ]  # fmt: skip
