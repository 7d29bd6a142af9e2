"""The median over time of many pictures. Pure numpy."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np
from numpy.typing import NDArray


def median_of(pictures: NDArray[np.integer[Any]]) -> NDArray[np.float64]:
    """Return the median of each sample over pictures, as `np.median(pictures, axis=0)`.

    numpy looks at sample by sample; a sorting network puts whole pictures in order, which took a
    quarter of the time for 48 parts of a picture.

    Args:
        pictures: [pictures, ...], at least one.
    """
    sorted_ones = list(pictures.reshape(len(pictures), -1).copy())
    spare = np.empty_like(sorted_ones[0])
    for first, second in _comparisons(len(sorted_ones)):
        less, more = sorted_ones[first], sorted_ones[second]
        np.minimum(less, more, out=spare)
        np.maximum(less, more, out=more)
        sorted_ones[first], spare = spare, less
    middle = len(sorted_ones) // 2
    made = sorted_ones[middle].astype(np.float64)
    if len(sorted_ones) % 2 == 0:
        made = (made + sorted_ones[middle - 1]) / 2
    return made.reshape(pictures.shape[1:])


def _comparisons(count: int) -> Iterator[tuple[int, int]]:
    """Yield the places that are compared by odd-even merge sort (Batcher 1968)."""
    run = 1
    while run < count:
        apart = run
        while apart:
            for block in range(apart % run, count - apart, 2 * apart):
                for first in range(block, min(block + apart, count - apart)):
                    if first // (2 * run) == (first + apart) // (2 * run):
                        yield first, first + apart
            apart //= 2
        run *= 2
