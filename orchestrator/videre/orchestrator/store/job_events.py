"""Events of jobs: each takes the next number of its job, inside a caller's transaction."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from videre.orchestrator.store import job_statements as sql
from videre.orchestrator.store.feed import add_to_feed


def tell(
    connection: sa.Connection, job_id: str, kind: str, payload: Mapping[str, Any], now_ns: int
) -> bool:
    """Add an event to a job; False when the job is gone: nobody can ask for it."""
    numbered = connection.execute(sql.NEXT_SEQ, {"of": job_id}).one_or_none()
    if numbered is None:
        return False
    event = {
        "job_id": job_id,
        "seq": numbered.last_seq,
        "project_id": numbered.project_id,
        "kind": kind,
        "payload": dict(payload),
        "time_ns": now_ns,
    }
    connection.execute(sql.ADD_EVENT, event)
    add_to_feed(connection, [event])
    return True
