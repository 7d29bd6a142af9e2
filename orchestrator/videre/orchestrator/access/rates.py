"""How many calls a caller may make: a token bucket each, refilled steadily."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any, Final

import grpc
import grpc.aio

from videre.common import auth
from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.common.interceptors import Context, Continuation, Handler, wrap_handler

#: Callers remembered; the one that called longest ago is forgotten, and may call as if it were new.
_MOST_KNOWN: Final = 10_000


@dataclass(slots=True)
class _Bucket:
    left: float
    at: float


class CallRates:
    """Buckets of callers. A bucket holds as many calls as a caller may make in a burst.

    Args:
        per_second: calls that a caller gets back per second, above 0.
        burst: calls that a caller may make at once, at least 1.
    """

    def __init__(self, per_second: float, burst: int, clock: Clock) -> None:
        self._per_second, self._burst, self._clock = per_second, float(burst), clock
        self._buckets: OrderedDict[str, _Bucket] = OrderedDict()

    def take(self, caller: str) -> float:
        """Take a call from a caller's bucket.

        Returns:
            0 where there was one; else after how many seconds there will be.
        """
        now = self._clock.monotonic()
        bucket = self._buckets.setdefault(caller, _Bucket(self._burst, now))
        self._buckets.move_to_end(caller)
        if len(self._buckets) > _MOST_KNOWN:
            self._buckets.popitem(last=False)
        bucket.left = min(self._burst, bucket.left + (now - bucket.at) * self._per_second)
        bucket.at = now
        if bucket.left >= 1.0:
            bucket.left -= 1.0
            return 0.0
        return (1.0 - bucket.left) / self._per_second


class RateInterceptor(grpc.aio.ServerInterceptor):
    """Refuses calls of callers who make too many. Comes after the caller is known."""

    def __init__(self, rates: CallRates) -> None:
        self._rates = rates

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        if handler is None or auth.is_open(handler_call_details.method):
            return handler

        @asynccontextmanager
        async def around(_context: Context, _request: Any) -> AsyncIterator[None]:
            caller = auth.current_principal().subject
            wait_s = self._rates.take(caller)
            if wait_s:
                raise VidereError(
                    Reason.RATE_EXCEEDED,
                    f"{caller} makes more calls than VIDERE_CALLS_PER_SECOND allows",
                    metadata={"subject": caller},
                    retry_after_s=wait_s,
                )
            yield

        return wrap_handler(handler, around)
