"""Faults of single pictures that last: blur, blocks, noise, combs, exposure. Pure."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from videre.common.values import NS
from videre.orchestrator.document.quality import QualityFinding, QualityKind
from videre.orchestrator.fusion.quality_cells import Cells
from videre.orchestrator.fusion.quality_measures import Records
from videre.orchestrator.fusion.quality_spans import (
    F64,
    Ramp,
    mean_severity,
    runs,
    thousandths,
)


@dataclass(frozen=True, slots=True)
class _Fault:
    """One kind of fault.

    Args:
        kind: what it is called.
        value: its measure of each record.
        severity: severity of each record, 0..1.
        least_ns: shortest stretch that is told.
    """

    kind: QualityKind
    value: Callable[[Records], F64]
    severity: Callable[[Records], F64]
    least_ns: int


def picture_faults(cells: Cells) -> list[QualityFinding]:
    """Return the faults of pictures that last, kind by kind in order of time."""
    found = []
    for fault in _FAULTS:
        severity = np.where(cells.plain, fault.severity(cells.records), 0.0)
        for first, end in runs(severity):
            span = cells.span(first, end)
            if span.duration_ns < fault.least_ns and not cells.alone:
                continue
            value = thousandths(fault.value(cells.records[first:end]))
            strength = mean_severity(severity[first:end])
            found.append(QualityFinding(fault.kind, span, strength, value))
    return found


def _column(name: str) -> Callable[[Records], F64]:
    return lambda records: np.asarray(records[name], np.float64)


def _along(name: str, ramp: Ramp) -> Callable[[Records], F64]:
    return lambda records: ramp(records[name])


_DARK: Final = Ramp(110, 30)
_MIDDLE_DARK: Final = 55
_BLACK: Final = 12


def _under(records: Records) -> F64:
    """A picture is under-exposed when nothing in it is bright; black pictures are not exposed."""
    middle = np.asarray(records["luma_50"], np.float64)
    lit = (records["luma_99"] >= _BLACK) & (middle <= _MIDDLE_DARK)
    return np.where(lit, _DARK(records["luma_99"]), 0.0)


_CLIPPED: Final = Ramp(0.05, 0.35)
_NOTHING_DARK: Final = 60


def _over(records: Records) -> F64:
    """A picture is over-exposed when much of it is cut off and nothing in it is dark."""
    return np.where(records["luma_10"] >= _NOTHING_DARK, _CLIPPED(records["clipped"]), 0.0)


_FAULTS: Final = (
    _Fault(QualityKind.BLUR, _column("edge_width"), _along("edge_width", Ramp(2.5, 8.0)), NS),
    _Fault(QualityKind.BLOCKINESS, _column("block_step"), _along("block_step", Ramp(0.3, 2.0)), NS),
    _Fault(QualityKind.NOISE, _column("noise"), _along("noise", Ramp(1.5, 14.0)), NS),
    _Fault(QualityKind.INTERLACE, _column("comb"), _along("comb", Ramp(0.0, 0.03)), NS),
    _Fault(QualityKind.UNDER_EXPOSURE, _column("luma_99"), _under, 2 * NS),
    _Fault(QualityKind.OVER_EXPOSURE, _column("clipped"), _over, 2 * NS),
)
