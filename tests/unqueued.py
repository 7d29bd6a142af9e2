"""Jobs that are stored and that nobody works on: there is no journal beside the tables."""

from __future__ import annotations

from videre.orchestrator.app import Orchestrator
from videre.orchestrator.store.jobs import JobStore


def unqueued(app: Orchestrator) -> JobStore:
    """Return the store of an orchestrator's jobs with a queue that leads nowhere."""
    return JobStore(app.jobs._db, app.clock, app.changes, lambda *_: None)
