"""Who lives and who leads among replicas on one PostgreSQL, and who gets a dead one's work."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence

import pytest
import sqlalchemy as sa

from videre.orchestrator.store.database import Database
from videre.orchestrator.store.postgres import lock_key
from videre.orchestrator.workflows.replica import Replica

FLOW = "flow-7"
Make = Callable[[str], Replica]


@pytest.fixture
def recovered() -> list[str]:
    return []


@pytest.fixture
def make(journal: Database, recovered: list[str]) -> Iterator[Make]:
    """Return what makes replicas, which live until the test's end."""
    living: list[Replica] = []

    def recover(names: Sequence[str]) -> int:
        recovered.extend(names)
        with journal.journal.begin() as connection:
            taken = sa.text("UPDATE dbos.workflow_status SET status = 'ENQUEUED' "
                            "WHERE executor_id = ANY(:names)")  # fmt: skip
            return connection.execute(taken, {"names": list(names)}).rowcount

    def made(name: str) -> Replica:
        replica = Replica(journal.journal, name, FLOW, recover)
        replica.own()
        living.append(replica)
        return replica

    yield made
    for replica in living:
        replica.close()
    with journal.journal.begin() as connection:
        connection.exec_driver_sql("DELETE FROM dbos.workflow_status")


@pytest.fixture
def begin(journal: Database) -> Callable[[str, str, str], None]:
    """Return what records a workflow that a replica works on."""
    insert = sa.text(
        "INSERT INTO dbos.workflow_status (workflow_uuid, status, executor_id, application_version)"
        " VALUES (:id, 'PENDING', :owner, :flow)"
    )

    def record(job_id: str, owner: str, flow: str = FLOW) -> None:
        with journal.journal.begin() as connection:
            connection.execute(insert, {"id": job_id, "owner": owner, "flow": flow})

    return record


def test_only_the_work_of_the_dead_is_taken_over(
    make: Make, begin: Callable[..., None], recovered: list[str]
) -> None:
    one, other = make("one"), make("other")
    begin("job-1", "one")
    begin("job-2", "other")
    assert other.look() == []
    one.close()
    assert other.look() == ["one"]
    assert other.look() == [], "once"
    assert recovered == ["one"]


def test_of_many_that_look_one_takes_it(make: Make, begin: Callable[..., None]) -> None:
    begin("job-1", "gone")
    replicas = [make(name) for name in ("a", "b", "c")]
    assert [found for replica in replicas for found in replica.look()] == ["gone"]


def test_the_work_of_another_flow_is_left_to_who_knows_it(
    make: Make, begin: Callable[..., None]
) -> None:
    begin("job-1", "gone", "flow-6")
    assert make("a").look() == []


def test_one_of_them_leads_until_it_is_gone(make: Make) -> None:
    one, other = make("one"), make("other")
    one.look()
    other.look()
    assert (one.leads, other.leads) == (True, False)
    one.close()
    other.look()
    assert other.leads


def test_a_name_belongs_to_one(
    make: Make, journal: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    make("one")
    monkeypatch.setattr("videre.orchestrator.workflows.replica._OWN_S", 0.0)
    second = Replica(journal.journal, "one", FLOW, len)
    with pytest.raises(RuntimeError, match="one"):
        second.own()
    second.close()


def test_a_session_that_was_lost_is_made_anew(
    make: Make, journal: Database, begin: Callable[..., None], recovered: list[str]
) -> None:
    replica = make("one")
    replica.start()
    kill = sa.text(
        "SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' "
        "AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    )
    with journal.requests.connect() as connection:
        assert connection.execute(kill).all()
    begin("job-1", "gone")
    deadline = time.monotonic() + 60
    while recovered != ["gone"]:
        assert time.monotonic() < deadline, recovered
        time.sleep(0.05)
    held = sa.select(sa.func.pg_try_advisory_xact_lock(lock_key("replica:one")))
    with journal.requests.begin() as connection:
        assert not connection.execute(held).scalar_one(), "it holds its name again"
