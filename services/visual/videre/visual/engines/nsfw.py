"""NSFW: two classifiers whose positives were never measured, hence capped at .89."""

from __future__ import annotations

from typing import Final

import cv2
import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.engines.base import Look, Seen
from videre.visual.letterbox import centre_crop
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture, recompressed

_SIDE: Final = 224
#: Below the .9 that block rules ask for: such an engine may ask for a review, never block alone.
_SCORE_CAP: Final = 0.89

_OPEN_NSFW: Final = "open_nsfw"
_OPEN_NSFW_RESIZE: Final = 256
#: What each of the 256 levels of B, G and R becomes: less its mean.
_OPEN_NSFW_LEVELS: Final = (
    np.arange(256, dtype=np.float32)[:, None] - np.array([104, 117, 123], np.float32)
)[None]
_OPEN_NSFW_QUALITY: Final = 75  # the reference preprocessing sends every input through a JPEG

OPEN_NSFW_SPEC: Final = EngineSpec(
    feature="nsfw",
    name="open-nsfw",
    version="1",
    tier=Tier.BUNDLED,
    licence="BSD-2-Clause",
    models=(_OPEN_NSFW,),
    classes=(ClassSpec("nsfw"),),
    storing_floor=0.01,
    score_cap=_SCORE_CAP,
    cpu_seconds_per_item=0.023,
)

_NSFWJS: Final = "nsfw_mobilenet_v2"
_NSFWJS_FLOOR: Final = 0.05

NSFWJS_SPEC: Final = EngineSpec(
    feature="nsfw",
    name="nsfw-mobilenet-v2",
    version="1",
    tier=Tier.STANDARD,
    licence="MIT",
    models=(_NSFWJS,),
    classes=tuple(
        ClassSpec(name, threshold)
        for name, threshold in (
            ("drawing", 0.5), ("hentai", 0.8), ("neutral", 0.5), ("porn", 0.8), ("sexy", 0.8),
        )
    ),
    storing_floor=_NSFWJS_FLOOR,
    score_cap=_SCORE_CAP,
    cpu_seconds_per_item=0.01,
)  # fmt: skip


class OpenNsfw:
    """Yahoo's open_nsfw: class "nsfw" with its probability, when at least .01. No attributes."""

    _model: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return OPEN_NSFW_SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model."""
        self._model = OnnxModel(models.path(_OPEN_NSFW))

    def look(self, picture: Picture) -> Look:
        """Classify the middle of the picture."""
        square = picture.resized(_OPEN_NSFW_RESIZE, _OPEN_NSFW_RESIZE)
        crop = recompressed(np.ascontiguousarray(centre_crop(square, _SIDE)), _OPEN_NSFW_QUALITY)
        (scores,) = self._model.run(np.asarray(cv2.LUT(crop, _OPEN_NSFW_LEVELS), np.float32)[None])
        score = float(scores[1])
        seen = (Seen("nsfw", score),) if score >= OPEN_NSFW_SPEC.storing_floor else ()
        return Look(seen, 1)


class NsfwMobileNet:
    """nsfwjs' MobileNetV2: five classes with their softmax scores. No attributes."""

    _model: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return NSFWJS_SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model."""
        self._model = OnnxModel(models.path(_NSFWJS))

    def look(self, picture: Picture) -> Look:
        """Classify the whole picture."""
        rgb = picture.resized(_SIDE, _SIDE)[:, :, ::-1].astype(np.float32) / np.float32(255)
        (scores,) = self._model.run(np.ascontiguousarray(rgb.transpose(2, 0, 1))[None])
        seen = [
            Seen(spec.name, float(score))
            for spec, score in zip(NSFWJS_SPEC.classes, scores, strict=True)
            if score >= _NSFWJS_FLOOR
        ]
        return Look(tuple(sorted(seen, key=lambda one: -one.score)), 1)
