"""A rectangle of a picture in pixels: the part that is searched. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Area:
    """Left, top, right, bottom in pixels; right and bottom do not belong to it."""

    left: float
    top: float
    right: float
    bottom: float

    def share(self, width: int, height: int) -> float:
        """Return its part of a width × height picture, 0..1."""
        return (self.right - self.left) * (self.bottom - self.top) / (width * height)

    def scaled(self, factor: float) -> Area:
        """Return it in a picture `factor` times as large."""
        return Area(
            self.left * factor, self.top * factor, self.right * factor, self.bottom * factor
        )

    def grown(self, margin: float, width: int, height: int) -> Area:
        """Return it with a margin, cut to a width × height picture, in whole pixels."""
        return Area(
            max(0, int(self.left - margin)),
            max(0, int(self.top - margin)),
            min(width, int(self.right + margin + 1)),
            min(height, int(self.bottom + margin + 1)),
        )


def hull(areas: Sequence[Area]) -> Area | None:
    """Return the smallest area that holds all; None of none."""
    if not areas:
        return None
    return Area(
        min(area.left for area in areas),
        min(area.top for area in areas),
        max(area.right for area in areas),
        max(area.bottom for area in areas),
    )
