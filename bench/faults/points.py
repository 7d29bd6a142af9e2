"""The named points of a job's way at which a process is killed. Pure."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

ORCHESTRATOR: Final = "orchestrator"
#: Stages of a job in the order of its way; those of chunks run side by side.
WAY: Final = (
    "ingest", "probe", "shots", "objects", "text", "speech", "sound", "music",
    "fuse", "moderate", "produce:cover", "produce:sprite", "output",
)  # fmt: skip
FIRST: Final = WAY[0]
OUTPUT: Final = WAY[-1]
#: Stages that pass within milliseconds.
BRIEF: Final = frozenset({"fuse", "moderate", OUTPUT})
#: What each process works on. One call of visual looks at a frame for all frame features.
STAGES: Final[Mapping[str, tuple[str, ...]]] = {
    ORCHESTRATOR: WAY,
    "visual": ("shots", "objects"),
    "ocr": ("text",),
    "asr": ("speech",),
    "audio": ("sound", "music"),
    "production": ("produce:cover", "produce:sprite"),
}


class Moment(StrEnum):
    """How far a stage is: nothing of it done yet, or under way for a while."""

    BEGUN = "begun"
    UNDER_WAY = "under way"
    ANY = "at random"


@dataclass(frozen=True, slots=True)
class Point:
    """A process is killed while it works on a stage; ANY is some time on the whole way.

    Args:
        number: tells points apart that were drawn alike; 0 for named ones.
    """

    process: str
    stage: str
    moment: Moment
    number: int = 0

    @property
    def place(self) -> int:
        """Where on the way it lies."""
        return WAY.index(self.stage)

    def __str__(self) -> str:
        return f"{self.process}: {self.stage} {self.moment}"


def named_points(process: str) -> list[Point]:
    """Return two points in every stage of a process, the beginnings first."""
    moments = (Moment.BEGUN, Moment.UNDER_WAY)
    return [Point(process, stage, moment) for moment in moments for stage in STAGES[process]]


def kill_list(kills: Mapping[str, int], rng: random.Random) -> list[Point]:
    """Return so many points of each process: all named ones as far as they go, then random ones."""
    points: list[Point] = []
    for process, count in kills.items():
        named = named_points(process)[:count]
        drawn = [
            Point(process, rng.choice(STAGES[process]), Moment.ANY, number)
            for number in range(1, count - len(named) + 1)
        ]
        points += [*named, *drawn]
    rng.shuffle(points)
    return points


def shared_out(points: Sequence[Point], most: int) -> Iterator[list[Point]]:
    """Yield what the jobs suffer: at most `most` kills each, in the order of the way.

    No job meets two kills in one stage: the second would often find it done.
    """
    left = list(points)
    while left:
        chosen: list[Point] = []
        for point in list(left):
            if len(chosen) < most and point.place not in {other.place for other in chosen}:
                chosen.append(point)
                left.remove(point)
        yield sorted(chosen, key=lambda point: point.place)
