"""Changing pictures as edits say, one after the other in rising order of time."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

import numpy as np

from videre.production.retouching.drawing import drawn, font_size, wrapped
from videre.production.retouching.edits import Caption, Captions, Edits, Hole, shown_at
from videre.production.retouching.fonts import Font, written
from videre.production.retouching.holes import inpainted, reduced
from videre.production.retouching.obscuring import obscure
from videre.production.retouching.planes import Planes
from videre.production.retouching.sprites import Sprite
from videre.production.retouching.timetable import Timetable
from videre.production.retouching.veils import Unveiler

#: Captions are at most this wide, share of the frame's width.
_WIDEST: Final = 0.94


class Retoucher:
    """Applies edits to pictures of one size."""

    def __init__(self, edits: Edits, size: tuple[int, int]) -> None:
        """Take edits and the pictures' width and height."""
        import cv2

        cv2.setNumThreads(1)
        self._marks = [
            (one.times, Sprite(np.load(Path(one.file)), one.left, one.top, one.opacity))
            for one in edits.marks
        ]
        self._veils = [Unveiler(one) for one in edits.veils]
        self._holes = edits.holes
        self._hidden = Timetable(edits.hidden)
        self._captions = None if edits.captions is None else _Writer(edits.captions, size)

    def unveil(self, planes: Planes, ns: int | None) -> None:
        """Take away what lets the picture through."""
        for one in self._veils:
            if ns is None or one.veil.start_ns <= ns < one.veil.end_ns:
                one.apply(planes)

    def apply(self, planes: Planes, ns: int | None) -> None:
        """Change a picture that was unveiled; holes of videos are filled by a Mender.

        Args:
            planes: of the picture.
            ns: its instant, from the source's origin; None = the input is a picture.
        """
        if ns is None:
            for hole in self._holes:
                _fill(hole, planes)
        hidden = self._hidden.all() if ns is None else self._hidden.at(ns)
        for one in hidden:
            obscure(planes, one, ns)
        for times, sprite in self._marks:
            if shown_at(times, ns):
                sprite.paint(planes)
        if self._captions is not None and ns is not None:
            self._captions.apply(planes, ns)


def _fill(hole: Hole, planes: Planes) -> None:
    """Inpaint a hole of a single picture."""
    width, height = planes.size
    mask = np.zeros((height, width), np.bool_)
    rows, columns = (
        slice(hole.top, hole.top + hole.height),
        slice(hole.left, hole.left + hole.width),
    )
    mask[rows, columns] = np.load(Path(hole.file))
    for array, shift in zip(planes.arrays, planes.shifts, strict=True):
        small = reduced(mask, shift, array.shape)
        array[small] = np.rint(inpainted(array, small, planes.coding.bits)[small])


class _Writer:
    """Draws captions; those on show are kept."""

    def __init__(self, captions: Captions, size: tuple[int, int]) -> None:
        self._captions, self._size = captions, size
        self._cues = Timetable(captions.cues)
        self._face: Any = Font(captions.font, "").open()
        self._shown: tuple[tuple[Caption, ...], list[Sprite]] = ((), [])

    def apply(self, planes: Planes, ns: int) -> None:
        cues = self._cues.at(ns)
        if cues != self._shown[0]:
            self._shown = cues, self._sprites(cues)
        for sprite in self._shown[1]:
            sprite.paint(planes)

    def _sprites(self, cues: tuple[Caption, ...]) -> list[Sprite]:
        width, height = self._size
        captions, sprites = self._captions, []
        bottom = height - captions.bottom
        for cue in cues:
            lines = wrapped(cue.lines, self._fits)
            picture = drawn(self._face, lines, captions.line_height, boxed=captions.boxed)
            top = bottom - picture.shape[0]
            sprites.append(Sprite(picture, (width - picture.shape[1]) // 2, top))
            bottom = top
        return sprites

    def _fits(self, line: str) -> bool:
        size = font_size(self._captions.line_height)
        widest = round(self._size[0] * _WIDEST)
        return bool(written(self._face, line, size).shape[1] <= widest)
