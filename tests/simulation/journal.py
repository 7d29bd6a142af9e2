"""The contract of the durable engine, kept in memory, with the engine's own weaknesses.

- The outcome of a step is recorded once, after its body; a body may run more than once.
- A workflow that was interrupted is run again from its start and is given what was recorded.
- Cancelling marks; a preemptible step is stopped at the next look, once a second; an entry that
  was removed is looked at by nobody.
- A workflow that was interrupted too often ends without any of its code being run.

`Records` outlives the process; `MemoryJournal` belongs to one run of it.
"""

from __future__ import annotations

import asyncio
import pickle
from collections.abc import Callable, Coroutine, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import sqlalchemy as sa

from tests.simulation.faults import DoubleBroken, Tick
from videre.orchestrator.queueing import journal_priority
from videre.orchestrator.store.database import Database
from videre.orchestrator.workflows.journal import (
    ANALYSE,
    CHUNKS,
    JOBS,
    Child,
    Seat,
    Workflow,
)
from videre.orchestrator.workflows.steps import Steps

T = TypeVar("T")

#: What is enqueued in a transaction of the store lies in the store until the journal takes it.
QUEUE: Final = sa.table(
    "simulated_queue", sa.column("id"), sa.column("priority"), sa.column("turn")
)
CREATE_QUEUE: Final = (
    "CREATE TABLE simulated_queue (id TEXT PRIMARY KEY, priority INTEGER, turn INTEGER)"
)
_POLL_S: Final = 0.1
_LOOK_S: Final = 1.0
_LOST: Final = frozenset({"CANCELLED", "ERROR", "MAX_RECOVERY_ATTEMPTS_EXCEEDED"})


class WorkflowCancelled(BaseException):
    """What a step of a cancelled workflow meets; no `except Exception` stops it."""


@dataclass(slots=True)
class Entry:
    """One workflow in the journal."""

    id: str
    workflow: str
    queue: str
    priority: int
    order: int
    arguments: bytes
    status: str = "ENQUEUED"
    attempts: int = 0
    outcomes: dict[int, tuple[str, bytes]] = field(default_factory=dict)
    answer: bytes = b""


@dataclass(slots=True)
class Records:
    """The journal on disk.

    Args:
        entries: by id.
        orders: entries ever made.
        taken: rows of QUEUE that have become entries.
    """

    entries: dict[str, Entry] = field(default_factory=dict)
    orders: int = 0
    taken: set[str] = field(default_factory=set)

    def add(
        self,
        workflow: str,
        queue: str,
        workflow_id: str,
        priority: int,
        arguments: tuple[Any, ...],
        turn: int = 0,
    ) -> None:
        """Enqueue once."""
        if workflow_id in self.entries:
            return
        self.orders += 1
        self.entries[workflow_id] = Entry(
            workflow_id, workflow, queue, journal_priority(priority, turn),
            self.orders,
            pickle.dumps(arguments),
        )  # fmt: skip

    def family(self, job_id: str) -> list[Entry]:
        """Return a job's entry and those of its chunks."""
        own = (job_id, f"{job_id}.")
        return [e for e in self.entries.values() if e.id == own[0] or e.id.startswith(own[1])]

    def at_work(self) -> list[str]:
        """Return the ids of what is being run."""
        return [e.id for e in self.entries.values() if e.status == "PENDING"]

    def open(self) -> list[Entry]:
        """Return what has not ended."""
        return [e for e in self.entries.values() if e.status in ("ENQUEUED", "PENDING")]


@dataclass(slots=True)
class _Run:
    entry: Entry
    job_id: str
    step: int = 0


_current: ContextVar[_Run] = ContextVar("current run of a workflow")


def current_job() -> str:
    """Return the job that the running code works for; "" outside of workflows."""
    run = _current.get(None)
    return run.job_id if run is not None else ""


