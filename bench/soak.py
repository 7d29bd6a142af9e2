"""Jobs of different bytes on one suite: what its processes hold after each, what stays behind."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.faults.leaks import files_in
from bench.faults.mix import Kind, kind_of, made
from bench.faults.rest import at_rest, left_behind, open_pools
from bench.faults.work import submit
from bench.harness import Outcome
from bench.measures.soak import COUNTED, Look, count_grown, course, memory_grown, more_rows
from bench.options import Options
from tests.calling import reading
from tests.running import ALL, Processes, processes
from videre.cli.evaluation.figures import Case, Measured
from videre.client import Videre
from videre.v1 import analysis_pb2, job_pb2

#: Jobs of one round, after which the suite is left to rest and looked at.
_ROUND: Final = 5
_AT_ONCE: Final = 3
#: While it warms up all jobs of a round: processes then have held as much as they ever will, and
#: what grows later is no rarer meeting of calls.
_AT_ONCE_WARM: Final = 5
_PATIENCE_S: Final = 300.0
_SPOOL_BYTES: Final = 64 << 20
#: What a data folder without jobs consists of; the cache of decoded media has its own bound.
_KEPT: Final = (
    "videre.db", "videre.db-wal", "videre.db-shm", "links.key", "master.key", "report.key",
    "orchestrator.lock", "models", "spool",
)  # fmt: skip
#: Tables whose rows are no job's: one per engine, one for all, one a day; and what tells for good,
#: or as long as its retention says, what was done: the audit log, the feeds, the chain of verdicts.
_RECORDS: Final = frozenset({
    "engine_cost", "feed_head", "search_head", "sqlite_sequence", "usage_day",
    "audit_entry", "feed_event", "audience_gone", "verdict_link",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Length:
    """How much there is to do.

    Args:
        jobs: how many there are.
        warm: after how many of them the processes have reached their size.
        film_s: length of films and sounds, seconds.
    """

    jobs: int
    warm: int
    film_s: int


_FULL: Final = Length(jobs=70, warm=20, film_s=16)
_QUICK: Final = Length(jobs=30, warm=15, film_s=8)


@dataclass(frozen=True, slots=True)
class Ended:
    """A job that has ended: its kind, and what it came to in words and as a whole."""

    kind: Kind
    got: str
    outcome: Outcome

    @property
    def as_expected(self) -> bool:
        """Whether it ended as jobs of its kind do."""
        return self.got == _EXPECTED.get(self.kind, "SUCCEEDED")


_EXPECTED: Final = {Kind.CANCELLED: "CANCELLED", Kind.REFUSED: "FAILED MEDIA_UNREADABLE"}


@dataclass(frozen=True, slots=True)
class Soaked:
    """What the jobs came to and what they left.

    Args:
        looks: at the processes between the rounds, from the end of the warm-up on.
        rows: tables that have more rows than an empty suite's once all was deleted, and how many.
        files: what lies about although nothing refers to it.
        ended: processes that were restarted or are gone.
    """

    jobs: Sequence[Ended]
    looks: Sequence[Look]
    rows: dict[str, int]
    files: Sequence[str]
    ended: Sequence[str]


def run(options: Options, tell: Callable[[str], None]) -> tuple[list[Measured], list[Outcome]]:
    """Work through the jobs, look at rest, delete everything, measure."""
    usual = _QUICK if options.quick else _FULL
    jobs = options.jobs or usual.jobs
    # Bounded caches fill more slowly the more there is to do.
    length = Length(jobs, max(usual.warm, jobs // 5), options.film_s or usual.film_s)
    with tempfile.TemporaryDirectory(prefix="videre-bench-soak-") as temporary:
        folder = Path(temporary)
        for name in ("media", "tmp"):
            (folder / name).mkdir()
        with _suite(folder) as suite:
            soaked = _soak(suite, length, tell)
    understood = [job.outcome for job in soaked.jobs if job.kind.understood]
    return figures(soaked), understood


@contextmanager
def _suite(folder: Path) -> Iterator[Processes]:
    settings = {
        "VIDERE_SPOOL_BYTES": str(_SPOOL_BYTES),
        "VIDERE_STAGE_PATIENCE": "120",
        "TMPDIR": str(folder / "tmp"),
    }
    with processes(folder, *ALL, **settings) as suite:
        yield suite


def _soak(suite: Processes, length: Length, tell: Callable[[str], None]) -> Soaked:
    pids = {name: suite.pid(name) for name in ALL}
    before = rows_in(suite.folder / "data")
    open_pools(suite)
    jobs: list[Ended] = []
    looks = []
    for first in range(0, length.jobs, _ROUND):
        numbers = range(first, min(first + _ROUND, length.jobs))
        warm = first >= length.warm
        with ThreadPoolExecutor(_AT_ONCE if warm else _AT_ONCE_WARM) as pool:
            jobs += pool.map(lambda number: _work(suite, number, length.film_s), numbers)
        if len(jobs) >= length.warm:
            looks.append(Look(len(jobs), *at_rest(suite, pids)))
        tell(f"{len(jobs)}/{length.jobs}: {', '.join(job.got for job in jobs[first:])}")
    ended = [name for name, pid in pids.items()
             if not suite.alive(name) or suite.pid(name) != pid]  # fmt: skip
    files = left_behind(suite, lambda: litter(suite.folder), _SPOOL_BYTES)
    rows = more_rows(before, rows_in(suite.folder / "data"))
    return Soaked(jobs, looks, rows, files, ended)


# --- the jobs ----------------------------------------------------------------------------------


def _work(suite: Processes, number: int, film_s: int) -> Ended:
    """Run job `number` to its end. What was cancelled is deleted at once, with its media."""
    kind = kind_of(number)
    path = made(number, suite.folder / "media", film_s)
    with suite.client() as client:
        if kind is Kind.FILM:  # everything, files made from it, and their delivery
            job = submit(client, path, suite.folder / "outputs" / path.stem)
        else:
            job = client.submit(path)
        if kind is Kind.CANCELLED:
            _until_at_work(client, job.job_id)
            job = client.cancel(job.job_id)
        else:
            job = client.wait(job.job_id, timeout_s=_PATIENCE_S)
        analysis = analysis_pb2.Analysis()
        if job.state == job_pb2.JOB_STATE_SUCCEEDED:
            analysis = client.get_analysis(job.media_id)
        if kind is Kind.CANCELLED:
            client.delete(job.job_id)
            client.delete_media(job.media_id, close_reviews=True)
    return Ended(kind, _state(job), Outcome(Path(f"{number} {kind}"), job, analysis))


def _state(job: job_pb2.Job) -> str:
    """Return a job's state and, where something failed, what did and why."""
    state = job_pb2.JobState.Name(job.state).removeprefix("JOB_STATE_")
    if job.state == job_pb2.JOB_STATE_FAILED:
        return f"{state} {job.error.reason}"
    failed = [
        f"{stage.name} {stage.reason}"
        for stage in job.stages
        if stage.state == analysis_pb2.STAGE_STATE_FAILED
    ]
    return ": ".join([state, *filter(None, [", ".join(failed)])])


