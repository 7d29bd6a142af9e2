"""What is a failing store and what is not, and how long it is waited for."""

from __future__ import annotations

import errno
import sqlite3

import pytest
import sqlalchemy as sa

from videre.common.clock import FakeClock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store.failures import patient, store_failure

LOCKED = sa.exc.OperationalError("select 1", {}, sqlite3.OperationalError("database is locked"))
FULL = OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("error", [LOCKED, FULL, PermissionError(errno.EROFS, "Read-only")])
def test_a_failing_store_is_known(error: Exception) -> None:
    failure = store_failure(error)
    assert failure is not None
    assert failure.reason is Reason.STORE_FAILED
    assert failure.retry_after_s is not None


@pytest.mark.parametrize(
    "error", [ConnectionResetError(), TimeoutError(), ValueError("x"), KeyError("x")]
)
def test_all_else_is_not(error: Exception) -> None:
    assert store_failure(error) is None


async def test_a_store_that_comes_back_is_waited_for() -> None:
    errors = [FULL, LOCKED]

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
