"""Production tasks that need what is read in the picture: whole jobs in a suite of their own."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from bench.harness import fresh_suite
from bench.processes import cpu_used, difference, total_s
from videre.client import AsyncVidere
from videre.v1 import job_pb2
from videre.v1 import production_pb2 as pb

_PATIENCE_S: Final = 1_800.0


@dataclass(frozen=True, slots=True)
class ReadFilm:
    """A film, what is made of it by name, and the CPU-seconds of all processes meanwhile."""

    path: Path
    files: dict[str, bytes]
    cpu_seconds: float


def make_read(
    films: Sequence[tuple[Path, pb.ProductionTask]], tell: Callable[[str], None]
) -> list[ReadFilm]:
    """Read films and make files of them, one after the other.

    Raises:
        RuntimeError: a job fails.
    """
    return asyncio.run(_make_read(films, tell))


async def _make_read(
    films: Sequence[tuple[Path, pb.ProductionTask]], tell: Callable[[str], None]
) -> list[ReadFilm]:
    async with fresh_suite() as client:
        return [await _one(client, path, task, tell) for path, task in films]


async def _one(
    client: AsyncVidere, path: Path, task: pb.ProductionTask, tell: Callable[[str], None]
) -> ReadFilm:
    before, began = cpu_used(os.getpid()), time.monotonic()
    submitted = await client.submit(path, features=["text"], production_tasks=[task])
    job = await client.wait(submitted.job_id, timeout_s=_PATIENCE_S)
    wall = time.monotonic() - began
    spent = total_s(difference(before, cpu_used(os.getpid())))
    if job.state != job_pb2.JOB_STATE_SUCCEEDED:
        failed = [f"{one.name}: {one.reason} {one.message}" for one in job.stages if one.reason]
        raise RuntimeError(f"{path.name}: {job.error.reason}; {'; '.join(failed)}")
    files = {one.name: await client.read_artifact(one.digest) for one in job.outputs}
    tell(f"{path.name}: {', '.join(files)} in {wall:.1f} s")
    return ReadFilm(path, files, spent)
