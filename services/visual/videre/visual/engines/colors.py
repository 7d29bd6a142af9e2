"""Colors: the dominant colours of a picture."""

from __future__ import annotations

from typing import Final

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.dominant_colors import NAMES, dominant
from videre.visual.engines.base import Look, Seen
from videre.visual.letterbox import fit_inside
from videre.visual.pictures import Picture

_SIDE: Final = 48
_FLOOR: Final = 0.03
_DOMINANT: Final = 0.25

SPEC: Final = EngineSpec(
    feature="colors",
    name="lab-clusters",
    version="1",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    classes=tuple(ClassSpec(name, _DOMINANT) for name in NAMES),
    storing_floor=_FLOOR,
    cpu_seconds_per_item=0.003,
)


class LabClusters:
    """Up to five colours by share of the picture; the class is a basic colour term; no model.

    Score = share. Two clusters may have one name (light and dark green). Attributes: `share` 0..1,
    mean sRGB `red`, `green`, `blue` 0..255.
    """

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        """Cluster the pixels of a thumbnail."""
        size = fit_inside(picture.width, picture.height, _SIDE)
        colors = dominant(np.ascontiguousarray(picture.resized(*size)[:, :, ::-1]))
        seen = []
        for color in colors:
            red, green, blue = color.rgb
            attributes = {"share": color.share, "red": red, "green": green, "blue": blue}
            seen.append(Seen(color.name, color.share, attributes=attributes))
        return Look(tuple(seen), 1)
