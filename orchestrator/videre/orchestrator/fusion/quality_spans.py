"""How measures become stretches with a severity. Pure.

A measure is laid on a ramp from "nobody sees it" (0) to "nothing is worse" (1). A stretch begins
where the ramp reaches `_ENTER` and goes on as long as it holds `_HOLD` (hysteresis), over gaps of
one measure.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE

F64 = npt.NDArray[np.float64]

_ENTER: Final = 0.3
_HOLD: Final = 0.2


@dataclass(frozen=True, slots=True)
class Ramp:
    """Where a measure begins to be seen or heard, and where it is at its worst."""

    none: float
    worst: float

    def __call__(self, values: npt.ArrayLike) -> F64:
        """Return the severity of values, 0..1."""
        share = (np.asarray(values, np.float64) - self.none) / (self.worst - self.none)
        return np.asarray(np.clip(share, 0.0, 1.0))


def runs(severity: npt.NDArray[Any]) -> list[tuple[int, int]]:
    """Return the stretches [first, end) of measures that have a severity, in order."""
    holds = severity >= _HOLD
    if len(holds) > 2:  # one measure between two that hold does not part them
        holds[1:-1] |= holds[:-2] & holds[2:]
    edges = np.flatnonzero(np.diff(np.concatenate(([False], holds, [False])).view(np.int8)))
    return [
        (start, end)
        for start, end in edges.reshape(-1, 2).tolist()
        if float(severity[start:end].max()) >= _ENTER
    ]


def mean_severity(severity: npt.NDArray[Any]) -> int:
    """Return the severity of a stretch as a whole, E4: the mean of its measures."""
    return round(SCORE_ONE * float(severity.mean()))


def thousandths(values: npt.NDArray[Any]) -> int:
    """Return the mean of the measures of a stretch in thousandths."""
    return round(1_000 * float(values.mean()))
