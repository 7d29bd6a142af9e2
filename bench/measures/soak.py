"""Whether what processes hold grows from job to job. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import combinations
from statistics import median
from typing import Final

_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Holding:
    """What one process holds at rest.

    Args:
        resident: bytes of memory, pages of mapped files among them.
        files: open files, pipes and all other descriptors that are neither sockets nor connections
            to the database.
        sockets: open sockets.
        threads: its threads.
        children: processes below it.
    """

    resident: int
    files: int
    sockets: int
    threads: int
    children: int


#: What is counted, and may not grow at all.
COUNTED: Final = tuple(field.name for field in fields(Holding) if field.name != "resident")


@dataclass(frozen=True, slots=True)
class Look:
    """A look at all processes while no job is under way.

    Args:
        jobs: jobs that had ended by then.
        held: what each process holds, by name.
        calm: nothing was opened or closed any more; else the look was taken after a long wait.
    """

    jobs: int
    held: Mapping[str, Holding]
    calm: bool = True


def per_job(looks: Sequence[tuple[int, int]]) -> float:
    """Return the growth per job of (jobs, value) pairs: the median of the slopes of all pairs
    (Theil–Sen), which a single look at an odd moment does not move.

    Raises:
        StatisticsError: fewer than two looks.
    """
    return median(
        (later - earlier) / (after - before)
        for (before, earlier), (after, later) in combinations(looks, 2)
    )


def memory_grown(looks: Sequence[Look], process: str) -> float:
    """Return by which share of the first look's memory a process grew up to the last one."""
    resident = [(look.jobs, look.held[process].resident) for look in looks]
    (first_jobs, first), (last_jobs, _) = resident[0], resident[-1]
    return per_job(resident) * (last_jobs - first_jobs) / first


def count_grown(looks: Sequence[Look], process: str, what: str) -> int:
    """Return by how much of something a process has grown for good: the least of the last half of
    the looks over the most of the first half. What comes and goes, or falls, is no growth."""
    counts: list[int] = [getattr(look.held[process], what) for look in looks]
    half = len(counts) // 2
    return max(0, min(counts[-half:]) - max(counts[:half]))


def course(looks: Sequence[Look], process: str, what: str) -> str:
    """Return how something of a process went from look to look, in words."""
    values = [getattr(look.held[process], what) for look in looks]
    if what == "resident":
        return " ".join(f"{value / _MIB:.0f}" for value in values) + " MiB"
    return " ".join(map(str, values))


def more_rows(before: Mapping[str, int], after: Mapping[str, int]) -> dict[str, int]:
    """Return the tables that have more rows than before, and how many more."""
    grown = {table: count - before.get(table, 0) for table, count in after.items()}
    return {table: more for table, more in sorted(grown.items()) if more > 0}
