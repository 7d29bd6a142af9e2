"""What is a failing store and what is not, and how long it is waited for."""

from __future__ import annotations

import errno
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.failures import patient, store_failure

FULL = OSError(errno.ENOSPC, "No space left on device")


def refused(statement: str, folder: Path, *, held: bool) -> sa.exc.OperationalError:
    """Return what a real database says to a statement, while another connection holds it or not."""
    path = folder / "videre.db"
    with closing(sqlite3.connect(path)) as holder, closing(sqlite3.connect(path, timeout=0)) as db:
        if held:
            holder.execute("begin exclusive")
        with pytest.raises(sqlite3.OperationalError) as failed:
            db.execute(statement)
    return sa.exc.OperationalError(statement, {}, failed.value)


@pytest.mark.parametrize(
    "error", [FULL, PermissionError(errno.EROFS, "x"), OSError(errno.EIO, "x")]
)
def test_a_failing_store_is_known(error: Exception) -> None:
    failure = store_failure(error)
    assert failure is not None
    assert failure.reason is Reason.STORE_FAILED
    assert failure.retry_after_s is not None


def test_a_locked_database_is_known(tmp_path: Path) -> None:
    failure = store_failure(refused("create table t (x)", tmp_path, held=True))
    assert failure is not None
    assert failure.message == "the store failed: the database is locked"


def test_a_driver_s_words_reach_nobody() -> None:
    error = Exception('connection to server at "db.internal" failed for user "admin"')
    failure = store_failure(sa.exc.OperationalError("select 1", {}, error))
    assert failure is not None
    assert failure.message == "the store failed: the database cannot be reached"


def test_a_wrong_statement_is_a_defect(tmp_path: Path) -> None:
    assert store_failure(refused("select * from nothing", tmp_path, held=False)) is None


@pytest.mark.parametrize(
    "error",
    [
        ConnectionResetError(errno.ECONNRESET, "x"),
        TimeoutError(),
        FileNotFoundError(errno.ENOENT, "ffmpeg"),
        OSError("x"),
        ValueError("x"),
    ],
)
def test_all_else_is_not(error: Exception) -> None:
    assert store_failure(error) is None


async def test_a_store_that_comes_back_is_waited_for() -> None:
    errors = [FULL, FULL]

    async def body(word: str) -> str:
        if errors:
            raise errors.pop()
        return word

    assert await patient(FakeClock(), 60, body, "done") == "done"


async def test_a_store_that_stays_away_is_named() -> None:
    async def body() -> None:
        raise FULL

    with pytest.raises(VidereError, match="No space left") as failed:
        await patient(FakeClock(), 0, body)
    assert failed.value.reason is Reason.STORE_FAILED


async def test_what_is_no_failure_of_the_store_comes_through_at_once() -> None:
    async def body() -> None:
        raise KeyError("x")

    with pytest.raises(KeyError):
        await patient(FakeClock(), 60, body)
