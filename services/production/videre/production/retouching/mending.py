"""Filling the holes of a video frame by frame, with a look ahead."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from videre.production.retouching.edits import Hole
from videre.production.retouching.filling import Before, Filler, Part
from videre.production.retouching.holes import Holes, Mask
from videre.production.retouching.planes import Plane, Planes
from videre.production.retouching.regions import Run, region_around, runs_of, together
from videre.production.retouching.timetable import Timetable

#: Frames filled at once, frames that are looked at behind them, and the bytes that they may take.
_FILLED: Final = 48
_AHEAD: Final = 16
_BYTES: Final = 160 << 20
#: Different sets of holes that are kept: those of the frames at hand.
_KNOWN: Final = 4
#: Bytes that one pixel of one frame takes while it is filled, and while it is only kept.
_PER_PIXEL: Final = 14
_KEPT_PER_PIXEL: Final = 2


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Successive frames of a run that are filled.

    Args:
        run: of their holes.
        frames: samples of the run's region by the numbers of frames, one array per plane.
    """

    run: Run
    frames: dict[int, tuple[Plane, ...]]


class Mender:
    """Fills holes; frames are asked for in rising order.

    A thread, which `close` ends, reads and fills the next frames while the last ones are used.
    What comes out does not depend on how fast it is.
    """

    def __init__(
        self,
        holes: Sequence[Hole],
        size: tuple[int, int],
        starts_ns: Sequence[int],
        read: Callable[[int], Planes],
    ) -> None:
        """Take holes and how frames are read.

        Args:
            holes: what is filled.
            size: width and height of the pictures.
            starts_ns: when each frame begins.
            read: gives a frame's planes, apart from those that are changed; the thread calls it.
        """
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="mending")
        self._lanes = [
            _Lane(one, size, starts_ns, read, self._thread) for one in together(holes, size)
        ]

    def close(self) -> None:
        """Fill no more."""
        self._thread.shutdown(cancel_futures=True)
        for lane in self._lanes:
            lane.close()

    def apply(self, frame: int, planes: Planes) -> None:
        """Fill the holes of a frame in its planes."""
        for lane in self._lanes:
            lane.apply(frame, planes)


