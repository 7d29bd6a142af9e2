"""How many replicas a load takes, and what a simulation says of them, from the costs measured last.

Costs are those of the last whole run of `bench speed`, as `docs/performance.md` shows them. Nothing
is started: the simulation is `bench.measures.scaling`. `REAL=1` holds it against a suite that runs
here, with one replica of its bottleneck and with two (`bench.scaled`).
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import numpy as np

from bench.harness import Outcome
from bench.measures.scaling import BUSY, CHUNK_MINUTES, Costs, Course, Load, Site, play, replicas
from bench.options import Options
from bench.scaled import scaled
from videre.cli.evaluation.figures import Measured

_PAGE: Final = Path(__file__).parents[1] / "docs" / "performance.md"
#: Processes of a station by their rows on the page; decoding is what the workers do.
_ROWS: Final[Mapping[str, tuple[str, ...]]] = {
    "decode": ("decode", "process orchestrator"),
    "visual": ("process visual",),
    "ocr": ("process ocr",),
    "asr": ("process asr", "process asr.engines.sphinx_worker"),
    "audio": ("process audio",),
}
#: Steps of a chunk of pictures (3) and one of sound (2), and their starts, per minute of media.
_STEPS_PER_MINUTE: Final = 7.0
#: Of a job beside its chunks: ingest, probe, plan, listen, conclude, publish and the like.
_STEPS_PER_JOB: Final = 10.0
#: As `EstimateJob` assumes where nothing was recorded: bytes of evidence and pictures per second.
_STORED_PER_S: Final = 3_000.0
_SLOTS: Final = 4
_JOBS_PER_WORKER: Final = 4
_MINUTES: Final = 20.0
_HOURS_A_DAY: Final = (100.0, 1_000.0, 10_000.0)
_AT_ONCE: Final = 1_000


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Size, simulate, tell; a quick run is the same, but for fewer real jobs.

    Raises:
        RuntimeError: a real job did not succeed.
    """
    costs = costs_of(_PAGE.read_text(encoding="utf-8"))
    figures = []
    for hours in _HOURS_A_DAY:
        found = sized(costs, hours)
        course = play(costs, site_of(found), Load(hours, _MINUTES), hours=1 if hours > 1_000 else 6)
        figures += _of_day(costs, hours, found, course)
        tell(f"{hours:g} h a day: {found}, {course.bottleneck}")
    found = sized(costs, _HOURS_A_DAY[1])
    course = play(costs, site_of(found), Load(0, _MINUTES, at_once=_AT_ONCE))
    figures += _of_many(found, course)
    if not options.real:
        return figures, []
    beside, outcomes = scaled(options.quick, tell)
    return [*figures, *beside], outcomes


def costs_of(page: str) -> Costs:
    """Return what a minute of media costs, from the rows of a page.

    Raises:
        ValueError: a row is missing.
    """
    cpu_s = {}
    for station, rows in _ROWS.items():
        found = [re.search(rf"^\| {re.escape(row)}: cost \| ([\d.e-]+) ", page, re.M)
                 for row in rows]  # fmt: skip
        if not all(found):
            raise ValueError(f"{_PAGE.name} has no costs of {station}")
        cpu_s[station] = 60 * sum(float(one[1]) for one in found if one is not None)
    steps = _STEPS_PER_MINUTE + _STEPS_PER_JOB / _MINUTES
    return Costs(cpu_s, steps, 60 * _STORED_PER_S)


def sized(costs: Costs, hours_per_day: float) -> dict[str, int]:
    """Return replicas by process; a worker has as many as its decoding or its seats of chunks take.

    A chunk holds its seat while services look at it.
    """
    found = replicas(costs, hours_per_day, _SLOTS)
    cpu_s = costs.cpu_s
    held_s = cpu_s["decode"] + max(cpu_s["visual"], cpu_s["ocr"]) + max(
        cpu_s["asr"], cpu_s["audio"]
    )  # fmt: skip
    seats = hours_per_day * 60 / 86_400 * held_s / BUSY
    workers = max(found.pop("decode"), math.ceil(seats / (_SLOTS + 1)))
    return {"worker": workers, **found}


def site_of(found: Mapping[str, int]) -> Site:
    """Return what replicas of four processors each can do at once."""
    slots = {name: count * _SLOTS for name, count in found.items() if name != "worker"}
    workers = found["worker"]
    return Site(
        {"decode": workers * _SLOTS, **slots}, workers * _JOBS_PER_WORKER, workers * (_SLOTS + 1)
    )


def _of_day(costs: Costs, hours: float, found: Mapping[str, int], course: Course) -> list[Measured]:
    name, per_s = f"{hours:g} h a day", hours * 60 / 86_400
    words = ", ".join(f"{process} {count}" for process, count in found.items())
    busiest = course.busy[course.bottleneck]
    return [
        Measured(f"{name}: processors", sum(found.values()) * _SLOTS, "",
                 f"replicas of {_SLOTS}: {words}"),
        Measured(f"{name}: busiest slots", busiest, "of their time", course.bottleneck),
        Measured(f"{name}: wait p95", float(np.percentile(course.waits_s, 95)), "s",
                 f"{len(course.waits_s)} jobs of {_MINUTES:g} min on average"),
        Measured(f"{name}: whole job p50", float(np.percentile(course.whole_s, 50)), "s", ""),
        Measured(f"{name}: steps", per_s * costs.steps, "/s", f"{CHUNK_MINUTES:g} min a chunk"),
        Measured(f"{name}: to the store", per_s * costs.stored_bytes / 1e6, "MB/s",
                 "evidence and pictures, without uploads"),
    ]  # fmt: skip


def _of_many(found: Mapping[str, int], course: Course) -> list[Measured]:
    name, at = f"{_AT_ONCE} jobs at once", f"on the replicas of {_HOURS_A_DAY[1]:g} h a day"
    return [
        Measured(f"{name}: wait p95", float(np.percentile(course.waits_s, 95)) / 60, "min", at),
        Measured(f"{name}: pace", course.pace, "× real time",
                 f"{course.bottleneck} is busy {course.busy[course.bottleneck]:.0%} of the time"),
    ]  # fmt: skip
