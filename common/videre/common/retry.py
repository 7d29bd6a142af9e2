"""Trying again: exponential back-off with full jitter, the other side's advice, an end in time."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import TypeVar

import tenacity

from videre.common.errors import VidereError

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Backoff:
    """How long to wait before attempt n + 1: uniform in 0 … min(cap, base × 2^(n-1)) seconds."""

    base_s: float = 0.2
    cap_s: float = 10.0


async def retrying(
    call: Callable[[], Awaitable[T]],
    *,
    retry_if: Callable[[BaseException], bool],
    patience_s: float,
    rng: random.Random,
    backoff: Backoff = Backoff(),
    sleep: Callable[[float], Awaitable[None]] = asyncio.sleep,
) -> T:
    """Call until it succeeds, fails for good, or patience ends; the last error is raised.

    A VidereError's `retry_after_s` is a lower bound of the wait. No attempt starts later than
    `patience_s` seconds after the first one began.

    Args:
        call: makes one attempt.
        retry_if: tells whether an error may go away.
        patience_s: seconds.
        rng: source of the jitter.
        backoff: the waits.
        sleep: how to wait.
    """
    jitter = tenacity.wait_exponential(multiplier=backoff.base_s, max=backoff.cap_s)

    def wait(state: tenacity.RetryCallState) -> float:
        error = state.outcome.exception() if state.outcome else None
        advice = error.retry_after_s if isinstance(error, VidereError) else None
        return max(rng.uniform(0, jitter(state)), advice or 0.0)

    attempts = tenacity.AsyncRetrying(
        retry=tenacity.retry_if_exception(retry_if),
        wait=wait,
        stop=tenacity.stop_before_delay(patience_s),
        sleep=sleep,
        reraise=True,
    )
    return await attempts(call)
