"""Telling a store that fails from code that is wrong."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, Final, TypeVar

import sqlalchemy as sa
import structlog

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError

log = structlog.get_logger(__name__)
T = TypeVar("T")

_FIRST_WAIT_S: Final = 0.2
_LONGEST_WAIT_S: Final = 5.0
_RETRY_AFTER_S: Final = 1.0


def store_failure(error: BaseException) -> VidereError | None:
    """Return STORE_FAILED for a full disk, a folder that cannot be written, a locked database.

    Errors of networks are none of the store's: callers and services have their own reasons.
    """
    if isinstance(error, ConnectionError | TimeoutError):
        return None
    if not isinstance(error, OSError | sa.exc.OperationalError):
        return None
    words = error.strerror if isinstance(error, OSError) else str(error.orig)
    return VidereError(
        Reason.STORE_FAILED,
        f"the store failed: {words}",
        retry_after_s=_RETRY_AFTER_S,
    )


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
