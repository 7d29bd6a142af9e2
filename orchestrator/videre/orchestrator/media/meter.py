"""Measuring frames: one signal record each, as `videre.common.signals` lays it down.

Imported in child processes only.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, cast

import cv2
import numpy as np
import numpy.typing as npt

from videre.common.signals import EDGE_COLUMNS, EDGE_ROWS
from videre.orchestrator.media.planes import Plane, Planes
from videre.orchestrator.media.records import SIGNAL_TYPE, Signals

_BINS: Final = 32
_DARK_BINS: Final = 4  # luma below 32
_BRIGHT_BINS: Final = 4  # luma above 223
_NO_CHANGES: Final = (0.0,) * 5
_GRID: Final = (EDGE_COLUMNS, EDGE_ROWS)


@dataclass(frozen=True, slots=True)
class _View:
    """What the next frame is compared with."""

    planes: Planes
    histogram: npt.NDArray[np.float64]
    edges: Plane


class SignalMeter:
    """Measures frames in order; each is compared with the one measured before it."""

    def __init__(self) -> None:
        self._before: _View | None = None

    def measure(self, frame: int, time_ns: int, planes: Planes) -> Signals:
        """Return the record of a frame (shape (), `SIGNAL_TYPE`)."""
        luma = planes.y
        histogram = cv2.calcHist([luma], [0], None, [_BINS], [0, 256]).ravel() / luma.size
        edges = _edge_grid(luma)
        mean, deviation = cv2.meanStdDev(luma)
        now = _View(planes, histogram, edges)
        changes = _NO_CHANGES if self._before is None else _changes(self._before, now)
        self._before = now
        values = (
            frame,
            time_ns,
            *changes[:4],
            mean[0, 0],
            deviation[0, 0],
            max(cv2.meanStdDev(plane)[1][0, 0] for plane in (planes.u, planes.v)),
            histogram[:_DARK_BINS].sum(),
            histogram[-_BRIGHT_BINS:].sum(),
            cv2.norm(cv2.Laplacian(luma, cv2.CV_16S), cv2.NORM_L2SQR) / luma.size,
            changes[4],
            edges,
            cv2.resize(luma, _GRID, interpolation=cv2.INTER_AREA),
        )
        return np.array(values, SIGNAL_TYPE)  # one write of all fields


def _changes(before: _View, now: _View) -> tuple[float, ...]:
    """Return delta_y, delta_u, delta_v, histogram_distance, edge_change."""
    return (
        _difference(before.planes.y, now.planes.y),
        _difference(before.planes.u, now.planes.u),
        _difference(before.planes.v, now.planes.v),
        float(np.abs(now.histogram - before.histogram).sum()) / 2,
        _difference(before.edges, now.edges) / 255,
    )


def _difference(before: Plane, now: Plane) -> float:
    """Return the mean |difference|; a picture of another size is scaled first."""
    if before.shape != now.shape:
        size = (now.shape[1], now.shape[0])
        before = cast(Plane, cv2.resize(before, size, interpolation=cv2.INTER_AREA))
    return cv2.norm(before, now, cv2.NORM_L1) / now.size


def _edge_grid(luma: Plane) -> Plane:
    """Return the mean |horizontal| + |vertical| step per cell, 0..255, shape (9, 16)."""
    steps = cv2.add(
        cv2.absdiff(luma[:-1, 1:], luma[:-1, :-1]), cv2.absdiff(luma[1:, :-1], luma[:-1, :-1])
    )
    return cast(Plane, cv2.resize(steps, _GRID, interpolation=cv2.INTER_AREA))
