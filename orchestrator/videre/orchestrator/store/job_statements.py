"""The statements that every step of every job executes, built once: building one costs more than
executing it.

Parameters: `of` is the job's id, `some` those of several, `named` the stage's name,
`new_<column>` a column's new value.
"""

from __future__ import annotations

from dataclasses import fields
from functools import cache
from typing import Any, Final

import sqlalchemy as sa

from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import inserting_once
from videre.orchestrator.store.json_columns import rows_as_json
from videre.orchestrator.store.records import JobState, StageRecord, StageState

_OF: Final = sa.bindparam("of", type_=sa.String)
_NAMED: Final = sa.bindparam("named", type_=sa.String)
_JOB: Final = t.job.c
_STAGE: Final = t.job_stage.c
_THIS_JOB: Final = _JOB.id == _OF
_THIS_STAGE: Final = sa.and_(_STAGE.job_id == _OF, _STAGE.name == _NAMED)
_ACTIVE: Final = sa.or_(_JOB.state == JobState.QUEUED, _JOB.state == JobState.RUNNING)
_JOB_ACTIVE: Final = sa.exists().where(_THIS_JOB, _ACTIVE)
#: A stage's state once there is work for it; one that has failed stays so.
_AT_WORK: Final = sa.case(
    (_STAGE.state == StageState.PENDING, StageState.RUNNING), else_=_STAGE.state
)


def _new(table: sa.Table, name: str) -> sa.BindParameter[object]:
    return sa.bindparam(f"new_{name}", type_=table.c[name].type)


JOB: Final = sa.select(t.job).where(_THIS_JOB)
JOB_OF_PROJECT: Final = JOB.where(_JOB.project_id == sa.bindparam("project"))
#: The job that a request made, and the one that does another one again.
JOB_OF_REQUEST: Final = sa.select(t.job).where(
    _JOB.project_id == sa.bindparam("project"), _JOB.request_id == sa.bindparam("request")
)
JOB_AGAIN: Final = sa.select(t.job).where(_JOB.requeue_of == _OF)
JOB_STATE: Final = sa.select(_JOB.state).where(_THIS_JOB)
TRACE: Final = sa.select(_JOB.traceparent).where(_THIS_JOB)
STAGE: Final = sa.select(t.job_stage).where(_THIS_STAGE)
STAGES: Final = sa.select(t.job_stage).where(_STAGE.job_id == _OF).order_by(_STAGE.position)
OUTPUTS: Final = (
    sa.select(t.job_output)
    .where(t.job_output.c.job_id == _OF)
    .order_by(t.job_output.c.position, t.job_output.c.name)
)
_SOME: Final = sa.bindparam("some", expanding=True, type_=sa.String)
#: A row a job, with all its stages in one value: lists of the fields of `StageRecord`.
STAGES_OF: Final = (
    sa.select(_STAGE.job_id, rows_as_json([_STAGE[one.name] for one in fields(StageRecord)]))
    .where(_STAGE.job_id.in_(_SOME))
    .group_by(_STAGE.job_id)
)
OUTPUTS_OF: Final = (
    sa.select(t.job_output)
    .where(t.job_output.c.job_id.in_(_SOME))
    .order_by(t.job_output.c.job_id, t.job_output.c.position, t.job_output.c.name)
)

#: Gives the next number of an event and the project of its job.
NEXT_SEQ: Final = (
    sa.update(t.job)
    .where(_THIS_JOB)
    .values(last_seq=_JOB.last_seq + 1, version=_JOB.version + 1)
    .returning(_JOB.last_seq, _JOB.project_id)
)
ADD_EVENT: Final = sa.insert(t.job_event)
#: Makes another revision that of a job, and takes the next number of an event.
REVISE: Final = (
    sa.update(t.job)
    .where(_THIS_JOB)
    .values(
        revision=sa.bindparam("new_revision"),
        result_digest=sa.bindparam("new_digest"),
        document_digest=sa.bindparam("new_digest"),
        pins=sa.bindparam("new_pins", type_=t.job.c.pins.type),
        suggestion=sa.bindparam("new_suggestion"),
        last_seq=_JOB.last_seq + 1,
        version=_JOB.version + 1,
    )
)
CHARGED: Final = sa.select(_JOB.charged_cpu_ms).where(_THIS_JOB)
#: Adds to what a job has taken of its budget.
CHARGE: Final = (
    sa.update(t.job)
    .where(_THIS_JOB)
    .values(charged_cpu_ms=_JOB.charged_cpu_ms + _new(t.job, "charged_cpu_ms"))
)
#: Gives the project of a job while it is active.
TOUCH_ACTIVE: Final = (
    sa.update(t.job)
    .where(_THIS_JOB, _ACTIVE)
    .values(version=_JOB.version + 1)
    .returning(_JOB.project_id)
)

OPEN_STAGE: Final = (
    sa.update(t.job_stage)
    .where(_THIS_STAGE, _STAGE.total != _new(t.job_stage, "total"), _JOB_ACTIVE)
    .values(total=_new(t.job_stage, "total"), state=_AT_WORK)
)
MISSING: Final = sa.select(_STAGE.missing).where(_THIS_STAGE)
PARTS_DONE: Final = (
    sa.update(t.job_stage)
    .where(_THIS_STAGE)
    .values(
        state=_AT_WORK,
        done=_STAGE.done + _new(t.job_stage, "done"),
        model_calls=_STAGE.model_calls + _new(t.job_stage, "model_calls"),
        cpu_ms=_STAGE.cpu_ms + _new(t.job_stage, "cpu_ms"),
    )
)
PARTS_LOST: Final = (
    sa.update(t.job_stage)
    .where(_THIS_STAGE)
    .values(
        state=StageState.FAILED,
        reason=_new(t.job_stage, "reason"),
        message=_new(t.job_stage, "message"),
        missing=_new(t.job_stage, "missing"),
        done=_STAGE.done + _new(t.job_stage, "done"),
    )
)
PROGRESS: Final = sa.select(
    sa.func.sum(_STAGE.total),
    sa.func.sum(sa.case((_STAGE.done < _STAGE.total, _STAGE.done), else_=_STAGE.total)),
).where(_STAGE.job_id == _OF)
RAISE_PROGRESS: Final = (
    sa.update(t.job)
    .where(_THIS_JOB, _JOB.progress < _new(t.job, "progress"))
    .values(progress=_new(t.job, "progress"))
)


@cache
def note_parts(dialect: str) -> sa.sql.dml.ReturningInsert[Any]:
    """Return the insertion of parts that gives the stage and name of those that were not there."""
    chunk = t.job_chunk.c
    return inserting_once(dialect, t.job_chunk).returning(chunk.stage, chunk.part)


@cache
def change_stage(columns: tuple[str, ...]) -> sa.Update:
    """Return the change of columns of a stage of an active job, where one of them changes."""
    new = {name: _new(t.job_stage, name) for name in columns}
    changed = sa.or_(*(_text(_STAGE[name]).is_distinct_from(_text(new[name])) for name in new))
    return sa.update(t.job_stage).where(_THIS_STAGE, _JOB_ACTIVE, changed).values(new)


def _text(value: sa.ColumnElement[Any]) -> sa.ColumnElement[Any]:
    """Return what can be compared: PostgreSQL knows no equal JSON, but equal texts of it."""
    return sa.cast(value, sa.Text) if isinstance(value.type, sa.JSON) else value
