"""Remove text: subtitles are taken out of the picture, what stands behind is filled in."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from videre.common.errors import VidereError, invalid
from videre.exports.production_params import RemoveTextOptions
from videre.exports.production_params.cuts import Part
from videre.production.decode import FrameSource
from videre.production.functions.base import Input, Made, Work, require_answer
from videre.production.functions.removing import SIDE, Removal, View, cut_out
from videre.production.functions.retouching import (
    RetouchingFunction,
    first_picture,
    times_of,
)
from videre.production.known import Followed, SeenAt
from videre.production.media_index import Pictures
from videre.production.rendering.run import within
from videre.production.retouching.logos import Bgr, Rect
from videre.production.retouching.strokes import cues_in

_NS: Final = 1_000_000_000
_MAIN: Final = "main"
_TEXT: Final = "text"
#: Time between two looks at a text, and what is taken away longer on both sides of a cue whose time
#: is known; where it is only looked for, a step longer.
_STEP_NS: Final = 200_000_000
_KNOWN_NS: Final = 80_000_000
#: By how much boxes of recognised lines are moved out, share of their height: outlines, shadows.
_OUT: Final = 0.25
_MARGIN: Final = 8
#: Share of a given box's height that its lines have, at most: a box may hold two.
_LINE: Final = 0.5
#: Share of the work when the text is found.
_SURVEYED: Final = 0.3
_FIELD: Final = "task.remove_text.regions"


@dataclass(frozen=True, slots=True)
class _Wanted:
    """A box with text: where, when, height of a line in pixels, and whether it is one cue."""

    rect: Rect
    start_ns: int
    end_ns: int
    line: int
    one: bool


class RemoveText(RetouchingFunction):
    """See RetouchingFunction."""

    feature = "remove_text"

    def render(self, work: Work) -> list[Made]:
        """See Function and `RenderingFunction.make`.

        Raises NO_TRACK for what has no picture; FIELD_INVALID where no text is found; the reason
        for which nobody read, where no box is given.
        """
        options = work.options
        assert isinstance(options, RemoveTextOptions)
        given, pictures = self.pictures_of(work, options)
        if given.media.kind == "image":
            return self._picture(work, options, given)
        start, end = within(given, Part(options.input, options.stretch), "task.remove_text.range")
        spans = int(start * _NS), int(end * _NS)
        source = FrameSource(given.path, pictures, work.check)
        view = View((pictures.width, pictures.height), source.size(max_side=SIDE))
        removal = Removal(work.folder, view)
        wanted = [one for one in _wanted(work, options, view, spans) if one.end_ns > one.start_ns]
        self._survey(work, source, view, removal, wanted)
        work.spent(source.cpu_seconds, source.decoded)
        if not removal.removed:
            raise _without_text(options)
        made = self.video(work, options, removal.edits, begun=_SURVEYED)
        return [replace(one, removed=tuple(removal.removed)) for one in made]

    def _survey(
        self,
        work: Work,
        source: FrameSource,
        view: View,
        removal: Removal,
        wanted: list[_Wanted],
    ) -> None:
        """Find the strokes of every cue; pictures are read once, only the boxes are kept."""
        pictures = source.pictures
        asked = [(one, _frames(pictures, one), view.around(one.rect, _MARGIN)) for one in wanted]
        frames = sorted({frame for _, some, _ in asked for frame in some})
        needed: dict[int, list[int]] = {frame: [] for frame in frames}
        for number, (_, some, _) in enumerate(asked):
            for frame in some:
                needed[frame].append(number)
        seen: list[list[tuple[int, Bgr]]] = [[] for _ in asked]
        for done, item in enumerate(source.read(frames, view.looked), 1):
            work.progress(_SURVEYED * done / len(frames))
            if item.picture is not None:
                for number in needed[item.frame]:
                    cut = cut_out(_luma(item.picture), asked[number][2][0])
                    seen[number].append((item.frame, cut.copy()))
        for (one, _, (part, place)), parts in zip(asked, seen, strict=True):
            _cues(removal, pictures, one, part, place, parts)

    def _picture(self, work: Work, options: RemoveTextOptions, given: Input) -> list[Made]:
        shown = first_picture(work, given)
        size = shown.shape[1], shown.shape[0]
        view = View(size, size)
        removal = Removal(work.folder, view)
        for one in _wanted(work, options, view, (0, 1), picture=True):
            part, place = view.around(one.rect, _MARGIN)
            inside = _inside(one.rect, part, cut_out(_luma(shown), part))
            for cue in cues_in([inside], one.line, (0, 0), one=True):
                removal.hole(cue.mask, place, 0, 0)
                removal.told(one.rect, 0, 0, 0.0)
        if not removal.removed:
            raise _without_text(options)
        made = self.picture(work, given, removal.edits, options.image_format)
        return [replace(one, removed=tuple(removal.removed)) for one in made]


def _wanted(
    work: Work,
    options: RemoveTextOptions,
    view: View,
    spans: tuple[int, int],
    *,
    picture: bool = False,
) -> list[_Wanted]:
    """Return the boxes with text inside the stretch that is made."""
    made = []
    for region in options.regions:
        ((begin, stop),) = times_of([region.stretch])
        box = region.keys[0][1]
        rect = view.rect(box.x, box.y, box.width, box.height)
        line = max(8, round((rect[3] - rect[1]) * _LINE))
        times = (0, 1) if picture else (max(spans[0], begin), min(spans[1], stop))
        made.append(_Wanted(rect, *times, line, one=picture))
    if options.regions or options.input != _MAIN:
        return made
    require_answer(work.known, _TEXT)
    texts = [one for one in work.known.followed if one.kind == "text"] if picture else []
    for way in (*work.known.subtitle_ways, *texts):
        made.append(_known(way, view, spans, picture=picture))
    return made


def _known(way: Followed, view: View, spans: tuple[int, int], *, picture: bool) -> _Wanted:
    first, last = way.boxes[0], way.boxes[-1]
    out: SeenAt = first
    rect = view.rect(
        out.x - _OUT * out.height,
        out.y - _OUT * out.height,
        out.width + 2 * _OUT * out.height,
        out.height * (1 + 2 * _OUT),
    )
    line = max(8, round(first.height * view.looked[1]))
    if picture:
        return _Wanted(rect, 0, 1, line, one=True)
    start = max(spans[0], first.ns - _KNOWN_NS)
    return _Wanted(rect, start, min(spans[1], last.ns + 1 + _KNOWN_NS), line, one=True)


def _frames(pictures: Pictures, one: _Wanted) -> list[int]:
    """Return the frames in which a text is looked at."""
    margin = 2 * _KNOWN_NS if one.one and one.end_ns - one.start_ns > 4 * _KNOWN_NS else 0
    instants = np.arange(one.start_ns + margin, one.end_ns - margin, _STEP_NS)
    return sorted({pictures.frame_at(int(ns)) for ns in (*instants, one.end_ns - 1 - margin)})


def _cues(
    removal: Removal,
    pictures: Pictures,
    one: _Wanted,
    part: Rect,
    place: Rect,
    seen: list[tuple[int, Bgr]],
) -> None:
    inside = [_inside(one.rect, part, picture) for _, picture in seen]
    if not inside:
        return
    rows = one.rect[1] - part[1], one.rect[3] - part[1]
    for cue in cues_in(inside, one.line, rows, one=one.one):
        if one.one:
            times = one.start_ns, one.end_ns
        else:
            first, last = (pictures.start_ns(seen[place][0]) for place in (cue.first, cue.last))
            times = max(one.start_ns, first - _STEP_NS), min(one.end_ns, last + 1 + _STEP_NS)
        removal.hole(cue.mask, place, *times)
        removal.told(one.rect, *times, 0.0)


def _inside(rect: Rect, part: Rect, luma: Bgr) -> Bgr:
    """Return a part in which everything outside the box is of one brightness."""
    left, top, right, bottom = (
        rect[0] - part[0], rect[1] - part[1], rect[2] - part[0], rect[3] - part[1],
    )  # fmt: skip
    box = luma[top:bottom, left:right]
    made = np.full_like(luma, int(np.median(box)) if box.size else 0)
    made[top:bottom, left:right] = box
    return made


def _luma(picture: Bgr) -> Bgr:
    import cv2

    return np.asarray(cv2.cvtColor(picture, cv2.COLOR_BGR2GRAY), np.uint8)


def _without_text(options: RemoveTextOptions) -> VidereError:
    words = "no text was found in it" if options.regions else "no text was found: name its box"
    return invalid(_FIELD, words, limit="a box with text", actual="none")
