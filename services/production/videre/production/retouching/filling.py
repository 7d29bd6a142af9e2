"""Filling holes of moving pictures: what stood there before or will stand there, moved along.

The background is carried from frame to frame along its motion (dense inverse search, Kroeger et al.
2016), forward and backward: what was to be seen once beside or under a hole fills it in all frames
to which it can be followed. How far it can be trusted is measured beside the hole, where the
carried picture can be compared. What was never seen is inpainted (Telea 2004), and carried on, so
that it does not flicker. Pure numpy and OpenCV.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.planes import Floats, Plane

Mask = NDArray[np.bool_]
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
_RADIUS: Final = 4
#: Mean difference of luma beside a hole from which on the picture is another shot, of 255.
_CUT: Final = 22.0


@dataclass(frozen=True, slots=True, eq=False)
class Part:
    """A part of a frame around holes.

    Args:
        planes: its samples, one array per plane.
        mask: what is to be filled, in pixels of the first plane.
    """

    planes: tuple[Plane, ...]
    mask: Mask


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
    """Fills the holes of successive stretches of one part of the picture."""

    def __init__(self, shifts: Sequence[tuple[int, int]], bits: int) -> None:
        """Take how much smaller each plane is, and the bits of a sample."""
        import cv2

        cv2.setNumThreads(1)
        self._shifts, self._bits = tuple(shifts), bits
        self._search: Any = cv2.DISOpticalFlow.create(cv2.DISOPTICAL_FLOW_PRESET_ULTRAFAST)
        self._search.setFinestScale(1)

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
        carried = self._first(parts[0], smooth[0], before)
        filled = None if before is None else before.filled
        made: list[tuple[Plane, ...]] = []
        kept: Before | None = None
        for place in range(count):
            part = parts[place]
            flow: Floats | None = None
            if place:
                flow = self._flow(smooth[place], smooth[place - 1], part.mask)
                carried = self._step(part, smooth[place], carried, flow)
            elif before is not None:
                flow = self._flow(smooth[0], self._smoothed(before.part), part.mask)
            filled = self._mixed(part, carried, ahead[place], filled, flow)
            made.append(self._written(part, filled))
            kept = Before(part, carried, filled)
        return made, kept

    def _first(self, part: Part, smooth: Bytes, before: Before | None) -> _Carried:
        if before is not None:
            flow = self._flow(smooth, self._smoothed(before.part), part.mask)
            return self._step(part, smooth, before.carried, flow)
        planes = tuple(
            np.where(hole, spread(plane.astype(np.float32), ~hole, _NEAR), plane)
            for plane, hole in self._holes(part)
        )
        variance = np.where(part.mask, _UNKNOWN, _SEEN)
        return _Carried(
            tuple(one.astype(np.float32) for one in planes),
            variance.astype(np.float32),
            np.full(part.mask.shape, _UNKNOWN, np.float32),
        )

    def _holes(self, part: Part) -> list[tuple[Plane, Mask]]:
        return [
            (plane, reduced(part.mask, shift, plane.shape))
            for plane, shift in zip(part.planes, self._shifts, strict=True)
        ]

    def _backward(self, parts: Sequence[Part], smooth: Sequence[Bytes]) -> list[_Carried]:
        """Return what is carried backward to each part."""
        last = self._first(parts[-1], smooth[-1], None)
        found = [last]
        for place in range(len(parts) - 2, -1, -1):
            flow = self._flow(smooth[place], smooth[place + 1], parts[place].mask)
            last = self._step(parts[place], smooth[place], last, flow)
            found.append(last)
        return found[::-1]

    def _luma(self, part: Part) -> Bytes:
        luma = part.planes[0]
        return np.asarray(luma >> (self._bits - 8) if self._bits > 8 else luma, np.uint8)

    def _smoothed(self, part: Part) -> Bytes:
        """Return luma with smooth holes, in which the search for motion finds nothing at rest."""
        luma = self._luma(part)
        if not part.mask.any():
            return np.ascontiguousarray(luma)
        around = spread(luma.astype(np.float32), ~part.mask, _SPREAD)
        return np.asarray(np.where(part.mask, np.rint(around), luma), np.uint8)

    def _flow(self, here: Bytes, there: Bytes, mask: Mask) -> Floats:
        """Return where pixels of a picture stand in another one, float32 [rows, columns, 2]."""
        if min(here.shape) < 16:  # too small for the search's patches
            return np.zeros((*here.shape, 2), np.float32)
        flow = np.asarray(self._search.calc(here, there, None), np.float32)
        if mask.any():
            inside = np.stack([spread(flow[:, :, n], ~mask, _SPREAD) for n in (0, 1)], axis=2)
            flow = np.where(mask[:, :, None], inside, flow)
        flow[np.abs(flow).max(axis=2) < _AT_REST] = 0
        return np.asarray(flow, np.float32)

    def _step(self, part: Part, smooth: Bytes, before: _Carried, flow: Floats) -> _Carried:
        """Carry what is known on to the next frame, whose own pixels take its place."""
        moved = [
            _moved(plane, flow, shift)
            for plane, shift in zip(before.planes, self._shifts, strict=True)
        ]
        variance = _moved(before.variance, flow, (0, 0), outside=_UNKNOWN)
        beside = ~part.mask & (variance < _UNKNOWN / 2)
        apart = np.abs(smooth - moved[0] / float(1 << (self._bits - 8)))
        if not beside.any() or float(apart[beside].mean()) > _CUT:
            error = np.full(part.mask.shape, _UNKNOWN, np.float32)
        else:
            error = spread((apart * apart).astype(np.float32), beside, 2 * _SPREAD)
        variance += error
        planes = [
            np.where(hole, carried, plane)
            for (plane, hole), carried in zip(self._holes(part), moved, strict=True)
        ]
        return _Carried(
            tuple(np.asarray(plane, np.float32) for plane in planes),
            np.asarray(np.where(part.mask, variance.clip(_SEEN, _UNKNOWN), _SEEN), np.float32),
            error,
        )

    def _mixed(
        self,
        part: Part,
        behind: _Carried,
        ahead: _Carried,
        before: tuple[Floats, ...] | None,
        flow: Floats | None,
    ) -> tuple[Floats, ...]:
        """Return the samples of a part, holes filled with the best that is known."""
        if not part.mask.any():
            return tuple(one.astype(np.float32) for one in part.planes)
        first: Floats = np.asarray(1 / behind.variance, np.float32)
        second: Floats = np.asarray(1 / ahead.variance, np.float32)
        third: Floats = np.asarray(1 / np.maximum(self._texture(part), _SEEN), np.float32)
        total = first + second + third
        needed = part.mask & (third > _SAY * total)
        steady: Floats = np.asarray(_CARRIED / (1 + behind.apart / _FAR), np.float32)
        made = []
        for number, (one, hole) in enumerate(self._holes(part)):
            shift = self._shifts[number]
            shares = [
                shrunk(np.asarray(weight / total, np.float32), shift, one.shape)
                for weight in (first, second, third)
            ]
            mixed = shares[0] * behind.planes[number] + shares[1] * ahead.planes[number]
            painting = reduced(needed, shift, one.shape)
            if painting.any():
                # Where it has no say, what is carried stands in for what is painted.
                rest = mixed / np.maximum(shares[0] + shares[1], 1e-6)
                filled = np.where(hole, rest, one).astype(np.float32)
                painted = inpainted(filled, painting, self._bits)
                if before is not None and flow is not None:
                    carried = _moved(before[number], flow, shift)
                    share = shrunk(steady, shift, one.shape)
                    painted = np.where(painting, painted + share * (carried - painted), painted)
                mixed = mixed + shares[2] * painted
            else:
                mixed = mixed / np.maximum(shares[0] + shares[1], 1e-6)
            made.append(np.where(hole, mixed, one).astype(np.float32))
        return tuple(made)

    def _texture(self, part: Part) -> Floats:
        """Return how far samples are from their neighbourhood, beside and thus inside holes."""
        luma = self._luma(part).astype(np.float32)
        around = spread(luma, ~part.mask, _NEAR)
        apart = (luma - around) ** 2
        return spread(apart, ~part.mask, 2 * _SPREAD)

    def _written(self, part: Part, filled: Sequence[Floats]) -> tuple[Plane, ...]:
        top = (1 << self._bits) - 1
        return tuple(
            np.rint(one.clip(0, top)).astype(plane.dtype)
            for one, plane in zip(filled, part.planes, strict=True)
        )


def inpainted(plane: Plane, mask: Mask, bits: int) -> Floats:
    """Return a plane with the masked pixels inpainted."""
    import cv2

    whole = np.rint(plane.clip(0, (1 << bits) - 1)).astype(np.uint8 if bits == 8 else np.uint16)
    flags = cv2.INPAINT_TELEA
    return np.asarray(cv2.inpaint(whole, mask.astype(np.uint8), _RADIUS, flags), np.float32)


def reduced(mask: Mask, shift: tuple[int, int], shape: tuple[int, ...]) -> Mask:
    """Return a mask for a smaller plane: a sample is in it where one of its pixels is."""
    across, down = shift
    if not across and not down:
        return mask
    rows, columns = np.nonzero(mask)
    small = np.zeros(shape, np.bool_)
    small[np.minimum(rows >> down, shape[0] - 1), np.minimum(columns >> across, shape[1] - 1)] = (
        True
    )
    return small


def shrunk(values: Floats, shift: tuple[int, int], shape: tuple[int, ...]) -> Floats:
    import cv2

    if not any(shift):
        return values
    small = cv2.resize(values, (shape[1], shape[0]), interpolation=cv2.INTER_AREA)
    return np.asarray(small, np.float32).reshape(shape)


def spread(values: Floats, known: Mask, spread: float) -> Floats:
    """Return values with those that are not known taken from around (normalised convolution)."""
    import cv2

    weights = known.astype(np.float32)
    sums = np.asarray(cv2.GaussianBlur(values * weights, (0, 0), spread))
    near = np.asarray(cv2.GaussianBlur(weights, (0, 0), spread))
    mean = float(values[known].mean()) if known.any() else 0.0
    return np.asarray((sums + 1e-4 * mean) / (near + 1e-4), np.float32)


def _moved(
    values: Floats, flow: Floats, shift: tuple[int, int], outside: float | None = None
) -> Floats:
    """Return values fetched along a flow, given in pixels of the largest plane."""
    import cv2

    rows, columns = values.shape
    across, down = shift
    if any(shift):
        small = np.asarray(cv2.resize(flow, (columns, rows), interpolation=cv2.INTER_AREA))
        small = small.reshape(rows, columns, 2) / (1 << across, 1 << down)
    else:
        small = flow
    grid_x, grid_y = np.meshgrid(
        np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32)
    )
    still = outside is None
    moved = cv2.remap(
        values,
        np.asarray(grid_x + small[:, :, 0], np.float32),
        np.asarray(grid_y + small[:, :, 1], np.float32),
        cv2.INTER_CUBIC if still else cv2.INTER_LINEAR,
        borderMode=cv2.BORDER_REPLICATE if still else cv2.BORDER_CONSTANT,
        borderValue=0 if outside is None else outside,
    )
    return np.asarray(moved, np.float32).reshape(rows, columns)
