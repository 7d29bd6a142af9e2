"""Media sent through a running suite, and what became of them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from videre.client import AsyncVidere, VidereClientError
from videre.v1 import analysis_pb2, job_pb2, types_pb2

#: Jobs under way at once: enough to keep every slot busy between the parts of a job.
AT_ONCE: Final = 3


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one media. `error` is empty where the job ended with an analysis."""

    path: Path
    job: job_pb2.Job
    analysis: analysis_pb2.Analysis
    error: str = ""

    @property
    def line(self) -> str:
        """What became of it, in a line."""
        state = self.error or job_pb2.JobState.Name(self.job.state)
        return f"{self.path.name}: {state}, {self.job.model_calls} model calls"


async def analyse(
    client: AsyncVidere,
    paths: Sequence[Path],
    *,
    patience_s: float,
    tell: Callable[[str], None],
    at_once: int = AT_ONCE,
    features: Sequence[str] = (),
    engine_pins: Sequence[types_pb2.EnginePin] = (),
) -> list[Outcome]:
    """Send media through the suite; return the outcomes in the order of `paths`.

    Args:
        features: what to look for; empty = everything.
        engine_pins: engines instead of "auto".
        patience_s: time one job gets from its submit to its end.
        tell: told a line about every job that ended.
    """
    gate = asyncio.Semaphore(at_once)

    async def one(number: int, path: Path) -> Outcome:
        async with gate:
            outcome = await analyse_one(client, path, patience_s, features, engine_pins)
        tell(f"{number}/{len(paths)} {outcome.line}")
        return outcome

    tasks = [one(number, path) for number, path in enumerate(paths, 1)]
    return list(await asyncio.gather(*tasks))


async def analyse_one(
    client: AsyncVidere,
    path: Path,
    patience_s: float,
    features: Sequence[str] = (),
    engine_pins: Sequence[types_pb2.EnginePin] = (),
) -> Outcome:
    """Send one media through the suite; see `analyse`."""
    empty = analysis_pb2.Analysis()
    try:
        submitted = await client.submit(path, features=features, engine_pins=engine_pins)
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
