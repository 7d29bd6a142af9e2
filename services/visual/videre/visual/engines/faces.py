"""Faces: YuNet, with MobileFace embeddings where their model is installed."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

import numpy as np
from numpy.typing import NDArray

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import face_align
from videre.visual.boxes import normalised
from videre.visual.engines.base import F32, Look, Seen, unit
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

if TYPE_CHECKING:
    import cv2

_DETECTOR: Final = "yunet_n_dynamic"
_EMBEDDER: Final = "mobileface_256"
_FLOOR: Final = 0.5
_OVERLAP: Final = 0.3
_MOST: Final = 50
#: Narrower faces, in pixels of the given picture, are too small to trust or to recognise.
_SMALL_PX: Final = 40
_LOG_ERRORS: Final = 2
FACE: Final = "face"
SMALL_FACE: Final = "small_face"

YUNET_SPEC: Final = EngineSpec(
    feature="faces",
    name="yunet",
    version="1",
    tier=Tier.STANDARD,
    licence="Apache-2.0",
    models=(_DETECTOR,),
    # A motorcycle was a face at .69: ask for .8. A small face is evidence, never a detection.
    classes=(ClassSpec(FACE, 0.8), ClassSpec(SMALL_FACE, 1.0)),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.015,
    thread_safe=False,  # the detector keeps its input size
)
YUNET_MOBILEFACE_SPEC: Final = replace(
    YUNET_SPEC,
    name="yunet-mobileface",
    licence="Apache-2.0 AND MIT",
    models=(_DETECTOR, _EMBEDDER),
)


class YuNet:
    """One observation per face: class "face" or "small_face" (narrower than 40 px), score, box.

    Points: the eye on the left of the picture, the other eye, nose tip, left and right corner of
    the mouth. Attributes: `width_px` and `height_px` of the box in pixels of the given picture,
    `roll_degrees` of the line through the eyes, clockwise.
    """

    _detector: cv2.FaceDetectorYN

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return YUNET_SPEC

    def load(self, models: ModelStore) -> None:
        """Open the detector."""
        import cv2

        cv2.setNumThreads(1)
        # "Targets are not supported by the new graph engine": said at every load, of no use
        cv2.utils.logging.setLogLevel(_LOG_ERRORS)
        path = str(models.path(_DETECTOR))
        self._detector = cv2.FaceDetectorYN.create(path, "", (320, 320), _FLOOR, _OVERLAP, _MOST)

    def look(self, picture: Picture) -> Look:
        """Detect faces in the picture at a longer side of at most 640 pixels."""
        return Look(tuple(self._seen(picture, row) for row in self._detect(picture)), 1)

    def _detect(self, picture: Picture) -> list[F32]:
        """Return rows of box (x, y, width, height), 5 points, score in pixels of `base`."""
        base = picture.base
        self._detector.setInputSize((base.shape[1], base.shape[0]))
        _, faces = self._detector.detect(base)
        rows = np.zeros((0, 15), np.float32) if faces is None else np.asarray(faces, np.float32)
        width, height = base.shape[1], base.shape[0]
        return [row for row in rows if normalised(_corners(row), width, height) is not None]

    def _seen(self, picture: Picture, row: F32, embedding: F32 | None = None) -> Seen:
        height, width = picture.base.shape[:2]
        scale = picture.width / width
        points = row[4:14].reshape(5, 2).astype(np.float64)
        attributes = {
            "width_px": float(row[2]) * scale,
            "height_px": float(row[3]) * scale,
            "roll_degrees": face_align.roll_degrees(points),
        }
        return Seen(
            FACE if _is_large(picture, row) else SMALL_FACE,
            float(row[14]),
            normalised(_corners(row), width, height),
            tuple(float(x) for x in (points / (width, height)).clip(0, 1).ravel()),
            embedding,
            attributes,
        )


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
        for row in self._detect(picture):
            embedding = None
            if _is_large(picture, row):
                embedding = self._embed(picture, row)
                calls += 1
            seen.append(self._seen(picture, row, embedding))
        return Look(tuple(seen), calls)

    def _embed(self, picture: Picture, row: F32) -> F32:
        import cv2

        # From the copy whose face is nearest above the crop's size, to avoid aliasing.
        source = picture.base if row[2] >= face_align.SIDE else picture.bgr
        scale = source.shape[1] / picture.base.shape[1]
        matrix = face_align.similarity(row[4:14].reshape(5, 2).astype(np.float64) * scale)
        crop = cv2.warpAffine(source, matrix, (face_align.SIDE, face_align.SIDE))
        rgb = np.ascontiguousarray(crop[:, :, ::-1], dtype=np.float32)
        return unit(self._embedder.run(rgb[None])[0])


def _is_large(picture: Picture, row: F32) -> bool:
    return bool(row[2] * picture.width / picture.base.shape[1] >= _SMALL_PX)


def _corners(row: F32) -> NDArray[np.float32]:
    return np.array([row[0], row[1], row[0] + row[2], row[1] + row[3]], dtype=np.float32)
