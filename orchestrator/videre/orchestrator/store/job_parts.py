"""The units of a stage's work: noted once, then counted."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

import sqlalchemy as sa

from videre.orchestrator.store import job_statements as sql
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.records import JobState

_ACTIVE = (JobState.QUEUED, JobState.RUNNING)


@dataclass(frozen=True, slots=True)
class PartDone:
    """One unit of a stage's work.

    Args:
        part: name of the unit within the stage; the same part counts once.
        keys: keys of its evidence.
        span_ns: stretch of the media it covers; None for whole tracks.
        missing: stretches [start_ns, end_ns] that nobody could look at.
        reason: why they could not be looked at; "" when the part succeeded.
    """

    stage: str
    part: str
    keys: Sequence[str] = ()
    model_calls: int = 0
    cpu_ms: int = 0
    span_ns: tuple[int, int] | None = None
    missing: Sequence[Sequence[int]] = field(default_factory=tuple)
    reason: str = ""
    message: str = ""


def uncounted(
    connection: sa.Connection, job_id: str, project_id: str, parts: Sequence[PartDone]
) -> list[PartDone]:
    """Note parts, each with its evidence; return those that were not noted before."""
    rows = [
        {
            "job_id": job_id,
            "stage": part.stage,
            "part": part.part,
            "project_id": project_id,
            "evidence_keys": list(part.keys),
        }
        for part in parts
    ]
    statement = sql.note_parts(connection.dialect.name)
    asked = {(part.stage, part.part): part for part in parts}
    noted = {(row.stage, row.part) for row in connection.execute(statement, rows)}
    return [part for name, part in asked.items() if name in noted]


def count(connection: sa.Connection, job_id: str, name: str, parts: Sequence[PartDone]) -> None:
    """Add parts to what their stage has done and lost."""
    this = {"of": job_id, "named": name}
    done = [part for part in parts if not part.reason]
    lost = [part for part in parts if part.reason]
    if done:
        added = {
            "new_done": len(done),
            "new_model_calls": sum(part.model_calls for part in done),
            "new_cpu_ms": sum(part.cpu_ms for part in done),
        }
        connection.execute(sql.PARTS_DONE, this | added)
    if lost:
        missing = connection.execute(sql.MISSING, this).scalar_one()
        told = {
            "new_done": len(lost),
            "new_reason": lost[-1].reason,
            "new_message": lost[-1].message,
            "new_missing": _joined([*missing, *(s for part in lost for s in part.missing)]),
        }
        connection.execute(sql.PARTS_LOST, this | told)


def forget_parts(connection: sa.Connection, job_ids: Sequence[str]) -> None:
    """Forget which parts of active jobs are done: they begin again, and count from nothing.

    What they cost stays counted, and their evidence is found again.
    """
    active = sa.select(t.job.c.id).where(t.job.c.id.in_(job_ids), t.job.c.state.in_(_ACTIVE))
    jobs = list(connection.execute(active).scalars())
    connection.execute(sa.delete(t.job_chunk).where(t.job_chunk.c.job_id.in_(jobs)))
    connection.execute(
        sa.update(t.job_stage).where(t.job_stage.c.job_id.in_(jobs)).values(done=0, missing=[])
    )


def _joined(stretches: Iterable[Sequence[int]]) -> list[list[int]]:
    """Return stretches in order, those that touch as one.

    A service that is down for all of a long film loses one stretch, not a thousand, of which every
    event would tell again.
    """
    joined: list[list[int]] = []
    for start, end in sorted((first, last) for first, last in stretches):
        if joined and start <= joined[-1][1]:
            joined[-1][1] = max(joined[-1][1], end)
        else:
            joined.append([start, end])
    return joined
