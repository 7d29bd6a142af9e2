"""The projects that are open, as every call needs to know them."""

from __future__ import annotations

import asyncio
from typing import Final

from videre.common.clock import Clock
from videre.orchestrator.store.projects import ProjectStore

#: How long another process's change may go unnoticed, seconds.
FRESH_S: Final = 1.0


class Directory:
    """The ids of open projects, read again when they are a second old."""

    def __init__(self, projects: ProjectStore, clock: Clock) -> None:
        self._projects, self._clock = projects, clock
        self._known: frozenset[str] = frozenset()
        self._until = float("-inf")

    async def open_ids(self) -> frozenset[str]:
        """Return the ids of the projects that are not closed."""
        if self._clock.monotonic() >= self._until:
            self._known = await asyncio.to_thread(self._projects.open_ids)
            self._until = self._clock.monotonic() + FRESH_S
        return self._known

    def forget(self) -> None:
        """Read again at the next call: this process changed something."""
        self._until = float("-inf")
