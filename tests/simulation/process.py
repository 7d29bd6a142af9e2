"""One run of the orchestrator's process, from its start to its end by a kill."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import ExitStack
from contextvars import ContextVar
from typing import Any, TypeVar

from tests.simulation.channels import MemoryChannel, Services
from tests.simulation.faults import DoubleBroken, Killed, Tick, leaves
from tests.simulation.films import Decoders
from tests.simulation.journal import MemoryJournal, Records
from tests.simulation.virtual import VirtualClock
from videre.common import auth
from videre.orchestrator.api.analyses.revisions import AnalysisReader
from videre.orchestrator.api.estimates import Estimator
from videre.orchestrator.api.jobs import JobServicer
from videre.orchestrator.api.media import MediaServicer
from videre.orchestrator.api.review.service import ReviewServicer
from videre.orchestrator.api.sources import Sources
from videre.orchestrator.app import Outside, assemble
from videre.orchestrator.notify.jetstream import JetStream
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.steps.services import SERVICES
from videre.orchestrator.store.database import Database, exclusive
from videre.orchestrator.sweep import sweep_forever
from videre.orchestrator.workflows.analyse import WORKFLOWS
from videre.orchestrator.workflows.journal import CHUNKS, JOBS
from videre.orchestrator.workflows.steps import Steps

T = TypeVar("T")
current_process: ContextVar[Process] = ContextVar("process that a task runs in")


class ConnectionLost(Exception):
    """The process died before its answer arrived."""


class Process:
    """The orchestrator between two kills: the real parts over doubles of what is outside."""

    def __init__(
        self,
        settings: OrchestratorSettings,
        database: Database,
        records: Records,
        services: Services,
        decoders: Decoders,
        clock: VirtualClock,
        rng: random.Random,
        tick: Tick,
        report: Callable[[str], None],
    ) -> None:
        """Start; `report` is told what must not happen to tasks.

        Raises:
            VidereError: STORE_FAILED, another process has this data folder.
        """
        self.alive = True
        self.died = asyncio.Event()
        self._report = report
        self._tasks: set[asyncio.Task[Any]] = set()
        self._lock = ExitStack()
        self._lock.enter_context(exclusive(settings.data_dir / "orchestrator.lock"))
        journal = MemoryJournal(
            records,
            WORKFLOWS,
            database,
            tick,
            {JOBS: settings.jobs_at_once, CHUNKS: settings.slots + 1},
        )
        outside = Outside(
            clock=clock,
            rng=rng,
            channels={name: MemoryChannel(name, services, tick) for name in SERVICES},  # type: ignore[misc]
            journal=journal,
            run_child=decoders.running(tick),
            stream=JetStream(None),
        )
        self.app = app = assemble(settings, database, outside)
        reader = AnalysisReader(app)
        sources = Sources(
            media=app.media, uploads=app.uploads, evidence=app.evidence, artifacts=app.artifacts,
            egress=app.egress, ids=app.ids, roots=app.settings.roots, buckets=(),
        )  # fmt: skip
        self.jobs = JobServicer(app, sources, reader, Estimator(app))
        self.media = MediaServicer(app, sources, reader)
        self.reviews = ReviewServicer(app, reader)
        self._journal = journal

    def begin(self) -> None:
        """Take up work."""
        steps = Steps(self._journal, self.app.runtime())
        for work in (self._journal.work(steps), sweep_forever(self.app, lambda: True)):
            self._spawn(work).add_done_callback(self._stopped)

    def _spawn(self, work: Coroutine[Any, Any, T]) -> asyncio.Task[T]:
        token = current_process.set(self)
        try:
            return asyncio.get_running_loop().create_task(work)
        finally:
            current_process.reset(token)

    def adopt(self, task: asyncio.Task[Any]) -> None:
        """Count a task as one of this process."""
        self._tasks.add(task)
        task.add_done_callback(self._left)

    def _left(self, task: asyncio.Task[Any]) -> None:
        self._tasks.discard(task)
        for error in _errors(task):
            if isinstance(error, DoubleBroken):
                self._report(str(error))

    def _stopped(self, task: asyncio.Task[Any]) -> None:
        """Report a task that should run as long as the process and did not."""
        for error in _errors(task):
            if self.alive and not isinstance(error, DoubleBroken):
                self._report(f"{task.get_coro()} ended by {type(error).__name__}: {error}")

    @property
    def at_work(self) -> int:
        """Number of tasks that have not ended."""
        return len(self._tasks)

    async def ask(self, call: Callable[[], Awaitable[T]]) -> T:
        """Serve one request.

        Raises:
            ConnectionLost: the process died meanwhile.
        """

        async def served() -> T:
            auth.enter(auth.LOCAL)
            return await call()

        if not self.alive:
            raise ConnectionLost
        task = self._spawn(served())
        died = asyncio.ensure_future(self.died.wait())
        await asyncio.wait({task, died}, return_when=asyncio.FIRST_COMPLETED)
        died.cancel()
        if not task.done() or not self.alive:
            raise ConnectionLost
        try:
            return task.result()
        except Killed:
            raise ConnectionLost from None

    def die(self) -> None:
        """End at once: from here on nothing of this process has an effect."""
        self.alive = False
        self.died.set()

    async def bury(self) -> None:
        """Wait until the dead process's tasks are gone, and release what the system releases."""
        while self._tasks:
            for task in list(self._tasks):
                task.cancel()
            await asyncio.wait(list(self._tasks), timeout=1.0)
        self._lock.close()


def _errors(task: asyncio.Task[Any]) -> list[BaseException]:
    error = None if task.cancelled() else task.exception()
    return list(leaves(error)) if error is not None else []


def task_factory(
    loop: asyncio.AbstractEventLoop, work: Any, context: Any = None
) -> asyncio.Task[Any]:
    """Make a task that belongs to the process it is started in."""
    task: asyncio.Task[Any] = asyncio.Task(work, loop=loop, context=context)
    process = current_process.get(None)
    if process is not None:
        process.adopt(task)
    return task


def liveness() -> Callable[[], bool]:
    """Return what tells whether the process in which this is called still lives."""
    process = current_process.get(None)
    return lambda: process is None or process.alive
