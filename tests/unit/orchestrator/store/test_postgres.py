"""What PostgreSQL needs beyond the tests of the store: one writer, faults, refusals."""

from __future__ import annotations

import contextlib
import queue
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
import sqlalchemy as sa
from doubles.postgres import Postgres

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import database as opening
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.change_listener import told_by
from videre.orchestrator.store.database import Database, insert_once, open_postgres
from videre.orchestrator.store.failures import refusal, store_failure
from videre.orchestrator.store.jobs import JobStore
from videre.orchestrator.store.postgres import lock_key, postgres_engine
from videre.orchestrator.store.templates import TemplateStore

COST = {"feature": "text", "engine": "e", "media_ms": 0, "cpu_ms": 0, "bytes": 0}


@pytest.fixture
def shared(server: Postgres, on_postgres: Database) -> Database:
    """Return the database that was migrated already; its rows are the test's to remove."""
    return on_postgres


def test_what_is_read_and_then_written_is_never_lost(shared: Database) -> None:
    """Eight writers count up together, each reading first what it writes."""
    cost = t.engine_cost.c
    with shared.durable.begin() as connection:
        insert_once(connection, t.engine_cost, COST)

    def count(_turn: int) -> None:
        for engine in (shared.durable, shared.steps):
            with engine.begin() as connection:
                seen = connection.execute(sa.select(cost.cpu_ms)).scalar_one()
                connection.execute(sa.update(t.engine_cost).values(cpu_ms=seen + 1))

    with ThreadPoolExecutor(8) as threads:
        list(threads.map(count, range(20)))
    with shared.durable.begin() as connection:
        assert connection.execute(sa.select(cost.cpu_ms)).scalar_one() == 40
        connection.execute(sa.delete(t.engine_cost))


def test_two_processes_give_templates_different_numbers(server: Postgres) -> None:
    """The next number is read before it is written, and rows that are new lock nothing."""
    url = server.make()
    opened = [open_postgres(url) for _ in range(2)]
    try:
        stores = [TemplateStore(one, FakeClock()) for one in opened]

        def make(number: int) -> None:
            stores[number % 2].create("films", f"t{number}", "moderation", {}, "ada")

        with ThreadPoolExecutor(6) as threads:
            list(threads.map(make, range(12)))
        made = stores[0].list("films")
        assert len({one.number for one in made}) == len(made) == 12
    finally:
        for one in opened:
            one.dispose()


def test_reading_waits_for_no_writer(shared: Database) -> None:
    with shared.durable.begin() as writing:
        insert_once(writing, t.engine_cost, COST)
        with shared.steps.connect() as reading:
            assert reading.execute(sa.select(t.engine_cost)).all() == []
        writing.rollback()


def test_a_writer_gives_the_lock_back_however_it_ends(shared: Database) -> None:
    held = sa.select(sa.func.pg_try_advisory_xact_lock(lock_key("writer")))

    def free() -> bool:
        with shared.journal.begin() as connection:
            return bool(connection.execute(held).scalar_one())

    with shared.durable.begin() as connection:
        connection.execute(sa.delete(t.engine_cost))
        assert not free()
    assert free()
    with pytest.raises(sa.exc.ProgrammingError), shared.durable.begin() as connection:
        connection.exec_driver_sql("SELECT * FROM nothing")
    assert free()
    with shared.durable.begin() as connection:
        connection.execute(sa.delete(t.engine_cost))
        assert not free(), "taken anew by the next transaction of the same connection"


def test_replicas_that_start_together_migrate_once(server: Postgres) -> None:
    url = server.make()
    start = threading.Barrier(3)

    def open_and_close(_turn: int) -> None:
        start.wait()
        open_postgres(url).dispose()

    with ThreadPoolExecutor(3) as threads:
        list(threads.map(open_and_close, range(3)))
    engine = postgres_engine(url)
    try:
        with engine.connect() as connection:
            rows = connection.exec_driver_sql("SELECT version_num FROM videre_schema").all()
        assert [row[0] for row in rows] == [opening.newest_revision()]
    finally:
        engine.dispose()


