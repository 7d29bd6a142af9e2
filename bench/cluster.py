"""A cluster whose processes are killed one by one: every job ends as if nothing had been.

Three orchestrators on one PostgreSQL and one S3 store, two replicas of the busy services. In every
trial one process of them is killed at some moment of a job, and started again.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench.faults.work import doubled, submit
from bench.harness import Outcome
from bench.options import Options
from tests.cluster import Cluster, cluster
from tests.doubles.postgres import programs
from tests.fault.films import film
from videre.cli.evaluation.figures import Case, Measured
from videre.client import Videre, has_ended
from videre.v1 import job_pb2

_TRIALS: Final = 100
_QUICK_TRIALS: Final = 4
_FILMS: Final = 2
_FILM_S: Final = 8
_ORCHESTRATORS: Final = ("one", "two", "three")
_BUSY: Final = ("visual", "ocr")
_PATIENCE_S: Final = 300.0
_SEED: Final = 9


@dataclass(slots=True)
class Trials:
    """What the kills left behind.

    Args:
        killed: processes that were killed while a job was in flight.
        taken_s: seconds from the kill of the replica that had a job to another one's having it.
        lost: jobs that did not succeed.
        wrong: jobs whose result or files differ from the undisturbed one's.
        twice: what happened more than once.
    """

    killed: list[str] = field(default_factory=list)
    taken_s: list[float] = field(default_factory=list)
    lost: list[Case] = field(default_factory=list)
    wrong: list[Case] = field(default_factory=list)
    twice: list[Case] = field(default_factory=list)
    outcomes: list[Outcome] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Calm:
    """What a film gives when nobody disturbs, and how long that takes."""

    said: tuple[str, ...]
    seconds: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Kill, compare, measure.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    if programs() is None:
        raise FileNotFoundError("PostgreSQL is not installed on this machine")
    rng, trials = random.Random(_SEED), Trials()
    with tempfile.TemporaryDirectory(prefix="videre-bench-cluster-") as place:
        folder = Path(place)
        films = [film(number, folder / "films", _FILM_S) for number in range(_FILMS)]
        with cluster(folder / "cluster", VIDERE_STAGE_PATIENCE="120", VIDERE_SLOTS="1") as made:
            victims = _start(made)
            calm = {path: _undisturbed(made, path, trials, tell) for path in films}
            for number in range(_QUICK_TRIALS if options.quick else _TRIALS):
                path = films[number % len(films)]
                # The orchestrators, which have state, as often as all services together.
                kind = _ORCHESTRATORS if number % 2 == 0 else victims[len(_ORCHESTRATORS) :]
                _trial(made, path, calm[path], rng.choice(kind), rng, trials, tell)
    return figures(trials), trials.outcomes


def _start(made: Cluster) -> tuple[str, ...]:
    """Start the second replicas and the orchestrators; return the names of all processes."""
    suite = made.suite
    services = list(suite.names)
    for name in _BUSY:
        again = suite.replica(f"{name}-2", of=name)
        both = f"{suite.ports.target(name)},{again}"
        suite.configure(**{f"VIDERE_{name.upper()}_ENDPOINTS": both})
        suite.start(f"{name}-2")
        services.append(f"{name}-2")
    for name in _ORCHESTRATORS:
        made.orchestrator(name, "all")
    return (*_ORCHESTRATORS, *services)


def _said(job: job_pb2.Job) -> tuple[str, ...]:
    outputs = sorted(f"{one.name}={one.digest}" for one in job.outputs)
    return job.result_digest, *outputs


def _undisturbed(made: Cluster, path: Path, trials: Trials, tell: Callable[[str], None]) -> Calm:
    with made.suite.client(_ORCHESTRATORS[0]) as client:
        begun = time.monotonic()
        job = client.wait(submit(client, path).job_id, timeout_s=_PATIENCE_S)
        seconds = time.monotonic() - begun
        if job.state != job_pb2.JOB_STATE_SUCCEEDED:
            raise RuntimeError(f"{path.name}, which nobody disturbed: {job}")
        trials.outcomes.append(Outcome(path, job, client.get_analysis(job.media_id)))
        _forget(client, job)
    tell(f"{path.name}, undisturbed: {seconds:.1f} s, {job.result_digest}")
    return Calm(_said(job), seconds)


def _forget(client: Videre, job: job_pb2.Job) -> None:
    """Delete a job with its media: the same bytes are looked at anew then."""
    client.delete(job.job_id)
    client.delete_media(job.media_id, close_reviews=True)


def _trial(
    made: Cluster,
    path: Path,
    calm: Calm,
    victim: str,
    rng: random.Random,
    trials: Trials,
    tell: Callable[[str], None],
) -> None:
    label = f"{len(trials.outcomes)}. {path.stem}, {victim} killed"
    asked = next(name for name in _ORCHESTRATORS if name != victim)
    with made.suite.client(asked) as client:
        job_id = submit(client, path).job_id
        time.sleep(rng.uniform(0, 0.8 * calm.seconds))
        in_flight = not has_ended(client.query(job_id).job)
        taken_s = _kill(made, job_id, victim)
        if in_flight:
            trials.killed.append(victim)
        if taken_s is not None:
            trials.taken_s.append(taken_s)
        made.suite.start(victim)
        job = client.wait(job_id, timeout_s=_PATIENCE_S)
        if job.state != job_pb2.JOB_STATE_SUCCEEDED:
            trials.lost.append(Case(label, None, "SUCCEEDED", job_pb2.JobState.Name(job.state)))
        elif _said(job) != calm.said:
            trials.wrong.append(Case(label, None, str(calm.said), str(_said(job))))
        trials.twice += [Case(label, None, "once", words) for words in doubled(client, job)]
        trials.outcomes.append(Outcome(Path(label), job, client.get_analysis(job.media_id)))
        _forget(client, job)
    taken = "" if taken_s is None else f", taken over after {taken_s:.2f} s"
    tell(f"{label}{taken}{'' if in_flight else ', not counted: the job had ended'}")


def _kill(made: Cluster, job_id: str, victim: str) -> float | None:
    """Kill a process; return when another replica had its job, None where it was not its job."""
    if victim not in _ORCHESTRATORS:
        made.suite.kill(victim)
        return None
    others = {made.replica_of(name) for name in _ORCHESTRATORS if name != victim}
    own = made.owner(job_id) == made.replica_of(victim)
    made.suite.kill(victim)
    return made.owned_by(job_id, others, _PATIENCE_S) if own else None


def figures(trials: Trials) -> list[Measured]:
    """Return the figures of the trials."""
    killed = len(trials.killed)
    orchestrators = sum(name in _ORCHESTRATORS for name in trials.killed)
    taken = sorted(trials.taken_s)
    late = (
        quantiles(taken, n=20, method="inclusive")[-1]
        if len(taken) > 1
        else max(taken, default=None)
    )
    of = f"{len(taken)} jobs whose replica was killed"
    return [
        Measured("kills with a job in flight", killed, "kills",
                 f"{orchestrators} of orchestrators"),
        Measured("jobs lost", len(trials.lost), "jobs", "", cases=tuple(trials.lost)),
        Measured("jobs that ended otherwise", len(trials.wrong), "jobs",
                 "result or files differ from the undisturbed job's", cases=tuple(trials.wrong)),
        Measured("effects that came twice", len(trials.twice), "effects",
                 "events, publications, ends, outputs", cases=tuple(trials.twice)),
        Measured("take-over: p50", median(taken) if taken else None, "s", of),
        Measured("take-over: p95", late, "s", of),
    ]  # fmt: skip
