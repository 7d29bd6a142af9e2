"""Operations as generators that ask for steps, so that one text serves both clients.

A flow yields *steps* (call a method, pause, read a file, hand an item to the caller) and is sent
each step's outcome; errors are thrown into it. It does no input or output itself. The blocking
client and the asyncio client differ only in how they carry out a step.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeAlias, TypeVar, cast

from google.protobuf.message import Message

from videre.client._errors import ServerRefusal
from videre.client._retry import RetryPolicy
from videre.client._rpc import Method, RequestT, ResponseT

T = TypeVar("T")


class Stream(Protocol):
    """An open answer stream of either kind of channel."""

    def cancel(self) -> bool:
        """End the stream from this side."""


@dataclass(frozen=True, slots=True)
class Call:
    """Call a method; the outcome is its response."""

    method: Method[Any, Any]
    request: Message
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Open:
    """Open an answer stream; the outcome is a `Stream`."""

    method: Method[Any, Any]
    request: Message
    timeout_s: float


@dataclass(frozen=True, slots=True)
class Receive:
    """Take the next message of a stream; the outcome is None at its end."""

    stream: Stream


@dataclass(frozen=True, slots=True)
class Pause:
    """Do nothing for some seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Work:
    """Run a function that blocks on files; the outcome is what it returns."""

    function: Callable[[], Any]


@dataclass(frozen=True, slots=True)
class Emit(Generic[T]):
    """Hand an item to the caller of an iterating operation."""

    item: T


Step: TypeAlias = Call | Open | Receive | Pause | Work
Flow: TypeAlias = Generator[Step, Any, T]
EmitFlow: TypeAlias = Generator[Step | Emit[T], Any, None]


@dataclass(frozen=True, slots=True)
class Context:
    """What every flow is given.

    Args:
        timeout_s: deadline of one operation on the server, retries included, seconds.
        retry: back-off between tries.
        clock: monotonic seconds.
    """

    timeout_s: float = 30.0
    retry: RetryPolicy = field(default_factory=RetryPolicy)
    clock: Callable[[], float] = time.monotonic

    def call(
        self,
        method: Method[RequestT, ResponseT],
        request: RequestT,
        *,
        timeout_s: float | None = None,
    ) -> Flow[ResponseT]:
        """Call a method, again and again while the error is retryable and the deadline allows.

        Raises:
            ServerRefusal: the last error.
        """
        deadline = self.clock() + (self.timeout_s if timeout_s is None else timeout_s)
        failures = 0
        while True:
            try:
                outcome = yield Call(method, request, max(deadline - self.clock(), 0.001))
                return cast(ResponseT, outcome)
            except ServerRefusal as error:
                failures += 1
                pause_s = self.retry.pause_s(error, failures, deadline - self.clock())
                if pause_s is None:
                    raise
            yield Pause(pause_s)


@dataclass(frozen=True, slots=True)
class Finished(Generic[T]):
    """The flow has returned."""

    value: T


class FlowRun(Generic[T]):
    """A flow on its way: hands out steps and takes their outcomes."""

    __slots__ = ("_error", "_flow", "_outcome")

    def __init__(self, flow: Generator[Any, Any, T]) -> None:
        self._flow = flow
        self._outcome: Any = None
        self._error: Exception | None = None

    def advance(self) -> Any:
        """Return the next step, or `Finished`. Raises what the flow raises."""
        outcome, error = self._outcome, self._error
        self._outcome = self._error = None
        try:
            return self._flow.send(outcome) if error is None else self._flow.throw(error)
        except StopIteration as stop:
            return Finished(stop.value)

    def succeed(self, outcome: Any) -> None:
        """Note the outcome of the step handed out last."""
        self._outcome = outcome

    def fail(self, error: Exception) -> None:
        """Note that the step handed out last failed; the flow decides what follows."""
        self._error = error

    def close(self) -> None:
        """End the flow early; its `finally` parts run."""
        self._flow.close()