def test_the_schema_of_a_later_release_is_left_alone(server: Postgres) -> None:
    url = server.make()
    open_postgres(url).dispose()
    engine = postgres_engine(url)
    try:
        with engine.begin() as connection:
            connection.exec_driver_sql("UPDATE videre_schema SET version_num = '9999'")
        open_postgres(url).dispose()
        with engine.connect() as connection:
            there = connection.exec_driver_sql("SELECT version_num FROM videre_schema").scalar_one()
        assert there == "9999"
    finally:
        engine.dispose()


def test_a_database_that_orders_by_a_language_is_refused(server: Postgres) -> None:
    server.execute(
        "CREATE DATABASE worded TEMPLATE template0 "
        "LOCALE_PROVIDER icu ICU_LOCALE 'en-US' LOCALE 'C'"
    )
    with pytest.raises(VidereError) as refused:
        open_postgres(server.url("worded"))
    assert refused.value.reason is Reason.STORE_FAILED
    assert "LC_COLLATE 'C'" in refused.value.message


@pytest.mark.parametrize(
    ("statement", "words"),
    [
        ("SET TRANSACTION READ ONLY; DELETE FROM engine_cost", "the database cannot be written"),
        ("SET statement_timeout = 1; SELECT pg_sleep(1)", "the database took too long"),
        ("SELECT * FROM nothing", None),
    ],
)
def test_what_the_server_says_is_known(shared: Database, statement: str, words: str | None) -> None:
    with shared.journal.connect() as connection, pytest.raises(sa.exc.DBAPIError) as failed:
        connection.exec_driver_sql(statement)
    assert told(failed.value) == words


def test_a_text_that_cannot_be_kept_is_refused_by_name(shared: Database) -> None:
    with pytest.raises(sa.exc.DataError) as failed, shared.durable.begin() as connection:
        insert_once(connection, t.engine_cost, COST | {"engine": "a\0b"})
    refused = refusal(failed.value)
    assert refused is not None
    assert refused.reason is Reason.FIELD_INVALID
    assert store_failure(failed.value) is None, "asking again does not help"


@pytest.mark.parametrize("host", ["127.0.0.1:1", "nowhere.invalid", ""])
def test_a_server_that_is_away_is_a_failing_store(host: str, tmp_path: Path) -> None:
    socket = "" if host else f"?host={tmp_path}"
    engine = postgres_engine(f"postgresql://videre@{host}/videre{socket}")
    with pytest.raises(sa.exc.OperationalError) as failed:
        engine.connect()
    engine.dispose()
    assert told(failed.value) == "the database cannot be reached"
    assert failed.value.connection_invalidated, "what the journal waits for"


def test_a_server_that_was_restarted_is_used_again(server: Postgres) -> None:
    opened = open_postgres(server.make())
    try:
        with opened.durable.begin() as connection:
            insert_once(connection, t.engine_cost, COST)
        server.stop()
        server.start()
        with opened.durable.begin() as connection:
            assert connection.execute(sa.select(t.engine_cost)).one().feature == "text"
    finally:
        opened.dispose()


def told(error: BaseException) -> str | None:
    """Return what a caller is told of a failing store; None where it is a defect."""
    failure = store_failure(error)
    return None if failure is None else failure.message.removeprefix("the store failed: ")


def test_events_of_any_process_are_announced(
    database: Database, submit: Callable[..., str], jobs: JobStore
) -> None:
    if not database.shared:
        pytest.skip("SQLite has one process")
    job_id, told = submit(), queue.Queue[str]()
    with told_by(database.journal, told.put):
        heard, turn = None, 0
        while heard is None and turn < 100:  # it begins to listen in a thread
            turn += 1
            jobs.share_done(job_id, "text", turn)
            with contextlib.suppress(queue.Empty):
                heard = told.get(timeout=0.2)
    assert heard == job_id


def test_a_dump_brings_everything_back(server: Postgres) -> None:
    """As docs/operations.md says it: pg_dump, and pg_restore into an empty database."""
    url, copy = server.make(), server.make()
    opened = open_postgres(url)
    with opened.durable.begin() as connection:
        insert_once(connection, t.engine_cost, COST | {"bytes": 7})
    opened.dispose()
    server.run("pg_dump", "--format=custom", f"--file={server.folder}/dump", url)
    server.run("pg_restore", "--no-owner", f"--dbname={copy}", f"{server.folder}/dump")
    restored = open_postgres(copy)
    try:
        with restored.steps.connect() as connection:
            assert connection.execute(sa.select(t.engine_cost)).one().bytes == 7
    finally:
        restored.dispose()
