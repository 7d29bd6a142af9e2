"""Videos and pictures with more pixels, by a classic method."""

from __future__ import annotations

from typing import Final

from videre.common.errors import invalid
from videre.exports.production_params import UpscaleOptions
from videre.exports.production_params.painted import PaintedOptions
from videre.exports.production_params.renditions import SIDE
from videre.production.functions.base import Made, Work
from videre.production.functions.painted import PaintingFunction
from videre.production.painting.jobs import Behind, EnlargeJob, PaintJob

_FIELD: Final = "task.upscale.factor"


class Upscale(PaintingFunction):
    """See PaintingFunction. Raises FIELD_INVALID where a side would be too long."""

    feature = "upscale"

    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """See PaintingFunction."""
        assert isinstance(options, UpscaleOptions)
        return EnlargeJob(options.factor)

    def render(self, work: Work) -> list[Made]:
        """See PaintingFunction."""
        options = work.options
        assert isinstance(options, UpscaleOptions)
        pictures = work.input(options.input).media.pictures
        longest = 0 if pictures is None else max(pictures.width, pictures.height)
        if longest * options.factor > SIDE[1]:
            limit, actual = f"{SIDE[1]} pixels a side", str(longest * options.factor)
            words = f"makes a side of {actual} pixels, at most {SIDE[1]}"
            raise invalid(_FIELD, words, limit=limit, actual=actual)
        return super().render(work)
