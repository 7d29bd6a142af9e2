"""What a text engine does: find lines in a picture, read a line.

Pictures are BGR, uint8, shape (height, width, 3). Engines keep no memory between calls and answer
one crop at a time, so that no answer depends on what else stood in a batch.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Protocol, TypeAlias, runtime_checkable

import numpy as np
from numpy.typing import NDArray

from videre.common.engine import Engine

#: BGR, uint8, (height, width, 3).
Picture: TypeAlias = NDArray[np.uint8]
#: Four corners x, y in pixels, float32 (4, 2), clockwise from the top left.
QuadArray: TypeAlias = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class FoundLine:
    """A line of text that was found but not yet read: corners in pixels, score 0..1."""

    quad: QuadArray
    score: float


@dataclass(frozen=True, slots=True)
class Reading:
    """What a crop says, and the mean probability of its characters, 0..1."""

    text: str
    score: float


@runtime_checkable
class TextEngine(Engine, Protocol):
    """Finds and reads text. Every method is one model inference."""

    def detect(self, picture: Picture, side: int) -> list[FoundLine]:
        """Find lines after scaling the picture down to at most `side` pixels on its longer side."""

    def recognise(self, crop: Picture) -> Reading:
        """Read an upright crop that holds exactly one line."""
