"""Faces with their marks as rows of numbers: YuNet by OpenCV."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any, Final

import cv2
import numpy as np
from numpy.typing import NDArray

MODEL: Final = "yunet_n_dynamic"
#: As the analysis asks for: a motorcycle was a face at .69.
SCORE: Final = 0.8
_OVERLAP: Final = 0.3
_MOST: Final = 50
#: The model's coarsest grid, pixels.
_GRID: Final = 32


class _Detectors(threading.local):
    """A detector of each thread: OpenCV's keeps the size of the picture that it looks at."""

    def __init__(self, model: Path, score: float) -> None:
        self.own: Any = cv2.FaceDetectorYN.create(
            str(model), "", (_GRID, _GRID), score, _OVERLAP, _MOST
        )


class FaceDetector:
    """Finds faces, in any number of threads at once."""

    def __init__(self, model: Path, score: float = SCORE) -> None:
        """Open the model's file.

        Args:
            model: its path.
            score: from which on something is a face, 0..1.
        """
        cv2.setNumThreads(1)
        self._detectors = _Detectors(model, score)

    def rows(self, picture: NDArray[np.uint8]) -> NDArray[np.float32]:
        """Return the faces of a picture, the surest first.

        Args:
            picture: uint8 BGR [height, width, 3].

        Returns:
            Box (left, top, width, height), both eyes, tip of the nose and both corners of the mouth
            (x, y each), score; pixels, float32 [faces, 15].
        """
        height, width = picture.shape[:2]
        padded = cv2.copyMakeBorder(
            picture, 0, -height % _GRID, 0, -width % _GRID, cv2.BORDER_CONSTANT
        )
        detector = self._detectors.own
        detector.setInputSize((padded.shape[1], padded.shape[0]))
        found = detector.detect(padded)[1]
        return np.zeros((0, 15), np.float32) if found is None else np.asarray(found, np.float32)
