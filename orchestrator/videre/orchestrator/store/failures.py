"""Telling a store that fails from code that is wrong."""

from __future__ import annotations

import asyncio
import errno
import os
import sqlite3
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import psycopg
import sqlalchemy as sa
import structlog

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError, invalid

log = structlog.get_logger(__name__)
T = TypeVar("T")

_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 5.0
_RETRY_AFTER_S: Final = 1.0

#: What a disk, a mount or a limit of the machine says; all else of the kind is a defect of ours.
_OF_FILES: Final = frozenset(
    {
        errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EROFS, errno.EACCES, errno.EPERM, errno.EIO,
        errno.EMFILE, errno.ENFILE, errno.EBUSY, errno.ESTALE, errno.ENODEV, errno.ENXIO,
    }
)  # fmt: skip
#: Primary result codes of SQLite (sqlite.org/rescode.html), with what the caller is told.
_OF_SQLITE: Final = {
    sqlite3.SQLITE_PERM: "the database may not be opened",
    sqlite3.SQLITE_BUSY: "the database is locked",
    sqlite3.SQLITE_LOCKED: "the database is locked",
    sqlite3.SQLITE_READONLY: "the database cannot be written",
    sqlite3.SQLITE_IOERR: "the database's disk failed",
    sqlite3.SQLITE_FULL: "the database's disk is full",
    sqlite3.SQLITE_CANTOPEN: "the database cannot be opened",
    sqlite3.SQLITE_PROTOCOL: "the database is locked",
}
_PRIMARY_CODE: Final = 0xFF
#: SQLSTATEs of PostgreSQL (appendix A of its manual), or their classes of two characters.
_OF_POSTGRES: Final = {
    "08": "the database cannot be reached",
    "25006": "the database cannot be written",
    "25P03": "the database ended a transaction that stood still",
    "40": "the database is locked",
    "53": "the database's server has no room left",
    "55P03": "the database is locked",
    "57014": "the database took too long",
    "57": "the database cannot be reached",
    "58": "the database's disk failed",
}


def store_failure(error: BaseException) -> VidereError | None:
    """Return STORE_FAILED for a full disk, a folder that cannot be written, a locked database.

    The words are ours or the system's own: a driver's may name hosts, users and statements.
    """
    words = None
    if isinstance(error, OSError) and error.errno in _OF_FILES:
        words = os.strerror(error.errno)
    elif isinstance(error, sa.exc.DBAPIError):
        words = _of_database(error)
    elif isinstance(error, sa.exc.TimeoutError):
        words = "no connection to the database is free"
    if words is None:
        return None
    return VidereError(
        Reason.STORE_FAILED, f"the store failed: {words}", retry_after_s=_RETRY_AFTER_S
    )


def _of_database(error: sa.exc.DBAPIError) -> str | None:
    """Return what a database fails by; None for a statement that is wrong."""
    found = error.orig
    if isinstance(found, sqlite3.Error):
        code = getattr(found, "sqlite_errorcode", sqlite3.SQLITE_ERROR)  # absent: Python's own
        return _OF_SQLITE.get(code & _PRIMARY_CODE)
    state = found.sqlstate if isinstance(found, psycopg.Error) else None
    if state is None:  # the connection failed, not the statement
        away = isinstance(error, sa.exc.OperationalError | sa.exc.InterfaceError)
        return _OF_POSTGRES["08"] if away else None
    return _OF_POSTGRES.get(state) or _OF_POSTGRES.get(state[:2])


def refusal(error: BaseException) -> VidereError | None:
    """Return what a caller is told of an error that is no `VidereError`; None for a defect."""
    if isinstance(error, sa.exc.DataError) and "NUL" in str(error.orig):
        return invalid("text", "has the character U+0000, which the database keeps in no text")
    return store_failure(error)


async def patient(
    clock: Clock, patience_s: float, body: Callable[..., Coroutine[Any, Any, T]], *arguments: Any
) -> T:
    """Run a repeatable body again while the store fails, for so many seconds of the clock.

    Raises:
        VidereError: STORE_FAILED after that; whatever else the body raises.
    """
    deadline, wait = clock.monotonic() + patience_s, _FIRST_WAIT_S
    while True:
        try:
            return await body(*arguments)
        except Exception as error:
            failure = store_failure(error)
            if failure is None:
                raise
            log.warning("store failed", error=str(error)[:300])
            if clock.monotonic() + wait > deadline:
                raise failure from error
        await asyncio.sleep(wait)
        wait = min(2 * wait, _LONGEST_WAIT_S)
