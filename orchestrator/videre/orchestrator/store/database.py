"""Opening the database: engines, pragmas, migrations, and the lock of the one process.

SQLite in the data folder, or PostgreSQL where a URL is given; one history of migrations for both.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
import structlog
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.failures import store_failure
from videre.orchestrator.store.postgres import migrating, postgres_engine, take_writer
from videre.orchestrator.store.writer import WriterEngine

log = structlog.get_logger(__name__)

_BUSY_TIMEOUT_MS = 30_000
_MIGRATIONS = Path(__file__).parent / "migrations"
#: Where Alembic notes the revision; the migrations' environment names it too.
_REVISION_TABLE = "videre_schema"


def sqlite_engine(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> sa.Engine:
    """Return an engine on a SQLite file in WAL mode.

    `synchronous=FULL` for connections whose commits are acknowledged to callers, NORMAL for steps,
    which are repeated after a power cut anyway.
    """
    engine = sa.create_engine(
        f"sqlite:///{path}",
        pool_size=20,
        max_overflow=0,
        pool_use_lifo=True,  # each connection that is used keeps pages and statements
    )

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # What writes takes the write lock at once: no deadlock by lock upgrade.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
            # What is removed or replaced is overwritten with zeros; it costs nothing measurable.
            "secure_delete=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


@dataclass(frozen=True, slots=True)
class Database:
    """The engines on one database.

    Args:
        durable: for what is acknowledged to callers.
        steps: for what a step writes, which is written again after a power cut.
        journal: what the workflows' engine works on.
        requests: what asks the workflows' engine from outside works on.
    """

    durable: WriterEngine
    steps: WriterEngine
    journal: sa.Engine
    requests: sa.Engine

    @property
    def shared(self) -> bool:
        """Whether several orchestrators may use it at once."""
        return self.durable.dialect.name == "postgresql"

    def empty_log(self) -> bool:
        """Bring SQLite's log into the database and cut it to nothing; tell whether it could be."""
        why = "" if self.shared else self._refusal("PRAGMA wal_checkpoint(TRUNCATE)")
        if why:
            log.warning(
                "the log of the database was not emptied; what was erased goes with its next turn",
                why=why,
            )
        return not why

    def rewrite(self) -> bool:
        """Write SQLite's file anew, with nothing but its rows; tell whether the old pages are gone.

        Pages that were divided or joined keep copies of rows between their cells, although what is
        removed is overwritten.
        """
        if self.shared:
            return False
        why = self._refusal("VACUUM")
        if why:
            log.warning("the database's file was not written anew", why=why)
        return self.empty_log() and not why

    def _refusal(self, statement: str) -> str:
        """Have SQLite tidy up; return why it could not: a full disk, others at work; "" = it did.

        What was erased before stays so.
        """
        try:
            with self.durable.connect() as connection:
                answer = connection.exec_driver_sql(statement)
                busy = answer.returns_rows and answer.one()[0]
        except sa.exc.OperationalError as error:
            failure = store_failure(error)
            if failure is None:
                raise
            return failure.message
        return "it is in use" if busy else ""

    def dispose(self) -> None:
        """Close all connections (otherwise SQLite's WAL stays)."""
        for engine in (self.requests, self.journal, self.steps, self.durable):
            engine.dispose()


def open_database(path: Path, url: str | None) -> Database:
    """Open the database of a configuration and bring its schema to this release.

    Args:
        path: of the SQLite database.
        url: of the PostgreSQL database that takes its place.
    """
    return open_sqlite(path) if url is None else open_postgres(url)


def open_sqlite(path: Path) -> Database:
    """Open (or make) the SQLite database and bring its schema to this release."""
    path.parent.mkdir(parents=True, exist_ok=True)
    database = sqlite_database(path)
    migrate(database.requests)
    return database


def sqlite_database(path: Path) -> Database:
    """Return the engines on a SQLite database that has its schema."""
    durable, steps = sqlite_engine(path, "FULL"), sqlite_engine(path, "NORMAL")
    return Database(
        durable=WriterEngine(durable, _begin_writing),
        steps=WriterEngine(steps, _begin_writing),
        journal=steps,
        requests=durable,
    )


def _begin_writing(connection: sa.Connection) -> None:
    connection.exec_driver_sql("BEGIN IMMEDIATE")  # else the first statement that writes does it


def open_postgres(url: str) -> Database:
    """Open a PostgreSQL database and bring its schema to this release.

    Raises:
        VidereError: STORE_FAILED, see `migrating`.
    """
    journal = postgres_engine(url)
    database = Database(
        durable=WriterEngine(postgres_engine(url), take_writer),
        steps=WriterEngine(postgres_engine(url, synchronous=False), take_writer),
        journal=journal,
        requests=journal,
    )
    try:
        migrate(journal)
    except BaseException:
        database.dispose()
        raise
    return database


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that the database lacks.

    The schema of a later release is left as it is: its migrations only add what this one does
    without.
    """
    several = engine.dialect.name == "postgresql"
    with (
        engine.begin() as connection,
        migrating(connection) if several else nullcontext(),
    ):
        there = _revision(connection)
        if there is None or there < newest_revision():
            _upgrade(connection)


def newest_revision() -> str:
    """Return the revision that the last migration leads to: its file begins with it."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table(_REVISION_TABLE):
        return None
    known = sa.table(_REVISION_TABLE, sa.column("version_num"))
    return connection.execute(sa.select(known.c.version_num)).scalar()


def _upgrade(connection: sa.Connection) -> None:
    # 7 MB and a quarter of a second that a database of this release need not wait for.
    import alembic.command
    import alembic.config

    config = alembic.config.Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    alembic.command.upgrade(config, "head")


def insert_once(connection: sa.Connection, table: sa.Table, row: Mapping[str, Any]) -> bool:
    """Insert a row unless it breaks a uniqueness; tell whether it was inserted."""
    statement = inserting_once(connection.dialect.name, table)
    return connection.execute(statement, dict(row)).rowcount == 1


@cache
def inserting_once(dialect: str, table: sa.Table) -> postgresql.Insert | sqlite.Insert:
    """Return the insertion of a row that is left out where it breaks a uniqueness."""
    insert = postgresql.insert if dialect == "postgresql" else sqlite.insert
    # Else the number of inserted rows is told under SQLite only.
    return insert(table).on_conflict_do_nothing().execution_options(preserve_rowcount=True)


@contextmanager
def exclusive(path: Path) -> Iterator[None]:
    """Hold the lock file beside the database while this process runs.

    Raises:
        VidereError: STORE_FAILED when another process holds it.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise VidereError(
                Reason.STORE_FAILED,
                f"another orchestrator uses {path.parent}; SQLite allows exactly one",
                metadata={"path": str(path)},
            ) from None
        yield
    finally:
        os.close(descriptor)
