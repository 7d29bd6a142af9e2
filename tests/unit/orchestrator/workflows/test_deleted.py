"""Who waits for a workflow that was deleted meanwhile is told so."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest
from dbos import DBOSClient
from dbos._error import DBOSNonExistentWorkflowError

from tests.fresh import fresh_database
from videre.orchestrator.workflows.deleted import fail_for_deleted
from videre.orchestrator.workflows.journal import APPLICATION, JOBS

_LOOK_S, _LONGEST_S = 0.01, 20.0


@pytest.mark.parametrize("already", [True, False], ids=["waits already", "waits from now on"])
async def test_who_waits_for_what_is_deleted_is_told(tmp_path: Path, already: bool) -> None:
    database = fresh_database(tmp_path / "videre.db")
    client = DBOSClient(system_database_engine=database.requests, application_name=APPLICATION)
    system = client._sys_db
    system.run_migrations()
    try:
        options = {"queue_name": JOBS, "workflow_name": "child", "workflow_id": "one"}
        await client.enqueue_async(options)  # type: ignore[arg-type]
        if not already:
            fail_for_deleted(system)
        waiting = asyncio.create_task(system.await_workflow_result_async("one", _LOOK_S))
        done, _ = await asyncio.wait([waiting], timeout=10 * _LOOK_S)
        assert not done
        if already:
            fail_for_deleted(system)
        await client.delete_workflow_async("one", delete_children=True)
        with pytest.raises(DBOSNonExistentWorkflowError):
            await asyncio.wait_for(waiting, _LONGEST_S)
    finally:
        client.destroy()
        database.dispose()