class _Lane:
    """A part of the picture whose holes are filled together.

    What is filled belongs to the caller, all that filling needs to the thread.
    """

    def __init__(
        self,
        holes: Sequence[Hole],
        size: tuple[int, int],
        starts_ns: Sequence[int],
        read: Callable[[int], Planes],
        thread: Executor,
    ) -> None:
        self._thread = thread
        self._coming: Future[_Stretch] | None = None
        self._filled: _Stretch | None = None
        self._runs = runs_of(holes, size)
        self._holes = Timetable(holes)
        self._masks: dict[Hole, Mask] = {one: np.load(Path(one.file)) for one in holes}
        self._starts, self._read = starts_ns, read
        self._whole = region_around(holes, size)
        self._known: dict[tuple[Run, tuple[Hole, ...]], Holes] = {}
        self._filler: Filler | None = None
        self._before: tuple[int, Run, Before | None] | None = None
        self._looked: dict[int, tuple[Plane, ...]] = {}

    def close(self) -> None:
        if self._filler is not None:
            self._filler.close()

    def apply(self, frame: int, planes: Planes) -> None:
        if self._run_at(frame) is None:
            return
        filled = self._filled
        if filled is not None and frame in filled.frames:
            self._fill_ahead(max(filled.frames) + 1)
        while filled is None or frame not in filled.frames:
            coming = self._coming or self._thread.submit(self._fill, frame)
            filled, self._coming = coming.result(), None
        self._filled = filled
        slices = filled.run.region.slices(planes.shifts)
        for array, made, (rows, columns) in zip(
            planes.arrays, filled.frames[frame], slices, strict=True
        ):
            array[rows, columns] = made

    def _run_at(self, frame: int) -> Run | None:
        """Return the run to which a frame belongs."""
        ns = self._starts[frame]
        place = bisect_right(self._runs, ns, key=lambda run: run.end_ns)
        found = self._runs[place : place + 1]
        return found[0] if found and found[0].start_ns <= ns else None

    def _fill_ahead(self, frame: int) -> None:
        """Have the next stretch filled; a caller that comes back for a frame will want it."""
        if self._coming is not None:
            return
        # Behind a longer pause other parts of the picture would have to be read again.
        near = range(frame, min(len(self._starts), frame + _FILLED))
        first = next((one for one in near if self._run_at(one) is not None), None)
        if first is not None:
            self._coming = self._thread.submit(self._fill, first)

    def _fill(self, frame: int) -> _Stretch:
        """Fill a stretch of frames of a run from this one on."""
        run = self._run_at(frame)
        assert run is not None
        before = None
        if self._before is not None and self._before[:2] == (frame - 1, run):
            before = self._before[2]
        # What stood there before the first frame with a hole is worth most.
        first = frame if before is not None else max(0, frame - 1)
        count, ahead = self._at_once(run)
        last, end = len(self._starts) - 1, first
        while end < last and end - first < count and (end < frame or self._run_at(end) is run):
            end += 1
        end = max(end, frame)
        looked = range(first, min(last, end + ahead) + 1)
        # The next stretch begins with the last ones: reading them again would decode from a key
        # frame on.
        kept, self._looked = self._looked, {}
        parts = []
        for one in looked:
            planes = kept.get(one) or self._look(one)
            parts.append(self._part(one, run, planes))
            if one >= end:
                self._looked[one] = planes
        assert self._filler is not None  # a frame was read
        made, behind = self._filler.fill(parts, before, end - first + 1)
        self._before = end, run, behind
        filled = dict(enumerate(made, first))
        return _Stretch(run, {one: filled[one] for one in filled if self._run_at(one) is run})

    def _at_once(self, run: Run) -> tuple[int, int]:
        """Return how many frames of a run are filled at once, and how many are looked at behind."""
        most = max(4, _BYTES // (_PER_PIXEL * run.region.pixels))
        kept = max(2, _BYTES // 4 // (_KEPT_PER_PIXEL * self._whole.pixels))
        ahead = min(_AHEAD, most // 3, kept)
        return min(_FILLED, most - ahead), ahead

    def _look(self, frame: int) -> tuple[Plane, ...]:
        """Read a frame; return what belongs to this part of the picture."""
        planes = self._read(frame)
        if self._filler is None:
            self._filler = Filler(planes.shifts, planes.coding.bits)
        return _cut_out(planes.arrays, self._whole.slices(planes.shifts))

    def _part(self, frame: int, run: Run, planes: Sequence[Plane]) -> Part:
        assert self._filler is not None  # a frame was read
        slices = run.region.slices(self._filler.shifts, within=self._whole)
        return Part(_cut_out(planes, slices), self._holes_of(frame, run))

    def _holes_of(self, frame: int, run: Run) -> Holes:
        """Return the holes of a frame in the region of a run; frames with the same share them."""
        shown = self._holes.at(self._starts[frame])
        if (run, shown) not in self._known:
            if len(self._known) == _KNOWN:
                del self._known[next(iter(self._known))]
            whole, region = self._whole, run.region
            mask = np.zeros((whole.bottom - whole.top, whole.right - whole.left), np.bool_)
            for one in shown:
                left, top = one.left - whole.left, one.top - whole.top
                mask[top : top + one.height, left : left + one.width] |= self._masks[one]
            ((rows, columns),) = region.slices([(0, 0)], within=whole)
            self._known[run, shown] = Holes(mask[rows, columns].copy())
        return self._known[run, shown]


def _cut_out(arrays: Iterable[Plane], slices: Iterable[tuple[slice, slice]]) -> tuple[Plane, ...]:
    return tuple(
        array[rows, columns].copy() for array, (rows, columns) in zip(arrays, slices, strict=True)
    )
