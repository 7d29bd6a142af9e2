"""Portrait matting: people cut out of any background."""

from __future__ import annotations

from dataclasses import replace
from typing import Final

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.production_params import MattePortraitOptions
from videre.exports.production_params.painted import Backdrop, PaintedOptions
from videre.production.face_detector import MODEL as FACES
from videre.production.functions.painted import PaintingFunction
from videre.production.painting.jobs import Behind, MatteJob, PaintJob

_MODEL: Final = "selfie_segmentation"


class MattePortrait(PaintingFunction):
    """See PaintingFunction."""

    feature = "matte_portrait"
    _model: str
    _faces: str

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        licence = f"selfie_segmentation: Apache-2.0; {super().spec.licence}"
        return replace(super().spec, tier=Tier.STANDARD, models=(_MODEL,), licence=licence)

    def load(self, models: ModelStore) -> None:
        """Find the program and the model; that of faces too, where it is installed."""
        super().load(models)
        self._model = str(models.path(_MODEL))
        self._faces = "" if models.missing([FACES]) else str(models.path(FACES))

    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """See PaintingFunction."""
        return MatteJob(self._model, self._faces, behind)

    def backdrop(self, options: PaintedOptions) -> Backdrop:
        """See PaintingFunction."""
        assert isinstance(options, MattePortraitOptions)
        return options.backdrop
