"""The exact frames at which a line of text appears and goes, from the edge grids. Pure.

The sampler reads a frame now and then; between the last frame without a line and the first with it
the line appeared somewhere. Letters are nearly all edges: at that frame the edges of the cells that
the line covers turn, in one step, into what they are while it can be read.

A long film has thousands of lines, each with a few dozen frames before and behind it: they are
compared in arrays of many lines at a time.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import lru_cache
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS
from videre.common.values import SCORE_ONE, TimeSpan
from videre.orchestrator.document import BoxE4
from videre.orchestrator.evidence import LOOKED_BEFORE, Evidence
from videre.orchestrator.fusion.inputs import EdgeReader
from videre.orchestrator.timeline import Timeline

#: How far before its first reading (and after its last) a line may have been there, seconds.
_REACH_S: Final = Fraction(1)
#: A step counts from this change of the mean difference (0..255) …
_LEAST_STEP: Final = 2.0
#: … when it stands out this many times from the usual change in the window.
_STANDS_OUT: Final = 6.0
#: Windows that are compared together (more would leave the processor's cache), and the frames among
#: which they lie (2 MB of grids).
_AT_ONCE: Final = 64
_MOST_FRAMES: Final = 16_384
#: Boxes whose cells are kept: a line stands still, and others stand where it stood.
_KEPT: Final = 4_096

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


class Line(NamedTuple):
    """A line of text.

    Args:
        span: from its first reading to its last.
        records: its readings, in order of time.
        first: where it stood in the first of them.
        last: where in the last one.
    """

    span: TimeSpan
    records: Sequence[Evidence]
    first: BoxE4
    last: BoxE4


class _Window(NamedTuple):
    """Frames [start, end), at one of which a line may appear or go.

    Args:
        box: of the line.
        like: the frame that all others are compared with, counted from `start`.
        skipped: frames before the first step.
        steps: how many steps from frame to frame count.
        sign: 1 when frames become unlike that one where the line goes, -1 when they become like it
            where the line appears.
    """

    start: int
    end: int
    box: BoxE4
    like: int
    skipped: int
    steps: int
    sign: int


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

    def placed(self, lines: Sequence[Line]) -> list[TimeSpan]:
        """Return the spans of lines with their first and last frames placed."""
        if self._edges is None or not self._reach:
            return [line.span for line in lines]
        windows = [window for line in lines for window in (self._before(line), self._behind(line))]
        asked = [window for window in windows if window is not None]
        found = iter(_clear_steps(self._edges, asked))
        steps = [next(found) if window is not None else None for window in windows]
        return [
            self._span(line.span, *ends)
            for line, *ends in zip(lines, steps[0::2], steps[1::2], strict=True)
        ]

    def _before(self, line: Line) -> _Window | None:
        """Return the frames in which a line may have appeared before its first reading.

        Frames are compared with the one after the first reading, so that the first reading's is
        judged like the others.
        """
        first = line.span.start_frame or 0
        floor = max(_looked_before(line.records[0], self._sampled), first - self._reach)
        if floor >= first:
            return None
        end = min(first + 2, self._timeline.frame_count)
        return _Window(floor, end, line.first, end - floor - 1, 0, first - floor, -1)

    def _behind(self, line: Line) -> _Window | None:
        """Return the frames in which a line may have gone after its last reading.

        Frames are compared with the one before the last reading.
        """
        # A line is there for more than one frame: the frame after its first reading shows it too.
        last = max(line.records[-1].span.start_frame or 0, (line.span.start_frame or 0) + 1)
        end = min(line.span.end_frame or 0, self._timeline.frame_count - 1)
        if last >= end:
            return None
        return _Window(last - 1, end + 1, line.last, 0, 1, end - last, 1)

    def _span(
        self, span: TimeSpan, before: tuple[int, int] | None, behind: tuple[int, int] | None
    ) -> TimeSpan:
        """Return a span that begins and ends at clear steps, where there are some.

        Of several the line appears at the last, for what comes between it and the first reading is
        quiet, and goes at the first.
        """
        start = before[1] if before is not None else span.start_frame or 0
        end = behind[0] if behind is not None else span.end_frame or 0
        if not start < end or (start, end) == (span.start_frame, span.end_frame):
            return span
        return self._timeline.frame_span(start, end)


def _looked_before(record: Evidence, sampled: Sequence[int]) -> int:
    """Return the last frame before a reading's own that is known to have been looked at."""
    known = record.attributes.get(LOOKED_BEFORE)
    if known is not None:
        return known
    index = bisect_left(sampled, record.span.start_frame or 0)
    return sampled[index - 1] if index else 0


def _clear_steps(edges: EdgeReader, windows: Sequence[_Window]) -> list[tuple[int, int] | None]:
    """Return the frames after the first and the last clear step of windows; None without one."""
    found: list[tuple[int, int] | None] = [None] * len(windows)
    for batch in _batches(windows):
        together = [windows[index] for index in batch]
        for index, window, (first, last) in zip(
            batch, together, _outstanding(_changes(edges, together)), strict=True
        ):
            if first >= 0:
                before = window.start + window.skipped + 1
                found[index] = before + first, before + last
    return found


