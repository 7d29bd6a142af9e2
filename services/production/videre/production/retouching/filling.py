"""Filling holes of moving pictures: what stood there before or will stand there, moved along.

The background is carried from frame to frame along its motion (dense inverse search, Kroeger et al.
2016), forward and backward: what was to be seen once beside or under a hole fills it in all frames
to which it can be followed. How far it can be trusted is measured beside the hole, where the
carried picture can be compared. What was never seen is inpainted (Telea 2004), and carried on, so
that it does not flicker. Pure numpy and OpenCV.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.holes import Holes, Known, Mask, inpainted, reduced
from videre.production.retouching.motion import Motion
from videre.production.retouching.planes import Floats, Plane

Bytes = NDArray[np.uint8]

#: Spread in pixels over which motion and errors run into a hole from beside it.
_SPREAD: Final = 6.0
#: Motion that is none, pixels: the search errs by as much.
_AT_REST: Final = 0.2
#: Variance of what is not known, of luma in 0..255.
_UNKNOWN: Final = 1e6
#: Least variance: of what was seen itself.
_SEEN: Final = 1.0
#: Spread of the neighbourhood from which inpainting takes its samples, pixels.
_NEAR: Final = 3.0
#: Share of the samples in which inpainting must have a say to be done at all.
_SAY: Final = 0.1
#: Share of the frame before in what was never seen, and squared error of luma at which it is half
#: as much: it shall not flicker, nor stay behind the picture.
_CARRIED: Final = 0.8
_FAR: Final = 60.0
#: Mean difference of luma beside a hole from which on the picture is another shot, of 255.
_CUT: Final = 22.0


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a frame around holes.

    Args:
        planes: its samples, one array per plane.
        holes: what is to be filled.
    """

    planes: tuple[Plane, ...]
    holes: Holes


@dataclass(frozen=True, slots=True, eq=False)
class _Carried:
    """What is carried to a frame.

    Args:
        planes: samples of every plane.
        variance: of their errors, luma of 0..255.
        apart: squared error of the last step; what nothing was carried to is far apart.
    """

    planes: tuple[Floats, ...]
    variance: Floats
    apart: Floats


@dataclass(frozen=True, slots=True, eq=False)
class Before:
    """What is known behind a stretch, for the one that follows: the last frame and its filling."""

    part: Part
    carried: _Carried
    filled: tuple[Floats, ...]


