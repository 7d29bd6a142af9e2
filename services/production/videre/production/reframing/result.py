"""What is told of a reframed video or picture. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np
from numpy.typing import NDArray

from videre.production.reframing.plan import ShotPlan, Window, inside_ratio, keys_of

#: Most shots and most keys that are told.
SHOTS: Final = 1_000
KEYS: Final = 2_000
#: Straight lines between keys are at first so near to the path, shares of the picture's side.
_TOLERANCE: Final = 0.002


@dataclass(frozen=True, slots=True)
class Reframing:
    """How an output was reframed.

    Args:
        window: of the output.
        width: of the window as share of the picture's.
        height: of the window as share of the picture's.
        shots: all of them, in order.
        keys: of each shot that is told: instants and edges on the window's way.
        tolerance: how near straight lines between keys are to the path.
    """

    window: Window
    width: float
    height: float
    shots: tuple[ShotPlan, ...]
    keys: tuple[tuple[tuple[int, float], ...], ...]
    tolerance: float

    @property
    def inside_ratio(self) -> float:
        """Share of the instants with a subject in which all of it is shown."""
        return inside_ratio(self.shots)

    @property
    def max_acceleration(self) -> float:
        """Highest acceleration inside a shot, shares of the picture's side a second squared."""
        return max((one.acceleration for one in self.shots), default=0.0)


def reframing_of(
    shots: Sequence[ShotPlan], window: Window, width: int, height: int, ns: NDArray[np.int64]
) -> Reframing:
    """Return what is told of an output.

    Args:
        shots: how each is shown.
        window: of the output.
        width: of the picture, pixels.
        height: of the picture, pixels.
        ns: instants of the frames, rising.
    """
    tolerance = _TOLERANCE
    while True:
        keys = []
        for shot in shots[:SHOTS]:
            first, end = np.searchsorted(ns, [shot.stretch.start_ns, shot.stretch.end_ns])
            inside = ns[first:end]
            if not len(inside):  # shorter than a frame
                inside = np.array([shot.stretch.start_ns])
            keys.append(tuple(keys_of(shot, window, inside, tolerance)))
        if sum(len(one) for one in keys) <= KEYS or tolerance > 1:
            break
        tolerance *= 2
    return Reframing(
        window, window.width / width, window.height / height, tuple(shots), tuple(keys), tolerance
    )
