"""The technical quality of one unit's frames while they pass. Imported in child processes only."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from av.video.frame import VideoFrame

from videre.orchestrator.media.index import Int64s, UnitRange
from videre.orchestrator.media.picture_quality import measure, shifts
from videre.orchestrator.media.planes import Planes, whole_luma
from videre.orchestrator.media.quality_records import CELL_NS, PICTURE_TYPE
from videre.orchestrator.media.records import Signals


class UnitQuality:
    """Measures frames of one unit, each half second from its start; nothing outside counts.

    The one frame before the unit is looked at too, for the motion of the first.
    """

    def __init__(self, unit: UnitRange, starts_ns: Int64s, rotation: int) -> None:
        self._unit = unit
        self._starts = starts_ns
        self._rotation = rotation
        self._records = np.zeros(unit.end_frame - unit.start_frame, PICTURE_TYPE)
        self._frames: list[int] = []
        self._projected: list[npt.NDArray[np.float32]] = []
        self._cell = -1

    def add(
        self, frame: int, plain: VideoFrame, planes: Planes, projected: npt.NDArray[np.float32]
    ) -> None:
        """Take the next frame; those of no concern are passed over.

        Args:
            plain: the frame, planar.
            planes: its coarse view.
            projected: the projections of that.
        """
        if not self._unit.start_frame - 1 <= frame < self._unit.end_frame:
            return
        self._frames.append(frame)
        self._projected.append(projected)
        cell = (int(self._starts[frame]) - self._unit.start_ns) // CELL_NS
        if frame >= self._unit.start_frame and cell != self._cell:
            self._cell = cell
            record = self._records[frame - self._unit.start_frame]
            for name, value in measure(whole_luma(plain), planes, self._rotation).items():
                record[name] = value

    def finish(self) -> Signals:
        """Return the records of the unit's frames; zeros where a frame did not decode."""
        if self._frames:
            places = np.array(self._frames) - self._unit.start_frame
            own = places >= 0
            across, down = shifts(np.stack(self._projected))
            self._records["shift_x"][places[own]] = across[own]
            self._records["shift_y"][places[own]] = down[own]
        return self._records
