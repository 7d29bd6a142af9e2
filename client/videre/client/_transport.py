"""Carrying out the steps of flows: once blocking, once on asyncio. Nothing else differs."""

from __future__ import annotations

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Iterator
from typing import Any, Final, TypeVar, cast

import grpc
import grpc.aio

from videre.client._access import Access
from videre.client._errors import from_status
from videre.client._flow import (
    Call,
    Emit,
    EmitFlow,
    Finished,
    Flow,
    FlowRun,
    Open,
    Pause,
    Receive,
    Step,
    Work,
)

T = TypeVar("T")

#: A restarted server is found again within seconds (gRPC's default back-off grows to 2 minutes), a
#: connection that died silently is noticed within 40.
CHANNEL_OPTIONS: Final = (
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


def _error(error: grpc.RpcError, *, closed: bool) -> Exception:
    """Return the client's error for gRPC's, of either kind of channel.

    Args:
        closed: whether this side has cancelled its calls. If not, a server that ends has reset what
            it had not begun to serve.
    """
    call = cast(grpc.Call, error)
    code = call.code()
    if code is grpc.StatusCode.CANCELLED and not closed:
        code = grpc.StatusCode.UNAVAILABLE
    return from_status(code, call.details() or "", call.trailing_metadata() or ())


class BlockingTransport:
    """Runs flows on a blocking channel. Safe to use from several threads."""

    def __init__(
        self, target: str, credentials: grpc.ChannelCredentials | None, access: Access
    ) -> None:
        credentials = credentials or access.credentials()
        access.check(target, encrypted=credentials is not None)
        self._metadata = access.metadata()
        self._closed = False
        self._channel = (
            grpc.insecure_channel(target, CHANNEL_OPTIONS)
            if credentials is None
            else grpc.secure_channel(target, credentials, CHANNEL_OPTIONS)
        )

    def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        run = FlowRun(flow)
        with contextlib.closing(run):
            while not isinstance(step := run.advance(), Finished):
                self._carry_out(run, step)
            return cast(T, step.value)

    def iterate(self, flow: EmitFlow[T]) -> Iterator[T]:
        """Run a flow and yield the items it emits."""
        run = FlowRun(flow)
        with contextlib.closing(run):
            while not isinstance(step := run.advance(), Finished):
                if isinstance(step, Emit):
                    yield step.item
                else:
                    self._carry_out(run, step)

    def close(self) -> None:
        """Close the channel; calls under way are cancelled."""
        self._closed = True
        self._channel.close()

    def _carry_out(self, run: FlowRun[Any], step: Step) -> None:
        try:
            run.succeed(self._outcome(step))
        except grpc.RpcError as error:
            run.fail(_error(error, closed=self._closed))
        except Exception as error:
            run.fail(error)

    def _outcome(self, step: Step) -> Any:
        match step:
            case Call(method, request, timeout_s):
                invoke = self._channel.unary_unary(
                    method.path,
                    request_serializer=type(request).SerializeToString,
                    response_deserializer=method.response.FromString,
                )
                return invoke(request, timeout=timeout_s, metadata=self._metadata)
            case Open(method, request, timeout_s):
                open_stream = self._channel.unary_stream(
                    method.path,
                    request_serializer=type(request).SerializeToString,
                    response_deserializer=method.response.FromString,
                )
                return open_stream(request, timeout=timeout_s, metadata=self._metadata)
            case Receive(stream):
                return next(cast(Iterator[Any], stream), None)
            case Pause(seconds):
                return time.sleep(seconds)
            case Work(function):
                return function()


class AsyncTransport:
    """Runs flows on an asyncio channel; belongs to the event loop it was first used on."""

    def __init__(
        self, target: str, credentials: grpc.ChannelCredentials | None, access: Access
    ) -> None:
        credentials = credentials or access.credentials()
        access.check(target, encrypted=credentials is not None)
        self._metadata = access.metadata()
        self._closed = False
        self._channel = (
            grpc.aio.insecure_channel(target, CHANNEL_OPTIONS)
            if credentials is None
            else grpc.aio.secure_channel(target, credentials, CHANNEL_OPTIONS)
        )

    async def run(self, flow: Flow[T]) -> T:
        """Run a flow to its end and return what it returns."""
        run = FlowRun(flow)
        with contextlib.closing(run):
            while not isinstance(step := run.advance(), Finished):
                await self._carry_out(run, step)
            return cast(T, step.value)

    async def iterate(self, flow: EmitFlow[T]) -> AsyncIterator[T]:
        """Run a flow and yield the items it emits."""
        run = FlowRun(flow)
        with contextlib.closing(run):
            while not isinstance(step := run.advance(), Finished):
                if isinstance(step, Emit):
                    yield step.item
                else:
                    await self._carry_out(run, step)

    async def close(self) -> None:
        """Close the channel; calls under way are cancelled."""
        self._closed = True
        await self._channel.close()

    async def _carry_out(self, run: FlowRun[Any], step: Step) -> None:
        try:
            run.succeed(await self._outcome(step))
        except grpc.RpcError as error:
            run.fail(_error(error, closed=self._closed))
        except Exception as error:
            run.fail(error)

    async def _outcome(self, step: Step) -> Any:
        match step:
            case Call(method, request, timeout_s):
                invoke = self._channel.unary_unary(
                    method.path,
                    request_serializer=type(request).SerializeToString,
                    response_deserializer=method.response.FromString,
                )
                return await invoke(request, timeout=timeout_s, metadata=self._metadata)
            case Open(method, request, timeout_s):
                open_stream = self._channel.unary_stream(
                    method.path,
                    request_serializer=type(request).SerializeToString,
                    response_deserializer=method.response.FromString,
                )
                return open_stream(request, timeout=timeout_s, metadata=self._metadata)
            case Receive(stream):
                message = await cast("grpc.aio.UnaryStreamCall[Any, Any]", stream).read()
                return None if message is grpc.aio.EOF else message
            case Pause(seconds):
                return await asyncio.sleep(seconds)
            case Work(function):
                return await asyncio.to_thread(function)
