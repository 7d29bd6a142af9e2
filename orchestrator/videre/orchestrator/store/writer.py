"""An engine whose transactions write one after the other, on SQLite as on PostgreSQL.

What the store does reads first and writes then: the next number, what is left of a limit, who holds
a review. That is right when nobody else writes in between. A transaction therefore begins with the
*writer's lock*: of the file under SQLite, an advisory lock of the database under PostgreSQL. Reads
outside transactions take none and wait for nobody. It ends with the entry of the audit log, where a
call has changed something.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import sqlalchemy as sa

from videre.orchestrator.store.audit import audited

#: Takes the lock in a transaction that has just begun; it goes with the transaction.
Lock = Callable[[sa.Connection], None]


class WriterEngine:
    """An engine of the store."""

    def __init__(self, engine: sa.Engine, lock: Lock) -> None:
        self.plain = engine
        self._lock = lock

    @property
    def dialect(self) -> sa.Dialect:
        """The dialect of the engine."""
        return self.plain.dialect

    @contextmanager
    def begin(self) -> Iterator[sa.Connection]:
        """Give a connection with a transaction that is committed at the block's end."""
        with self.plain.begin() as connection:
            self._lock(connection)
            with audited(connection):
                yield connection

    def connect(self) -> sa.Connection:
        """Return a connection to read by."""
        return self.plain.connect()

    def dispose(self) -> None:
        """Close all connections."""
        self.plain.dispose()
