"""Landmarks: what is needed to find a project's sample pictures in a frame, now or later."""

from __future__ import annotations

from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.visual.corners import describe
from videre.visual.engines.base import Look, Seen
from videre.visual.picture_hash import perceptual_hash
from videre.visual.pictures import Picture

SPEC: Final = EngineSpec(
    feature="landmarks",
    name="orb-phash",
    version="1",
    tier=Tier.BUNDLED,
    licence="Apache-2.0",
    storing_floor=0.0,
    cpu_seconds_per_item=0.006,
)


class OrbMarks:
    """One observation per picture, class "", score 1: local features, a perceptual hash; no model.

    It names nothing. Sample pictures are compared with what it wrote down, not with the film: one
    that is registered later is found in films that were analysed before. Attributes: `width_px`
    and `height_px` of the picture as described, the longer side 640.
    """

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        return SPEC

    def load(self, models: ModelStore) -> None:
        """Nothing to load."""

    def look(self, picture: Picture) -> Look:
        """Describe the picture."""
        features, width, height = describe(picture)
        marks = Seen(
            "",
            1.0,
            attributes={"width_px": width, "height_px": height},
            local_features=features.tobytes(),
            perceptual_hash=perceptual_hash(picture),
        )
        return Look((marks,), 1)
