"""What projects have used: added up in the transaction that ends a job, read per day."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import sqlalchemy as sa

from videre.common.values import NS
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.json_columns import whole_number

_DAY_NS: Final = 86_400 * NS
_MS_NS: Final = 1_000_000
_SUMS: Final = ("jobs", "media_ms", "cpu_ms", "model_calls", "output_bytes")


@dataclass(frozen=True, slots=True)
class UsageDay:
    """What a project had done on one day.

    Args:
        day: days since the Unix epoch, UTC.
        jobs: how many ended.
        media_ms: length of their media.
        cpu_ms: CPU of engines and of making files.
        model_calls: calls of models.
        output_bytes: of the files that were made.
    """

    day: int
    jobs: int
    media_ms: int
    cpu_ms: int
    model_calls: int
    output_bytes: int


def day_of(time_ns: int) -> int:
    """Return the day of a time since the Unix epoch."""
    return time_ns // _DAY_NS


def day_start_ns(day: int) -> int:
    """Return when a day begins, nanoseconds since the Unix epoch."""
    return day * _DAY_NS


def media_ms(connection: sa.Connection, project_id: str, day: int) -> int:
    """Return the length of the media of the jobs of a project that ended on a day."""
    row = t.usage_day.c
    query = sa.select(row.media_ms).where(row.project_id == project_id, row.day == day)
    return int(connection.execute(query).scalar_one_or_none() or 0)


def charge(connection: sa.Connection, job_id: str, now_ns: int) -> None:
    """Add what a job has used to its project's day, in the transaction that ends it."""
    job, stage, output, media = t.job.c, t.job_stage.c, t.job_output.c, t.media.c
    project_id, media_ns = connection.execute(
        sa.select(job.project_id, whole_number(media.facts, "duration_ns"))
        .select_from(t.job.outerjoin(t.media, media.id == job.media_id))
        .where(job.id == job_id)
    ).one()
    cpu_ms, model_calls = connection.execute(
        sa.select(
            sa.func.coalesce(sa.func.sum(stage.cpu_ms), 0),
            sa.func.coalesce(sa.func.sum(stage.model_calls), 0),
        ).where(stage.job_id == job_id)
    ).one()
    size = connection.execute(
        sa.select(sa.func.coalesce(sa.func.sum(output.size_bytes), 0)).where(
            output.job_id == job_id
        )
    ).scalar_one()
    used = (1, (media_ns or 0) // _MS_NS, int(cpu_ms), int(model_calls), int(size))
    row = t.usage_day.c
    key = {"project_id": project_id, "day": day_of(now_ns)}
    insert_once(connection, t.usage_day, {**key, **dict.fromkeys(_SUMS, 0)})
    connection.execute(
        sa.update(t.usage_day)
        .where(row.project_id == project_id, row.day == key["day"])
        .values({name: row[name] + value for name, value in zip(_SUMS, used, strict=True)})
    )


class UsageStore:
    """Reads of what was used. Blocking: call through threads."""

    def __init__(self, database: Database) -> None:
        self._db = database

    def days(self, project_id: str, first: int, last: int) -> Sequence[UsageDay]:
        """Return the days first..last on which jobs of a project ended, in order."""
        row = t.usage_day.c
        query = (
            sa.select(row.day, *(row[name] for name in _SUMS))
            .where(row.project_id == project_id, row.day.between(first, last))
            .order_by(row.day)
        )
        with self._db.steps.connect() as connection:
            return [UsageDay(*found) for found in connection.execute(query)]