class MemoryJournal:
    """`Journal` and `JobJournal` over records."""

    def __init__(
        self,
        records: Records,
        workflows: Sequence[Workflow],
        database: Database,
        tick: Tick,
        at_once: dict[str, int],
    ) -> None:
        self._records = records
        self._workflows = {flow.name: flow for flow in workflows}
        self._database = database
        self._tick = tick
        self._at_once = at_once
        self._steps: Steps | None = None
        self._busy = {JOBS: 0, CHUNKS: 0}
        self._watched: dict[asyncio.Task[Any], Entry] = {}
        self._wakes = asyncio.Event()

    # --- the process's side --------------------------------------------------------------------

    async def work(self, steps: Steps) -> None:
        """Take up what was interrupted, then run what is enqueued, for ever."""
        self._steps = steps
        for entry in self._records.open():
            if entry.status == "PENDING":
                entry.status = "ENQUEUED"
        async with asyncio.TaskGroup() as group:
            group.create_task(self._look())
            while True:
                self._wakes.clear()
                self._take_in()
                for queue in (JOBS, CHUNKS):
                    while self._busy[queue] < self._at_once[queue] and self._dispatch(queue, group):
                        pass
                await self._wakes.wait()
                await asyncio.sleep(_POLL_S / 2)

    def _take_in(self) -> None:
        with self._database.steps.connect() as connection:
            rows = connection.execute(sa.select(QUEUE).order_by(QUEUE.c.id)).all()
        for job_id, priority, turn in rows:
            if job_id not in self._records.taken:
                self._records.taken.add(job_id)
                self._records.add(ANALYSE, JOBS, job_id, priority, (job_id, priority), turn)

    def _dispatch(self, queue: str, group: asyncio.TaskGroup) -> bool:
        waiting = [e for e in self._records.open() if e.status == "ENQUEUED" and e.queue == queue]
        if not waiting:
            return False
        entry = min(waiting, key=lambda e: (e.priority, e.order))
        entry.attempts += 1
        flow = self._workflows[entry.workflow]
        if entry.attempts > flow.max_recovery_attempts + 1:
            entry.status = "MAX_RECOVERY_ATTEMPTS_EXCEEDED"
            return True
        entry.status = "PENDING"
        self._busy[queue] += 1
        group.create_task(self._run(flow, entry))
        return True

    async def _run(self, flow: Workflow, entry: Entry) -> None:
        _current.set(_Run(entry, entry.id.partition(".")[0]))
        try:
            answer = await flow.run(self._steps, *pickle.loads(entry.arguments))
        except WorkflowCancelled:
            pass
        except Exception as error:
            self._tick(f"end {flow.name}")
            if entry.status == "PENDING":
                entry.status, entry.answer = "ERROR", pickle.dumps(error)
        else:
            self._tick(f"end {flow.name}")
            if entry.status == "PENDING":
                entry.status, entry.answer = "SUCCESS", pickle.dumps(answer)
        finally:
            self._busy[entry.queue] -= 1
            self._wakes.set()

    async def _look(self) -> None:
        """Stop preemptible steps of cancelled workflows."""
        while True:
            await asyncio.sleep(_LOOK_S)
            for task, entry in list(self._watched.items()):
                if entry.status == "CANCELLED" and entry.id in self._records.entries:
                    task.cancel()

    # --- Journal -------------------------------------------------------------------------------

    async def step(
        self, seat: Seat, body: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """See the protocol."""
        run = _current.get()
        number, entry = run.step, run.entry
        run.step += 1
        if number in entry.outcomes:
            name, kept = entry.outcomes[number]
            if name != seat.name:
                raise DoubleBroken(f"step {number} of {entry.id} was {name}, is {seat.name}")
            recorded: T = _outcome(kept)
            return recorded
        if entry.status == "CANCELLED":
            raise WorkflowCancelled
        self._tick(f"begin {seat.name}")
        task = asyncio.ensure_future(body(*arguments))
        if seat.preemptible:
            self._watched[task] = entry
        try:
            await asyncio.wait({task})
        except asyncio.CancelledError:
            task.cancel()
            await asyncio.wait({task})
            raise
        finally:
            self._watched.pop(task, None)
        if task.cancelled():
            raise WorkflowCancelled
        error = task.exception()
        if error is not None and not isinstance(error, Exception):
            raise error  # the process has ended
        kept = pickle.dumps((error, None) if error is not None else (None, task.result()))
        self._tick(f"record {seat.name}")
        if entry.id not in self._records.entries:
            raise RuntimeError(f"no workflow {entry.id}")
        entry.outcomes[number] = (seat.name, kept)
        outcome: T = _outcome(kept)
        return outcome

    async def start(
        self, workflow: Workflow, workflow_id: str, priority: int, *arguments: Any
    ) -> Child:
        """See the protocol."""
        run = _current.get()
        run.step += 1
        if run.entry.status == "CANCELLED":
            raise WorkflowCancelled
        await asyncio.sleep(0)
        self._tick(f"start {workflow.name}")
        self._records.add(workflow.name, CHUNKS, workflow_id, priority, arguments)
        self._wakes.set()
        return _Child(self._records.entries[workflow_id], run.entry)

    # --- JobJournal ----------------------------------------------------------------------------

    def enqueue(self, connection: sa.Connection, job_id: str, priority: int, turn: int) -> None:
        """See the protocol."""
        row = {"id": job_id, "priority": priority, "turn": turn}
        connection.execute(sa.insert(QUEUE), row)
        self._wakes.set()  # it looks a moment later, when the transaction has ended

    def enqueue_binding(
        self, connection: sa.Connection, project_id: str, library_id: str, version: int, key: str
    ) -> None:
        """See the protocol. Nobody in these plays changes a library."""
        raise DoubleBroken(f"late binding {key}")

    async def adopt(self) -> list[str]:
        """See the protocol. In a play there is one release."""
        return []

    async def forget_bindings(self) -> int:
        """See the protocol."""
        return 0

    async def cancel(self, job_id: str) -> None:
        """See the protocol."""
        await self._in_a_thread(lambda: self._cancel(job_id))

    def _cancel(self, job_id: str) -> None:
        self._take_in()
        for entry in self._records.family(job_id):
            if entry.status in ("ENQUEUED", "PENDING"):
                entry.status = "CANCELLED"

    async def forget(self, job_id: str) -> None:
        """See the protocol."""
        await self._in_a_thread(lambda: self._forget(job_id))

    def _forget(self, job_id: str) -> None:
        self._take_in()
        for entry in self._records.family(job_id):
            del self._records.entries[entry.id]

    async def lost(self, job_ids: Sequence[str]) -> dict[str, str]:
        """See the protocol."""
        known = self._records.entries
        return {
            job_id: known[job_id].status
            for job_id in job_ids
            if job_id in known and known[job_id].status in _LOST
        }

    async def _in_a_thread(self, change: Callable[[], None]) -> None:
        def work() -> None:
            self._tick("journal")
            change()

        await asyncio.to_thread(work)

    def close(self) -> None:
        """Nothing is open."""


@dataclass(frozen=True, slots=True)
class _Child:
    entry: Entry
    parent: Entry

    async def result(self) -> str:
        """See the protocol: polled, and refused to a cancelled parent."""
        while self.entry.status in ("ENQUEUED", "PENDING"):
            await asyncio.sleep(_POLL_S)
            if self.parent.status == "CANCELLED":
                raise WorkflowCancelled
        match self.entry.status:
            case "SUCCESS":
                return str(pickle.loads(self.entry.answer))
            case "ERROR":
                raise pickle.loads(self.entry.answer)
            case ended:
                raise RuntimeError(f"child ended as {ended}")


def _outcome(kept: bytes) -> Any:
    error, answer = pickle.loads(kept)
    if error is not None:
        raise error
    return answer
