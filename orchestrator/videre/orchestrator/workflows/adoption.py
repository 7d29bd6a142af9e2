"""Workflows that another release began, and that nobody works on any more: they begin again here.

A journal is replayed by the flow that wrote it. Where the flow has changed between two releases,
the new one cannot go on behind the recorded steps; but it can run a job again from its first step,
for what a step writes has one key: the evidence that is there calls no model. Chunks are forgotten
with their journal, for the new plan starts its own.

The tables are those of the engine (`dbos`, pinned in the locks): its own rewinding works on a
workflow that was cancelled before, and a process that ends between the two would leave a job that
looks as if it were lost. Here both are one transaction, with what the job had counted.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import sqlalchemy as sa

from videre.orchestrator.store.job_parts import forget_parts
from videre.orchestrator.store.postgres import replica_lock

_WAITING: Final = ("PENDING", "ENQUEUED")
_COLUMNS: Final = (
    "workflow_uuid", "status", "executor_id", "application_version", "parent_workflow_id",
    "owner_xid", "started_at_epoch_ms", "recovery_attempts",
)  # fmt: skip


def adopt(connection: sa.Connection, flow: str, schema: str | None) -> list[str]:
    """Put workflows of other flows back on their queues, from the beginning; return their ids.

    A workflow is left to the replica that works on it as long as that lives. Those of no flow are
    on the queue already, for whoever is current.

    Args:
        connection: in a transaction, to which the locks of dead replicas belong.
        flow: of this release.
        schema: of the journal's tables; None = they are in no schema, and this process is alone.
    """
    status = sa.table("workflow_status", *map(sa.column, _COLUMNS), schema=schema)
    adopted = _orphans(connection, status, flow, alone=schema is None)
    if adopted:
        _forget_steps(connection, status, adopted)
        again = {
            "status": "ENQUEUED", "application_version": None, "executor_id": None,
            "owner_xid": None, "started_at_epoch_ms": None, "recovery_attempts": 0,
        }  # fmt: skip
        these = status.c.workflow_uuid.in_(adopted)
        connection.execute(sa.update(status).where(these).values(again))
        forget_parts(connection, adopted)
    return adopted


def _orphans(
    connection: sa.Connection, status: sa.TableClause, flow: str, *, alone: bool
) -> list[str]:
    """Return the workflows of other flows, without their chunks, that no replica works on."""
    columns = status.c
    foreign = (
        sa.select(columns.workflow_uuid, columns.status, columns.executor_id)
        .where(
            columns.status.in_(_WAITING),
            columns.application_version != flow,
            columns.parent_workflow_id.is_(None),
        )
        .order_by(columns.workflow_uuid)
    )
    dead: dict[str, bool] = {}
    found = []
    for row in connection.execute(foreign).all():
        owner = row.executor_id if row.status == "PENDING" and not alone else None
        if owner is not None and owner not in dead:
            dead[owner] = _is_dead(connection, owner)
        if owner is None or dead[owner]:
            found.append(str(row.workflow_uuid))
    return found


def _forget_steps(
    connection: sa.Connection, status: sa.TableClause, workflows: Sequence[str]
) -> None:
    """Remove what the journal has of the steps of workflows, and all of their chunks."""
    below = sa.select(status.c.workflow_uuid).where(status.c.parent_workflow_id.in_(workflows))
    chunks = list(connection.execute(below).scalars())
    for name, ids in (
        ("operation_outputs", [*workflows, *chunks]),
        ("workflow_input", chunks),
        ("workflow_output", chunks),
        ("workflow_status", chunks),
    ):
        table = sa.table(name, sa.column("workflow_uuid"), schema=status.schema)
        connection.execute(sa.delete(table).where(table.c.workflow_uuid.in_(ids)))


def _is_dead(connection: sa.Connection, replica: str) -> bool:
    """Tell whether a replica's lock is free; it is ours then until the transaction ends."""
    lock = sa.func.pg_try_advisory_xact_lock(replica_lock(replica))
    return bool(connection.execute(sa.select(lock)).scalar_one())