class Filler:
    """Fills the holes of successive stretches of one part of the picture.

    A thread, which `close` ends, searches for the next motion and mixes the planes of colour beside
    its caller; what comes out is the same as without.
    """

    def __init__(self, shifts: Sequence[tuple[int, int]], bits: int) -> None:
        """Take how much smaller each plane is, and the bits of a sample."""
        import cv2

        cv2.setNumThreads(1)
        #: How much smaller each plane is.
        self.shifts = tuple(shifts)
        self._bits = bits
        self._search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._search.setFinestScale(1)
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="filling")

    def close(self) -> None:
        """End the thread."""
        self._thread.shutdown(cancel_futures=True)

    def fill(
        self, parts: Sequence[Part], before: Before | None, count: int
    ) -> tuple[list[tuple[Plane, ...]], Before | None]:
        """Return the samples of the first `count` parts without holes.

        Args:
            parts: of successive frames; those behind `count` are looked at only.
            before: what the stretch before gave; None = there was none.
            count: parts to fill.
        """
        smooth = [self._smoothed(part) for part in parts]
        ahead = self._backward(parts, smooth)
        carried = self._unmoved(parts[0]) if before is None else before.carried
        filled = None if before is None else before.filled
        # From the last frame of the stretch before, or else from the first one of this.
        first = 1 if before is None else 0
        earlier = smooth[: count - 1]
        if before is not None:
            earlier = [self._smoothed(before.part), *earlier]
        motions = self._motions(
            (smooth[place], one, parts[place].holes) for place, one in enumerate(earlier, first)
        )
        made: list[tuple[Plane, ...]] = []
        kept: Before | None = None
        for place in range(count):
            part = parts[place]
            motion = next(motions) if place >= first else None
            if motion is not None:
                carried = self._step(part, smooth[place], carried, motion)
            filled = self._mixed(part, carried, ahead[place], filled, motion)
            made.append(self._written(part, filled))
            kept = Before(part, carried, filled)
        return made, kept

    def _unmoved(self, part: Part) -> _Carried:
        """Return what is known where nothing is carried to a part."""
        planes = tuple(
            np.where(hole, Known(~hole).spread(plane.astype(np.float32), _NEAR), plane)
            for plane, hole in self._holes(part)
        )
        variance = np.where(part.holes.mask, _UNKNOWN, _SEEN)
        return _Carried(
            tuple(one.astype(np.float32) for one in planes),
            variance.astype(np.float32),
            np.full(part.holes.mask.shape, _UNKNOWN, np.float32),
        )

    def _holes(self, part: Part) -> list[tuple[Plane, Mask]]:
        return [
            (plane, part.holes.of_plane(shift, plane.shape))
            for plane, shift in zip(part.planes, self.shifts, strict=True)
        ]

    def _backward(self, parts: Sequence[Part], smooth: Sequence[Bytes]) -> list[_Carried]:
        """Return what is carried backward to each part."""
        places = range(len(parts) - 2, -1, -1)
        motions = self._motions(
            (smooth[place], smooth[place + 1], parts[place].holes) for place in places
        )
        found = [self._unmoved(parts[-1])]
        for place, motion in zip(places, motions, strict=True):
            found.append(self._step(parts[place], smooth[place], found[-1], motion))
        return found[::-1]

    def _luma(self, part: Part) -> Bytes:
        luma = part.planes[0]
        return np.asarray(luma >> (self._bits - 8) if self._bits > 8 else luma, np.uint8)

    def _smoothed(self, part: Part) -> Bytes:
        """Return luma with smooth holes, in which the search for motion finds nothing at rest."""
        luma = self._luma(part)
        if not part.holes.any:
            return np.ascontiguousarray(luma)
        around = part.holes.beside.spread(luma.astype(np.float32), _SPREAD)
        return np.asarray(np.where(part.holes.mask, np.rint(around), luma), np.uint8)

    def _motions(self, pairs: Iterable[tuple[Bytes, Bytes, Holes]]) -> Iterator[Motion]:
        """Yield motions between pictures; the next one is searched for while one is used."""
        asked: Future[Motion] | None = None
        for here, there, holes in pairs:
            following = self._thread.submit(self._motion, here, there, holes)
            if asked is not None:
                yield asked.result()
            asked = following
        if asked is not None:
            yield asked.result()

    def _motion(self, here: Bytes, there: Bytes, holes: Holes) -> Motion:
        """Return where pixels of a picture stand in another one."""
        if min(here.shape) < 16:  # too small for the search's patches
            return Motion(np.zeros((*here.shape, 2), np.float32))
        flow = np.asarray(self._search.calc(here, there, None), np.float32)
        if holes.any:
            for number in (0, 1):
                one = flow[:, :, number]
                one[holes.mask] = holes.beside.spread(one, _SPREAD)[holes.mask]
        flow[np.maximum(np.abs(flow[:, :, 0]), np.abs(flow[:, :, 1])) < _AT_REST] = 0
        return Motion(flow)

    def _step(self, part: Part, smooth: Bytes, before: _Carried, motion: Motion) -> _Carried:
        """Carry what is known on to the next frame, whose own pixels take its place."""
        moved = [
            motion.fetched(plane, shift)
            for plane, shift in zip(before.planes, self.shifts, strict=True)
        ]
        hole = part.holes.mask
        variance = motion.fetched(before.variance, (0, 0), outside=_UNKNOWN)
        beside = part.holes.beside.mask & (variance < _UNKNOWN / 2)
        apart = np.abs(smooth - moved[0] / float(1 << (self._bits - 8)))
        if not beside.any() or float(apart[beside].mean()) > _CUT:
            error = np.full(hole.shape, _UNKNOWN, np.float32)
        else:
            whole = part.holes.beside
            known = whole if np.array_equal(beside, whole.mask) else Known(beside)
            error = known.spread((apart * apart).astype(np.float32), 2 * _SPREAD)
        variance += error
        planes = [
            np.where(hole, carried, plane)
            for (plane, hole), carried in zip(self._holes(part), moved, strict=True)
        ]
        return _Carried(
            tuple(np.asarray(plane, np.float32) for plane in planes),
            np.asarray(np.where(hole, variance.clip(_SEEN, _UNKNOWN), _SEEN), np.float32),
            error,
        )

    def _mixed(
        self,
        part: Part,
        behind: _Carried,
        ahead: _Carried,
        before: tuple[Floats, ...] | None,
        motion: Motion | None,
    ) -> tuple[Floats, ...]:
        """Return the samples of a part, holes filled with the best that is known."""
        if not part.holes.any:
            return tuple(one.astype(np.float32) for one in part.planes)
        first: Floats = np.asarray(1 / behind.variance, np.float32)
        second: Floats = np.asarray(1 / ahead.variance, np.float32)
        third: Floats = np.asarray(1 / np.maximum(self._texture(part), _SEEN), np.float32)
        total = first + second + third
        weights = [np.asarray(one / total, np.float32) for one in (first, second, third)]
        needed = part.holes.mask & (third > _SAY * total)
        steady: Floats = np.asarray(_CARRIED / (1 + behind.apart / _FAR), np.float32)

        def mixed(number: int) -> Floats:
            one, shift = part.planes[number], self.shifts[number]
            hole = part.holes.of_plane(shift, one.shape)
            shares = [shrunk(weight, shift, one.shape) for weight in weights]
            found = shares[0] * behind.planes[number] + shares[1] * ahead.planes[number]
            # Where painting has no say, what is carried stands in for what is painted.
            rest = found / np.maximum(shares[0] + shares[1], 1e-6)
            painting = reduced(needed, shift, one.shape)
            if not painting.any():
                return np.where(hole, rest, one).astype(np.float32)
            filled = np.where(hole, rest, one).astype(np.float32)
            painted = inpainted(filled, painting, self._bits)
            if before is not None and motion is not None:
                carried = motion.fetched(before[number], shift)
                share = shrunk(steady, shift, one.shape)
                painted = np.where(painting, painted + share * (carried - painted), painted)
            return np.where(hole, found + shares[2] * painted, one).astype(np.float32)

        colours = [self._thread.submit(mixed, number) for number in range(1, len(part.planes))]
        return mixed(0), *(colour.result() for colour in colours)

    def _texture(self, part: Part) -> Floats:
        """Return how far samples are from their neighbourhood, beside and thus inside holes."""
        luma = self._luma(part).astype(np.float32)
        around = part.holes.beside.spread(luma, _NEAR)
        return part.holes.beside.spread((luma - around) ** 2, 2 * _SPREAD)

    def _written(self, part: Part, filled: Sequence[Floats]) -> tuple[Plane, ...]:
        top = (1 << self._bits) - 1
        return tuple(
            np.rint(one.clip(0, top)).astype(plane.dtype)
            for one, plane in zip(filled, part.planes, strict=True)
        )


def shrunk(values: Floats, shift: tuple[int, int], shape: tuple[int, ...]) -> Floats:
    """Return values of the first plane averaged for a smaller one."""
    import cv2

    if not any(shift):
        return values
    small = cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(shape)
