"""What a whole media looks like, in little room. Pure.

The direction of the sum of its moments' embeddings, brought to 256 numbers by signs drawn once
(Achlioptas 2003): likenesses stay within a few hundredths, and sums of whole numbers are the same
on every machine.
"""

from __future__ import annotations

from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

#: Numbers of a look.
SIZE: Final = 256
_STORED: Final = np.dtype("<i2")
_I8: Final = np.dtype("i1")
_FULL: Final = 127
_SEED: Final = 1


def projected(vectors: bytes, count: int) -> bytes:
    """Return the look of a media.

    Args:
        vectors: of its moments, as the search index keeps them.
        count: how many.
    """
    if not count:
        return b""
    rows = np.frombuffer(vectors, _STORED).reshape(count, -1).astype(np.int64)
    sums = rows.sum(axis=0) @ _signs(rows.shape[1])
    most = int(np.abs(sums).max())
    return np.rint(sums * _FULL / most).astype(_I8).tobytes() if most else b""


@lru_cache(maxsize=4)
def _signs(size: int) -> npt.NDArray[np.int64]:
    drawn = np.random.Generator(np.random.PCG64(_SEED)).integers(0, 2, (size, SIZE))
    signs: npt.NDArray[np.int64] = 2 * drawn - 1
    return signs


def directions(looks: list[bytes]) -> npt.NDArray[np.float64]:
    """Return looks as rows of length 1 around their mean; zeros of what has none.

    Pictures of one collection are alike: what tells them apart is how they differ from the mean.
    """
    found = np.zeros((len(looks), SIZE))
    there = [place for place, look in enumerate(looks) if look]
    if there:
        rows = np.frombuffer(b"".join(looks[place] for place in there), _I8)
        found[there] = _unit(rows.reshape(len(there), SIZE).astype(np.float64))
        found[there] = _unit(found[there] - found[there].mean(axis=0))
    return found


def direction(look: bytes) -> npt.NDArray[np.float64]:
    """Return a look as numbers of length 1; none of no look."""
    return _unit(np.frombuffer(look, _I8).reshape(-1, SIZE).astype(np.float64)).reshape(-1)


def _unit(rows: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    lengths = np.sqrt((rows * rows).sum(axis=1, keepdims=True))
    lengths[lengths == 0] = 1
    unit: npt.NDArray[np.float64] = rows / lengths
    return unit
