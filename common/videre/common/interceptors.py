"""What every RPC passes on its way in: telemetry, error mapping, authorisation; and, on its way
out, the trace header.

Order on a server: telemetry (sees every end of a call) → errors (turns exceptions into statuses)
→ ending (the end of the process is such an error) → auth (its refusals are errors like any other).
"""

from __future__ import annotations

import asyncio
import inspect
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from typing import Any, Final

import grpc
import structlog
from prometheus_client import CollectorRegistry, Counter, Histogram

from videre.common import auth, tracing
from videre.common.errors import Reason, VidereError
from videre.common.spans import exported, span
from videre.common.wire_errors import to_status

log = structlog.get_logger(__name__)

#: gRPC's request, response and context types are erased here: an interceptor serves every method.
Context = Any
Handler = Any
Around = Callable[[Context, Any], AbstractAsyncContextManager[None]]
Continuation = Callable[[grpc.HandlerCallDetails], Awaitable[Any]]

_BUCKETS: Final = (0.005, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 120.0)


def wrap_handler(handler: Handler, around: Around) -> Handler:
    """Return a handler of the same kind that runs inside `around(context, request)`.

    Handlers are coroutine functions, or async generator functions for streamed responses.
    """
    behaviour = (
        handler.unary_unary or handler.unary_stream or handler.stream_unary or handler.stream_stream
    )

    async def call(request: Any, context: Context) -> Any:
        async with around(context, request):
            return await behaviour(request, context)

    async def stream(request: Any, context: Context) -> AsyncIterator[Any]:
        async with around(context, request):
            async for response in behaviour(request, context):
                yield response

    build: Callable[..., Handler] = {
        (False, False): grpc.unary_unary_rpc_method_handler,
        (False, True): grpc.unary_stream_rpc_method_handler,
        (True, False): grpc.stream_unary_rpc_method_handler,
        (True, True): grpc.stream_stream_rpc_method_handler,
    }[handler.request_streaming, handler.response_streaming]
    return build(
        stream if inspect.isasyncgenfunction(behaviour) else call,
        request_deserializer=handler.request_deserializer,
        response_serializer=handler.response_serializer,
    )


Translate = Callable[[BaseException], VidereError | None]


def untranslated(_error: BaseException) -> None:
    """Know no exceptions but our own."""


class ErrorInterceptor(grpc.aio.ServerInterceptor):
    """Turns exceptions into statuses; a Python message never reaches a caller."""

    def __init__(self, translate: Translate = untranslated) -> None:
        """Take what knows the meaning of exceptions that are not ours."""
        self._translate = translate

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method

        @asynccontextmanager
        async def around(context: Context, _request: Any) -> AsyncIterator[None]:
            try:
                yield
            except VidereError as error:
                await context.abort_with_status(to_status(error))
            except TimeoutError:
                await context.abort(
                    grpc.StatusCode.DEADLINE_EXCEEDED, "the call's deadline has passed"
                )
            except grpc.aio.AbortError:
                raise
            except Exception as error:
                failure = self._translate(error)
                if failure is None:
                    log.exception("rpc failed", method=method)
                    failure = VidereError(
                        Reason.INTERNAL, "a defect of Videre; the log has the stack trace"
                    )
                else:  # nothing is wrong with the code, and every call may say so until it is over
                    log.warning("rpc refused", method=method, reason=str(failure.reason),
                                error=str(error)[:300])  # fmt: skip
                await context.abort_with_status(to_status(failure))

        return wrap_handler(handler, around)


class EndingInterceptor(grpc.aio.ServerInterceptor):
    """Knows the calls under way, and ends them with SHUTTING_DOWN.

    gRPC itself would end them with CANCELLED, which tells a caller nothing and is not tried again.
    """

    def __init__(self) -> None:
        """Begin without calls."""
        self._tasks: set[asyncio.Task[Any]] = set()
        self._over = False

    def end(self) -> None:
        """End all calls under way."""
        self._over = True
        for task in self._tasks:
            task.cancel()

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        return None if handler is None else wrap_handler(handler, self._around)

    @asynccontextmanager
    async def _around(self, _context: Context, _request: Any) -> AsyncIterator[None]:
        ending = VidereError(
            Reason.SHUTTING_DOWN, "the process is ending: call again, another may answer"
        )
        if self._over:
            raise ending
        task = asyncio.current_task()
        assert task is not None
        self._tasks.add(task)
        try:
            yield
        except asyncio.CancelledError:
            if not self._over:
                raise
            task.uncancel()
            raise ending from None
        finally:
            self._tasks.discard(task)


