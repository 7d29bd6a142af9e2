"""The measured frames of a film as one line of cells. Pure."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from videre.common.values import TimeSpan
from videre.orchestrator.fusion.quality_measures import Records
from videre.orchestrator.timeline import Timeline


class Cells:
    """One cell for each frame that was measured in full; it lasts to the next one.

    Args:
        records: of every frame, `media.quality_records.PICTURE_TYPE`.
        shot_starts: first frames of the shots, rising.
        known: stretches of frames that something else is told of (black, colour bars): they have
            no faults of their own.
        timeline: the media's clock.
    """

    def __init__(
        self,
        records: Records,
        shot_starts: Sequence[int],
        known: Iterable[tuple[int, int]],
        timeline: Timeline,
    ) -> None:
        """Find the measured frames."""
        self.frames: npt.NDArray[np.int64] = np.flatnonzero(records["measured"])
        self.records = records[self.frames]
        self.ends = np.append(self.frames[1:], len(records))
        self.shot_starts = shot_starts
        self.plain = np.ones(len(self.frames), bool)
        for start, end in known:
            first, last = np.searchsorted(self.frames, (start, end))
            self.plain[first:last] = False
        self._timeline = timeline

    def __len__(self) -> int:
        return len(self.frames)

    @property
    def alone(self) -> bool:
        """Whether the media is one picture, which has no length."""
        return self._timeline.frame_count == 1

    def span(self, first: int, end: int) -> TimeSpan:
        """Return the stretch of cells [first, end).

        What changes at a cut is not seen before the next measured frame: a cut in the cell before
        the first, or in the last one, is where the stretch begins or ends.
        """
        start_frame, end_frame = int(self.frames[first]), int(self.ends[end - 1])
        earlier = int(self.frames[first - 1]) if first else -1
        if (cut := self._last_cut(start_frame)) > earlier:
            start_frame = cut
        if self._last_cut(end_frame - 1) > int(self.frames[end - 1]):
            end_frame = self._last_cut(end_frame - 1)
        return self._timeline.frame_span(start_frame, end_frame)

    def _last_cut(self, frame: int) -> int:
        """Return the first frame of the shot that a frame belongs to; -1 without shots."""
        place = bisect_right(self.shot_starts, frame)
        return self.shot_starts[place - 1] if place else -1
