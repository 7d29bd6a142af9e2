"""Which frames of a unit are worth keeping as pictures, told from the signals alone. Pure.

Sampling later chooses among them; nothing is decoded a second time for it.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntFlag
from typing import Final, Generic, TypeVar

import numpy as np

from videre.common.values import NS
from videre.orchestrator.media.records import Signals

CELL_NS: Final = NS // 2
_CHANGE_GAP_NS: Final = NS // 4
#: A jump between neighbouring frames: sum of the mean plane differences (of 255), or the histogram
#: distance. Every cut of the test films is above, pans and zooms are below.
_JUMP_DELTA: Final = 24.0
_JUMP_HISTOGRAM: Final = 0.25
#: Strobing light may jump at every frame: this many a cell are kept.
_JUMPS_PER_CELL: Final = 2
#: Edge cells (of 255) that must move for a picture of its own, and how many; on ordinary film this
#: adds less than one picture a second.
_EDGE_STEP: Final = 24
_EDGE_CELLS: Final = 3
#: For the `changed` mark the gate is finer: one cell holds a word of small text.
_MARK_STEP: Final = 12
_MARK_CELLS: Final = 1
_MARK_COLOUR: Final = 4.0

F = TypeVar("F")


class Pick(IntFlag):
    """Why a frame is a candidate; several may hold."""

    SHARPEST = 1  # of its 0.5 s cell
    AFTER_JUMP = 2
    EDGES_CHANGED = 4


@dataclass(slots=True)
class Picked(Generic[F]):
    """A chosen frame: its record, the frame itself, and why."""

    record: Signals
    frame: F
    reasons: Pick
    changed: bool = False


@dataclass(slots=True)
class CandidatePicker(Generic[F]):
    """Chooses the candidates of one unit; holds at most a few frames at a time.

    Args:
        start_ns: start of the unit: cells are counted from it, so that nothing before the unit
            can change a choice.
    """

    start_ns: int
    _cell: int = 0
    _best: Picked[F] | None = None
    _chosen: list[Picked[F]] = field(default_factory=list)
    _jumps: int = 0
    _edge_time_ns: int = -NS
    _edges_before: Signals | None = None
    _marked: Signals | None = None

    def add(self, record: Signals, frame: F) -> list[Picked[F]]:
        """Take the unit's next frame; return the candidates of the cell it closes, if any."""
        time_ns = int(record["time_ns"])
        cell = (time_ns - self.start_ns) // CELL_NS
        closed: list[Picked[F]] = []
        if cell != self._cell:
            closed = self.close()
            self._cell = cell
        reasons = self._reasons(record, time_ns)
        picked = Picked(record, frame, reasons)
        if reasons:
            self._chosen.append(picked)
            self._edges_before = record
        if self._best is None or record["sharpness"] > self._best.record["sharpness"]:
            self._best = picked
        return closed

    def close(self) -> list[Picked[F]]:
        """Return the candidates of the open cell in order of time, and start a new one."""
        if self._best is not None:
            if not self._best.reasons:
                self._chosen.append(self._best)
            self._best.reasons |= Pick.SHARPEST
        chosen = sorted(self._chosen, key=lambda picked: int(picked.record["frame"]))
        for picked in chosen:
            picked.changed = self._marked is None or _differs(self._marked, picked.record)
            if picked.changed:
                self._marked = picked.record
        if chosen and not any(picked.reasons & Pick.EDGES_CHANGED for picked in chosen):
            self._edges_before = chosen[-1].record
        self._chosen, self._best, self._jumps = [], None, 0
        return chosen

    def _reasons(self, record: Signals, time_ns: int) -> Pick:
        reasons = Pick(0)
        delta = record["delta_y"] + record["delta_u"] + record["delta_v"]
        jump = delta > _JUMP_DELTA or record["histogram_distance"] > _JUMP_HISTOGRAM
        if jump and self._jumps < _JUMPS_PER_CELL:
            self._jumps += 1
            reasons |= Pick.AFTER_JUMP
        before = self._edges_before
        due = time_ns - self._edge_time_ns >= _CHANGE_GAP_NS
        if before is not None and due and _cells(before, record, _EDGE_STEP) >= _EDGE_CELLS:
            self._edge_time_ns = time_ns
            reasons |= Pick.EDGES_CHANGED
        return reasons


def _cells(before: Signals, now: Signals, step: int) -> int:
    """Return the number of edge cells that moved by more than `step`."""
    moved = np.abs(before["edges"].astype(np.int16) - now["edges"])
    return int(np.count_nonzero(moved > step))


def _differs(before: Signals, now: Signals) -> bool:
    """Tell whether a picture may show something else than the last one marked as changed."""
    if _cells(before, now, _MARK_STEP) >= _MARK_CELLS:
        return True
    names = ("luma_mean", "luma_deviation", "chroma_deviation")
    return any(abs(float(before[name]) - float(now[name])) > _MARK_COLOUR for name in names)
