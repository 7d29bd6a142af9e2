"""Tells striped pictures from others by how much neighbouring columns differ and rows do not."""

import numpy as np

from videre.common.engine import ClassSpec, EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.engines.base import Look, Seen
from videre.visual.pictures import Picture


class Stripes:
    """Measures; a model would be loaded in `load`, its package imported there."""

    spec = EngineSpec(
        feature="picture_kinds",
        name="acme-stripes",
        version="1",  # raised whenever answers may change
        tier=Tier.BUNDLED,
        licence="Apache-2.0",
        classes=(ClassSpec("stripes", detection_threshold=0.8),),
        cpu_seconds_per_item=0.001,
    )

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        """Return the share of the picture's contrast that lies between columns."""
        gray = picture.bgr.mean(axis=2)
        across, down = np.abs(np.diff(gray, axis=1)).sum(), np.abs(np.diff(gray, axis=0)).sum()
        score = float(across / max(1.0, across + down))
        return Look((Seen("stripes", score),), model_calls=1)
