"""Later revisions of what jobs have published: many jobs in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import sqlalchemy as sa

from videre.orchestrator.store import job_statements as sql
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.feed import add_to_feed
from videre.orchestrator.store.records import NextRevision


def revise(
    connection: sa.Connection,
    revisions: Sequence[NextRevision],
    rules: Mapping[str, Mapping[str, Any]],
    now_ns: int,
) -> list[str]:
    """Make later revisions those of the jobs which published the analyses, with an event each.

    Args:
        connection: of the transaction that appends them.
        revisions: what follows the latest analyses.
        rules: versions of rules that are others than before, as in `RuleVersions`, by job.
        now_ns: wall clock.

    Returns:
        The jobs; of media whose job is gone or has published no longer the latest, none.
    """
    following = {one.job_id: one for one in revisions}
    query = sa.select(t.job.c.id, t.job.c.revision, t.job.c.pins, t.job.c.last_seq).where(
        t.job.c.id.in_(list(following))
    )
    jobs = [
        row for row in connection.execute(query) if row.revision == following[row.id].revision - 1
    ]
    changes, events = [], []
    for row in jobs:
        one = following[row.id]
        now = {**(row.pins or {}).get("rules", {}), **rules.get(row.id, {})}
        changes.append(
            {
                "of": row.id,
                "new_revision": one.revision,
                "new_digest": one.document_digest,
                "new_pins": {**(row.pins or {}), "rules": now},
                "new_suggestion": one.suggestion,
            }
        )
        payload = {
            "media_id": one.media_id,
            "revision": one.revision,
            "result_digest": one.document_digest,
            "suggestion": one.suggestion,
        }
        events.append(
            {
                "job_id": row.id,
                "seq": row.last_seq + 1,
                "project_id": one.project_id,
                "kind": "analysis",
                "payload": payload,
                "time_ns": now_ns,
            }
        )
    if jobs:
        connection.execute(sql.REVISE, changes)
        connection.execute(sql.ADD_EVENT, events)
        add_to_feed(connection, events)
    return [row.id for row in jobs]
