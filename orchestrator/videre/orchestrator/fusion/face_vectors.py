"""Embeddings of faces as whole numbers, so that every processor compares them alike. Pure.

Sums of floats depend on their order, and the order on the processor. So an embedding is brought to
length `SCALE` and rounded to whole numbers: a product of two is then a sum of whole numbers below
2^24, which float32 holds exactly in whatever order it is summed. The likeness of two faces is that
product in E4: 10,000 times the cosine of their angle.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

import numpy as np
import numpy.typing as npt

from videre.common.values import SCORE_ONE

#: Length of a vector. Its square must stay below 2^24, with room for rounding.
SCALE: Final = 4_000
_STORED: Final = np.dtype("<i2")
_PER_E4: Final = np.float32(SCALE * SCALE / SCORE_ONE)
#: Rows that are brought to length together: those of a long film took 11 MB beside the result.
_AT_ONCE: Final = 256

#: Whole numbers in float32, one vector of length `SCALE` a row; zeros where there is no direction.
Vectors = npt.NDArray[np.float32]
#: Embeddings as they were kept, by artifact digest: float16 [rows, values].
Embeddings = Mapping[str, npt.NDArray[np.float16]]
NO_EMBEDDINGS: Final[Embeddings] = MappingProxyType({})


def vectors_of(references: Sequence[str], embeddings: Embeddings) -> Vectors:
    """Return the vectors of references "<artifact digest>/<row>", one a row.

    Raises:
        LookupError: there is no such artifact or row.
        ValueError: the embeddings are not all of one length.
    """
    places = [reference.rpartition("/") for reference in references]
    rows = [embeddings[digest][int(row)] for digest, _, row in places]
    if not rows:
        return np.zeros((0, 0), np.float32)
    return _to_scale(np.stack(rows))


def mean_vectors(vectors: Vectors, groups: Sequence[Sequence[int]]) -> Vectors:
    """Return the direction of the sum of each group of rows, one a row."""
    if all(len(group) == 1 for group in groups):
        return vectors[[group[0] for group in groups]]
    order = np.concatenate([np.asarray(group, np.intp) for group in groups])
    starts = np.cumsum([0, *(len(group) for group in groups[:-1])])
    return _to_scale(np.add.reduceat(vectors[order].astype(np.float64), starts, axis=0))


def to_bytes(vectors: Vectors) -> list[bytes]:
    """Return each vector as it is stored: int16, little-endian."""
    return [row.tobytes() for row in vectors.astype(_STORED)]


def from_bytes(stored: Iterable[bytes]) -> Vectors:
    """Return stored vectors, one a row.

    Raises:
        ValueError: they are not all of one length.
    """
    rows = [np.frombuffer(data, _STORED) for data in stored]
    return np.stack(rows).astype(np.float32) if rows else np.zeros((0, 0), np.float32)


def likeness(left: Vectors, right: Vectors) -> npt.NDArray[np.float32]:
    """Return the likeness E4 (-10,000..10,000, whole numbers) of every row to every other's row."""
    found: npt.NDArray[np.float32] = np.rint((left @ right.T) / _PER_E4)
    return found


def mean_likeness(
    vectors: Vectors, sums: npt.NDArray[np.float64], counts: npt.NDArray[np.int64]
) -> npt.NDArray[np.float64]:
    """Return the mean likeness E4 of every row to the vectors that make up every sum.

    Args:
        vectors: [n, values].
        sums: [m, values], whole numbers: each the sum of `counts` vectors.
        counts: [m].
    """
    return np.rint((vectors.astype(np.float64) @ sums.T) / (counts * float(_PER_E4)))


def _to_scale(rows: npt.NDArray[np.float16 | np.float64]) -> Vectors:
    """Bring rows to length `SCALE`, rounded.

    The squares of float16 values, as those of whole numbers, add up in float64 without rounding;
    root and quotient are rounded the same way by every processor.
    """
    scaled: Vectors = np.empty(rows.shape, np.float32)
    for first in range(0, len(rows), _AT_ONCE):
        exact = rows[first : first + _AT_ONCE].astype(np.float64)
        lengths = np.sqrt((exact * exact).sum(axis=1, keepdims=True))
        lengths[lengths == 0] = 1
        scaled[first : first + _AT_ONCE] = np.rint(exact / lengths * SCALE)
    return scaled
