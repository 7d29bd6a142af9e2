"""The exact frames at which a line of text appears and goes, from the edge grids. Pure.

The sampler reads a frame now and then; between the last frame without a line and the first with it
the line appeared somewhere. Letters are nearly all edges: at that frame the edges of the cells that
the line covers turn, in one step, into what they are while it can be read.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from statistics import median
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS
from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import Evidence
from videre.orchestrator.fusion.inputs import EdgeReader
from videre.orchestrator.timeline import Timeline

#: How far before its first reading (and after its last) a line may have been there, seconds.
_REACH_S: Final = Fraction(1)
#: A step counts from this change of the mean difference (0..255) …
_LEAST_STEP: Final = 2.0
#: … when it stands out this many times from the usual change in the window.
_STANDS_OUT: Final = 6.0
_ONES: Final = np.ones(EDGE_ROWS * EDGE_COLUMNS, np.float32)


class Ends:
    """Places the first and the last frame of lines where the edges say."""

    def __init__(
        self, sampled: Sequence[int], timeline: Timeline, edges: EdgeReader | None
    ) -> None:
        """Take what is the same for all lines of a film.

        Args:
            sampled: frames in which any text was read, in order.
            timeline: the media's clock.
            edges: reader of edge grids; None leaves lines as they are.
        """
        self._sampled, self._timeline, self._edges = sampled, timeline, edges
        rate = timeline.average_rate
        self._reach = 0 if rate is None else max(1, round(rate * _REACH_S))

    def placed(
        self, span: TimeSpan, records: Sequence[Evidence], ends: tuple[BoxE4, BoxE4]
    ) -> TimeSpan:
        """Return the span of a line with its first and last frame placed.

        Args:
            span: from the line's first reading to its last.
            records: its readings, in order of time.
            ends: where it stood in the first and in the last of them.
        """
        edges, timeline = self._edges, self._timeline
        if edges is None or not self._reach or span.start_frame is None or span.end_frame is None:
            return span
        first = span.start_frame
        floor = max(_looked_before(records[0], self._sampled), first - self._reach)
        start = _appears(edges, ends[0], floor, first, timeline.frame_count)
        # A line is there for more than one frame: the frame after its first reading shows it too.
        last = max(records[-1].span.start_frame or 0, first + 1)
        end = _goes(edges, ends[1], last, min(span.end_frame, timeline.frame_count - 1))
        end = span.end_frame if end is None else end
        if not start < end or (start, end) == (first, span.end_frame):
            return span
        return timeline.frame_span(start, end)


def _looked_before(record: Evidence, sampled: Sequence[int]) -> int:
    """Return the last frame before a reading's own that is known to have been looked at."""
    index = bisect_left(sampled, record.span.start_frame or 0)
    return record.attributes.get("looked_before", sampled[index - 1] if index else 0)


def _appears(edges: EdgeReader, box: BoxE4, floor: int, first: int, count: int) -> int:
    """Return the frame in (floor, first] at which the line appears; `first` when it is not clear.

    The last of several clear steps: what comes between it and the first reading is quiet. Frames
    are compared with the one after the first reading, so that `first` is judged like the others.
    """
    if floor >= first:
        return first
    cells = _cells_under(edges, box, floor, min(first + 2, count))
    unlike = _unlike(cells, -1)[: first - floor + 1]
    steps = _clear_steps([before - after for before, after in pairwise(unlike)])
    return floor + 1 + steps[-1] if steps else first


def _goes(edges: EdgeReader, box: BoxE4, last: int, end: int) -> int | None:
    """Return the first frame in (last, end] without the line; None when it is not clear.

    The first of several clear steps. Frames are compared with the one before the last reading.
    """
    if last >= end:
        return None
    cells = _cells_under(edges, box, last - 1, end + 1)
    unlike = _unlike(cells, 0)[1:]
    steps = _clear_steps([after - before for before, after in pairwise(unlike)])
    return last + 1 + steps[0] if steps else None


def _clear_steps(steps: Sequence[float]) -> list[int]:
    """Return where the steps stand out: nearly as large as the largest, far above the usual."""
    highest = max(steps)
    if highest < _LEAST_STEP:
        return []
    others = [abs(step) for step in steps]
    others.remove(highest)
    usual = median(others) if others else 0.0
    least = max(_LEAST_STEP, _STANDS_OUT * usual, highest / 2)
    return [index for index, step in enumerate(steps) if step >= least]


def _unlike(cells: npt.NDArray[np.float32], place: int) -> list[float]:
    """Return the mean difference, 0..255, of each frame's cells from those of one frame.

    The sums are whole numbers that float32 holds exactly. There are a few dozen: from here on plain
    numbers are faster than arrays.
    """
    count = cells.shape[1]
    sums = np.abs(cells - cells[place]) @ _ONES[:count]
    return [total / count for total in sums.tolist()]


def _cells_under(edges: EdgeReader, box: BoxE4, start: int, end: int) -> npt.NDArray[np.float32]:
    """Return the edge energy, 0..255, under a box: shape (frames of [start, end), cells)."""
    rows = _cells(box[1], box[3], EDGE_ROWS)
    columns = _cells(box[0], box[2], EDGE_COLUMNS)
    cells = edges(start, end)[:, rows, columns].astype(np.float32)
    return cells.reshape(len(cells), -1)


def _cells(low: int, size: int, count: int) -> slice:
    """Return the cells that [low, low + size) E4 touches, at least one."""
    first = min(low * count // SCORE_ONE, count - 1)
    last = min((low + size) * count // SCORE_ONE, count - 1)
    return slice(first, last + 1)
