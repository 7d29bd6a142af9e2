"""From the likelihood of a transition in every frame to boundaries of shots. Pure."""

from __future__ import annotations

from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.visual.shots import Boundary

F32 = NDArray[np.float32]
#: Likelihood from which a frame is in a transition, as the network's makers use it.
THRESHOLD: Final = 0.5
#: A transition of at least so many frames is gradual.
_GRADUAL: Final = 4


def boundaries_of(
    central: F32, spread: F32, first: int, own_start: int, own_end: int
) -> list[Boundary]:
    """Return the boundaries whose frame lies in own_start..own_end (half-open), in order.

    Args:
        central: likelihood that a frame is the middle of a transition, or the last before a cut.
        spread: likelihood that it is anywhere in a transition.
        first: index of the first frame.
        own_start: first frame of the wanted range.
        own_end: frame after it.
    """
    found = []
    for start, end in _runs(central >= THRESHOLD):
        frame = first + (start + end - 1) // 2 + 1
        if own_start <= frame < own_end:
            kind = "fade" if _extent(spread, start, end) >= _GRADUAL else "cut"
            found.append(Boundary(frame, kind, float(central[start:end].max())))
    return found


def _runs(mask: NDArray[np.bool_]) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate(([False], mask, [False]))))
    return [(int(start), int(end)) for start, end in edges.reshape(-1, 2)]


def _extent(spread: F32, start: int, end: int) -> int:
    """Return the frames of the transition around a run."""
    wide = spread >= THRESHOLD
    while start > 0 and wide[start - 1]:
        start -= 1
    while end < len(wide) and wide[end]:
        end += 1
    return end - start
