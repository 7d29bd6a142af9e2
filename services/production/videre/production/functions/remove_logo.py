"""Remove a logo: what stands still over the picture, found or named, is taken out of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

import numpy as np

from videre.common.errors import invalid
from videre.exports.production_params import RemoveLogoOptions
from videre.exports.production_params.cuts import Part
from videre.production.decode import FrameSource
from videre.production.functions.base import Input, Made, Work
from videre.production.functions.removing import SIDE, Removal, View, cut_out, looks
from videre.production.functions.retouching import (
    RetouchingFunction,
    first_picture,
    times_of,
)
from videre.production.rendering.run import within
from videre.production.retouching.edits import Hidden
from videre.production.retouching.logos import Bgr, Rect, find_logos, look_at

_NS: Final = 1_000_000_000
#: Pictures that are looked at, spread over what is made.
_LOOKS: Final = 48
#: Pixels around a logo by which is told what stands behind it.
_MARGIN: Final = 20
#: By how much boxes are moved out, pixels: edges fade.
_GROWN: Final = 6
#: Share of the work when logos are found.
_SURVEYED: Final = 0.2
_FIELD: Final = "task.remove_logo.regions"


class RemoveLogo(RetouchingFunction):
    """See RetouchingFunction."""

    feature = "remove_logo"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`.

        Raises NO_TRACK for what has no picture; FIELD_INVALID where no box is given and no logo is
        found.
        """
        options = work.options
        assert isinstance(options, RemoveLogoOptions)
        given, pictures = self.pictures_of(work, options)
        if given.media.kind == "image":
            return self._picture(work, options, given)
        start, end = within(given, Part(options.input, options.stretch), "task.remove_logo.range")
        spans = int(start * _NS), int(end * _NS)
        source = FrameSource(given.path, pictures, work.check)
        view = View((pictures.width, pictures.height), source.size(max_side=SIDE))
        removal = Removal(work.folder, view)
        hidden = self._survey(work, options, source, view, removal, spans)
        work.spent(source.cpu_seconds, source.decoded)
        edits = replace(removal.edits, hidden=tuple(hidden))
        made = self.video(work, options, edits, begun=_SURVEYED)
        return [replace(one, removed=tuple(removal.removed)) for one in made]

    def _survey(
        self,
        work: Work,
        options: RemoveLogoOptions,
        source: FrameSource,
        view: View,
        removal: Removal,
        spans: tuple[int, int],
    ) -> list[Hidden]:
        """Find what is taken away; return what is only made unrecognisable."""
        wanted: list[tuple[Rect, int, int, Sequence[Bgr]]] = []
        if not options.regions:
            whole = self._looks(work, source, view, spans)
            found = find_logos(whole)
            if not found:
                raise invalid(
                    _FIELD,
                    "no logo was found that stands still: name its box",
                    limit="a box",
                    actual="none",
                )
            wanted = [(rect, *spans, whole) for rect in found]
        for region in options.regions:
            ((begin, stop),) = times_of([region.stretch])
            box = region.keys[0][1]
            rect = view.rect(box.x, box.y, box.width, box.height)
            times = max(spans[0], begin), min(spans[1], stop)
            if times[0] < times[1]:
                wanted.append((rect, *times, self._looks(work, source, view, times)))
        hidden = []
        for rect, begin, stop, seen in wanted:
            if options.mode == "restore":
                _take_away(removal, view, rect, (begin, stop), seen)
            else:
                hidden.append(_hidden(options.mode, view, rect, begin, stop))
                removal.told(rect, begin, stop, 0.0)
            work.check()
        return hidden

    def _looks(
        self, work: Work, source: FrameSource, view: View, spans: tuple[int, int]
    ) -> list[Bgr]:
        instants = np.linspace(spans[0], spans[1] - 1, _LOOKS)
        frames = sorted({source.pictures.frame_at(int(ns)) for ns in instants})
        return list(looks(work, source, frames, view.looked, _SURVEYED).values())

    def _picture(self, work: Work, options: RemoveLogoOptions, given: Input) -> list[Made]:
        if not options.regions:
            raise invalid(_FIELD, "must be given for a picture", limit="a box", actual="none")
        shown = first_picture(work, given)
        size = shown.shape[1], shown.shape[0]
        view = View(size, size)
        removal = Removal(work.folder, view)
        hidden = []
        for region in options.regions:
            box = region.keys[0][1]
            rect = view.rect(box.x, box.y, box.width, box.height)
            if options.mode == "restore":
                _take_away(removal, view, rect, (0, 0), [shown])
            else:
                hidden.append(_hidden(options.mode, view, rect, 0, 0))
                removal.told(rect, 0, 0, 0.0)
        edits = replace(removal.edits, hidden=tuple(hidden))
        made = self.picture(work, given, edits, options.image_format)
        return [replace(one, removed=tuple(removal.removed)) for one in made]


def _take_away(
    removal: Removal, view: View, rect: Rect, times: tuple[int, int], seen: Sequence[Bgr]
) -> None:
    part, place = view.around(rect, _MARGIN)
    inner = (rect[0] - part[0], rect[1] - part[1], rect[2] - part[0], rect[3] - part[1])
    logo = look_at([cut_out(one, part) for one in seen], _grown(inner, part))
    removal.hole(logo.hole, place, *times)
    if logo.veil.any():
        removal.veil(logo, place, *times)
    covered = int(logo.hole.sum()) + int(logo.veil.sum())
    removal.told(rect, *times, float(logo.veil.sum()) / max(1, covered))


def _hidden(mode: str, view: View, rect: Rect, begin: int, stop: int) -> Hidden:
    across, down = view.looked
    left, top, right, bottom = rect
    key = (0, left / across, top / down, (right - left) / across, (bottom - top) / down)
    return Hidden("region", mode, (key,), begin, stop)


def _grown(inner: Rect, part: Rect) -> Rect:
    left, top, right, bottom = inner
    return (
        max(0, left - _GROWN),
        max(0, top - _GROWN),
        min(part[2] - part[0], right + _GROWN),
        min(part[3] - part[1], bottom + _GROWN),
    )