def _batches(windows: Sequence[_Window]) -> Iterator[list[int]]:
    """Yield the places of windows that lie near each other: their frames are read at once."""
    batch: list[int] = []
    for index in sorted(range(len(windows)), key=lambda index: windows[index].start):
        far = batch and windows[index].end - windows[batch[0]].start > _MOST_FRAMES
        if far or len(batch) == _AT_ONCE:
            yield batch
            batch = []
        batch.append(index)
    if batch:
        yield batch


def _outstanding(changes: Floats) -> Iterator[tuple[int, int]]:
    """Yield the first and the last clear step of each window; -1 where none is.

    A clear one is nearly as large as the largest, and far above the usual.

    Args:
        changes: by window and step; NaN behind a window's last step.
    """
    there = ~np.isnan(changes)
    highest = np.where(there, changes, -np.inf).max(axis=1)
    usual = _usual(np.where(there, np.abs(changes), np.inf), highest, there.sum(axis=1))
    least = np.maximum(np.maximum(_LEAST_STEP, _STANDS_OUT * usual), highest / 2)
    clear = there & (changes >= least[:, None])
    any_clear = clear.any(axis=1)
    first = np.where(any_clear, clear.argmax(axis=1), -1)
    last = np.where(any_clear, clear.shape[1] - 1 - clear[:, ::-1].argmax(axis=1), -1)
    return zip(first.tolist(), last.tolist(), strict=True)


def _usual(sizes: Floats, highest: Floats, counts: Ints) -> Floats:
    """Return the median size of each window's steps without its highest one; 0 without others.

    Args:
        sizes: by window and step; infinite behind a window's last step.
        highest: the step that is left out.
        counts: of steps.
    """
    ordered = np.sort(sizes, axis=1)
    left_out = (ordered < highest[:, None]).sum(axis=1)

    def other(place: Ints) -> Floats:
        place = np.maximum(place + (place >= left_out), 0)
        return np.take_along_axis(ordered, place[:, None], axis=1)[:, 0]

    others = counts - 1
    upper, lower = other(np.minimum(others // 2, others - 1)), other((others - 1) // 2)
    return np.where(others > 0, (lower + upper) / 2, 0.0)


def _changes(edges: EdgeReader, windows: Sequence[_Window]) -> Floats:
    """Return how much more unlike each frame is than the one before, by window and step.

    NaN behind a window's last step; with the window's sign.
    """
    unlike, first_rows = _unlike(edges, windows)
    skipped, steps, signs = np.array([window[4:] for window in windows], np.int64).T
    columns = np.arange(steps.max())
    rows = (first_rows + skipped)[:, None] + np.minimum(columns, steps[:, None] - 1)
    changes = signs[:, None] * (unlike[rows + 1] - unlike[rows])
    return np.where(columns < steps[:, None], changes, np.nan)


def _unlike(edges: EdgeReader, windows: Sequence[_Window]) -> tuple[Floats, Ints]:
    """Return the mean difference, 0..255, of each frame's cells from those of its window's `like`.

    Frames of all windows stand one behind the other; with the place of each window's first one.
    """
    starts, ends = (np.array([window[side] for window in windows], np.int64) for side in (0, 1))
    begin = int(starts.min())
    shown = edges(begin, int(ends.max())).reshape(-1, EDGE_ROWS * EDGE_COLUMNS)
    counts = ends - starts
    first_rows = np.cumsum(counts) - counts
    place = np.repeat(starts - begin - first_rows, counts)
    frames = shown.take(place + np.arange(len(place)), axis=0)
    of = np.repeat(np.arange(len(windows)), counts)
    like = shown[starts - begin + [window.like for window in windows]].take(of, axis=0)
    unlike = np.maximum(frames, like)
    unlike -= np.minimum(frames, like, out=frames)  # all whole, 0..255
    cells = np.stack([_cells_of(window.box) for window in windows])
    unlike &= cells.take(of, axis=0)
    sums = unlike.sum(axis=1, dtype=np.uint16)  # of 144 cells
    return sums / np.count_nonzero(cells, axis=1)[of], first_rows


@lru_cache(_KEPT)
def _cells_of(box: BoxE4) -> npt.NDArray[np.uint8]:
    """Return 255 for each cell of the grid that stands under a box, 0 for the others."""
    grid = np.zeros((EDGE_ROWS, EDGE_COLUMNS), np.uint8)
    grid[_cells(box[1], box[3], EDGE_ROWS), _cells(box[0], box[2], EDGE_COLUMNS)] = 255
    return grid.ravel()


def _cells(low: int, size: int, count: int) -> slice:
    """Return the cells that [low, low + size) E4 touches, at least one."""
    first = min(low * count // SCORE_ONE, count - 1)
    last = min((low + size) * count // SCORE_ONE, count - 1)
    return slice(first, last + 1)
