"""The media that jobs work on beside their own: further inputs and covers.

They stand in a table since requests, which say it too, may be sealed: each would be opened.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database
from videre.orchestrator.store.schema.jobs import UNTOLD

#: Media beside a job's own, as its stored request names them.
Named = Callable[[bytes], Collection[str]]
#: Requests that are opened in one transaction.
_AT_ONCE: Final = 100


def tell_inputs(
    connection: sa.Connection, project_id: str, job_id: str, media: Collection[str]
) -> None:
    """Note in a job's transaction what it works on beside its own media."""
    rows = [
        {"job_id": job_id, "media_id": media_id, "project_id": project_id}
        for media_id in sorted(media)
    ]
    if rows:
        connection.execute(sa.insert(t.job_input), rows)


def tell_all_inputs(database: Database, project_id: str, named: Named) -> int:
    """Note what jobs of a project work on that an earlier release has stored; return how many."""
    job, count = t.job.c, 0
    untold = sa.select(job.id, job.request).where(job.project_id == project_id, UNTOLD)
    while True:
        with database.steps.begin() as connection:
            rows = connection.execute(untold.limit(_AT_ONCE)).all()
            for row in rows:
                tell_inputs(connection, project_id, row.id, named(row.request))
            told = [row.id for row in rows]
            connection.execute(sa.update(t.job).where(job.id.in_(told)).values(inputs_told=True))
        count += len(rows)
        if len(rows) < _AT_ONCE:
            return count


def works_on(media_id: str) -> sa.ColumnElement[bool]:
    """Return what holds of the jobs that work on a media, as their own or beside it."""
    own = t.job.alias("own")
    return t.job.c.id.in_(
        sa.select(own.c.id)
        .where(own.c.media_id == media_id)
        .union(sa.select(t.job_input.c.job_id).where(t.job_input.c.media_id == media_id))
    )
