"""The numpy form of the per-frame signal records. Pure."""

from __future__ import annotations

from typing import Any, Final, TypeAlias

import numpy as np
import numpy.typing as npt

from videre.common.signals import SIGNAL_FIELDS

SIGNAL_TYPE: Final = np.dtype(list(SIGNAL_FIELDS))
#: An array of records, or one record (shape ()).
Signals: TypeAlias = npt.NDArray[Any]
#: Fields that compare a frame with the one before it.
_CHANGES: Final = ("delta_y", "delta_u", "delta_v", "histogram_distance", "edge_change")


def held(record: Signals, frame: int, time_ns: int) -> Signals:
    """Return the record of a frame that could not be decoded: the picture before it stays."""
    copy = record.copy()
    copy["frame"], copy["time_ns"] = frame, time_ns
    for name in _CHANGES:
        copy[name] = 0
    return copy
