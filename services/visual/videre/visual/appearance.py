"""What a frame looks like, from its signals, so that frames that do not touch can be compared."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
Signals = NDArray[np.void]

#: Brightness, contrast and colourfulness weigh as much as 16 of the 144 edge cells each.
_WEIGHT: Final = 16.0
_MEASURES: Final = ("luma_mean", "luma_deviation", "chroma_deviation")


def appearance(signals: Signals) -> F64:
    """Return a vector per frame [frames, values]: the edge grid and three weighted measures.

    The values are whole numbers, so that sums over frames are exact and do not depend on where the
    signals begin.
    """
    edges = signals["edges"].reshape(len(signals), -1).astype(np.float64)
    measures = np.stack([signals[name] for name in _MEASURES], axis=1).astype(np.float64)
    return np.concatenate([edges, np.rint(measures * _WEIGHT)], axis=1)


def edge_cells(look: F64) -> F64:
    """Return the edge grid's part of appearance vectors [..., values]."""
    return look[..., : -len(_MEASURES)]


def apart(a: F64, b: F64) -> F64:
    """Return how far appearances lie apart (last axis); changes of scene are mostly above 1,500."""
    distance: F64 = np.abs(a - b).sum(axis=-1)
    return distance
