"""The durable engine as this program sees it, and the constants that pin its journal.

Workflows and steps know `Journal`, the API and the sweep `JobJournal`; `dbos_journal` is both.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Coroutine, Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol, TypeVar

import sqlalchemy as sa

from videre.common.errors import VidereError
from videre.orchestrator.store.failures import store_failure

T = TypeVar("T")

#: Raised by hand when steps change their order or name; a test pins the sources to it. Under one
#: version the new code replays old journals, so only the bodies of steps may change. Jobs that were
#: begun under another version begin again, see `adoption`.
FLOW: Final = "flow-3"
APPLICATION: Final = "videre"
JOBS: Final = "jobs"
CHUNKS: Final = "chunks"
BINDINGS: Final = "bindings"
ANALYSE: Final = "analyse"
LATE_BINDING: Final = "late_binding"


@dataclass(frozen=True, slots=True)
class Seat:
    """A step's place in the journal.

    Args:
        name: what the journal calls it; no two steps share one.
        preemptible: it is stopped within a second when its job is cancelled; else it runs to its
            end.
    """

    name: str
    preemptible: bool = True


@dataclass(frozen=True, slots=True)
class Workflow:
    """Durable control flow.

    Args:
        name: what the journal calls it.
        run: called with the steps, then with the arguments that the journal keeps.
        max_recovery_attempts: a workflow that kills its process this often ends in failure.
    """

    name: str
    run: Callable[..., Awaitable[str]]
    max_recovery_attempts: int


class Child(Protocol):
    """A workflow that was started by another one."""

    async def result(self) -> str:
        """Wait for its end; raises what it failed with."""


class Journal(Protocol):
    """What a workflow may do.

    The outcome of a step is recorded once. A workflow that is run again after a crash is given the
    recorded outcomes and goes on behind them; a step that was interrupted before its record runs
    again.
    """

    async def step(
        self, seat: Seat, body: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
    ) -> T:
        """Run a step's body, or return (or raise) what was recorded of it."""

    async def start(
        self, workflow: Workflow, workflow_id: str, priority: int, *arguments: Any
    ) -> Child:
        """Start a child on the queue of chunks, once; `priority` is the job's, 0..9."""


class JobJournal(Protocol):
    """What is done to a job's workflow from outside."""

    def enqueue(self, connection: sa.Connection, job_id: str, priority: int, turn: int) -> None:
        """Start a job's workflow in the transaction that lets it into the queue."""

    def enqueue_binding(
        self, connection: sa.Connection, project_id: str, library_id: str, version: int, key: str
    ) -> None:
        """Start late binding in the transaction that changes a library; `key` names it once."""

    async def forget_bindings(self) -> int:
        """Remove the entries of late bindings that have ended; return how many."""

    async def adopt(self) -> list[str]:
        """Begin again what another release began and nobody works on; return the workflows.

        Nothing is done while another release is the current one.
        """

    async def cancel(self, job_id: str) -> None:
        """Stop a job's workflow and its chunks; steps that are preemptible end within a second."""

    async def forget(self, job_id: str) -> None:
        """Remove a job's entries, its chunks' too."""

    async def lost(self, job_ids: Sequence[str]) -> dict[str, str]:
        """Return, by job, how the workflows ended that will never end their job."""

    def close(self) -> None:
        """Let go of what was opened."""


def ended_by(error: Exception) -> tuple[str, str]:
    """Return the reason and the words of what ended a workflow; no reason for what is no refusal.

    Pure in what the journal has recorded: a replay goes the same way. A store that fails while the
    journal itself records a step ends the workflow with the driver's error.
    """
    refusal = error if isinstance(error, VidereError) else store_failure(error)
    if refusal is not None:
        return str(refusal.reason), refusal.message
    return "", type(error).__name__
