"""A cluster whose processes are killed one by one: every job ends as if nothing had been.

Three orchestrators on one PostgreSQL and one S3 store, two replicas of the busy services. In every
trial one process of them is killed at some moment of a job, and started again; then PostgreSQL is
restarted in the middle of jobs, and last every process is restarted in turn while jobs come in.
Every trial is kept when it has ended: `MINUTES=n` ends a run, `CONTINUE=1` goes on where it ended.
"""

from __future__ import annotations

import random
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median, quantiles
from typing import Final

from bench.faults.rollout import Load, Rolled, forget, roll
from bench.faults.trials import Trials, keep, kept
from bench.faults.work import doubled, submit
from bench.harness import Outcome
from bench.machine import program
from bench.options import Options
from tests.cluster import Cluster, cluster
from tests.doubles.postgres import programs
from tests.fault.films import film
from videre.cli.evaluation.figures import Case, Measured
from videre.client import Videre, has_ended
from videre.v1 import job_pb2

_TRIALS: Final = 100
_QUICK_TRIALS: Final = 4
_RESTARTS: Final = 20
_QUICK_RESTARTS: Final = 1
#: How long PostgreSQL is away.
_AWAY_S: Final = (0.5, 4.0)
_FILMS: Final = 2
_FILM_S: Final = 8
_ORCHESTRATORS: Final = ("one", "two", "three")
_BUSY: Final = ("visual", "ocr")
#: Of the trials with an orchestrator, every so many kills any of them; the others kill the one that
#: has the job, so that somebody has to take it over.
_ANY_OF: Final = 3
_PATIENCE_S: Final = 300.0
_SEED: Final = 9
_KEPT: Final = Path("build/bench")


@dataclass(frozen=True, slots=True)
class Calm:
    """What a film gives when nobody disturbs, and how long that takes."""

    path: Path
    said: tuple[str, ...]
    seconds: float


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Kill, compare, measure.

    Raises:
        FileNotFoundError: PostgreSQL is not installed.
    """
    if programs() is None:
        raise FileNotFoundError("PostgreSQL is not installed on this machine")
    kept_in, sources = _KEPT / ("quick" if options.quick else "") / "cluster.trials.json", program()
    trials = kept(kept_in, sources) if options.go_on else Trials()
    trials.runs += 1
    rng = random.Random(f"{_SEED} {trials.kills} {trials.databases}")
    last = time.monotonic() + options.minutes * 60 if options.minutes else None
    if trials.kills or trials.databases:
        tell(f"goes on behind {trials.kills} kills and {trials.databases} restarts of PostgreSQL")
    with tempfile.TemporaryDirectory(prefix="videre-bench-cluster-") as place:
        folder = Path(place)
        films = [film(number, folder / "films", _FILM_S) for number in range(_FILMS)]
        with cluster(folder / "cluster", VIDERE_STAGE_PATIENCE="120", VIDERE_SLOTS="1") as made:
            names = _start(made)
            calm = [_undisturbed(made, path, trials, tell) for path in films]
            if trials.rolled is None:
                trials.rolled = _roll(made, names, calm, tell)
            keep(trials, kept_in, sources)
            for one in _left(trials, options.quick):
                if last is not None and time.monotonic() > last:
                    tell(f"{trials.kills} kills and {trials.databases} restarts of PostgreSQL "
                         "in the time that there was")  # fmt: skip
                    break
                try:
                    one(made, calm, rng, trials, tell)
                except Exception as error:  # a trial without an end is none that went well
                    trials.lost.append(Case("a trial broke off", None, "its end", str(error)))
                    raise
                finally:
                    keep(trials, kept_in, sources)
    return [*figures(trials), *rolling(trials.rolled)], trials.outcomes


def _left(trials: Trials, quick: bool) -> Iterator[Callable[..., None]]:
    """Yield the trials that are not made yet."""
    while trials.databases < (_QUICK_RESTARTS if quick else _RESTARTS):
        yield _database_trial
    while trials.kills < (_QUICK_TRIALS if quick else _TRIALS):
        yield _kill_trial


@dataclass(frozen=True, slots=True)
class Aim:
    """Which process a trial kills.

    Args:
        orchestrator: one of them, which have state, as often as all services together.
        owner: the one that has the job.
    """

    orchestrator: bool
    owner: bool

    @classmethod
    def of(cls, number: int) -> Aim:
        """Return the aim of a trial."""
        orchestrator = number % 2 == 0
        return cls(orchestrator, orchestrator and number // 2 % _ANY_OF != _ANY_OF - 1)

    def victim(self, made: Cluster, job_id: str, rng: random.Random) -> str:
        """Return the process to kill."""
        if not self.orchestrator:
            return rng.choice([name for name in made.suite.names if name not in _ORCHESTRATORS])
        owner = made.owner(job_id) if self.owner else None
        names = {made.replica_of(name): name for name in _ORCHESTRATORS}
        return names.get(owner or "") or rng.choice(_ORCHESTRATORS)


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
        forget(client, job)
    tell(f"{path.name}, undisturbed: {seconds:.1f} s, {job.result_digest}")
    return Calm(path, _said(job), seconds)


def _roll(
    made: Cluster, names: tuple[str, ...], calm: list[Calm], tell: Callable[[str], None]
) -> Rolled:
    def load(one: Calm) -> Load:
        return Load(one.path.stem, lambda client: submit(client, one.path), one.said, _said)

    rolled = roll(made, _ORCHESTRATORS, names, [load(one) for one in calm])
    tell(f"rolling restart: {len(rolled.restarted)} processes, {rolled.jobs} jobs, "
         f"{len(rolled.failed)} of them failed")  # fmt: skip
    return rolled


def _database_trial(
    made: Cluster,
    films: Sequence[Calm],
    rng: random.Random,
    trials: Trials,
    tell: Callable[[str], None],
) -> None:
    """Restart PostgreSQL in the middle of a job, by chance as if it had crashed."""
    calm, mode = films[trials.databases % len(films)], rng.choice(("fast", "immediate"))
    label = f"{len(trials.outcomes)}. {calm.path.stem}, PostgreSQL restarted ({mode})"
    with made.suite.client(_ORCHESTRATORS[0]) as client:
        job_id = submit(client, calm.path).job_id
        time.sleep(rng.uniform(0, 0.8 * calm.seconds))
        in_flight = not has_ended(client.query(job_id).job)
        trials.restarts += in_flight
        made.server.stop(mode)
        time.sleep(rng.uniform(*_AWAY_S))
        made.server.start()
        _judge(client, job_id, calm, label, trials)
    trials.databases += 1
    tell(f"{label}{'' if in_flight else ', not counted: the job had ended'}")


def _kill_trial(
    made: Cluster,
    films: Sequence[Calm],
    rng: random.Random,
    trials: Trials,
    tell: Callable[[str], None],
) -> None:
    """Kill a process in the middle of a job, and start it again."""
    calm, aim = films[trials.kills % len(films)], Aim.of(trials.kills)
    with made.suite.client(rng.choice(_ORCHESTRATORS)) as client:
        job_id = submit(client, calm.path).job_id
        if aim.owner:
            everyone = {made.replica_of(name) for name in _ORCHESTRATORS}
            made.owned_by(job_id, everyone, _PATIENCE_S)
        time.sleep(rng.uniform(0, 0.8 * calm.seconds))
        in_flight = not has_ended(client.query(job_id).job)
        victim = aim.victim(made, job_id, rng)
        label = f"{len(trials.outcomes)}. {calm.path.stem}, {victim} killed"
        taken_s = _kill(made, job_id, victim)
        if in_flight:
            trials.killed.append(victim)
        if taken_s is not None:
            trials.taken_s.append(taken_s)
        made.suite.start(victim)
        _judge(client, job_id, calm, label, trials)
    trials.kills += 1
    taken = "" if taken_s is None else f", taken over after {taken_s:.2f} s"
    tell(f"{label}{taken}{'' if in_flight else ', not counted: the job had ended'}")


def _judge(client: Videre, job_id: str, calm: Calm, label: str, trials: Trials) -> None:
    """Wait for a job's end, compare it with the undisturbed one, and forget it."""
    job = client.wait(job_id, timeout_s=_PATIENCE_S)
    if job.state != job_pb2.JOB_STATE_SUCCEEDED:
        trials.lost.append(Case(label, None, "SUCCEEDED", job_pb2.JobState.Name(job.state)))
    elif _said(job) != calm.said:
        trials.wrong.append(Case(label, None, str(calm.said), str(_said(job))))
    trials.twice += [Case(label, None, "once", words) for words in doubled(client, job)]
    trials.outcomes.append(Outcome(Path(label), job, client.get_analysis(job.media_id)))
    forget(client, job)


