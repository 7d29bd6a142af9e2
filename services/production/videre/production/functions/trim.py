"""Trim: stretches of one input, one after the other in one file."""

from __future__ import annotations

from videre.exports.production_params import TrimOptions
from videre.production.functions.base import Made, Work
from videre.production.rendering.run import RenderingFunction


class Trim(RenderingFunction):
    """One file."""

    feature = "trim"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`."""
        options = work.options
        assert isinstance(options, TrimOptions)
        fields = [f"task.trim.keep[{place}]" for place in range(len(options.parts))]
        return self.make(work, fields, options.parts, [options.output])
