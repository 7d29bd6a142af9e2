"""Concatenate: several inputs, one after the other in one file, in the frame of the first."""

from __future__ import annotations

from fractions import Fraction

from videre.exports.production_params import ConcatenateOptions
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.times import Stretch
from videre.production.functions.base import Made, Work
from videre.production.rendering.run import RenderingFunction


class Concatenate(RenderingFunction):
    """One file; inputs without pictures are black, inputs without sound are silent."""

    feature = "concatenate"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`."""
        options = work.options
        assert isinstance(options, ConcatenateOptions)
        whole = Stretch(Fraction(0), None)
        parts = options.parts or tuple(Part(name, whole) for name in work.inputs)
        fields = [f"task.concatenate.parts[{place}].range" for place in range(len(parts))]
        return self.make(work, fields, parts, [options.output])