def _kill(made: Cluster, job_id: str, victim: str) -> float | None:
    """Kill a process; return when another replica had its job, None where it was not its job."""
    if victim not in _ORCHESTRATORS:
        made.suite.kill(victim)
        return None
    others = {made.replica_of(name) for name in _ORCHESTRATORS if name != victim}
    made.suite.kill(victim)
    own = made.owner(job_id) == made.replica_of(victim)  # now: it cannot end the job any more
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
        Measured("restarts of PostgreSQL with a job in flight", trials.restarts, "restarts",
                 f"of {trials.databases}"),
        Measured("kills with a job in flight", killed, "kills",
                 f"{orchestrators} of orchestrators; {trials.kills} trials in {trials.runs} runs"),
        Measured("jobs lost", len(trials.lost), "jobs", "", cases=tuple(trials.lost)),
        Measured("jobs that ended otherwise", len(trials.wrong), "jobs",
                 "result or files differ from the undisturbed job's", cases=tuple(trials.wrong)),
        Measured("effects that came twice", len(trials.twice), "effects",
                 "events, publications, ends, outputs", cases=tuple(trials.twice)),
        Measured("take-over: p50", median(taken) if taken else None, "s", of),
        Measured("take-over: p95", late, "s", of),
    ]  # fmt: skip


def rolling(rolled: Rolled) -> list[Measured]:
    """Return the figures of the restart of every process."""
    return [
        Measured("rolling restart: processes", len(rolled.restarted), "processes",
                 "each ended by SIGTERM, in order", cases=tuple(rolled.unclean)),
        Measured("rolling restart: jobs meanwhile", rolled.jobs, "jobs", "two always under way"),
        Measured("rolling restart: jobs that failed", len(rolled.failed), "jobs",
                 "or came to something else", cases=tuple(rolled.failed)),
    ]  # fmt: skip
