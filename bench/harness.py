"""The whole suite on an empty data folder, and media sent through it."""

from __future__ import annotations

import asyncio
import tempfile
import time
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from videre.cli.supervise.logs import LogFiles
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import running, suite
from videre.client import AsyncVidere, VidereClientError
from videre.v1 import analysis_pb2, job_pb2

_HEALTHY_S: Final = 120.0
_GRACE_S: Final = 10.0
#: What a job is asked for where only frames, times and sound are compared.
EXACT_FEATURES: Final = ("shots", "colors", "sound", "loudness")
#: Jobs under way at once: enough to keep every slot busy between the parts of a job.
AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one media. `error` is empty where the job ended with an analysis."""

    path: Path
    job: job_pb2.Job
    analysis: analysis_pb2.Analysis
    error: str = ""


@dataclass(frozen=True, slots=True)
class Running:
    """The suite at work.

    Args:
        client: talks to it.
        data: its data folder.
        start_s: seconds from the start of the processes until all were healthy.
    """

    client: AsyncVidere
    data: Path
    start_s: float


@asynccontextmanager
async def suite_on(folder: Path) -> AsyncIterator[Running]:
    """Run all processes on free ports and a data folder in `folder` while the block runs.

    Raises:
        RuntimeError: a process does not become healthy; its last lines are in the message.
    """
    logs = LogFiles(folder / "logs")
    data = folder / "data"
    with Ports.free() as ports:
        chosen = suite(ports, data)
        started = time.monotonic()
        async with running(chosen.programs, logs, grace_s=_GRACE_S) as supervisor:
            late = (*chosen.missing, *await supervisor.unhealthy(_HEALTHY_S))
            start_s = time.monotonic() - started
            if late:
                words = "\n".join(line for name in late for line in logs.tail(name))
                raise RuntimeError(f"not healthy: {', '.join(late)}\n{words}")
            async with AsyncVidere(ports.target("orchestrator")) as client:
                yield Running(client, data, start_s)


@asynccontextmanager
async def fresh_suite() -> AsyncIterator[AsyncVidere]:
    """Run all processes on an empty data folder while the block runs.

    Raises:
        RuntimeError: a process does not become healthy; its last lines are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        async with suite_on(Path(temporary)) as suite_at_work:
            yield suite_at_work.client


async def analyse(
    client: AsyncVidere,
    paths: Sequence[Path],
    *,
    patience_s: float,
    tell: Callable[[str], None],
    at_once: int = AT_ONCE,
    features: Sequence[str] = (),
) -> list[Outcome]:
    """Send media through the suite; return the outcomes in the order of `paths`.

    Args:
        features: what to look for; empty = everything.
        patience_s: time one job gets from its submit to its end.
        tell: told a line about every job that ended.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(number: int, path: Path) -> Outcome:
        async with gate:
            outcome = await _analyse_one(client, path, patience_s, features)
        state = outcome.error or job_pb2.JobState.Name(outcome.job.state)
        tell(f"{number}/{len(paths)} {path.name}: {state}, {outcome.job.model_calls} model calls")
        return outcome

    tasks = [one(number, path) for number, path in enumerate(paths, 1)]
    return list(await asyncio.gather(*tasks))


async def _analyse_one(
    client: AsyncVidere, path: Path, patience_s: float, features: Sequence[str]
) -> Outcome:
    empty = analysis_pb2.Analysis()
    try:
        submitted = await client.submit(path, features=features)
        job = await client.wait(submitted.job_id, timeout_s=patience_s)
        if not job.analysis_revision:
            return Outcome(path, job, empty, f"{job.error.reason}: {job.error.message}")
        return Outcome(path, job, await client.get_analysis(job.media_id))
    except VidereClientError as error:
        return Outcome(path, job_pb2.Job(), empty, f"{type(error).__name__}: {error}")


def unproven(outcomes: Sequence[Outcome]) -> list[str]:
    """Return a line for every job that proves nothing: it failed, or it called no model."""
    lines = [f"{o.path.name}: {o.error}" for o in outcomes if o.error]
    lines += [
        f"{o.path.name}: ended {job_pb2.JobState.Name(o.job.state)}"
        for o in outcomes
        if not o.error and o.job.state != job_pb2.JOB_STATE_SUCCEEDED
    ]
    lines += [
        f"{o.path.name}: no model was called"
        for o in outcomes
        if not o.error and not o.job.model_calls
    ]
    return lines
