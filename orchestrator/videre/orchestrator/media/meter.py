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
        record = np.zeros((), SIGNAL_TYPE)
        record["frame"] = frame
        record["time_ns"] = time_ns
        record["luma_mean"] = mean[0, 0]
        record["luma_deviation"] = deviation[0, 0]
        record["chroma_deviation"] = max(
            cv2.meanStdDev(plane)[1][0, 0] for plane in (planes.u, planes.v)
        )
        record["dark_share"] = histogram[:_DARK_BINS].sum()
        record["bright_share"] = histogram[-_BRIGHT_BINS:].sum()
        record["sharpness"] = cv2.norm(cv2.Laplacian(luma, cv2.CV_16S), cv2.NORM_L2SQR) / luma.size
        record["edges"] = edges
        record["luma"] = cv2.resize(luma, _GRID, interpolation=cv2.INTER_AREA)
        if self._before is not None:
            before = self._before
            record["delta_y"] = _difference(before.planes.y, luma)
            record["delta_u"] = _difference(before.planes.u, planes.u)
            record["delta_v"] = _difference(before.planes.v, planes.v)
            record["histogram_distance"] = np.abs(histogram - before.histogram).sum() / 2
            record["edge_change"] = _difference(before.edges, edges) / 255
        self._before = _View(planes, histogram, edges)
        return record


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
