"""What a cluster of a size does under a load: replicas from costs, and a simulation of the queue.

The simulation follows a job's way as the workflow has it: jobs wait for a seat at a worker; a job's
chunks of picture and of sound wait for seats of chunks, and hold them while their stages pass
through the services one slot at a time. Pure: the same seed gives the same figures.
"""

from __future__ import annotations

import heapq
import math
import random
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

#: What of a chunk's work is done where, one after the other, in groups that run side by side.
PICTURE: Final = (("decode",), ("visual", "ocr"))
SOUND: Final = (("asr", "audio"),)
#: Minutes of media in a chunk: three units of 20 s.
CHUNK_MINUTES: Final = 1.0
#: Share of its time that a slot may be busy on average: above it queues grow fast (M/G/c).
BUSY: Final = 0.7
_DAY_MINUTES: Final = 24 * 60


@dataclass(frozen=True, slots=True)
class Costs:
    """What a minute of media costs.

    Args:
        cpu_s: CPU-seconds by station: "decode", "visual", "ocr", "asr", "audio".
        steps: steps that the journal records.
        stored_bytes: what is written to the store of artifacts.
    """

    cpu_s: Mapping[str, float]
    steps: float
    stored_bytes: float


@dataclass(frozen=True, slots=True)
class Site:
    """How much there is of what.

    Args:
        slots: calls that are worked on at once, by station, with all replicas.
        jobs: jobs at work at once, with all workers.
        chunks: chunks at work at once, with all workers.
    """

    slots: Mapping[str, int]
    jobs: int
    chunks: int


@dataclass(frozen=True, slots=True)
class Load:
    """What comes in.

    Args:
        hours_per_day: hours of media a day, evenly over the day, at random moments.
        minutes: mean length of a media; lengths are exponentially distributed.
        at_once: jobs that are there at the beginning.
        alike: whether all are of the mean length.
    """

    hours_per_day: float
    minutes: float
    at_once: int = 0
    alike: bool = False


@dataclass(frozen=True, slots=True)
class Course:
    """What came of it.

    Args:
        waits_s: seconds from a job's coming to its beginning, in order of beginning.
        whole_s: seconds from its coming to its end.
        busy: share of its time that a slot was busy, by station.
        media_minutes: of the jobs that ended.
        seconds: how long it took until the last one ended.
    """

    waits_s: Sequence[float]
    whole_s: Sequence[float]
    busy: Mapping[str, float]
    media_minutes: float
    seconds: float

    @property
    def bottleneck(self) -> str:
        """The station whose slots were busiest."""
        return max(self.busy, key=lambda name: self.busy[name])

    @property
    def pace(self) -> float:
        """Minutes of media per minute."""
        return self.media_minutes * 60 / self.seconds


def replicas(costs: Costs, hours_per_day: float, slots: int) -> dict[str, int]:
    """Return how many replicas of each station a load takes, with `slots` processors each."""
    per_s = hours_per_day * 60 / _DAY_MINUTES / 60
    return {
        name: max(1, math.ceil(cpu_s * per_s / (slots * BUSY)))
        for name, cpu_s in costs.cpu_s.items()
    }


@dataclass(slots=True)
class _Job:
    came_s: float
    minutes: float
    left: int = 0


@dataclass(slots=True)
class _Seats:
    """Something of which there is only so much; who waits is served in order."""

    free: int
    waiting: deque[Callable[[], None]] = field(default_factory=deque)
    used_s: float = 0.0

    def take(self, begin: Callable[[], None]) -> None:
        if self.free:
            self.free -= 1
            begin()
        else:
            self.waiting.append(begin)

    def give(self) -> None:
        if self.waiting:
            self.waiting.popleft()()
        else:
            self.free += 1


class _Run:
    def __init__(self, costs: Costs, site: Site, load: Load, rng: random.Random) -> None:
        self._costs, self._load, self._rng = costs, load, rng
        self._stations = {name: _Seats(count) for name, count in site.slots.items()}
        self._slots = dict(site.slots)
        self._jobs, self._chunks = _Seats(site.jobs), _Seats(site.chunks)
        self._events: list[tuple[float, int, Callable[[], None]]] = []
        self._now, self._number, self._minutes = 0.0, 0, 0.0
        self._waits: list[float] = []
        self._whole: list[float] = []

    def play(self, hours: float) -> Course:
        for _ in range(self._load.at_once):
            self._come()
        if self._load.hours_per_day:
            self._arrive(hours * 3_600)
        while self._events:
            self._now, _, happen = heapq.heappop(self._events)
            happen()
        busy = {
            name: seats.used_s / (self._slots[name] * self._now) if self._now else 0.0
            for name, seats in self._stations.items()
        }
        return Course(self._waits, self._whole, busy, self._minutes, self._now)

    def _after(self, seconds: float, happen: Callable[[], None]) -> None:
        self._number += 1
        heapq.heappush(self._events, (self._now + seconds, self._number, happen))

    def _arrive(self, until_s: float) -> None:
        per_s = self._load.hours_per_day * 60 / self._load.minutes / (_DAY_MINUTES * 60)

        def one() -> None:
            if self._now < until_s:
                self._come()
                self._after(self._rng.expovariate(per_s), one)

        self._after(self._rng.expovariate(per_s), one)

    def _come(self) -> None:
        mean = self._load.minutes
        job = _Job(self._now, mean if self._load.alike else self._rng.expovariate(1 / mean))
        self._jobs.take(lambda: self._begin(job))

    def _begin(self, job: _Job) -> None:
        self._waits.append(self._now - job.came_s)
        count = max(1, math.ceil(job.minutes / CHUNK_MINUTES))
        job.left = 2 * count
        part = job.minutes / count
        for _ in range(count):
            for way in (PICTURE, SOUND):
                self._chunks.take(lambda way=way: self._pass(job, way, part))  # type: ignore[misc]

    def _pass(self, job: _Job, way: Sequence[Sequence[str]], minutes: float) -> None:
        """Take a chunk through the groups of stations that are left to it."""
        if not way:
            self._chunks.give()
            job.left -= 1
            if not job.left:
                self._minutes += job.minutes
                self._whole.append(self._now - job.came_s)
                self._jobs.give()
            return
        open_ = len(way[0])

        def done() -> None:
            nonlocal open_
            open_ -= 1
            if not open_:
                self._pass(job, way[1:], minutes)

        for name in way[0]:
            self._work(name, minutes, done)

    def _work(self, name: str, minutes: float, done: Callable[[], None]) -> None:
        station, took_s = self._stations[name], self._costs.cpu_s[name] * minutes

        def end() -> None:
            station.used_s += took_s
            station.give()
            done()

        station.take(lambda: self._after(took_s, end))


def play(costs: Costs, site: Site, load: Load, *, hours: float = 0.0, seed: int = 0) -> Course:
    """Return the course of a load on a site.

    Args:
        hours: for how long jobs come in; those that are there are always worked off.
        seed: of the lengths and moments.
    """
    return _Run(costs, site, load, random.Random(seed)).play(hours)
