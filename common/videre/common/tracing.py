"""W3C trace context: one `traceparent` per call, taken from the caller and passed on."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from contextvars import ContextVar
from typing import Final

HEADER: Final = "traceparent"
#: https://www.w3.org/TR/trace-context/#traceparent-header, version 00
_PATTERN: Final = re.compile(r"00-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})")
_current: ContextVar[str | None] = ContextVar("traceparent", default=None)


def child_of(received: str | None) -> str:
    """Return a traceparent with a new span: in the received trace, or in a new one.

    A missing, malformed or all-zero header starts a new trace, as the recommendation asks.
    """
    found = _PATTERN.fullmatch(received or "")
    span = secrets.token_hex(8)
    if found is None or not int(found[1], 16) or not int(found[2], 16):
        return f"00-{secrets.token_hex(16)}-{span}-01"
    return f"00-{found[1]}-{span}-{found[3]}"


def trace_id(traceparent: str) -> str:
    """Return the trace id (32 hex digits) of a traceparent."""
    return traceparent.split("-")[1]


def current() -> str | None:
    """Return the traceparent of the call being served, or None outside of any."""
    return _current.get()


@contextmanager
def entered(traceparent: str) -> Iterator[None]:
    """Make `traceparent` the one of the running task, and of tasks it starts, for a block."""
    before = _current.set(traceparent)
    try:
        yield
    finally:
        # An answer that is a stream may be ended by another task than began it.
        with suppress(ValueError):
            _current.reset(before)
