"""The durable engine: DBOS. No other module knows it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Coroutine, Iterable, Sequence
from contextlib import asynccontextmanager
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import structlog
from dbos import (
    DBOS,
    DBOSClient,
    SetEnqueueOptions,
    SetWorkflowID,
    StepOptions,
    WorkflowHandleAsync,
)
from dbos._serialization import DefaultSerializer
from dbos._sys_db import SystemDatabase

from videre.common import tracing
from videre.common.spans import span
from videre.orchestrator.queueing import journal_priority
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.commits import Commits
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.failures import patient
from videre.orchestrator.workflows.adoption import adopt
from videre.orchestrator.workflows.analyse import WORKFLOWS
from videre.orchestrator.workflows.deleted import fail_for_deleted
from videre.orchestrator.workflows.journal import (
    ANALYSE,
    APPLICATION,
    BINDINGS,
    CHUNKS,
    FLOW,
    JOBS,
    LATE_BINDING,
    Seat,
    Workflow,
)
from videre.orchestrator.workflows.late_binding import BINDING
from videre.orchestrator.workflows.looks import look_after_commits
from videre.orchestrator.workflows.pace import IDLE_S, QUICK_S, Pace
from videre.orchestrator.workflows.steps import Steps

T = TypeVar("T")

#: SQLite: exactly one process, so its id is fixed; the lock file guards it.
_ALONE: Final = "local"
_SCHEMA: Final = "dbos"
_DRAIN_S: Final = 5
#: A look for queued work costs 2 ms of a core where something was written since the last one (see
#: `looks`): the chunks of a job at work are looked for often (see `pace`), new jobs less often. A
#: result is looked for as often as chunks.
_POLL_JOBS_S: Final = 0.25
#: A changed library can wait.
_POLL_BINDINGS_S: Final = 1.0
#: Ended late bindings removed in one go.
_FORGOTTEN: Final = 100
_ENDED: Final = ("SUCCESS", "ERROR", "CANCELLED", "MAX_RECOVERY_ATTEMPTS_EXCEEDED")
_LOST: Final = frozenset(
    {"CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED", "RETRIES_EXCEEDED"}
)
#: Exceptions of the journal that end a workflow somebody has cancelled, or deleted; not exported.
_GONE: Final = frozenset({"DBOSAwaitedWorkflowCancelledError", "DBOSNonExistentWorkflowError"})


class DbosJobJournal:
    """A `JobJournal`. Its entries carry no application version: queued jobs survive upgrades."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._client = DBOSClient(
            system_database_engine=database.requests, application_name=APPLICATION
        )

    def enqueue(self, connection: sa.Connection, job_id: str, priority: int, turn: int) -> None:
        """See the protocol."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "queue_name": JOBS,
                "workflow_name": ANALYSE,
                "workflow_id": job_id,
                "priority": journal_priority(priority, turn),
                "application_name": APPLICATION,
            },
            job_id,
            priority,
        )

    def enqueue_binding(
        self, connection: sa.Connection, project_id: str, library_id: str, version: int, key: str
    ) -> None:
        """See the protocol."""
        self._client.enqueue_in_transaction(
            connection,
            {
                "queue_name": BINDINGS,
                "workflow_name": LATE_BINDING,
                "workflow_id": key,
                "application_name": APPLICATION,
            },
            project_id,
            library_id,
            version,
        )

    async def forget_bindings(self) -> int:
        """See the protocol."""
        flows = await self._client.list_workflows_async(
            name=LATE_BINDING, status=list(_ENDED), limit=_FORGOTTEN,
            load_input=False, load_output=False,
        )  # fmt: skip
        for flow in flows:
            await self._client.delete_workflow_async(flow.workflow_id)
        return len(flows)

    async def adopt(self) -> list[str]:
        """See the protocol."""
        return await asyncio.to_thread(self._adopt)

    def _adopt(self) -> list[str]:
        if self._client.get_latest_application_version()["version_name"] != FLOW:
            return []
        with self._database.steps.begin() as connection:
            return adopt(connection, FLOW, _SCHEMA if self._database.shared else None)

    async def cancel(self, job_id: str) -> None:
        """See the protocol."""
        await self._client.cancel_workflow_async(job_id, cancel_children=True)

    async def forget(self, job_id: str) -> None:
        """See the protocol."""
        await self._client.delete_workflow_async(job_id, delete_children=True)

    async def lost(self, job_ids: Sequence[str]) -> dict[str, str]:
        """See the protocol."""
        flows = await self._client.list_workflows_async(
            workflow_ids=list(job_ids), load_input=False, load_output=False
        )
        return {flow.workflow_id: flow.status for flow in flows if flow.status in _LOST}

    def close(self) -> None:
        """See the protocol."""
        self._client.destroy()  # no thread: the engine took the loop's executor with it


class _Child:
    def __init__(self, handle: WorkflowHandleAsync[str]) -> None:
        self._handle = handle

    async def result(self) -> str:
        """See the protocol."""
        return await self._handle.get_result(polling_interval_sec=QUICK_S)


class DbosJournal:
    """A `Journal` for the workflows of this process; they are registered by being named here."""

    def __init__(self, run: Runtime, workflows: Iterable[Workflow], pace: Pace) -> None:
        self._clock, self._patience_s = run.clock, run.settings.stage_patience
        steps = Steps(self, run)
        self._registered = {flow.name: _register(flow, steps, pace) for flow in workflows}

    async def step(
        self, seat: Seat, body: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """See the protocol. A store that fails for a while is waited for."""
        options = StepOptions(name=seat.name, preemptible=seat.preemptible)
        known = structlog.contextvars.get_contextvars()
        with span(seat.name, tracing.current(), job_id=str(known.get("job_id", ""))):
            return await DBOS.run_step_async(
                options, patient, self._clock, self._patience_s, body, *arguments
            )

    async def start(
        self, workflow: Workflow, workflow_id: str, priority: int, *arguments: Any
    ) -> _Child:
        """See the protocol."""
        with (
            SetWorkflowID(workflow_id),
            SetEnqueueOptions(priority=journal_priority(priority)),
        ):
            registered = self._registered[workflow.name]
            return _Child(await DBOS.enqueue_workflow_async(CHUNKS, registered, *arguments))


def _register(flow: Workflow, steps: Steps, pace: Pace) -> Any:
    @DBOS.workflow(name=flow.name, max_recovery_attempts=flow.max_recovery_attempts)
    async def run(*arguments: Any) -> str:
        # In the trace of the call that submitted the job; what is about no job begins one.
        job_id = str(arguments[0])
        received = await asyncio.to_thread(steps.run.jobs.traceparent, job_id)
        # No span of its own: one that a killed process never ends would be nobody's parent.
        header = received or tracing.child_of(None)
        trace_id = tracing.trace_id(header)
        with (
            pace.working(),
            tracing.entered(header),
            structlog.contextvars.bound_contextvars(job_id=job_id, trace_id=trace_id),
        ):
            return await flow.run(steps, *arguments)

    return run


class CancelledIsNoError(logging.Filter):
    """The journal logs a stack trace for every workflow that was cancelled, or deleted then."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep what is a fault."""
        error = record.exc_info[1] if record.exc_info else None
        gone = type(error).__name__ in _GONE
        return not gone and "cancel" not in record.getMessage().lower()


