"""Watermark: a picture or a text over a video or a picture."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Final

import numpy as np

from videre.common.errors import invalid
from videre.common.models import ModelStore
from videre.exports.production_params import WatermarkOptions
from videre.production.functions.base import Made, Work
from videre.production.functions.retouching import (
    RetouchingFunction,
    first_picture,
    times_of,
)
from videre.production.retouching.drawing import Rgba, drawn
from videre.production.retouching.edits import Edits, Mark
from videre.production.retouching.fonts import Font, find_font, require_glyphs
from videre.production.retouching.marks import fitted_mark, placed_mark

_FILE: Final = ".mark.npy"


class Watermark(RetouchingFunction):
    """See RetouchingFunction."""

    feature = "watermark"
    _font: Font

    def __init__(self, ffmpeg: Path | None, font: Path | None) -> None:
        """Take the paths of the program and of a font; None = the packaged ones."""
        super().__init__(ffmpeg)
        self._named = font

    def load(self, models: ModelStore) -> None:
        """Find the program and the font."""
        super().load(models)
        self._font = find_font(self._named)

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`.

        Raises NO_TRACK for what has no picture, FIELD_INVALID for characters that no font has.
        """
        options = work.options
        assert isinstance(options, WatermarkOptions)
        given, pictures = self.pictures_of(work, options)
        if given.media.kind == "image" and options.shown:
            raise invalid(
                "task.watermark.shown", "a picture has no times", limit="none", actual="a range"
            )
        frame = pictures.width, pictures.height
        margin = round(options.margin * min(frame))
        mark = self._mark(work, options, frame, margin)
        size = mark.shape[1], mark.shape[0]
        left, top = placed_mark(size, frame, options.anchor, margin)
        file = work.folder / _FILE
        np.save(file, mark)
        edits = Edits(marks=(Mark(str(file), left, top, options.opacity, times_of(options.shown)),))
        if given.media.kind == "image":
            made = self.picture(work, given, edits, options.image_format)
        else:
            made = self.video(work, options, edits)
        return made if options.picture else [replace(one, font=self._font.name) for one in made]

    def _mark(
        self, work: Work, options: WatermarkOptions, frame: tuple[int, int], margin: int
    ) -> Rgba:
        import cv2

        if options.picture:
            picture = first_picture(work, work.input(options.picture), transparent=True)
            wanted = options.size * frame[0]
            mark: Rgba = np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGRA2RGBA), np.uint8)
        else:
            require_glyphs(self._font, options.lines, "task.watermark.text")
            height = max(6, round(options.size * frame[1]))
            mark = drawn(self._font.open(), options.lines, height, boxed=False)
            wanted = mark.shape[1]
        size = fitted_mark((mark.shape[1], mark.shape[0]), wanted, frame, margin)
        return _scaled(mark, size)


def _scaled(mark: Rgba, size: tuple[int, int]) -> Rgba:
    """Return a mark in another size; what is transparent gives no colour to its neighbours."""
    import cv2

    if (mark.shape[1], mark.shape[0]) == size:
        return mark
    laid = mark.astype(np.float32) / 255
    laid[:, :, :3] *= laid[:, :, 3:]
    how = cv2.INTER_AREA if size[0] < mark.shape[1] else cv2.INTER_CUBIC
    made = np.asarray(cv2.resize(laid, size, interpolation=how)).clip(0, 1)
    alpha = made[:, :, 3:]
    made[:, :, :3] = np.divide(made[:, :, :3], alpha, out=np.zeros_like(made[:, :, :3]),
                               where=alpha > 0)  # fmt: skip
    return np.asarray(np.rint(made.clip(0, 1) * 255), np.uint8)
