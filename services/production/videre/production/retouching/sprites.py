"""Pictures with transparency, laid over the planes of a frame."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
from numpy.typing import NDArray

from videre.production.retouching.planes import Coding, Floats, Planes

Rgba = NDArray[np.uint8]

_TOP: Final = 255.0


@dataclass(frozen=True, slots=True)
class _Part:
    """What a sprite does to one plane: where, how much of it stays, and what is added."""

    rows: slice
    columns: slice
    kept: Floats
    added: Floats


class Sprite:
    """A picture with transparency at a place of the frame; what lies outside is cut off."""

    def __init__(self, picture: Rgba, left: int, top: int, opacity: float = 1.0) -> None:
        """Take a picture.

        Args:
            picture: uint8 RGBA [height, width, 4].
            left: of it in the frame, pixels; may be negative.
            top: of it in the frame, pixels; may be negative.
            opacity: of all of it, 0..1.
        """
        self._picture, self._left, self._top, self._opacity = picture, left, top, opacity
        self._parts: tuple[tuple[Coding, tuple[Any, ...]], list[_Part]] | None = None

    def paint(self, planes: Planes) -> None:
        """Lay it over a picture."""
        key = planes.coding, tuple(one.shape for one in planes.arrays)
        if self._parts is None or self._parts[0] != key:
            self._parts = key, self._prepared(planes)
        for array, part in zip(planes.arrays, self._parts[1], strict=True):
            inside = array[part.rows, part.columns]
            mixed = inside * part.kept + part.added
            inside[:] = np.rint(mixed).astype(array.dtype)

    def _prepared(self, planes: Planes) -> list[_Part]:
        width, height = planes.size
        deepest = max(max(shift) for shift in planes.shifts)
        step = 1 << deepest
        left, top = max(0, self._left) // step * step, max(0, self._top) // step * step
        # The edges lie on samples of every plane; beside the picture it is transparent.
        right = min(width, self._left + self._picture.shape[1])
        bottom = min(height, self._top + self._picture.shape[0])
        if right <= left or bottom <= top:
            empty = np.zeros((0, 0), np.float32)
            return [_Part(slice(0, 0), slice(0, 0), empty, empty)] * len(planes.arrays)
        columns, rows = -(-(right - left) // step) * step, -(-(bottom - top) // step) * step
        laid = np.zeros((rows, columns, 4), np.float32)
        first = max(0, self._top), max(0, self._left)
        seen = self._picture[
            first[0] - self._top : bottom - self._top, first[1] - self._left : right - self._left
        ]
        laid[
            first[0] - top : first[0] - top + seen.shape[0],
            first[1] - left : first[1] - left + seen.shape[1],
        ] = seen / _TOP
        alpha: Floats = laid[:, :, 3] * np.float32(self._opacity)
        parts = []
        written = planes.coding.written(laid[:, :, :3])
        for array, (across, down), samples in zip(
            planes.arrays, planes.shifts, written, strict=False
        ):
            small_alpha = _halved(alpha, across, down)
            small = _halved(samples * alpha, across, down)
            at = slice(top >> down, min(array.shape[0], (top + rows) >> down))
            beside = slice(left >> across, min(array.shape[1], (left + columns) >> across))
            size = at.stop - at.start, beside.stop - beside.start
            parts.append(
                _Part(
                    at, beside, 1 - small_alpha[: size[0], : size[1]], small[: size[0], : size[1]]
                )
            )
        return parts


def _halved(samples: Floats, across: int, down: int) -> Floats:
    """Return the means of the samples that become one."""
    if not across and not down:
        return samples
    rows, columns = samples.shape
    blocks = samples.reshape(rows >> down, 1 << down, columns >> across, 1 << across)
    return np.asarray(blocks.mean(axis=(1, 3)), np.float32)
