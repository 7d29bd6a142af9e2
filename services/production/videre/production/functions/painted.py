"""What functions share that change every frame of one video, or a picture."""

from __future__ import annotations

from abc import abstractmethod
from dataclasses import replace
from fractions import Fraction
from typing import Final

from videre.common.errors import invalid
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.painted import Backdrop, PaintedOptions
from videre.production.encoding import FORMATS
from videre.production.functions.base import Made, Work, pictures_of
from videre.production.painting.jobs import Behind, KeyJob, MatteJob, PaintJob
from videre.production.rendering.job import Segment
from videre.production.rendering.run import RenderingFunction, tracks, within

#: The stretch of a picture; nothing looks at its length.
_PICTURE: Final = Segment(0, Fraction(0), Fraction(1))


class PaintingFunction(RenderingFunction):
    """One file per rendition, in their order; of a picture one picture."""

    @abstractmethod
    def job(self, options: PaintedOptions, behind: Behind) -> PaintJob:
        """Return how frames are changed."""

    def backdrop(self, options: PaintedOptions) -> Backdrop:
        """Return what the task puts behind its subject; here nothing."""
        return Backdrop()

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`. Raises NO_TRACK for what has no picture."""
        options = work.options
        assert isinstance(options, PaintedOptions)
        given, behind = work.input(options.input), self.backdrop(options)
        inputs = {given.name: given}
        if behind.input and behind.input not in inputs:
            inputs[behind.input] = work.input(behind.input)
        for one in inputs.values():
            pictures_of(one)
        source = list(inputs).index(behind.input) if behind.input else None
        paint = self.job(options, Behind(behind.colour, source))
        field = f"task.{self.feature}.range"
        if given.media.kind == "image":
            if options.ranged:
                raise invalid(
                    field, "a picture has no stretches", limit="no range", actual="a range"
                )
            name = f"{self.feature.replace('_', '-')}.{FORMATS[options.image_format].suffix}"
            return self.encode(
                work, inputs, (_PICTURE,), options.renditions,
                picture=True, sound=False, paint=paint, still=name,
            )  # fmt: skip
        segment = Segment(0, *within(given, Part(options.input, options.stretch), field))
        picture, sound = tracks([given], options.renditions)

        def encoded(how: PaintJob) -> list[Made]:
            return self.encode(
                work, inputs, (segment,), options.renditions,
                picture=picture, sound=sound, paint=how,
            )  # fmt: skip

        made = encoded(paint)
        if work.preview is None or not isinstance(paint, KeyJob | MatteJob) or paint.behind.clear:
            return made
        cut_out = encoded(replace(paint, behind=Behind()))  # a backdrop hides what was cut away
        return [
            replace(one, glimpse=other.glimpse) for one, other in zip(made, cut_out, strict=True)
        ]
