"""Filling the holes of a video frame by frame, with a look ahead."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from pathlib import Path
from typing import Final

import numpy as np

from videre.production.retouching.edits import Hole
from videre.production.retouching.filling import Before, Filler, Part
from videre.production.retouching.holes import Holes, Mask
from videre.production.retouching.planes import Plane, Planes
from videre.production.retouching.timetable import Timetable

#: Pixels around holes that are looked at.
_MARGIN: Final = 24
#: Frames filled at once, frames that are looked at behind them, and the bytes that they may take.
_FILLED: Final = 48
_AHEAD: Final = 16
_BYTES: Final = 160 << 20
#: Different sets of holes that are kept: those of the frames at hand.
_KNOWN: Final = 4
#: Bytes that one pixel of one frame takes while it is filled.
_PER_PIXEL: Final = 14

#: Filled samples of a part of successive frames, by their numbers, one array per plane.
_Stretch = dict[int, tuple[Plane, ...]]


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
        self._lanes = [_Lane(one, size, starts_ns, read, self._thread) for one in _together(holes)]

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
        self._made: _Stretch = {}
        self._times = Timetable(holes)
        self._masks: dict[Hole, Mask] = {one: np.load(Path(one.file)) for one in holes}
        self._starts, self._read = starts_ns, read
        # Edges on whole samples of every plane: no plane is more than eight times smaller.
        self._left = max(0, min(one.left for one in holes) - _MARGIN) // 8 * 8
        self._top = max(0, min(one.top for one in holes) - _MARGIN) // 8 * 8
        right = max(one.left + one.width for one in holes) + _MARGIN
        bottom = max(one.top + one.height for one in holes) + _MARGIN
        self._right, self._bottom = min(size[0], right), min(size[1], bottom)
        self._known: dict[tuple[Hole, ...], Holes] = {}
        self._filler: Filler | None = None
        self._before: tuple[int, Before | None] = (-1, None)
        self._looked: dict[int, Part] = {}
        area = (self._right - self._left) * (self._bottom - self._top)
        most = max(4, _BYTES // (_PER_PIXEL * area))
        self._ahead = min(_AHEAD, most // 3)
        self._count = min(_FILLED, most - self._ahead)

    def close(self) -> None:
        if self._filler is not None:
            self._filler.close()

    def apply(self, frame: int, planes: Planes) -> None:
        if not self._times.at(self._starts[frame]):
            return
        if frame in self._made:
            self._fill_ahead()
        while frame not in self._made:
            coming = self._coming or self._thread.submit(self._fill, frame)
            self._made, self._coming = coming.result(), None
        slices = self._slices(planes)
        for array, made, (rows, columns) in zip(
            planes.arrays, self._made[frame], slices, strict=True
        ):
            array[rows, columns] = made

    def _fill_ahead(self) -> None:
        """Have the next stretch filled; a caller that comes back for a frame will want it."""
        following = max(self._made) + 1
        if (
            self._coming is None
            and following < len(self._starts)
            and self._times.at(self._starts[following])
        ):
            self._coming = self._thread.submit(self._fill, following)

    def _fill(self, frame: int) -> _Stretch:
        """Fill a stretch of frames from this one on."""
        last = len(self._starts) - 1
        known = self._before[0] == frame - 1 and self._before[1] is not None
        # What stood there before the first frame with a hole is worth most.
        first = frame if known else max(0, frame - 1)
        end = first
        while end < last and end - first < self._count and (
            end < frame or self._holes(end).any
        ):  # fmt: skip
            end += 1
        end = max(end, frame)
        looked = range(first, min(last, end + self._ahead) + 1)
        parts = [self._looked.get(one) or self._part(one) for one in looked]
        # The next stretch begins with them: reading them again would decode from a key frame on.
        self._looked = {one: part for one, part in zip(looked, parts, strict=True) if one > end}
        assert self._filler is not None  # a part was read
        made, before = self._filler.fill(parts, self._before[1] if known else None, end - first + 1)
        self._before = end, before
        return {first + place: one for place, one in enumerate(made)}

    def _part(self, frame: int) -> Part:
        planes = self._read(frame)
        if self._filler is None:
            self._filler = Filler(planes.shifts, planes.coding.bits)
        return Part(
            tuple(
                array[rows, columns].copy()
                for array, (rows, columns) in zip(planes.arrays, self._slices(planes), strict=True)
            ),
            self._holes(frame),
        )

    def _slices(self, planes: Planes) -> list[tuple[slice, slice]]:
        return [
            (
                slice(self._top >> down, -(-self._bottom // (1 << down))),
                slice(self._left >> across, -(-self._right // (1 << across))),
            )
            for across, down in planes.shifts
        ]

    def _holes(self, frame: int) -> Holes:
        """Return the holes of a frame; frames with the same ones share them."""
        shown = self._times.at(self._starts[frame])
        if shown not in self._known:
            if len(self._known) == _KNOWN:
                del self._known[next(iter(self._known))]
            mask = np.zeros((self._bottom - self._top, self._right - self._left), np.bool_)
            for one in shown:
                left, top = one.left - self._left, one.top - self._top
                mask[top : top + one.height, left : left + one.width] |= self._masks[one]
            self._known[shown] = Holes(mask)
        return self._known[shown]


def _together(holes: Sequence[Hole]) -> list[list[Hole]]:
    """Return holes in groups whose surroundings touch."""
    groups: list[list[Hole]] = []
    for one in holes:
        near = [group for group in groups if any(_near(one, other) for other in group)]
        groups = [group for group in groups if not any(group is other for other in near)]
        groups.append([one, *(other for group in near for other in group)])
    return groups


def _near(one: Hole, other: Hole) -> bool:
    return (
        one.left - 2 * _MARGIN < other.left + other.width
        and other.left - 2 * _MARGIN < one.left + one.width
        and one.top - 2 * _MARGIN < other.top + other.height
        and other.top - 2 * _MARGIN < one.top + one.height
    )
