"""Where the pixels of a picture stand in another one, and fetching them from there."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from videre.production.retouching.planes import Floats


class Motion:
    """The motion of a part of the picture; what each plane needs of it is made once."""

    def __init__(self, flow: Floats) -> None:
        """Take by how many pixels of the largest plane each one moves: [rows, columns, (x, y)]."""
        self._flow = flow
        self._places: dict[tuple[int, int], tuple[Floats, Floats]] = {}

    def fetched(
        self, values: Floats, shift: tuple[int, int], outside: float | None = None
    ) -> Floats:
        """Return values of a plane fetched from where they stand.

        Args:
            values: [rows, columns] of the plane.
            shift: how much smaller it is, powers of two across and down.
            outside: what is beyond its border; None = as at its border, and values between samples
                are cubic, not linear.
        """
        import cv2

        rows, columns = values.shape
        if shift not in self._places:
            self._places[shift] = self._of_plane(shift, rows, columns)
        still = outside is None
        moved = cv2.remap(
            values,
            *self._places[shift],
            cv2.INTER_CUBIC if still else cv2.INTER_LINEAR,
            borderMode=cv2.BORDER_REPLICATE if still else cv2.BORDER_CONSTANT,
            borderValue=0 if outside is None else outside,
        )
        return np.asarray(moved, np.float32).reshape(rows, columns)

    def _of_plane(self, shift: tuple[int, int], rows: int, columns: int) -> tuple[Floats, Floats]:
        import cv2

        across, down = shift
        small = self._flow
        if any(shift):
            small = np.asarray(cv2.resize(small, (columns, rows), interpolation=cv2.INTER_AREA))
            smaller = np.array([1 << across, 1 << down], np.float32)
            small = small.reshape(rows, columns, 2) / smaller
        grid_x, grid_y = _grid(rows, columns)
        return (
            np.asarray(grid_x + small[:, :, 0], np.float32),
            np.asarray(grid_y + small[:, :, 1], np.float32),
        )


@lru_cache(maxsize=4)
def _grid(rows: int, columns: int) -> tuple[Floats, Floats]:
    grid_x, grid_y = np.meshgrid(
        np.arange(columns, dtype=np.float32), np.arange(rows, dtype=np.float32), copy=False
    )
    grid_x.flags.writeable = grid_y.flags.writeable = False
    return grid_x, grid_y
