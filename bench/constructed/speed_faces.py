"""Faces in pictures, found by the suite's own detector: to choose shots with and count them."""

from __future__ import annotations

from typing import Final

from bench.constructed.speed_views import Bgr
from videre.common.config import Settings
from videre.common.service import open_models
from videre.visual.engines.faces import FACE, YUNET_SPEC, YuNet
from videre.visual.pictures import Picture

_SURE: Final = 0.8

#: left, top, width, height in pixels.
FaceBox = tuple[float, float, float, float]


class FaceFinder:
    """Finds faces of at least 40 pixels with a confidence of at least .8."""

    def __init__(self) -> None:
        """Load the detector.

        Raises:
            VidereError: its model is not there and cannot be had.
        """
        models = open_models(Settings())
        models.ensure(YUNET_SPEC.models)
        self._detector = YuNet()
        self._detector.load(models)

    def __call__(self, picture: Bgr) -> list[FaceBox]:
        """Return the boxes of the faces in a picture."""
        height, width = picture.shape[:2]
        return [
            (seen.box.x * width, seen.box.y * height, seen.box.width * width,
             seen.box.height * height)
            for seen in self._detector.look(Picture(picture)).seen
            if seen.class_name == FACE and seen.score >= _SURE and seen.box is not None
        ]  # fmt: skip
