"""The detector of faces that functions share, on real pictures."""

from __future__ import annotations

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import cv2
import numpy as np
import pytest

from videre.production.face_detector import MODEL, FaceDetector


def test_threads_at_once_find_what_one_finds(media: Path) -> None:
    """Tasks run at the same time, and their pictures have sizes of their own."""
    mirror = os.environ.get("VIDERE_MODEL_MIRROR")
    model = Path(mirror or "", f"{MODEL}.onnx")
    if not mirror or not model.is_file():
        pytest.skip("no mirror of models")
    film = cv2.VideoCapture(str(media / "portrait" / "greenscreen_astronaut.mp4"))
    read, picture = film.read()
    film.release()
    assert read
    shown = [
        np.asarray(cv2.resize(picture, (width, width * 3 // 4)), np.uint8)
        for width in (160, 224, 320, 448)
    ]
    detector = FaceDetector(model)
    alone = [detector.rows(one) for one in shown]
    assert all(len(found) == 1 for found in alone)
    with ThreadPoolExecutor(len(shown)) as pool:
        for found, expected in zip(pool.map(detector.rows, shown * 10), alone * 10, strict=True):
            assert np.array_equal(found, expected)
