"""An orchestrator's API with a sender and a clock that are moved by hand."""

from __future__ import annotations

import random
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from prometheus_client import CollectorRegistry
from unqueued import unqueued

from tests.fresh import fresh_database
from videre.client import AsyncVidere, RetryPolicy
from videre.common.clock import FakeClock
from videre.common.server import start_server
from videre.orchestrator.access.callers import callers_of
from videre.orchestrator.api.registrations import registrations
from videre.orchestrator.app import Orchestrator, open_orchestrator
from videre.orchestrator.notify.sender import Sender
from videre.orchestrator.settings import OrchestratorSettings
from videre.orchestrator.store.jobs import NewJob
from videre.orchestrator.store.records import JobState, StageState


@dataclass(frozen=True, slots=True)
class Notifying:
    """What a test works with."""

    app: Orchestrator
    address: str
    client: AsyncVidere
    sender: Sender
    clock: FakeClock

    def happen(self, state: JobState = JobState.FAILED, **tags: str) -> str:
        """Have a job be queued, and end: two events."""
        new = NewJob(self.app.ids.new(), "default", None, b"", None, "d", [], 5, "", tags, "ada",
                     "", None, [("ingest", StageState.PENDING, "")])  # fmt: skip
        unqueued(self.app).submit(new, lambda _connection, _job: None)
        error = {"reason": "X", "message": "y", "metadata": {}}
        failed = error if state is JobState.FAILED else None
        self.app.jobs.finish(new.id, state, retention_ns=10**15, error=failed)
        return new.id

    async def sent(self) -> None:
        """Send what is due until nothing is."""
        while await self.sender.start_due():
            await self.sender.settle()


@asynccontextmanager
async def notifying(folder: Path, **settings: Any) -> AsyncIterator[Notifying]:
    """Serve for the length of a block."""
    clock = FakeClock()
    known = OrchestratorSettings(
        data_dir=folder, allowed_networks=("127.0.0.1/32",), file_roots=(str(folder),), **settings
    )
    database = fresh_database(known.database_path)
    try:
        async with open_orchestrator(known, database, clock, random.Random(1)) as app:
            server = await start_server(
                "127.0.0.1", 0, registrations(app), metrics=CollectorRegistry(),
                authenticate=callers_of(app),
            )  # fmt: skip
            sender = Sender(app.webhooks, app.sinks, app.seal, clock, random.Random(2))
            async with AsyncVidere(server.address, retry=RetryPolicy(attempts=1)) as client:
                yield Notifying(app, server.address, client, sender, clock)
            await server.stop(0)
    finally:
        database.dispose()
