"""A changed library: list the media it may alter, bind them anew in batches.

Replay rules as for jobs: no clock, randomness or I/O here. The steps stand here too, so that the
flow of jobs does not change with them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from videre.orchestrator.steps import binding
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.workflows.journal import LATE_BINDING, Journal, Seat, Workflow
from videre.orchestrator.workflows.steps import Steps


@dataclass(frozen=True, slots=True)
class BindingSteps:
    """What late binding is made of."""

    journal: Journal
    run: Runtime

    async def gather(self, project_id: str, library_id: str, version: int) -> int:
        """List the media; return how many."""
        seat = Seat("binding.gather", preemptible=False)
        body = binding.gather
        return await self.journal.step(seat, body, self.run, project_id, library_id, version)

    async def bind_some(self, project_id: str, library_id: str, version: int) -> int:
        """Bind some media of the list; return how many are left."""
        seat = Seat("binding.bind", preemptible=False)
        body = binding.bind_some
        return await self.journal.step(seat, body, self.run, project_id, library_id, version)

    async def finish(self, project_id: str, library_id: str, version: int) -> str:
        """Note the end."""
        seat = Seat("binding.finish", preemptible=False)
        body = binding.finish
        return await self.journal.step(seat, body, self.run, project_id, library_id, version)


async def late_binding(steps: Steps, project_id: str, library_id: str, version: int) -> str:
    """Look for a version of a library in everything that was published before."""
    own = BindingSteps(steps.journal, steps.run)
    left = await own.gather(project_id, library_id, version)
    while left:
        left = await own.bind_some(project_id, library_id, version)
    return await own.finish(project_id, library_id, version)


BINDING: Final = (Workflow(LATE_BINDING, late_binding, max_recovery_attempts=1_000),)
