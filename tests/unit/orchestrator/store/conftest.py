"""A real database, of each engine in turn, with a clock that tests move."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa
from doubles.postgres import Postgres, postgres
from reviewing import Desk

from tests.fresh import fresh_database
from videre.common.clock import FakeClock
from videre.orchestrator.store.changes import ChangeBoard
from videre.orchestrator.store.database import Database, open_postgres
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.jobs import JobStore, NewJob
from videre.orchestrator.store.listing import Listing
from videre.orchestrator.store.media import MediaStore
from videre.orchestrator.store.records import StageState
from videre.orchestrator.store.schema import metadata, project
from videre.orchestrator.store.uploads import UploadStore
from videre.orchestrator.workflows.dbos_journal import prepare

STAGES = (
    ("ingest", StageState.PENDING, ""),
    ("text", StageState.PENDING, ""),
    ("speech", StageState.SKIPPED, "NOT_REQUESTED"),
)
Make = Callable[..., NewJob]


#: Empties a database: rows go much faster than tables. Numbers begin at 1 again.
_EMPTY = "; ".join(
    [
        *(f"DELETE FROM {table.name}" for table in reversed(metadata.sorted_tables)
          if table is not project),
        "DELETE FROM project WHERE created_by <> 'migration'",
        "SELECT setval(oid, 1, false) FROM pg_class "
        "WHERE relkind = 'S' AND relnamespace = 'public'::regnamespace",
    ]
)  # fmt: skip


@pytest.fixture(scope="session")
def server() -> Iterator[Postgres]:
    with postgres() as running:
        yield running


@pytest.fixture(scope="session")
def on_postgres(server: Postgres) -> Iterator[Database]:
    opened = open_postgres(server.make())
    yield opened
    opened.dispose()


@pytest.fixture(scope="session")
def journal(server: Postgres) -> Iterator[Database]:
    """A database with the journal's tables."""
    opened = open_postgres(server.make())
    prepare(opened)
    yield opened
    opened.dispose()


@pytest.fixture(params=["sqlite", "postgresql"])
def database(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Database]:
    if request.param == "sqlite":
        opened = fresh_database(tmp_path / "videre.db")
        yield opened
        opened.dispose()
        return
    opened = request.getfixturevalue("on_postgres")
    yield opened
    with opened.journal.begin() as connection:
        connection.exec_driver_sql(_EMPTY)


@pytest.fixture
def clock() -> FakeClock:
    return FakeClock()


@pytest.fixture
def desk(database: Database, clock: FakeClock) -> Desk:
    return Desk(database, clock)


@pytest.fixture
def jobs(database: Database, clock: FakeClock) -> JobStore:
    return JobStore(database, clock, ChangeBoard(), lambda *_: None)


@pytest.fixture
def media(database: Database, clock: FakeClock) -> MediaStore:
    return MediaStore(database, clock)


@pytest.fixture
def evidence(database: Database, clock: FakeClock) -> EvidenceStore:
    return EvidenceStore(database, clock)


@pytest.fixture
def uploads(database: Database, clock: FakeClock, tmp_path: Path) -> UploadStore:
    return UploadStore(database, clock, tmp_path / "uploads")


@pytest.fixture
def listing(database: Database) -> Listing:
    return Listing(database)


@pytest.fixture
def new_job() -> Make:
    """Return a maker of jobs; ids rise."""
    count = itertools.count(1)

    def make(**given: object) -> NewJob:
        fields: dict[str, object] = {
            "id": f"job-{next(count):04d}",
            "project_id": "films",
            "media_id": "media-1",
            "request": b"request",
            "request_id": None,
            "request_digest": "d" * 64,
            "features": ["text"],
            "priority": 5,
            "user_data": "",
            "tags": {},
            "created_by": "ada",
            "traceparent": "",
            "wall_time_ns": None,
            "stages": STAGES,
        }
        return NewJob(**(fields | given))  # type: ignore[arg-type]

    return make


@pytest.fixture
def submit(jobs: JobStore, new_job: Make) -> Callable[..., str]:
    """Return what stores a job and gives its id."""

    def store(**given: object) -> str:
        return jobs.submit(new_job(**given), lambda _connection, _job: None)[0].id

    return store


@pytest.fixture
def count(database: Database) -> Callable[[str], int]:
    """Return what counts the rows of a table."""

    def rows(table: str) -> int:
        with database.steps.connect() as connection:
            return int(connection.execute(sa.text(f"SELECT count(*) FROM {table}")).scalar_one())

    return rows