class AuthInterceptor(grpc.aio.ServerInterceptor):
    """Sets the principal of each call and checks it against the policy table."""

    def __init__(
        self, policy: auth.Policy, authenticate: auth.Authenticate = auth.local_principal
    ) -> None:
        """Take the table of the server's methods and the way to know a caller."""
        self._policy = policy
        self._authenticate = authenticate

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        method = handler_call_details.method
        if handler is None or auth.is_open(method):
            return handler
        metadata = dict(handler_call_details.invocation_metadata or ())

        @asynccontextmanager
        async def around(_context: Context, _request: Any) -> AsyncIterator[None]:
            principal = await self._authenticate(metadata)
            auth.authorise(method, principal, self._policy)
            auth.enter(principal)
            yield

        return wrap_handler(handler, around)


class TelemetryInterceptor(grpc.aio.ServerInterceptor):
    """Counts and times each call (rate, errors, duration) and binds its trace to the log."""

    def __init__(self, registry: CollectorRegistry) -> None:
        """Register the metrics; one interceptor per registry."""
        self._calls = Counter(
            "videre_rpc_total", "RPCs served, by outcome.", ["method", "code"], registry=registry
        )
        self._seconds = Histogram(
            "videre_rpc_seconds",
            "Time from request to the end of the answer.",
            ["method"],
            buckets=_BUCKETS,
            registry=registry,
        )

    async def intercept_service(
        self, continuation: Continuation, handler_call_details: grpc.HandlerCallDetails
    ) -> Handler:
        """See the base class."""
        handler = await continuation(handler_call_details)
        if handler is None:
            return None
        method = handler_call_details.method
        given = dict(handler_call_details.invocation_metadata or ()).get(tracing.HEADER)
        received = given if isinstance(given, str) else None

        @asynccontextmanager
        async def around(context: Context, _request: Any) -> AsyncIterator[None]:
            started = time.perf_counter()
            outcome = "UNKNOWN"
            try:
                with span(method.strip("/"), received, server=True):
                    trace_id = tracing.trace_id(tracing.current() or "-")
                    structlog.contextvars.bind_contextvars(trace_id=trace_id)
                    yield
                outcome = _status_name(context)
            except (asyncio.CancelledError, GeneratorExit):
                outcome = "CANCELLED"
                raise
            except grpc.aio.AbortError:
                outcome = _status_name(context)
                raise
            finally:
                took = time.perf_counter() - started
                self._calls.labels(method, outcome).inc()
                self._seconds.labels(method).observe(took)
                log.debug("rpc", method=method, code=outcome, seconds=round(took, 4))

        return wrap_handler(handler, around)


_CODE_NAMES: Final = {code.value[0]: code.name for code in grpc.StatusCode}


def _status_name(context: Context) -> str:
    code = context.code()  # an integer, a StatusCode, or None for "not set": OK
    if code is None:
        return "OK"
    return str(code.name) if isinstance(code, grpc.StatusCode) else _CODE_NAMES[int(code)]


def _with_trace(details: grpc.aio.ClientCallDetails) -> grpc.aio.ClientCallDetails:
    metadata = grpc.aio.Metadata(*(details.metadata or ()))
    if metadata.get(tracing.HEADER) is None:
        # A span that is sent is the parent of whatever the callee does.
        sent = tracing.current() if exported() else None
        metadata.add(tracing.HEADER, sent or tracing.child_of(tracing.current()))
    return grpc.aio.ClientCallDetails(
        details.method, details.timeout, metadata, details.credentials, details.wait_for_ready
    )


class _TraceUnaryUnary(grpc.aio.UnaryUnaryClientInterceptor):
    async def intercept_unary_unary(
        self, continuation: Any, client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        return await continuation(_with_trace(client_call_details), request)


class _TraceUnaryStream(grpc.aio.UnaryStreamClientInterceptor):
    async def intercept_unary_stream(
        self, continuation: Any, client_call_details: grpc.aio.ClientCallDetails, request: Any
    ) -> Any:
        return await continuation(_with_trace(client_call_details), request)


class _TraceStreamUnary(grpc.aio.StreamUnaryClientInterceptor):
    async def intercept_stream_unary(
        self,
        continuation: Any,
        client_call_details: grpc.aio.ClientCallDetails,
        request_iterator: Any,
    ) -> Any:
        return await continuation(_with_trace(client_call_details), request_iterator)


class _TraceStreamStream(grpc.aio.StreamStreamClientInterceptor):
    async def intercept_stream_stream(
        self,
        continuation: Any,
        client_call_details: grpc.aio.ClientCallDetails,
        request_iterator: Any,
    ) -> Any:
        return await continuation(_with_trace(client_call_details), request_iterator)


def client_interceptors() -> list[grpc.aio.ClientInterceptor]:
    """Return the interceptors that pass the current trace on.

    One object per kind of call: grpc.aio takes an interceptor for the first kind it finds in it.
    """
    return [_TraceUnaryUnary(), _TraceUnaryStream(), _TraceStreamUnary(), _TraceStreamStream()]
