"""Reads the frames of a unit: gate, regions, detector, recogniser, in that order of cost.

A frame goes the cheapest way that answers it:

1. Every known line's pixels hold and the gate sees nothing new: the lines are taken over.
2. A few known lines' pixels changed (a car drove under the caption): these are recognised again in
   their old outlines; if they say the same, they hold.
3. The gate sees strokes where there were none: a glance (the detector at a small scale) tells
   texture from text; if every line it finds is known, the lines are taken over.
4. Otherwise the detector runs; of the lines it finds, those whose pixels hold keep their text and
   the others are recognised.

The answer is a function of (frames, memory): batches may be split anywhere.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.common.values import score_e4
from videre.ocr import gate, lines, page, picture, regions
from videre.ocr.carry import Memory, fitted
from videre.ocr.engines.base import FoundLine, Picture, QuadArray, Reading, TextEngine
from videre.ocr.lines import Line
from videre.ocr.regions import Region

#: Lines that may be recognised again before it is cheaper to detect.
_MAX_DOUBTS: Final = 3
#: A fine pass costs three coarse ones: not more often than this within a unit, nanoseconds.
_FINE_EVERY_NS: Final = 4_000_000_000
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
        held = self._hold(frame, gray, seen)
        memory = held or self._detect(frame, gray, seen)
        self.memory = fitted(replace(memory, before=seen, frame=frame.frame, time_ns=frame.time_ns))
        height, width = gray.shape
        return FrameLines(frame.frame, _report(memory.regions, width / height), held is not None)

    def _hold(self, frame: Frame, gray: NDArray[np.uint8], seen: gate.Look) -> Memory | None:
        """Return the memory if the frame shows its lines still and no others; None to detect."""
        memory = self.memory
        if memory is None or gate.is_cut(memory.before, seen):
            return None
        if gate.is_stale(memory.read, seen, frame.time_ns - memory.read_ns):
            return None
        kept = self._confirm(frame, gray, memory.regions)
        if kept is None:
            return None
        memory = replace(memory, regions=kept)
        if not gate.text_may_have_come(memory.read, memory.before, seen):
            return memory
        return None if self._glance_finds_more(frame, kept) else replace(memory, read=seen)

    def _confirm(
        self, frame: Frame, gray: NDArray[np.uint8], known: tuple[Region, ...]
    ) -> tuple[Region, ...] | None:
        """Return the regions, with new prints where needed, if all say what they said."""
        prints = [regions.fingerprint(gray, region.quad) for region in known]
        doubtful = [
            index
            for index, (region, now) in enumerate(zip(known, prints, strict=True))
            if region.text and region.print and not regions.holds(region.print, now)
        ]
        if not doubtful:
            return known
        if len(doubtful) > _MAX_DOUBTS:
            return None
        pixels = picture.decode(frame.jpeg)
        kept = list(known)
        for index in doubtful:
            reading = self._recognise(pixels, regions.to_pixels(known[index].quad, *_size(pixels)))
            if lines.normalise(reading.text) != known[index].text:
                return None
            kept[index] = replace(known[index], print=prints[index])
        return tuple(kept)

    def _glance_finds_more(self, frame: Frame, known: tuple[Region, ...]) -> bool:
        pixels = picture.decode(frame.jpeg)
        found = page.glance(self._engine, pixels, self._check)
        self.model_calls += 1
        self.frames_seen += 1
        quads = [regions.to_e4(line.quad, *_size(pixels)) for line in found]
        return any(
            all(regions.covered(quad, region.quad) <= _KNOWN for region in known) for quad in quads
        )

    def _detect(self, frame: Frame, gray: NDArray[np.uint8], seen: gate.Look) -> Memory:
        """Find the frame's lines and recognise those that are new."""
        pixels = picture.decode(frame.jpeg)
        fine_ns = _NEVER_NS if self.memory is None else self.memory.fine_ns
        search = page.find_lines(self._engine, pixels, self._effort(frame, seen), self._check)
        self.model_calls += search.model_calls
        self.frames_seen += 1
        held = () if self.memory is None else _holding(self.memory.regions, gray)
        new = tuple(self._region(pixels, gray, line, held) for line in search.lines)
        kept = tuple(
            old
            for old in held
            if old.text and not any(regions.covered(old.quad, it.quad) > _REPLACED for it in new)
        )
        return Memory(
            frame=frame.frame,
            time_ns=frame.time_ns,
            read_ns=frame.time_ns,
            fine_ns=frame.time_ns if search.finer else fine_ns,
            read=seen,
            before=seen,
            regions=new + kept,
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
        if regions.holds(region.print, regions.fingerprint(gray, region.quad))
    )


def _report(found: tuple[Region, ...], aspect: float) -> tuple[Line, ...]:
    texts = [Line(region.text, region.score, region.quad) for region in found if region.text]
    return tuple(lines.in_reading_order(texts, aspect))
