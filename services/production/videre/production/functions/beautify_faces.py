"""Faces smoothed, whitened and sharpened."""

from __future__ import annotations

from dataclasses import replace

from videre.common.engine import EngineSpec, Tier
from videre.common.models import ModelStore
from videre.exports.production_params import BeautifyFacesOptions
from videre.exports.production_params.painted import PaintedOptions
from videre.production.face_detector import MODEL
from videre.production.functions.painted import PaintingFunction
from videre.production.painting.jobs import BeautyJob, Behind, PaintJob


class BeautifyFaces(PaintingFunction):
    """See PaintingFunction."""

    feature = "beautify_faces"
    _faces: str

    @property
    def spec(self) -> EngineSpec:
        """The engine's description."""
        licence = f"YuNet: Apache-2.0; {super().spec.licence}"
        return replace(super().spec, tier=Tier.STANDARD, models=(MODEL,), licence=licence)

    def load(self, models: ModelStore) -> None:
        """Find the program and the model."""
        super().load(models)
        self._faces = str(models.path(MODEL))

    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """See PaintingFunction."""
        assert isinstance(options, BeautifyFacesOptions)
        return BeautyJob(self._faces, options.smooth, options.whiten, options.sharpen)
