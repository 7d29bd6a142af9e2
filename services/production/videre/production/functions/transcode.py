"""Transcode: the media in other encodings, sizes and shapes, decoded once for all of them."""

from __future__ import annotations

from videre.exports.production_params import TranscodeOptions
from videre.exports.production_params.cuts import Part
from videre.production.functions.base import Made, Work
from videre.production.rendering.run import RenderingFunction


class Transcode(RenderingFunction):
    """One file per rendition, in their order."""

    feature = "transcode"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`."""
        options = work.options
        assert isinstance(options, TranscodeOptions)
        part = Part(options.input, options.stretch)
        return self.make(work, ["task.transcode.range"], [part], options.renditions)