def _until_at_work(client: Videre, job_id: str) -> None:
    """Wait until models have been called."""
    for event in client.watch(job_id):
        if event.HasField("stage") and event.stage.model_calls:
            return


# --- what is left ------------------------------------------------------------------------------


def rows_in(data: Path) -> dict[str, int]:
    """Return the number of rows of every table in a data folder's database that jobs may fill."""
    with reading(data) as database:
        tables = database.execute("SELECT name FROM sqlite_master WHERE type = 'table'").fetchall()
        return {
            table: int(database.execute(f'SELECT count(*) FROM "{table}"').fetchone()[0])
            for (table,) in tables
            if table not in _RECORDS
        }


def litter(folder: Path) -> list[str]:
    """Return the files of a suite without jobs that should not be there."""
    data = folder / "data"
    found = [
        path for path in files_in([data]) if Path(path).relative_to(data).parts[0] not in _KEPT
    ]
    return [*files_in([folder / "tmp"]), *found]


# --- the figures -------------------------------------------------------------------------------


def figures(soaked: Soaked) -> list[Measured]:
    """Return the figures of a run."""
    looks = soaked.looks
    lasting = [name for name in looks[0].held if all(name in look.held for look in looks)]
    grown = {name: memory_grown(looks, name) for name in lasting}
    worst = max(grown, key=lambda name: grown[name])
    restless = [f"after {look.jobs} jobs" for look in looks if not look.calm]
    since = f"{len(looks)} looks, from {looks[0].jobs} jobs to {looks[-1].jobs}"
    wrong = [
        Case(str(job.outcome.path), None, _EXPECTED.get(job.kind, "SUCCEEDED"), job.got)
        for job in soaked.jobs if not job.as_expected
    ]  # fmt: skip
    called = [job for job in soaked.jobs if job.kind is not Kind.REFUSED]
    fewest = min(called, key=lambda job: job.outcome.job.model_calls).outcome
    rows = [f"{more} in {table}" for table, more in soaked.rows.items()]
    deleted = "after everything was deleted"
    lists = {
        ("looks not at rest", f"of {len(looks)}; something was still opened or closed"): restless,
        ("processes that ended", "restarted ones among them"): soaked.ended,
        ("rows left", f"tables {deleted}"): rows,
        ("files left", deleted): soaked.files,
    }
    return [
        Measured("jobs", len(soaked.jobs), "jobs", "each with bytes of its own"),
        Measured("jobs that ended otherwise", len(wrong), "jobs",
                 "than jobs of their kind do", cases=tuple(wrong)),
        Measured("fewest calls of models", fewest.job.model_calls, "calls",
                 f"{fewest.path}; of {len(called)} jobs, those cancelled among them"),
        Measured("memory grown", grown[worst], "of its size", f"{worst}; {since}",
                 cases=tuple(Case(name, None, "flat", course(looks, name, "resident"), share)
                             for name, share in grown.items())),
        *(_counted(looks, lasting, what, since) for what in COUNTED),
        *(Measured(name, len(found), "", how,
                   cases=tuple(Case(name, None, "none", one) for one in found))
          for (name, how), found in lists.items()),
    ]  # fmt: skip


def _counted(looks: Sequence[Look], names: Sequence[str], what: str, since: str) -> Measured:
    grown = {name: count_grown(looks, name, what) for name in names}
    cases = [
        Case(name, None, "no more than before", course(looks, name, what), more)
        for name, more in grown.items() if more
    ]  # fmt: skip
    return Measured(f"{what} grown", sum(grown.values()), what, f"all processes; {since}",
                    cases=tuple(cases))  # fmt: skip
