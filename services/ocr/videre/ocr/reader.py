"""Reads the frames of a unit: gate, regions, detector, recogniser, in that order of cost.

A frame goes the cheapest way that answers it:

1. Every known line's pixels hold and the gate sees nothing new: the lines are taken over.
2. Some of a line's pixels changed (a car drove under the caption): it is recognised again in its
   old outline; if it says the same, it holds, and what changed no longer counts as a part of it.
3. Lines that do not hold, and cells in which the gate sees strokes where there were none, make the
   area to search. Where it is large, a glance (the detector at a small scale) narrows it first.
4. After a while of change the whole picture is glanced at, and searched every other time.
5. After a cut the whole picture is searched. Lines whose pixels hold keep their text, the others
   are recognised.

The answer is a function of (frames, memory): batches may be split anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.values import score_e4
from videre.ocr import gate, lines, page, picture, regions
from videre.ocr.area import Area, hull
from videre.ocr.carry import Memory, fitted
from videre.ocr.columns import join_columns
from videre.ocr.engines.base import FoundLine, Picture, QuadArray, Reading, TextEngine
from videre.ocr.lines import Line
from videre.ocr.regions import Likeness, QuadE4, Region

#: Lines that may be recognised again before it is cheaper to detect.
_MAX_DOUBTS: Final = 3
#: Lines in doubt are recognised again not more often than this, nanoseconds; a line of which
#: nothing is left is gone at once.
_CONFIRM_EVERY_NS: Final = 500_000_000
#: Lines of which only some samples count are recognised again after this time though these hold: a
#: letter may have grown into another, nanoseconds.
_ASSURE_EVERY_NS: Final = 3_000_000_000
#: A fine pass costs three coarse ones: not more often than this within a unit, nanoseconds.
_FINE_EVERY_NS: Final = 4_000_000_000
#: A picture that keeps changing is searched as a whole after this time, nanoseconds.
_WHOLE_EVERY_NS: Final = 4_000_000_000
#: Share of the picture up to which an area is searched alone.
_SMALL_AREA: Final = 0.45
#: Share of an old region that a new line must cover to take its place.
_REPLACED: Final = 0.6
#: Share of a glanced line that must lie in a region to be that region.
_KNOWN: Final = 0.7
#: Time of the last fine pass in a unit that had none yet.
_NEVER_NS: Final = -(1 << 62)


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame to read: index, time from the media's origin, JPEG."""

    frame: int
    time_ns: int
    jpeg: bytes


@dataclass(frozen=True, slots=True)
class FrameLines:
    """The lines of a frame; `carried` when they were taken over from the frame before."""

    frame: int
    lines: tuple[Line, ...]
    carried: bool


@dataclass(slots=True)
class _View:
    """A frame and what was made of it; each thing is made once, when it is asked for."""

    frame: Frame
    gray: NDArray[np.uint8]
    seen: gate.Look
    _pixels: Picture | None = None
    _prints: dict[QuadE4, bytes] = field(default_factory=dict)

    @property
    def pixels(self) -> Picture:
        if self._pixels is None:
            self._pixels = picture.decode(self.frame.jpeg)
        return self._pixels

    def print_of(self, quad: QuadE4) -> bytes:
        if quad not in self._prints:
            self._prints[quad] = regions.fingerprint(self.gray, quad)
        return self._prints[quad]

    def likeness(self, region: Region) -> Likeness:
        return regions.compare(region.print, self.print_of(region.quad))


@dataclass(frozen=True, slots=True)
class _Checked:
    """The lines of the frame before, by what a frame shows in their place.

    Args:
        kept: those that hold, with new prints where they were recognised again.
        unread: doubtful ones beyond the few that were recognised again.
        lost: those that do not hold.
        confirmed_ns: the time up to which doubtful lines have been recognised.
    """

    kept: tuple[Region, ...]
    unread: tuple[Region, ...]
    lost: tuple[Region, ...]
    confirmed_ns: int

    @property
    def known(self) -> tuple[Region, ...]:
        """Those whose learned letters go on where they are found again.

        A lost line that is found again has moved: what held in its old outline is its ground.
        """
        return self.kept + self.unread

    @property
    def missing(self) -> tuple[Region, ...]:
        """Those that are to be searched for."""
        return self.unread + self.lost


