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

from videre.cli.evaluation.jobs import AT_ONCE, Outcome, analyse, analyse_one, unproven
from videre.cli.supervise.logs import LogFiles
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import running, suite
from videre.client import Access, AsyncVidere
from videre.v1.project_pb2 import CreateProjectRequest

_HEALTHY_S: Final = 120.0
_GRACE_S: Final = 10.0
#: What a job is asked for where only frames, times and sound are compared.
EXACT_FEATURES: Final = ("shots", "colors", "sound", "loudness")

__all__ = [
    "AT_ONCE", "EXACT_FEATURES", "Outcome", "Running", "analyse", "analyse_apart", "fresh_suite",
    "suite_on", "unproven",
]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Running:
    """The suite at work.

    Args:
        client: talks to it.
        target: where its orchestrator is.
        data: its data folder.
        start_s: seconds from the start of the processes until all were healthy.
    """

    client: AsyncVidere
    target: str
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
            target = ports.target("orchestrator")
            async with AsyncVidere(target) as client:
                yield Running(client, target, data, start_s)


@asynccontextmanager
async def fresh_suite() -> AsyncIterator[AsyncVidere]:
    """Run all processes on an empty data folder while the block runs.

    Raises:
        RuntimeError: a process does not become healthy; its last lines are in the message.
    """
    with tempfile.TemporaryDirectory(prefix="videre-bench-") as temporary:
        async with suite_on(Path(temporary)) as suite_at_work:
            yield suite_at_work.client


async def analyse_apart(
    at_work: Running,
    paths: Sequence[Path],
    *,
    patience_s: float,
    tell: Callable[[str], None],
    features: Sequence[str] = (),
) -> list[Outcome]:
    """Do as `analyse` does, each of the media in a project of its own.

    What was coded alike is looked at once in a project; here each container has to be.
    """
    gate = asyncio.Semaphore(AT_ONCE)

    async def one(number: int, path: Path) -> Outcome:
        project = f"file-{number}"
        async with gate:
            await at_work.client.projects.create(CreateProjectRequest(project_id=project))
            async with AsyncVidere(at_work.target, access=Access(project=project)) as client:
                outcome = await analyse_one(client, path, patience_s, features)
        tell(f"{number}/{len(paths)} {outcome.line}")
        return outcome

    return list(await asyncio.gather(*(one(number, path) for number, path in enumerate(paths, 1))))