def prepare(database: Database, *, current: bool = False) -> None:
    """Bring the journal's tables in a shared database to this release.

    Who runs workflows does so anyway when it starts; who only asks for them must not be first.

    Args:
        current: whether this release takes new jobs from now on, also when a later one did so
            before. Without it the one does that came last.
    """
    logging.getLogger("dbos").setLevel(logging.WARNING)
    system = SystemDatabase.create(
        system_database_url="postgresql://custom:system@database/engine",  # not looked at
        engine_kwargs={},
        engine=database.journal,
        schema=_SCHEMA,
        serializer=DefaultSerializer(),
        executor_id=None,
    )
    system.run_migrations()
    if current:
        system.create_application_version(FLOW, APPLICATION)
        now_ms = time.time_ns() // 1_000_000
        system.update_application_version_timestamp(FLOW, now_ms, APPLICATION)


async def _look_for_chunks_every(seconds: float) -> None:
    queue = await DBOS.retrieve_queue_async(CHUNKS)
    if queue is not None:
        await queue.set_polling_interval_sec_async(seconds)


def recover(replicas: Sequence[str]) -> int:
    """Put the work of dead replicas back on the queues; return how many workflows there were."""
    return len(DBOS._recover_pending_workflows(list(replicas)))


@asynccontextmanager
async def running(
    run: Runtime,
    database: Database,
    *,
    jobs_at_once: int,
    chunks_at_once: int,
    replica: str | None = None,
) -> AsyncIterator[None]:
    """Run the workflows on this loop: what was interrupted goes on at once.

    Args:
        replica: name of this process among those that work on the database; None = there is no
            other one.
    """
    pace = Pace(_look_for_chunks_every)
    DbosJournal(
        run, (*WORKFLOWS, *BINDING), pace
    )  # registered before the engine starts, which resumes them by name
    engine = DBOS(
        config={
            "name": APPLICATION,
            "application_version": FLOW,
            "executor_id": replica or _ALONE,
            "dbos_system_schema": _SCHEMA,
            "system_database_engine": database.journal,
            "log_level": "WARNING",
        }
    )
    logging.getLogger("dbos").addFilter(CancelledIsNoError())
    DBOS.launch()
    fail_for_deleted(engine._sys_db)
    pacing: asyncio.Task[None] | None = None
    commits: Commits | None = None
    try:
        if replica is None:
            # Nobody else will take the jobs that a later release left.
            await DBOS.set_latest_application_version_async(FLOW)
            commits = Commits(str(database.journal.url.database))
            look_after_commits(engine._sys_db, commits.count)
        for queue, at_once, poll_s in (
            (JOBS, jobs_at_once, _POLL_JOBS_S),
            (CHUNKS, chunks_at_once, QUICK_S if replica else IDLE_S),
            (BINDINGS, 1, _POLL_BINDINGS_S),
        ):
            await DBOS.register_queue_async(
                queue,
                worker_concurrency=at_once,
                # One at a time of all replicas: two could bind one media.
                global_concurrency=1 if replica and queue == BINDINGS else None,
                polling_interval_sec=poll_s,
            )
        # The interval is one for all replicas, of which this one does not know what they do.
        if replica is None:
            pacing = asyncio.create_task(pace.keep(), name="pace of the chunks")
        yield
    finally:
        if pacing is not None:
            pacing.cancel()
            await asyncio.wait([pacing])
        # In a thread: it sleeps while the running steps, which live on this loop, finish.
        await asyncio.to_thread(DBOS.destroy, workflow_completion_timeout_sec=_DRAIN_S)
        if commits is not None:
            commits.close()
