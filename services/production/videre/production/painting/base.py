"""What changes frames, and how frames are looked at beforehand. Imported in the child only."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from videre.production.painting.jobs import Painted

#: Pictures, uint8 [height, width, 3 or 4], blue first; the fourth is what is opaque.
Picture = NDArray[np.uint8]


@dataclass(frozen=True, slots=True)
class Looks:
    """The frames that are going to be changed.

    Args:
        frames: their numbers, rising.
        read: returns a frame's picture; numbers may be asked for in rising order.
    """

    frames: Sequence[int]
    read: Callable[[int], Picture]

    def spread(self, most: int) -> list[int]:
        """Return up to so many frames, evenly spread, the first and the last among them."""
        places = np.linspace(0, len(self.frames) - 1, min(most, len(self.frames)))
        return [self.frames[round(place)] for place in places.tolist()]


class Painter(Protocol):
    """Changes frames, in order of time."""

    def look(self, looks: Looks) -> None:
        """Look at frames before the first one is changed.

        Raises:
            VidereError: FIELD_REQUIRED and others that the painter's docstring names.
        """

    def size(self, width: int, height: int) -> tuple[int, int]:
        """Return width and height of what frames of a size become."""

    @property
    def clear(self) -> bool:
        """Whether what is made has transparency."""

    def paint(self, picture: Picture, behind: Picture | None) -> Picture:
        """Return what a frame becomes; `behind` has its size, None = nothing is put behind it."""

    @property
    def painted(self) -> Painted:
        """What was seen."""
