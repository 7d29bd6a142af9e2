"""Objects: YOLOX-nano, the 80 classes of COCO."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual import yolox
from videre.visual.boxes import normalised, suppress
from videre.visual.engines.base import Look, Seen
from videre.visual.labels import class_names
from videre.visual.letterbox import fit_inside, pad_top_left
from videre.visual.onnx_model import OnnxModel
from videre.visual.pictures import Picture

_MODEL: Final = "yolox_nano"
_FLOOR: Final = 0.1
_OVERLAP: Final = 0.45
_MOST: Final = 50
_THRESHOLD: Final = 0.5
#: Classes seen falsely in ordinary film again and again.
_DOUBTFUL: Final = frozenset({"refrigerator", "keyboard", "cell phone"})
_DOUBTFUL_THRESHOLD: Final = 0.6

SPEC: Final = EngineSpec(
    feature="objects",
    name="yolox-nano",
    version="1",
    tier=Tier.STANDARD,
    licence="Apache-2.0",
    models=(_MODEL,),
    classes=tuple(
        ClassSpec(name, _DOUBTFUL_THRESHOLD if name in _DOUBTFUL else _THRESHOLD)
        for name in class_names("coco80.txt")
    ),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.02,
)


class YoloxNano:
    """One observation per object: class, score (objectness × class), box. No attributes."""

    _model: OnnxModel

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Open the model."""
        self._model = OnnxModel(models.path(_MODEL))

    def look(self, picture: Picture) -> Look:
        """Return up to 50 objects; boxes of one class that overlap by more than .45 are one."""
        width, height = fit_inside(picture.width, picture.height, yolox.SIDE, enlarge=True)
        canvas = pad_top_left(picture.resized(width, height), yolox.SIDE, yolox.PAD)
        (outputs,) = self._model.run(yolox.to_input(canvas))
        boxes, scores = yolox.decode(outputs)
        seen = []
        for index in np.flatnonzero(scores.max(axis=0) >= _FLOOR):
            rows = np.flatnonzero(scores[:, index] >= _FLOOR)
            for kept in suppress(boxes[rows], scores[rows, index], _OVERLAP):
                box = normalised(boxes[rows[kept]], width, height)
                if box is not None:
                    score = float(scores[rows[kept], index])
                    seen.append(Seen(SPEC.classes[index].name, score, box))
        seen.sort(key=lambda one: -one.score)
        return Look(tuple(seen[:_MOST]), 1)
