"""Videos and pictures as drawn, by filters."""

from __future__ import annotations

from videre.exports.production_params import CartoonizeOptions
from videre.exports.production_params.painted import PaintedOptions
from videre.production.functions.painted import PaintingFunction
from videre.production.painting.jobs import Behind, CartoonJob, PaintJob


class Cartoonize(PaintingFunction):
    """See PaintingFunction."""

    feature = "cartoonize"

    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """See PaintingFunction."""
        assert isinstance(options, CartoonizeOptions)
        return CartoonJob(options.levels, options.outlines)