class UnitReader:
    """Reads one unit's frames in order; `memory` goes on with the next batch."""

    def __init__(
        self, engine: TextEngine, memory: Memory | None, check: Callable[[], None]
    ) -> None:
        """Go on from `memory` (None = the unit starts); `check` is called before inferences."""
        self.memory = memory
        #: Inferences made.
        self.model_calls = 0
        #: Frames that a detector saw.
        self.frames_seen = 0
        self._engine = engine
        self._check = check

    def read(self, frame: Frame) -> FrameLines:
        """Read the unit's next frame.

        Raises:
            NotAPictureError: the JPEG cannot be decoded.
        """
        gray = picture.decode_gray(frame.jpeg)
        view = _View(frame, gray, gate.look(gray))
        memory, carried = self._step(view)
        self.memory = fitted(
            replace(memory, before=view.seen, frame=frame.frame, time_ns=frame.time_ns)
        )
        height, width = gray.shape
        return FrameLines(frame.frame, _report(memory.regions, width / height), carried)

    def _step(self, view: _View) -> tuple[Memory, bool]:
        """Return the memory of a frame, and whether its lines are those of the frame before."""
        memory = self.memory
        if memory is None or not memory.before.same_shape(view.seen):
            return self._search(view, None, ()), False
        time_ns = view.frame.time_ns
        overdue = time_ns - memory.assured_ns >= _ASSURE_EVERY_NS
        if overdue or not any(regions.is_partial(region.print) for region in memory.regions):
            memory = replace(memory, assured_ns=time_ns)
        since_read = time_ns - memory.read_ns
        stale = gate.is_stale(memory.read, view.seen, time_ns - memory.refreshed_ns)
        if gate.is_new_shot(memory.before, view.seen, since_read) or (
            stale and since_read >= _WHOLE_EVERY_NS
        ):
            trusted = tuple(
                region
                for region in memory.regions
                if not (overdue and regions.is_partial(region.print))
            )
            return self._search(view, memory, trusted), False
        return self._follow(view, memory, stale=stale, overdue=overdue)

    def _follow(
        self, view: _View, memory: Memory, *, stale: bool, overdue: bool
    ) -> tuple[Memory, bool]:
        """Bring the memory up to a frame without searching all of it, where that will do.

        Args:
            view: the frame.
            memory: of the frame before.
            stale: the whole picture is to be looked at.
            overdue: lines of which only some samples count are to be recognised again.

        Returns:
            the memory, and whether its lines are those of the frame before.
        """
        checked = self._confirm(view, memory, overdue=overdue)
        kept = checked.kept
        refreshed_ns = view.frame.time_ns if stale else memory.refreshed_ns
        wanted, read = self._to_search(view, memory, checked, stale=stale)
        memory = replace(memory, confirmed_ns=checked.confirmed_ns, refreshed_ns=refreshed_ns)
        if wanted is None:
            return replace(memory, regions=kept, read=read), True
        memory = replace(memory, regions=checked.known)
        height, width = view.gray.shape
        if wanted.share(width, height) > _SMALL_AREA:
            return self._search(view, memory, kept), False
        area = wanted.scaled(view.pixels.shape[1] / width)
        found = page.find_lines_in(self._engine, view.pixels, area, self._check)
        self._count_search(1)
        if found is None:
            return self._search(view, memory, kept), False
        updated = self._update(view, found, kept, checked.known)
        carried = not checked.missing and _texts(updated) == _texts(kept)
        return replace(memory, regions=updated, read=read), carried

    def _to_search(
        self, view: _View, memory: Memory, checked: _Checked, *, stale: bool
    ) -> tuple[Area | None, gate.Look]:
        """Return the area to search for lines, and what the gate has seen searched after it.

        Args:
            view: the frame.
            memory: of the frame before.
            checked: its lines.
            stale: the whole picture is to be looked at.

        Returns:
            the area in pixels of the grey picture, None where nothing is to be searched.
        """
        height, width = view.gray.shape
        seen = view.seen
        areas = [regions.area(region.quad, width, height) for region in checked.missing]
        came = gate.bounds(gate.new_strokes(memory.read, memory.before, seen))
        wanted = hull([*areas, came]) if came else hull(areas)
        if wanted is None:
            if not stale:
                return None, memory.read
            read = seen
        else:
            read = gate.searched(memory.read, seen, page.surroundings(wanted, width, height))
            if wanted.share(width, height) <= _SMALL_AREA:
                if not stale:
                    return wanted, read
                areas = [wanted]
        narrowed = hull(areas + self._glance(view, checked.kept))
        return narrowed, seen if stale or narrowed is None else read

    def _confirm(self, view: _View, memory: Memory, *, overdue: bool) -> _Checked:
        """Sort the known lines into those that say what they said and those that do not."""
        kept: list[Region] = []
        lost: list[Region] = []
        doubtful: list[Region] = []
        for region in memory.regions:
            likeness = view.likeness(region)
            if likeness is Likeness.SAME or (region.text and not region.print):
                (doubtful if overdue and regions.is_partial(region.print) else kept).append(region)
            elif region.text:
                (doubtful if likeness is Likeness.DOUBTFUL else lost).append(region)
        time_ns = view.frame.time_ns
        due = overdue or time_ns - memory.confirmed_ns >= _CONFIRM_EVERY_NS
        if not doubtful or not due:
            return _Checked((*kept, *doubtful), (), tuple(lost), memory.confirmed_ns)
        pixels = view.pixels
        for region in doubtful[:_MAX_DOUBTS]:
            outline = regions.to_pixels(region.quad, *_size(pixels))
            if lines.normalise(self._recognise(pixels, outline).text) == region.text:
                kept.append(_confirmed(region, view))
            else:
                lost.append(region)
        unread = tuple(doubtful[_MAX_DOUBTS:])
        return _Checked(tuple(kept), unread, tuple(lost), time_ns)

    def _glance(self, view: _View, known: tuple[Region, ...]) -> list[Area]:
        """Return where a glance sees lines that are not known, in pixels of the grey picture."""
        size = _size(view.pixels)
        found = page.glance(self._engine, view.pixels, self._check)
        self._count_search(1)
        height, width = view.gray.shape
        quads = [regions.to_e4(line.quad, *size) for line in found]
        return [
            regions.area(quad, width, height)
            for quad in quads
            if all(regions.covered(quad, region.quad) <= _KNOWN for region in known)
        ]

    def _count_search(self, calls: int) -> None:
        self.model_calls += calls
        self.frames_seen += 1

    def _search(self, view: _View, memory: Memory | None, trusted: tuple[Region, ...]) -> Memory:
        """Find the frame's lines in the whole picture and recognise those that are new.

        Args:
            view: the frame.
            memory: of the frame before, in pictures of the same size; None for none.
            trusted: its lines that need not be recognised again where their pixels hold.
        """
        time_ns = view.frame.time_ns
        effort = self._effort(view, memory)
        search = page.find_lines(self._engine, view.pixels, effort, self._check)
        self._count_search(search.model_calls)
        known = () if memory is None else memory.regions
        held = tuple(region for region in trusted if view.likeness(region) is Likeness.SAME)
        fine_ns = _NEVER_NS if memory is None else memory.fine_ns
        return Memory(
            frame=view.frame.frame,
            time_ns=time_ns,
            read_ns=time_ns,
            refreshed_ns=time_ns,
            fine_ns=time_ns if search.finer else fine_ns,
            confirmed_ns=time_ns,
            assured_ns=time_ns if memory is None else memory.assured_ns,
            read=view.seen,
            before=view.seen,
            regions=self._update(view, search.lines, held, known),
        )

    def _update(
        self,
        view: _View,
        found: Sequence[FoundLine],
        held: tuple[Region, ...],
        known: tuple[Region, ...],
    ) -> tuple[Region, ...]:
        """Return the regions of found lines, and the held ones that none of them replaces.

        A find within a line whose pixels hold is a part of that line. One that says and frames what
        a known line did is that line.
        """
        size = _size(view.pixels)
        new = tuple(
            self._region(view, line, held, known)
            for line in found
            if not any(regions.is_part(regions.to_e4(line.quad, *size), it) for it in held)
        )
        return new + tuple(
            old
            for old in held
            if not any(regions.covered(old.quad, it.quad) > _REPLACED for it in new)
        )

    def _effort(self, view: _View, memory: Memory | None) -> page.Effort:
        if memory is None:  # a still picture, or a unit's first frame
            return page.Effort.FINER_IF_SMALL_OR_NONE
        if view.frame.time_ns - memory.fine_ns < _FINE_EVERY_NS:
            return page.Effort.COARSE
        if gate.has_long_stroke_run(view.seen):
            return page.Effort.FINER_IF_SMALL_OR_NONE
        return page.Effort.FINER_IF_SMALL

    def _region(
        self, view: _View, line: FoundLine, held: tuple[Region, ...], known: tuple[Region, ...]
    ) -> Region:
        """Return the known region that a found line is, or a new one with what it reads."""
        width, height = _size(view.pixels)
        quad = regions.to_e4(line.quad, width, height)
        for region in held:
            if regions.same_extent(region.quad, quad, width, height):
                return region
        outlines = picture.reading_quads(line.quad)
        readings = [self._recognise(view.pixels, outline) for outline in outlines]
        best = max(range(len(readings)), key=lambda index: readings[index].score)
        text, score = lines.normalise(readings[best].text), readings[best].score
        share = regions.line_height(line.quad) / height
        if not lines.plausible(text, score, line.score, share):
            text, score = "", 0.0
        quad = regions.to_e4(outlines[best], width, height)
        for region in known if text else ():
            if region.text == text and regions.same_extent(region.quad, quad, width, height):
                return replace(_confirmed(region, view), score=score_e4(score))
        return Region(quad, text, score_e4(score), view.print_of(quad))

    def _recognise(self, pixels: Picture, quad: QuadArray) -> Reading:
        self._check()
        self.model_calls += 1
        return self._engine.recognise(picture.crop(pixels, quad))


def _size(pixels: Picture) -> tuple[int, int]:
    """Return (width, height)."""
    return pixels.shape[1], pixels.shape[0]


def _confirmed(region: Region, view: _View) -> Region:
    """Return a region that says in a frame what it said before."""
    return replace(region, print=regions.learned(region.print, view.print_of(region.quad)))


def _texts(known: tuple[Region, ...]) -> set[tuple[QuadE4, str]]:
    return {(region.quad, region.text) for region in known if region.text}


def _report(found: tuple[Region, ...], aspect: float) -> tuple[Line, ...]:
    texts = [Line(region.text, region.score, region.quad) for region in found if region.text]
    return tuple(lines.in_reading_order(join_columns(texts, aspect), aspect))
