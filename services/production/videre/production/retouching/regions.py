"""Which holes of a video are filled together, where and when. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final

from videre.production.retouching.edits import Hole

#: Pixels around holes that are looked at.
_MARGIN: Final = 24
#: No plane is so many times smaller that such a step is not a whole number of its samples.
_STEP: Final = 8


@dataclass(frozen=True, slots=True)
class Region:
    """A part of the picture, in pixels of its first plane; left and top on whole samples of all."""

    left: int
    top: int
    right: int
    bottom: int

    @property
    def pixels(self) -> int:
        """Number of pixels of the first plane."""
        return (self.right - self.left) * (self.bottom - self.top)

    def touches(self, other: Region) -> bool:
        """Tell whether regions have a pixel in common."""
        return (
            self.left < other.right
            and other.left < self.right
            and self.top < other.bottom
            and other.top < self.bottom
        )

    def joined(self, other: Region) -> Region:
        """Return the region around this one and another."""
        return Region(
            min(self.left, other.left),
            min(self.top, other.top),
            max(self.right, other.right),
            max(self.bottom, other.bottom),
        )

    def slices(
        self, shifts: Iterable[tuple[int, int]], within: Region | None = None
    ) -> list[tuple[slice, slice]]:
        """Return rows and columns of the region in each plane.

        Args:
            shifts: how much smaller each plane is, powers of two across and down.
            within: the planes are those of this region; None = of the whole picture.
        """
        left, top = (within.left, within.top) if within else (0, 0)
        return [
            (
                slice((self.top - top) >> down, -(-(self.bottom - top) // (1 << down))),
                slice((self.left - left) >> across, -(-(self.right - left) // (1 << across))),
            )
            for across, down in shifts
        ]


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of time in every instant of which there is a hole.

    Args:
        start_ns: when it begins.
        end_ns: when it has ended.
        region: around all of its holes.
    """

    start_ns: int
    end_ns: int
    region: Region


def region_around(holes: Sequence[Hole], size: tuple[int, int]) -> Region:
    """Return the region around holes in pictures of a width and a height."""
    return Region(
        max(0, min(one.left for one in holes) - _MARGIN) // _STEP * _STEP,
        max(0, min(one.top for one in holes) - _MARGIN) // _STEP * _STEP,
        min(size[0], max(one.left + one.width for one in holes) + _MARGIN),
        min(size[1], max(one.top + one.height for one in holes) + _MARGIN),
    )


def runs_of(holes: Iterable[Hole], size: tuple[int, int]) -> list[Run]:
    """Return the runs of holes, one after the other."""
    runs: list[list[Hole]] = []
    end_ns = 0
    for hole in sorted(holes, key=lambda one: one.start_ns):
        if runs and hole.start_ns <= end_ns:
            runs[-1].append(hole)
            end_ns = max(end_ns, hole.end_ns)
        else:
            runs.append([hole])
            end_ns = hole.end_ns
    return [
        Run(run[0].start_ns, max(one.end_ns for one in run), region_around(run, size))
        for run in runs
    ]


def together(holes: Iterable[Hole], size: tuple[int, int]) -> list[list[Hole]]:
    """Return holes in groups whose regions have nothing in common."""
    groups: list[tuple[Region, list[Hole]]] = []
    for hole in holes:
        region, joined = region_around([hole], size), [hole]
        while near := [group for group in groups if group[0].touches(region)]:
            groups = [group for group in groups if group not in near]
            for other, others in near:
                region, joined = region.joined(other), others + joined
        groups.append((region, joined))
    return [joined for _, joined in groups]
