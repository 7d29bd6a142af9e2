"""PostgreSQL under the store: its engines, its locks, and what a server must be."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

import psycopg
import sqlalchemy as sa

from videre.common.errors import Reason, VidereError

#: Connections of one engine; a process has three engines.
_CONNECTIONS: Final = 12
_CONNECT_S: Final = 5
#: Longest wait for the writer's lock, as SQLite's busy time-out.
_LOCK_MS: Final = 30_000
#: A process that is frozen in a transaction loses it, and with it the lock, after this.
_IDLE_MS: Final = 30_000
#: The server notices within 11 s that a machine is gone; its own default is two hours.
_ALIVE: Final = {
    "tcp_keepalives_idle": 5,
    "tcp_keepalives_interval": 2,
    "tcp_keepalives_count": 3,
    "tcp_user_timeout": 11_000,
}


def lock_key(name: str) -> int:
    """Return the number of an advisory lock: PostgreSQL's are signed numbers of 64 bits."""
    digest = hashlib.sha256(f"videre:{name}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def replica_lock(name: str) -> int:
    """Return the number of the lock that a replica which runs workflows holds while it lives."""
    return lock_key(f"replica:{name}")


_WRITER: Final = lock_key("writer")
_MIGRATION: Final = lock_key("migration")


def postgres_engine(url: str, *, synchronous: bool = True) -> sa.Engine:
    """Return an engine on a database.

    Args:
        url: "postgresql://user:password@host/database", with libpq's parameters behind "?".
        synchronous: a commit waits for the disk.
    """
    options: dict[str, int | str] = {
        **_ALIVE,
        "lock_timeout": _LOCK_MS,
        "idle_in_transaction_session_timeout": _IDLE_MS,
    }
    if not synchronous:
        options["synchronous_commit"] = "off"
    place = sa.make_url(url).set(drivername="postgresql+psycopg")
    given = place.query.get("options", "")
    engine = sa.create_engine(
        place.difference_update_query(["options"]),
        pool_size=_CONNECTIONS,
        max_overflow=0,
        pool_use_lifo=True,  # the one used last has most statements prepared
        pool_pre_ping=True,
        connect_args={
            "connect_timeout": _CONNECT_S,
            "application_name": "videre",
            "options": " ".join(
                [*(f"-c {name}={value}" for name, value in options.items()), str(given)]
            ).strip(),
        },
    )
    sa.event.listen(engine, "handle_error", _away)
    return engine


def _away(context: sa.engine.ExceptionContext) -> None:
    """Let a connection that could not be made count as one that was lost.

    The journal waits for a database whose connections are lost, and gives a workflow up for every
    other error: one that nobody works on then. It does not know all words of a server that is away.
    """
    if context.connection is None and isinstance(context.original_exception, psycopg.Error):
        context.is_disconnect = True


def take_writer(connection: sa.Connection) -> None:
    """Take the writer's lock of the database, until the end of the transaction."""
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_WRITER)))


@contextmanager
def migrating(connection: sa.Connection) -> Iterator[None]:
    """Let one process migrate at a time; the others wait until this one's transaction ends.

    Raises:
        VidereError: STORE_FAILED for a database that orders texts otherwise than by their bytes.
    """
    connection.execute(sa.select(sa.func.pg_advisory_xact_lock(_MIGRATION)))
    texts = (sa.literal("B") < sa.literal("a"), sa.literal("a-c") < sa.literal("ab"))
    if not connection.execute(sa.select(sa.and_(*texts))).scalar_one():
        raise VidereError(
            Reason.STORE_FAILED,
            "the database orders texts by a language: make it with LC_COLLATE 'C'",
            metadata={"limit": "C"},
        )
    yield
