"""Ninety processes killed in the middle of a job's work; every job ends as if nothing had been."""

from __future__ import annotations

import random
import tempfile
from collections import Counter, deque
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from bench.faults.kills import Kill, kill
from bench.faults.points import ORCHESTRATOR, STAGES, Moment, Point, kill_list, shared_out
from bench.faults.work import doubled, submit
from bench.harness import Outcome
from bench.options import Options
from tests.fault.films import film
from tests.running import ALL, Processes, processes
from videre.cli.evaluation.figures import Case, Measured
from videre.v1 import job_pb2

_SERVICES: Final = tuple(name for name in STAGES if name != ORCHESTRATOR)
_KILLS: Final = {ORCHESTRATOR: 40, **dict.fromkeys(_SERVICES, 10)}
_QUICK_KILLS: Final = {ORCHESTRATOR: 4, **dict.fromkeys(_SERVICES, 1)}
#: Films of different bytes. When all have been used, the suite gets an empty folder.
_FILMS: Final = 8
_QUICK_FILMS: Final = 3
_FILM_S: Final = 44
_KILLS_PER_JOB: Final = 4
#: A point that jobs have passed so often before the kill is given up, and counts as missed. The
#: process is killed at some other time instead.
_TRIES: Final = 6
_PATIENCE_S: Final = 300.0
_SEED: Final = 20


@dataclass(slots=True)
class Trials:
    """What the kills left behind.

    Args:
        outcomes: the killed jobs.
        wrong: jobs that ended otherwise than the undisturbed one.
        twice: what happened more than once.
        missed: points that no job could be caught at.
    """

    kills: list[Kill] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)
    wrong: list[Case] = field(default_factory=list)
    twice: list[Case] = field(default_factory=list)
    missed: list[Point] = field(default_factory=list)


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Kill, compare, measure."""
    kills = _QUICK_KILLS if options.quick else _KILLS
    points = kill_list(kills, random.Random(_SEED))
    with tempfile.TemporaryDirectory(prefix="videre-bench-kill-") as folder:
        count = _QUICK_FILMS if options.quick else _FILMS
        films = [film(number, Path(folder) / "films", _FILM_S) for number in range(count)]
        calm = undisturbed(films, Path(folder) / "calm", tell)
        digests = {outcome.path: outcome.job.result_digest for outcome in calm}
        trials = disturbed(points, digests, Path(folder), tell)
    return figures(trials), [*calm, *trials.outcomes]


def undisturbed(films: Sequence[Path], folder: Path, tell: Callable[[str], None]) -> list[Outcome]:
    """Return the jobs of a suite that nobody disturbs.

    Raises:
        RuntimeError: one of them did not succeed.
    """
    outcomes = []
    with _suite(folder) as suite, suite.client() as client:
        for path in films:
            job = client.wait(
                submit(client, path, folder / path.stem).job_id, timeout_s=_PATIENCE_S
            )
            if job.state != job_pb2.JOB_STATE_SUCCEEDED:
                raise RuntimeError(f"{path.name}, which nobody disturbed: {job}")
            outcomes.append(Outcome(path, job, client.get_analysis(job.media_id)))
            tell(f"{path.name}, undisturbed: {job.result_digest}")
    return outcomes


def disturbed(
    points: Sequence[Point], digests: dict[Path, str], folder: Path, tell: Callable[[str], None]
) -> Trials:
    """Kill at every point, with films whose undisturbed digests are known."""
    trials, tries = Trials(), Counter[Point]()
    waiting = deque(shared_out(points, _KILLS_PER_JOB))
    turn = 0
    while waiting:
        with _suite(folder / f"killed-{turn}") as suite:
            for path in digests:
                if not waiting:
                    break
                chosen = waiting.popleft()
                left = _kill_through(suite, path, digests[path], chosen, trials, tell)
                tries.update(left)
                missed = [point for point in left if tries[point] == _TRIES]
                trials.missed += missed
                again = [point for point in left if tries[point] < _TRIES]
                again += [point.at_random for point in missed if point.moment is not Moment.ANY]
                waiting.extend(shared_out(again, _KILLS_PER_JOB))
        turn += 1
    return trials


@contextmanager
def _suite(folder: Path) -> Iterator[Processes]:
    # Longer than any process takes to come back on a busy machine.
    with processes(folder, *ALL, VIDERE_STAGE_PATIENCE="120") as suite:
        yield suite


def _kill_through(
    suite: Processes,
    path: Path,
    digest: str,
    points: Sequence[Point],
    trials: Trials,
    tell: Callable[[str], None],
) -> list[Point]:
    """Run one job through its kills; return the points that it could not be caught at."""
    rng = random.Random(f"{path.name} {points}")
    label = f"{path.stem}.{len(trials.outcomes)}"
    with suite.client() as client:
        job_id = submit(client, path, suite.folder / label).job_id
    left = []
    for point in points:
        done = kill(suite, job_id, point, rng)
        if done is not None:
            trials.kills.append(done)
            tell(f"{label}: {point} ({done.found}){'' if done.counted else ', not counted'}")
        if done is None or not (done.met or (point.moment is Moment.ANY and done.counted)):
            left.append(point)
    with suite.client() as client:
        job = client.wait(job_id, timeout_s=_PATIENCE_S)
        state = job_pb2.JobState.Name(job.state)
        trials.outcomes.append(Outcome(Path(label), job, client.get_analysis(job.media_id)))
        if job.state != job_pb2.JOB_STATE_SUCCEEDED or job.result_digest != digest:
            got = f"{state} {job.result_digest}, killed at {[str(point) for point in points]}"
            trials.wrong.append(Case(label, None, f"SUCCEEDED {digest}", got))
            tell(f"{label}: {got}")
        trials.twice += [Case(label, None, "once", words) for words in doubled(client, job)]
    return left


def figures(trials: Trials) -> list[Measured]:
    """Return the figures of the trials."""
    counted = [done for done in trials.kills if done.counted]
    by_process = Counter(done.point.process for done in counted)
    moments: dict[tuple[str, str], set[str]] = {
        (process, stage): set() for process, stages in STAGES.items() for stage in stages
    }
    for done in (one for one in counted if one.met):
        moments[done.point.process, done.point.stage].add(done.point.moment)
    points = sum(min(2, len(met)) for met in moments.values())
    never = ", ".join(map(str, trials.missed)) or "none"
    of = f"of {len(trials.kills)} kills; {len(trials.outcomes)} jobs"
    services = min(by_process[name] for name in _SERVICES)
    return [
        Measured("kills of the orchestrator", by_process[ORCHESTRATOR], "kills", of),
        Measured("kills of each service", services, "kills", f"the least of five services; {of}"),
        Measured("points met", points, "points",
                 f"two in each of {len(moments)} stages of processes; never met: {never}"),
        Measured("jobs that ended otherwise", len(trials.wrong), "jobs",
                 "state or digest differs from the undisturbed job's", cases=tuple(trials.wrong)),
        Measured("effects that came twice", len(trials.twice), "effects",
                 "events, publications, ends, outputs", cases=tuple(trials.twice)),
    ]  # fmt: skip
