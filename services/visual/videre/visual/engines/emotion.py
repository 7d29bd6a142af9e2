"""Emotion: what a frontal face of some size seems to express. A weak engine, and it says so."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.engines.base import F32, Look, Seen
from videre.visual.face_align import roll_degrees
from videre.visual.face_detector import DETECTOR, FaceDetector, Found
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

_MODEL: Final = "emotion_mini_xception"
#: In the order of the model's outputs.
CLASSES: Final = ("angry", "disgust", "fear", "happy", "sad", "surprise", "neutral")
_SIDE: Final = 64
_ROOM: Final = 1.1  # side of the crop over the longer side of the box, as it was trained with
#: Least score of the face itself: below, it may be a cartoon's, an animal's or none.
_LEAST_FACE: Final = 0.8
#: Narrower faces, in pixels of the given picture, would have to be enlarged.
_LEAST_WIDTH_PX: Final = 60.0
#: Distance of the nose from the middle between the eyes, along their line, over their distance.
_MOST_TURNED: Final = 0.4
_MOST_ROLL_DEGREES: Final = 25.0
#: The share of FER2013's test pictures that its authors' model names rightly (its file name says
#: 0.66): it is never surer than it is right.
_SCORE_CAP: Final = 0.66

SPEC: Final = EngineSpec(
    feature="emotion",
    name="mini-xception",
    version="1",
    tier=Tier.STANDARD,
    licence="MIT",
    models=(DETECTOR, _MODEL),
    classes=tuple(ClassSpec(name) for name in CLASSES),
    storing_floor=0.0,
    score_cap=_SCORE_CAP,
    cpu_seconds_per_item=0.016,
)


class MiniXception:
    """One observation per face that is at least 60 pixels wide, frontal and upright.

    Class: the likeliest expression; score: its softmax, cut to .66. Box and points as of the
    faces. Attributes: the softmax of each class by its name, 0..1, and `width_px` of the box.
    """

    _detector: FaceDetector
    _model: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the detector and the classifier."""
        self._detector = FaceDetector(models)
        self._model = OnnxModel(models.path(_MODEL))

    def look(self, picture: Picture) -> Look:
        """Find the faces and tell what the clear ones express."""
        clear = [found for found in self._detector.find(picture) if _is_clear(found, picture)]
        return Look(tuple(self._seen(picture, found) for found in clear), 1 + len(clear))

    def _seen(self, picture: Picture, found: Found) -> Seen:
        scores = self._model.run(_crop(picture, found))[0]
        best = int(scores.argmax())
        attributes = {name: float(score) for name, score in zip(CLASSES, scores, strict=True)}
        attributes["width_px"] = found.width_px
        return Seen(
            CLASSES[best], float(scores[best]), found.box, found.points, attributes=attributes
        )


def _is_clear(found: Found, picture: Picture) -> bool:
    """Tell whether a face is large, frontal and upright."""
    left, right, nose = found.landmarks[:3]
    eyes = right - left
    distance = float(np.hypot(*eyes))
    if found.score < _LEAST_FACE or found.width_px < _LEAST_WIDTH_PX or distance == 0:
        return False
    aside = abs(float((nose - (left + right) / 2) @ eyes)) / distance**2
    return aside <= _MOST_TURNED and abs(roll_degrees(found.landmarks)) <= _MOST_ROLL_DEGREES


def _crop(picture: Picture, found: Found) -> F32:
    """Return the face as the model wants it: float32 [1, 1, 64, 64], grey, -1..1."""
    import cv2

    left, top, right, bottom = found.corners
    side = max(right - left, bottom - top) * _ROOM
    source = picture.base if side >= _SIDE else picture.bgr
    scale = source.shape[1] / picture.base.shape[1]
    middle_x, middle_y, half = (
        (left + right) / 2 * scale,
        (top + bottom) / 2 * scale,
        side / 2 * scale,
    )
    x, y = round(middle_x - half), round(middle_y - half)
    size = max(1, round(2 * half))
    height, width = source.shape[:2]
    rows = np.arange(y, y + size).clip(0, height - 1)  # beside the picture its edge goes on
    columns = np.arange(x, x + size).clip(0, width - 1)
    grey = cv2.cvtColor(np.ascontiguousarray(source[rows][:, columns]), cv2.COLOR_BGR2GRAY)
    method = cv2.INTER_AREA if size >= _SIDE else cv2.INTER_LINEAR
    small = np.asarray(cv2.resize(grey, (_SIDE, _SIDE), interpolation=method), np.float32)
    return np.asarray((small / 255 - 0.5) * 2, np.float32)[None, None]
