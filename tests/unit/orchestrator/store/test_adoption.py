"""Which workflows of another release begin again here, and what is forgotten of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa

from videre.orchestrator.store.database import Database
from videre.orchestrator.workflows.adoption import adopt
from videre.orchestrator.workflows.dbos_journal import DbosJobJournal, prepare
from videre.orchestrator.workflows.journal import FLOW
from videre.orchestrator.workflows.replica import Replica

OLD = "flow-0"
Begin = Callable[..., None]


@pytest.fixture
def begin(journal: Database) -> Iterator[Begin]:
    """Return what records a workflow."""
    insert = sa.text(
        "INSERT INTO dbos.workflow_status (workflow_uuid, status, executor_id,"
        " application_version, parent_workflow_id, queue_name)"
        " VALUES (:id, :status, :owner, :flow, :parent, 'jobs')"
    )
    step = sa.text(
        "INSERT INTO dbos.operation_outputs (workflow_uuid, function_id, function_name)"
        " VALUES (:id, 1, 'ingest')"
    )

    def record(
        name: str, owner: str | None, flow: str | None = OLD, parent: str | None = None,
        status: str = "PENDING",
    ) -> None:  # fmt: skip
        row = {"id": name, "owner": owner, "flow": flow, "parent": parent, "status": status}
        with journal.journal.begin() as connection:
            connection.execute(insert, row)
            connection.execute(step, {"id": name})

    yield record
    with journal.journal.begin() as connection:
        connection.exec_driver_sql("DELETE FROM dbos.operation_outputs")
        connection.exec_driver_sql("DELETE FROM dbos.workflow_status")


def adopted(journal: Database) -> list[str]:
    with journal.steps.begin() as connection:
        return adopt(connection, FLOW, "dbos")


def rows(journal: Database, query: str) -> list[tuple[object, ...]]:
    with journal.journal.connect() as connection:
        return [tuple(row) for row in connection.exec_driver_sql(query)]


def test_what_a_dead_replica_of_another_release_left_begins_again_without_its_chunks(
    journal: Database, begin: Begin
) -> None:
    begin("job", "gone")
    begin("job.picture00000", "gone", parent="job")
    begin("job.picture00001", None, parent="job", status="ENQUEUED")
    assert adopted(journal) == ["job"]
    assert rows(
        journal,
        "SELECT workflow_uuid, status, executor_id, application_version, queue_name"
        " FROM dbos.workflow_status",
    ) == [("job", "ENQUEUED", None, None, "jobs")]
    assert rows(journal, "SELECT * FROM dbos.operation_outputs") == []
    assert adopted(journal) == [], "once"


def test_a_replica_of_another_release_that_lives_keeps_its_work(
    journal: Database, begin: Begin
) -> None:
    living = Replica(journal.journal, "old", OLD, len)
    living.own()
    begin("job-1", "old")
    begin("job-2", "gone")
    try:
        assert adopted(journal) == ["job-2"]
    finally:
        living.close()
    assert adopted(journal) == ["job-1"]


def test_work_that_was_put_back_for_the_other_release_is_taken_along(
    journal: Database, begin: Begin
) -> None:
    begin("put-back", "gone", status="ENQUEUED")
    begin("own", "gone", FLOW)
    begin("queued", None, None, status="ENQUEUED")
    begin("ended", "gone", status="SUCCESS")
    assert adopted(journal) == ["put-back"]


async def test_who_is_not_current_adopts_nothing(journal: Database, begin: Begin) -> None:
    begin("job", "gone")
    jobs = DbosJobJournal(journal)
    prepare(journal, current=True)
    later = sa.text(
        "INSERT INTO dbos.application_versions"
        " (version_id, version_name, version_timestamp, application_name)"
        " SELECT 'later', 'flow-later', version_timestamp + 1, application_name"
        " FROM dbos.application_versions"
    )
    with journal.journal.begin() as connection:
        connection.execute(later)
    assert await jobs.adopt() == []
    with journal.journal.begin() as connection:
        connection.exec_driver_sql(
            "UPDATE dbos.application_versions SET version_timestamp = 1"
            " WHERE version_name = 'flow-later'"
        )
    assert await jobs.adopt() == ["job"]
