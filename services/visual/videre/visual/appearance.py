"""What a frame looks like, from its signals, so that frames that do not touch can be compared."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

F64 = NDArray[np.float64]
Mask = NDArray[np.bool_]
Signals = NDArray[np.void]

#: Contrasts that one light can turn into another; beyond, a picture is as good as flat.
_LEAST_GAIN: Final = 0.08
_MOST_GAIN: Final = 1 / _LEAST_GAIN
# Writing that comes or goes: over a third of the picture stays, and nearly all edges that change
# come, or nearly all go. Measured: 27 captions and titles leave .39–.78, cuts at most .32.
_STILL_CELL: Final = 3.0
_STILL_SHARE: Final = 0.38
_ONE_SIDED: Final = 0.8
_TINY: Final = 1e-6


def brightness(signals: Signals) -> F64:
    """Return the mean luma of each cell of the picture [frames, cells], whole numbers 0..255.

    In a dissolve or a fade these values mix exactly as the pictures do. Being whole numbers, their
    sums are exact and do not depend on where the signals begin.
    """
    return signals["luma"].reshape(len(signals), -1).astype(np.float64)


def edges(signals: Signals) -> F64:
    """Return the edge energy of each cell of the picture [frames, cells], whole numbers 0..255."""
    return signals["edges"].reshape(len(signals), -1).astype(np.float64)


def apart(a: F64, b: F64) -> F64:
    """Return the mean |difference| of the last axis."""
    distance: F64 = np.abs(a - b).mean(axis=-1)
    return distance


def alike(a: F64, b: F64) -> F64:
    """Return the correlation of two pictures' cells per row, −1..1; 0 where one is flat."""
    power_a, power_b, product = _powers(a, b)
    size = np.sqrt(power_a * power_b)
    correlation: F64 = np.divide(product, size, out=np.zeros_like(size), where=size > _TINY)
    return correlation


def difference_beyond_light(a: F64, b: F64) -> F64:
    """Return per row what no change of light explains between two pictures, in levels of luma.

    A change of light is a gain and an offset; the difference is measured on the fainter picture.
    """
    power_a, power_b, _ = _powers(a, b)
    unexplained = np.maximum(1 - alike(a, b) ** 2, 0)  # rounding may pass 1
    difference: F64 = np.sqrt(unexplained * np.minimum(power_a, power_b) / a.shape[-1])
    return difference


def is_relit(a: F64, b: F64, most_unexplained: float) -> Mask:
    """Tell per row whether two pictures are one picture in another light.

    Args:
        a: cells of pictures [rows, cells].
        b: cells of the pictures they are compared with.
        most_unexplained: share of the mean |difference| that gain and offset may leave.
    """
    limit = most_unexplained * apart(a, b)
    return _fits(a, b, limit) & _fits(b, a, limit)


def is_written(light_step: F64, edge_step: F64) -> Mask:
    """Tell per row whether a change is writing that comes to, or goes from, a picture that stays.

    Args:
        light_step: change of the brightness of the cells [rows, cells].
        edge_step: change of their edges.
    """
    still = np.abs(light_step) <= _STILL_CELL
    moved = np.abs(edge_step).sum(axis=-1)
    grown = np.maximum(edge_step, 0).sum(axis=-1)
    one_sided = np.maximum(grown, moved - grown) >= _ONE_SIDED * moved
    written: Mask = (still.mean(axis=-1) >= _STILL_SHARE) & ~still.all(axis=-1) & one_sided
    return written


def _fits(a: F64, b: F64, limit: F64) -> Mask:
    """Tell per row whether `b` is `a` with a gain and an offset, but for `limit`."""
    power_a, _, product = _powers(a, b)
    gain = np.divide(product, power_a, out=np.zeros_like(product), where=power_a > _TINY)
    left = apart(_centred(b), gain[..., None] * _centred(a))
    fits: Mask = (left <= limit) & (gain >= _LEAST_GAIN) & (gain <= _MOST_GAIN)
    return fits


def _powers(a: F64, b: F64) -> tuple[F64, F64, F64]:
    a, b = _centred(a), _centred(b)
    return (a * a).sum(axis=-1), (b * b).sum(axis=-1), (a * b).sum(axis=-1)


def _centred(a: F64) -> F64:
    centred: F64 = a - a.mean(axis=-1, keepdims=True)
    return centred
