"""Reads the frames of a unit: gate, regions, detector, recogniser, in that order of cost.

A frame goes the cheapest way that answers it:

1. Every known line's pixels hold and the gate sees nothing new: the lines are taken over.
2. Some of a line's pixels changed (a car drove under the caption): it is recognised again in its
   old outline; if it says the same, it holds.
3. Lines that do not hold, and cells in which the gate sees strokes where there were none, make the
   area to search. Where it is large, a glance (the detector at a small scale) narrows it first.
4. After a cut and after a while of change the whole picture is searched. Lines whose pixels hold
   keep their text, the others are recognised.

The answer is a function of (frames, memory): batches may be split anywhere.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.values import score_e4
from videre.ocr import gate, lines, page, picture, regions
from videre.ocr.area import Area, hull
from videre.ocr.carry import Memory, fitted
from videre.ocr.engines.base import FoundLine, Picture, QuadArray, Reading, TextEngine
from videre.ocr.lines import Line
from videre.ocr.regions import Likeness, QuadE4, Region

#: Lines that may be recognised again before it is cheaper to detect.
_MAX_DOUBTS: Final = 3
#: Lines in doubt are recognised again not more often than this, nanoseconds; a line of which
#: nothing is left is gone at once.
_CONFIRM_EVERY_NS: Final = 500_000_000
#: A fine pass costs three coarse ones: not more often than this within a unit, nanoseconds.
_FINE_EVERY_NS: Final = 4_000_000_000
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
        seen = gate.look(gray)
        followed = self._follow(frame, gray, seen)
        memory, carried = followed or (self._search(frame, gray, seen), False)
        self.memory = fitted(replace(memory, before=seen, frame=frame.frame, time_ns=frame.time_ns))
        height, width = gray.shape
        return FrameLines(frame.frame, _report(memory.regions, width / height), carried)

    def _follow(
        self, frame: Frame, gray: NDArray[np.uint8], seen: gate.Look
    ) -> tuple[Memory, bool] | None:
        """Bring the memory up to a frame without searching all of it; None when that must be.

        Returns:
            the memory, and whether its lines are those of the frame before.
        """
        memory = self.memory
        if memory is None or not memory.before.same_shape(seen):
            return None
        since_read = frame.time_ns - memory.read_ns
        if gate.is_stale(memory.read, memory.before, seen, since_read):
            return None
        kept, lost, confirmed_ns = self._confirm(frame, gray, memory)
        memory = replace(memory, regions=kept, confirmed_ns=confirmed_ns)
        height, width = gray.shape
        areas = [regions.area(region.quad, width, height) for region in lost]
        came = gate.bounds(gate.new_strokes(memory.read, memory.before, seen))
        wanted = hull([*areas, came]) if came else hull(areas)
        if wanted is None:
            return memory, True
        pixels = picture.decode(frame.jpeg)
        scale = pixels.shape[1] / width
        searched = wanted
        if wanted.share(width, height) > _SMALL_AREA:
            unknown = self._glance(pixels, kept)
            narrowed = hull(areas + [area.scaled(1 / scale) for area in unknown])
            if narrowed is None:
                return replace(memory, read=seen), True
            if narrowed.share(width, height) > _SMALL_AREA:
                return None
            searched = narrowed
        found = page.find_lines_in(self._engine, pixels, searched.scaled(scale), self._check)
        self._count_search(1)
        if found is None:
            return None
        updated = self._update(pixels, gray, found, kept)
        read = gate.searched(memory.read, seen, page.surroundings(wanted, width, height))
        memory = replace(memory, read=read, regions=updated)
        return memory, not lost and _texts(updated) == _texts(kept)

    def _confirm(
        self, frame: Frame, gray: NDArray[np.uint8], memory: Memory
    ) -> tuple[tuple[Region, ...], list[Region], int]:
        """Sort the known lines into those that say what they said and those that do not.

        Returns:
            the regions that hold, with new prints where they were recognised again; the lines that
            do not; the time up to which doubtful lines have been recognised.
        """
        kept: list[Region] = []
        lost: list[Region] = []
        doubtful: list[Region] = []
        for region in memory.regions:
            likeness = regions.compare(region.print, regions.fingerprint(gray, region.quad))
            if likeness is Likeness.SAME or (region.text and not region.print):
                kept.append(region)
            elif region.text:
                (doubtful if likeness is Likeness.DOUBTFUL else lost).append(region)
        if not doubtful or frame.time_ns - memory.confirmed_ns < _CONFIRM_EVERY_NS:
            return (*kept, *doubtful), lost, memory.confirmed_ns
        pixels = picture.decode(frame.jpeg)
        for region in doubtful[:_MAX_DOUBTS]:
            outline = regions.to_pixels(region.quad, *_size(pixels))
            if lines.normalise(self._recognise(pixels, outline).text) == region.text:
                kept.append(replace(region, print=regions.fingerprint(gray, region.quad)))
            else:
                lost.append(region)
        return tuple(kept), lost + doubtful[_MAX_DOUBTS:], frame.time_ns

    def _glance(self, pixels: Picture, known: tuple[Region, ...]) -> list[Area]:
        """Return where a glance sees lines that are not known."""
        size = _size(pixels)
        found = page.glance(self._engine, pixels, self._check)
        self._count_search(1)
        quads = [regions.to_e4(line.quad, *size) for line in found]
        return [
            regions.area(quad, *size)
            for quad in quads
            if all(regions.covered(quad, region.quad) <= _KNOWN for region in known)
        ]

    def _count_search(self, calls: int) -> None:
        self.model_calls += calls
        self.frames_seen += 1

    def _search(self, frame: Frame, gray: NDArray[np.uint8], seen: gate.Look) -> Memory:
        """Find the frame's lines in the whole picture and recognise those that are new."""
        pixels = picture.decode(frame.jpeg)
        fine_ns = _NEVER_NS if self.memory is None else self.memory.fine_ns
        search = page.find_lines(self._engine, pixels, self._effort(frame, seen), self._check)
        self._count_search(search.model_calls)
        held = () if self.memory is None else _holding(self.memory.regions, gray)
        return Memory(
            frame=frame.frame,
            time_ns=frame.time_ns,
            read_ns=frame.time_ns,
            fine_ns=frame.time_ns if search.finer else fine_ns,
            confirmed_ns=frame.time_ns,
            read=seen,
            before=seen,
            regions=self._update(pixels, gray, search.lines, held),
        )

    def _update(
        self,
        pixels: Picture,
        gray: NDArray[np.uint8],
        found: Sequence[FoundLine],
        held: tuple[Region, ...],
    ) -> tuple[Region, ...]:
        """Return the regions of found lines, and the held ones that none of them replaces.

        A find within a line whose pixels hold is a part of that line.
        """
        size = _size(pixels)
        new = tuple(
            self._region(pixels, gray, line, held)
            for line in found
            if not any(regions.is_part(regions.to_e4(line.quad, *size), it) for it in held)
        )
        return new + tuple(
            old
            for old in held
            if not any(regions.covered(old.quad, it.quad) > _REPLACED for it in new)
        )

    def _effort(self, frame: Frame, seen: gate.Look) -> page.Effort:
        if self.memory is None:  # a still picture, or a unit's first frame
            return page.Effort.FINER_IF_SMALL_OR_NONE
        if frame.time_ns - self.memory.fine_ns < _FINE_EVERY_NS:
            return page.Effort.COARSE
        if gate.has_long_stroke_run(seen):
            return page.Effort.FINER_IF_SMALL_OR_NONE
        return page.Effort.FINER_IF_SMALL

    def _region(
        self,
        pixels: Picture,
        gray: NDArray[np.uint8],
        line: FoundLine,
        held: tuple[Region, ...],
    ) -> Region:
        """Return the known region that a found line is, or a new one with what it reads."""
        width, height = _size(pixels)
        quad = regions.to_e4(line.quad, width, height)
        for region in held:
            if regions.same_extent(region.quad, quad, width, height):
                return region
        outlines = picture.reading_quads(line.quad)
        readings = [self._recognise(pixels, outline) for outline in outlines]
        best = max(range(len(readings)), key=lambda index: readings[index].score)
        text, score = lines.normalise(readings[best].text), readings[best].score
        share = regions.line_height(line.quad) / height
        if not lines.plausible(text, score, line.score, share):
            text, score = "", 0.0
        quad = regions.to_e4(outlines[best], width, height)
        return Region(quad, text, score_e4(score), regions.fingerprint(gray, quad))

    def _recognise(self, pixels: Picture, quad: QuadArray) -> Reading:
        self._check()
        self.model_calls += 1
        return self._engine.recognise(picture.crop(pixels, quad))


def _size(pixels: Picture) -> tuple[int, int]:
    """Return (width, height)."""
    return pixels.shape[1], pixels.shape[0]


def _holding(known: tuple[Region, ...], gray: NDArray[np.uint8]) -> tuple[Region, ...]:
    """Return the regions whose pixels are as they were."""
    return tuple(
        region
        for region in known
        if regions.compare(region.print, regions.fingerprint(gray, region.quad)) is Likeness.SAME
    )


def _texts(known: tuple[Region, ...]) -> set[tuple[QuadE4, str]]:
    return {(region.quad, region.text) for region in known if region.text}


def _report(found: tuple[Region, ...], aspect: float) -> tuple[Line, ...]:
    texts = [Line(region.text, region.score, region.quad) for region in found if region.text]
    return tuple(lines.in_reading_order(texts, aspect))
