"""Grids of every frame of a film, in a file without a name instead of in memory.

Two hours have 180,000 frames: 26 MB of edges and as much of light, of which fusion looks at a few
frames around lines of text and cuts. The kernel keeps the file in its cache while there is room;
it is gone with its last reader, also when the process is killed.
"""

from __future__ import annotations

import os
import weakref
from pathlib import Path
from tempfile import TemporaryFile
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS

Array = npt.NDArray[np.uint8]

_SHAPE: Final = (EDGE_ROWS, EDGE_COLUMNS)
_SIZE: Final = EDGE_ROWS * EDGE_COLUMNS


class GridFile:
    """Grids, written in order and read at any place, like an array of shape (frames, 9, 16)."""

    def __init__(self, folder: Path) -> None:
        """Begin without grids.

        Args:
            folder: on the file system that has room for them; it is made where it is missing.
        """
        folder.mkdir(parents=True, exist_ok=True)
        self._file = TemporaryFile(dir=folder, prefix="grids-")  # noqa: SIM115
        self._frames = 0
        weakref.finalize(self, self._file.close)

    def append(self, grids: Array) -> None:
        """Append grids."""
        self._file.write(np.ascontiguousarray(grids).data)
        self._file.flush()
        self._frames += len(grids)

    def __len__(self) -> int:
        return self._frames

    def __getitem__(self, place: int | np.integer[Any] | slice | npt.ArrayLike) -> Array:
        """Return the grid of a frame, or those of a slice or of an array of frames."""
        if isinstance(place, slice):
            start, stop, step = place.indices(self._frames)
            return self._read(start, max(start, stop))[::step]
        if isinstance(place, int | np.integer):
            frame = range(self._frames)[place]
            grid: Array = self._read(frame, frame + 1)[0]
            return grid
        frames = np.asarray(place, np.int64)
        file, known = self._file.fileno(), range(self._frames)
        grids = [os.pread(file, _SIZE, known[frame] * _SIZE) for frame in frames.ravel().tolist()]
        found: Array = np.frombuffer(bytearray().join(grids), np.uint8)
        return found.reshape(*frames.shape, *_SHAPE)

    def _read(self, start: int, stop: int) -> Array:
        data = os.pread(self._file.fileno(), (stop - start) * _SIZE, start * _SIZE)
        grids: Array = np.frombuffer(data, np.uint8).reshape(-1, *_SHAPE)
        return grids
