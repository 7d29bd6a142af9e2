"""One model, opened in several ways: `python -m bench.runtime.alone`.

Reads a job as JSON from standard input and prints what each way costs. Memory is that of a child
for each way, forked before any session is opened; CPU is measured by turns in one process, so that
all ways meet the same machine.
"""

from __future__ import annotations

import contextlib
import ctypes
import multiprocessing
import os
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from pydantic import TypeAdapter

from bench.runtime.base import Cost
from bench.runtime.opening import Variant, opened_by, quiet
from videre.common.allocator import share_arenas
from videre.common.denormals import flushed
from videre.common.onnx_runtime import open_session

MODULE: Final = "bench.runtime.alone"
_MOST: Final = 100
_MIB: Final = 1 << 20


@dataclass(frozen=True, slots=True)
class Way:
    """How a model is opened, and its file in that form."""

    variant: Variant
    file: str


@dataclass(frozen=True, slots=True)
class Job:
    """What is run.

    Args:
        ways: how; the product's is the first.
        arena: whether the product keeps the memory of a run.
        flushed: whether the product takes denormals for zero.
        inputs: file (.npz) of the inputs, "<number>.<name>".
        budget_s: CPU-seconds after which no further round of all ways begins.
    """

    ways: tuple[Way, ...]
    arena: bool
    flushed: bool
    inputs: str
    budget_s: float


@dataclass(frozen=True, slots=True)
class Costs:
    """What the ways cost by their names, and what was said of those that failed."""

    costs: Mapping[str, Cost]
    failed: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Opening:
    """CPU and memory of opening a session, and memory after its first runs."""

    ms: float
    opened_mib: float
    kept_mib: float
    process_mib: float


JOB: Final = TypeAdapter(Job)
COSTS: Final = TypeAdapter(Costs)


def main() -> None:
    """Serve one job."""
    share_arenas()  # as services do
    quiet()
    job = JOB.validate_json(sys.stdin.buffer.read())
    inputs = _inputs(Path(job.inputs))
    openings: dict[str, _Opening] = {}
    failed = {}
    for way in job.ways:
        found = _forked(partial(_opening, job, way, inputs))
        if isinstance(found, _Opening):
            openings[way.variant.name] = found
        else:
            failed[way.variant.name] = found
    ways = [way for way in job.ways if way.variant.name in openings]
    sessions = [_session(job, way) for way in ways]  # the first one undoes `flushed`
    with flushed() if job.flushed else contextlib.nullcontext():
        times = _rounds(sessions, inputs, job.budget_s)
    costs = {
        way.variant.name: _cost(openings[way.variant.name], own, times[0])
        for way, own in zip(ways, times, strict=True)
    }
    sys.stdout.buffer.write(COSTS.dump_json(Costs(costs, failed)))


def _cost(opening: _Opening, own: NDArray[np.float64], shipped: NDArray[np.float64]) -> Cost:
    return Cost(
        cpu_ms=float(own[0]), shipped_cpu_ms=float(shipped[0]), wall_ms=float(own[1]),
        shipped_wall_ms=float(shipped[1]), opened_ms=opening.ms, opened_mib=opening.opened_mib,
        kept_mib=opening.kept_mib, process_mib=opening.process_mib,
    )  # fmt: skip


def _session(job: Job, way: Way) -> Any:
    with opened_by(partial(_opened, way.variant)):
        return open_session(onnxruntime, Path(way.file), keeps_memory=job.arena)


def _opened(variant: Variant, own: Any, model: Any, options: Any) -> Any:
    variant.change(options)
    return own(model, options)


def _opening(job: Job, way: Way, inputs: Sequence[dict[str, Any]]) -> _Opening:
    """Open a session in this process, and run it on all inputs."""
    before, began = _resident_mib(), time.process_time()
    session = _session(job, way)
    took_ms = (time.process_time() - began) * 1_000
    _give_back()
    opened = _resident_mib()
    with flushed() if job.flushed else contextlib.nullcontext():
        for given in inputs:
            session.run(None, given)
    after = _resident_mib()
    return _Opening(took_ms, opened - before, after - before, after)


def _forked(work: partial[_Opening]) -> _Opening | str:
    """Return what a child finds, or the last line of what it raises."""
    here, there = multiprocessing.Pipe(duplex=False)
    child = os.fork()
    if child == 0:
        try:
            there.send(work())
        except Exception as error:  # whatever the runtime says of a graph that it cannot run
            there.send(f"{type(error).__name__}: {error}".splitlines()[0])
        finally:
            os._exit(0)
    there.close()
    found: _Opening | str
    try:
        found = here.recv()
    except EOFError:
        found = "the process died"
    os.waitpid(child, 0)
    return found


def _inputs(path: Path) -> list[dict[str, Any]]:
    found: dict[int, dict[str, Any]] = {}
    with np.load(path) as file:
        for key in file.files:
            number, _, name = key.partition(".")
            found.setdefault(int(number), {})[name] = file[key]
    return [found[number] for number in sorted(found)]


def _rounds(
    sessions: Sequence[Any], inputs: Sequence[dict[str, Any]], budget_s: float
) -> NDArray[np.float64]:
    """Return milliseconds of CPU and by the clock of each session, [sessions, 2].

    Sessions run by turns, in one order and in the other. The best round of each input counts, and
    the mean of the inputs.
    """
    for session in sessions:
        session.run(None, inputs[0])
    rounds: list[NDArray[np.float64]] = []
    began = time.process_time()
    while len(rounds) < _MOST and (len(rounds) < 2 or time.process_time() - began < budget_s):
        times = np.zeros((len(sessions), len(inputs), 2))
        order = list(range(len(sessions)))[:: -1 if len(rounds) % 2 else 1]
        for index, given in enumerate(inputs):
            for number in order:
                cpu, wall = time.process_time(), time.perf_counter()
                sessions[number].run(None, given)
                times[number, index] = time.process_time() - cpu, time.perf_counter() - wall
        rounds.append(times)
    return np.asarray(np.min(rounds, 0).mean(1) * 1_000, np.float64)


def _give_back() -> None:
    """Give back what opening has freed: in a service, what comes next takes it."""
    with contextlib.suppress(OSError, AttributeError):  # of glibc alone
        ctypes.CDLL(None).malloc_trim(0)


def _resident_mib() -> float:
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / _MIB


if __name__ == "__main__":
    main()
