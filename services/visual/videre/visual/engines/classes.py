"""Classes: MobileNetV2, the 1,000 classes of ImageNet and an embedding for similarity."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.engines.base import Look, Seen, unit
from videre.visual.labels import class_names
from videre.visual.letterbox import centre_crop, cover_size
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

_MODEL: Final = "mobilenet_v2_imagenet"
_FLOOR: Final = 0.05
_MOST: Final = 10
_SIDE: Final = 224
_COVER: Final = 256  # shorter side before the crop, as in the ImageNet evaluation
#: Classes that the model takes harmless things for, with the scores it reaches on real film:
#: clothes for armour (up to .98), a space rocket for a missile (up to .65).
_DOUBTFUL: Final = {
    "breastplate": 0.99,
    "bulletproof vest": 0.99,
    "cuirass": 0.99,
    "missile": 0.9,
    "projectile": 0.9,
}
_THRESHOLD: Final = 0.5

SPEC: Final = EngineSpec(
    feature="classes",
    name="mobilenet-v2",
    version="1",
    tier=Tier.STANDARD,
    licence="Apache-2.0",
    models=(_MODEL,),
    classes=tuple(
        ClassSpec(name, _DOUBTFUL.get(name, _THRESHOLD)) for name in class_names("imagenet1000.txt")
    ),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.018,
)


class MobileNetV2:
    """Up to 10 classes with their softmax scores, then one observation with the embedding.

    The embedding has 1,280 values, class name "" and score 1. No attributes.
    """

    _model: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model."""
        self._model = OnnxModel(models.path(_MODEL))

    def look(self, picture: Picture) -> Look:
        """Classify the centre of the picture."""
        covered = picture.resized(*cover_size(picture.width, picture.height, _COVER))
        rgb = centre_crop(covered, _SIDE)[:, :, ::-1]
        outputs = self._model.run(np.ascontiguousarray(rgb, dtype=np.float32)[None])
        scores = outputs[0][1:]  # line 0 is "background"
        best = np.argsort(-scores, kind="stable")[:_MOST]
        seen = [
            Seen(SPEC.classes[index].name, float(scores[index]))
            for index in best
            if scores[index] >= _FLOOR
        ]
        seen.append(Seen("", 1.0, embedding=unit(outputs[1])))
        return Look(tuple(seen), 1)
