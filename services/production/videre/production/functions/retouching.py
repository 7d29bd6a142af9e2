"""What the functions share that change the pictures of one input."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from videre.common.errors import Reason, VidereError, invalid
from videre.common.models import ModelStore
from videre.exports.production_params.cuts import Part
from videre.exports.production_params.retouched import RetouchedOptions
from videre.exports.production_params.times import Stretch
from videre.production.decode import FrameSource
from videre.production.encoding import FORMATS, Bgr, Encoder
from videre.production.functions.base import Input, Made, Work, pictures_of
from videre.production.media_index import Pictures
from videre.production.rendering.job import MadeFacts
from videre.production.rendering.run import RenderingFunction
from videre.production.retouching.edits import Edits, Times
from videre.production.retouching.planes import planes_of_picture
from videre.production.retouching.retoucher import Retoucher
from videre.v1 import production_pb2

_NS: Final = 1_000_000_000
#: Behind everything: the end of a stretch that has none.
EVER: Final = (1 << 63) - 1


class RetouchingFunction(RenderingFunction):
    """One file per rendition of a video, in their order; one file of a picture."""

    _encoder: Encoder

    def load(self, models: ModelStore) -> None:
        """Find the program."""
        super().load(models)
        self._encoder = Encoder()

    def pictures_of(self, work: Work, options: RetouchedOptions) -> tuple[Input, Pictures]:
        """Return the input and its pictures.

        Raises:
            VidereError: NO_TRACK, it has none; FIELD_INVALID, a stretch of a picture.
        """
        given = work.input(options.input)
        pictures = pictures_of(given)
        if given.media.kind == "image" and options.ranged:
            raise invalid(
                f"task.{self.feature}.range", "a picture has no stretches",
                limit="no range", actual="a range",
            )  # fmt: skip
        return given, pictures

    def video(
        self, work: Work, options: RetouchedOptions, edits: Edits, *, begun: float = 0.0
    ) -> list[Made]:
        """Encode what is asked for, changed.

        Args:
            work: the task.
            options: what is asked for.
            edits: what is changed.
            begun: share of the work that is done.

        Raises:
            VidereError: see `RenderingFunction.make`.
        """
        part = Part(options.input, options.stretch)
        rest = replace(work, progress=lambda share: work.progress(begun + (1 - begun) * share))
        field = f"task.{self.feature}.range"
        return self.make(rest, [field], [part], options.renditions, edits=edits)

    def picture(
        self,
        work: Work,
        given: Input,
        edits: Edits,
        image_format: production_pb2.ImageFormat.ValueType,
    ) -> list[Made]:
        """Return a picture, changed, as a file of the given format.

        Raises:
            VidereError: DECODE_FAILED, DECODE_LIMIT, ENGINE_FAILED.
        """
        shown = np.array(first_picture(work, given))
        height, width = shown.shape[:2]
        Retoucher(edits, (width, height)).apply(planes_of_picture(shown), None)
        form = FORMATS[image_format]
        file = f"{self.feature}.{form.suffix}"
        return [
            Made(
                name=file,
                role="picture",
                media_type=form.media_type,
                data=self._encoder.encode(shown, form),
                facts=MadeFacts(file, 0, width, height, frames=1),
            )
        ]


def first_picture(work: Work, given: Input, *, transparent: bool = False) -> Bgr:
    """Return the first picture of an input, in its own size.

    Raises:
        VidereError: NO_TRACK, DECODE_FAILED, DECODE_LIMIT.
    """
    pictures = pictures_of(given)
    source = FrameSource(given.path, pictures, work.check)
    size = (pictures.width, pictures.height)
    item = next(iter(source.read([0], size, transparent=transparent)), None)
    work.spent(source.cpu_seconds, source.decoded)
    if item is None or item.picture is None:
        raise VidereError(Reason.DECODE_FAILED, f"input {given.name!r} cannot be decoded")
    return item.picture


def times_of(stretches: Sequence[Stretch]) -> Times:
    """Return stretches in nanoseconds, rounded as the instants of frames are."""
    return tuple(
        (
            int(one.start * _NS),
            EVER if one.end is None else int(one.end * _NS),
        )
        for one in stretches
    )
