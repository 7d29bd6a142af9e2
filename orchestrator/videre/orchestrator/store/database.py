"""Opening the database: engines, pragmas, migrations, and the lock of the one process."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, Literal

import sqlalchemy as sa
from sqlalchemy import event
from sqlalchemy.dialects import postgresql, sqlite

from videre.common.errors import Reason, VidereError

_BUSY_TIMEOUT_MS = 30_000
_MIGRATIONS = Path(__file__).parent / "migrations"


def sqlite_engine(path: Path, synchronous: Literal["FULL", "NORMAL"]) -> sa.Engine:
    """Return an engine on a SQLite file in WAL mode.

    `synchronous=FULL` for connections whose commits are acknowledged to callers, NORMAL for steps,
    which are repeated after a power cut anyway.
    """
    engine = sa.create_engine(f"sqlite:///{path}", pool_size=20, max_overflow=0)

    @event.listens_for(engine, "connect")
    def _configure(connection: Any, _record: object) -> None:
        # Every transaction takes the write lock at once: no deadlock by lock upgrade.
        connection.isolation_level = "IMMEDIATE"
        for pragma in (
            f"busy_timeout={_BUSY_TIMEOUT_MS}",
            "journal_mode=WAL",
            f"synchronous={synchronous}",
            "foreign_keys=ON",
        ):
            connection.execute(f"PRAGMA {pragma}")

    return engine


@dataclass(frozen=True, slots=True)
class Database:
    """The two engines on one database: `durable` for what is acknowledged, `steps` for the rest."""

    durable: sa.Engine
    steps: sa.Engine

    def dispose(self) -> None:
        """Close all connections (otherwise the WAL stays)."""
        self.steps.dispose()
        self.durable.dispose()


def open_sqlite(path: Path) -> Database:
    """Open (or make) the SQLite database and bring its schema to this release."""
    path.parent.mkdir(parents=True, exist_ok=True)
    durable = sqlite_engine(path, "FULL")
    migrate(durable)
    return Database(durable=durable, steps=sqlite_engine(path, "NORMAL"))


def migrate(engine: sa.Engine) -> None:
    """Run the migrations that the database lacks."""
    with engine.begin() as connection:
        if _revision(connection) != newest_revision():
            _upgrade(connection)


def newest_revision() -> str:
    """Return the revision that the last migration leads to: its file begins with it."""
    return max(path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py"))


def _revision(connection: sa.Connection) -> str | None:
    if not sa.inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


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
    if dialect == "postgresql":
        return postgresql.insert(table).on_conflict_do_nothing()
    return sqlite.insert(table).on_conflict_do_nothing()


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
