"""Whether anybody has written to SQLite's file: a question of microseconds."""

from __future__ import annotations

import sqlite3
import threading
from typing import Final

_BUSY_S: Final = 30.0


class Commits:
    """Counts what is committed to a SQLite database, by any connection of any process.

    Args:
        path: of the database.
    """

    def __init__(self, path: str) -> None:
        # A connection of its own, for what it commits itself it does not see in the counter.
        self._connection = sqlite3.connect(
            path, timeout=_BUSY_S, isolation_level=None, check_same_thread=False
        )
        self._lock = threading.Lock()

    def count(self) -> int:
        """Return a number that is another one once something was committed; from any thread."""
        with self._lock:
            ((number,),) = self._connection.execute("PRAGMA data_version").fetchall()
        return int(number)

    def close(self) -> None:
        """Close the connection."""
        with self._lock:
            self._connection.close()
