"""Faces: YuNet, with MobileFace embeddings where their model is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import face_align
from videre.visual.engines.base import F32, Look, Seen, unit
from videre.visual.face_detector import DETECTOR, FLOOR, FaceDetector, Found
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

_EMBEDDER: Final = "mobileface_256"
#: Narrower faces, in pixels of the given picture, are too small to trust or to recognise.
_SMALL_PX: Final = 40
FACE: Final = "face"
SMALL_FACE: Final = "small_face"

YUNET_SPEC: Final = EngineSpec(
    feature="faces",
    name="yunet",
    version="1",
    tier=Tier.STANDARD,
    licence="Apache-2.0",
    models=(DETECTOR,),
    # A motorcycle was a face at .69: ask for .8. A small face is evidence, never a detection.
    classes=(ClassSpec(FACE, 0.8), ClassSpec(SMALL_FACE, 1.0)),
    storing_floor=FLOOR,
    cpu_seconds_per_item=0.015,
)
YUNET_MOBILEFACE_SPEC: Final = replace(
    YUNET_SPEC,
    name="yunet-mobileface",
    licence="Apache-2.0 AND MIT",
    models=(DETECTOR, _EMBEDDER),
)


class YuNet:
    """One observation per face: class "face" or "small_face" (narrower than 40 px), score, box.

    Points: the eye on the left of the picture, the other eye, nose tip, left and right corner of
    the mouth. Attributes: `width_px` and `height_px` of the box in pixels of the given picture,
    `roll_degrees` of the line through the eyes, clockwise.
    """

    _detector: FaceDetector

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return YUNET_SPEC

    def load(self, models: ModelStore) -> None:
        """Open the detector."""
        self._detector = FaceDetector(models)

    def look(self, picture: Picture) -> Look:
        """Detect faces in the picture."""
        return Look(tuple(_seen(found) for found in self._detector.find(picture)), 1)


class YuNetMobileFace(YuNet):
    """As `YuNet`; faces that are not small carry a 256-value embedding (cosine: same ≥ ~.45)."""

    _embedder: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return YUNET_MOBILEFACE_SPEC

    def load(self, models: ModelStore) -> None:
        """Open the detector and the embedder."""
        super().load(models)
        self._embedder = OnnxModel(models.path(_EMBEDDER))

    def look(self, picture: Picture) -> Look:
        """Detect faces and embed those that are large enough."""
        seen, calls = [], 1
        for found in self._detector.find(picture):
            embedding = None
            if found.width_px >= _SMALL_PX:
                embedding = self._embed(picture, found)
                calls += 1
            seen.append(_seen(found, embedding))
        return Look(tuple(seen), calls)

    def _embed(self, picture: Picture, found: Found) -> F32:
        import cv2

        # From the copy whose face is nearest above the crop's size, to avoid aliasing.
        width = found.corners[2] - found.corners[0]
        source = picture.base if width >= face_align.SIDE else picture.bgr
        scale = source.shape[1] / picture.base.shape[1]
        matrix = face_align.similarity(found.landmarks * scale)
        crop = cv2.warpAffine(source, matrix, (face_align.SIDE, face_align.SIDE))
        rgb = np.ascontiguousarray(crop[:, :, ::-1], dtype=np.float32)
        return unit(self._embedder.run(rgb[None])[0])


def _seen(found: Found, embedding: F32 | None = None) -> Seen:
    attributes = {
        "width_px": found.width_px,
        "height_px": found.height_px,
        "roll_degrees": face_align.roll_degrees(found.landmarks),
    }
    return Seen(
        FACE if found.width_px >= _SMALL_PX else SMALL_FACE,
        found.score,
        found.box,
        found.points,
        embedding,
        attributes,
    )
