"""Calls in Connect, gRPC-Web or JSON, passed on to this process's own gRPC server.

What a call needs – its caller, the limits, the audit, the errors – is looked at there, once.
Messages in protobuf pass as they are; JSON is read and written here.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

import grpc.aio
from connectrpc.code import Code
from connectrpc.codec import Codec
from connectrpc.errors import ConnectError, ErrorDetail
from connectrpc.method import IdempotencyLevel, MethodInfo, StreamType
from connectrpc.request import RequestContext
from connectrpc.server import ConnectASGIApplication, Endpoint
from google.protobuf import json_format
from google.protobuf.descriptor import MethodDescriptor, ServiceDescriptor
from google.protobuf.message import Message
from google.protobuf.message_factory import GetMessageClass
from google.rpc import status_pb2
from protobuf.wkt import Any as AnyMessage

from videre.common import tracing
from videre.common.channel import MESSAGE_LIMIT
from videre.common.errors import FieldViolation, Reason, VidereError
from videre.common.wire_errors import DETAILS_KEY, to_status
from videre.orchestrator.access.gate import PROJECT_HEADER

#: Headers of a request that are metadata of its call.
PASSED: Final = ("authorization", PROJECT_HEADER, tracing.HEADER)
_JSON: Final = "json"
_CODES: Final[Mapping[grpc.StatusCode, Code]] = {
    code: Code["CANCELED" if code is grpc.StatusCode.CANCELLED else code.name]
    for code in grpc.StatusCode
    if code is not grpc.StatusCode.OK
}
#: Of what a reader of JSON complains about; it may quote what was sent.
_COMPLAINT: Final = 300

Trailers = Iterable[tuple[str, str | bytes]]


@dataclass(frozen=True, slots=True)
class Body:
    """A request as it came.

    Args:
        is_json: whether it is JSON; protobuf otherwise.
    """

    data: bytes
    is_json: bool


class _Unread(Codec[bytes, Body]):
    """Leaves messages as they are: whoever passes them on reads JSON, off the event loop."""

    def __init__(self, name: str) -> None:
        self._name = name

    def name(self) -> str:
        return self._name

    def encode(self, message: bytes) -> bytes:
        return message

    def decode(self, data: bytes | bytearray, message_class: type[Body]) -> Body:
        return message_class(bytes(data), self._name == _JSON)


Context = RequestContext[Body, bytes]
#: What gRPC knows a message as here: its bytes.
_Unary = grpc.aio.UnaryUnaryMultiCallable[bytes, bytes]
_Stream = grpc.aio.UnaryStreamMultiCallable[bytes, bytes]


class Passing(ConnectASGIApplication[grpc.aio.Channel]):
    """The ASGI application of some services."""

    def __init__(self, channel: grpc.aio.Channel, services: Iterable[ServiceDescriptor]) -> None:
        """Take the way to the gRPC server, and what it serves.

        Raises:
            ValueError: a method takes a stream of requests, which browsers cannot send.
        """
        methods = [method for service in services for method in service.methods]
        if streamed := [one.full_name for one in methods if one.client_streaming]:
            raise ValueError(f"streams of requests cannot be passed on: {', '.join(streamed)}")
        super().__init__(
            service=channel,
            endpoints=lambda given: dict(_endpoint(given, method) for method in methods),
            read_max_bytes=MESSAGE_LIMIT,
            codecs=[_Unread("proto"), _Unread(_JSON)],
        )

    @property
    def path(self) -> str:
        """See the base class."""
        return "/"


def path_of(method: MethodDescriptor) -> str:
    """Return the path of a method, under HTTP as in gRPC."""
    return f"/{method.containing_service.full_name}/{method.name}"


def _endpoint(channel: grpc.aio.Channel, method: MethodDescriptor) -> tuple[str, Any]:
    path = path_of(method)
    streams = method.server_streaming
    info: MethodInfo[Body, bytes] = MethodInfo(
        name=method.name,
        service_name=method.containing_service.full_name,
        input=Body,
        output=bytes,
        # Nothing is called by GET: what a link can do, any page can have done.
        idempotency_level=IdempotencyLevel.UNKNOWN,
        stream_type=StreamType.SERVER_STREAM if streams else StreamType.UNARY,
    )
    if streams:
        return path, Endpoint.server_stream(info, _streamed(channel, method))
    return path, Endpoint.unary(info, _single(channel, method))


def _single(
    channel: grpc.aio.Channel, method: MethodDescriptor
) -> Callable[[Body, Context], Awaitable[bytes]]:
    call: _Unary = channel.unary_unary(path_of(method))

    async def answer(body: Body, context: Context) -> bytes:
        request = await _read(method, body)
        try:
            reply = await call(request, timeout=_timeout_s(context), metadata=_metadata(context))
        except grpc.aio.AioRpcError as error:
            raise _refusal(error.code(), error.details(), error.trailing_metadata()) from None
        return await _written(method, reply, body.is_json)

    return answer


def _streamed(
    channel: grpc.aio.Channel, method: MethodDescriptor
) -> Callable[[Body, Context], AsyncIterator[bytes]]:
    begin: _Stream = channel.unary_stream(path_of(method))

    async def answers(body: Body, context: Context) -> AsyncIterator[bytes]:
        request = await _read(method, body)
        call = begin(request, timeout=_timeout_s(context), metadata=_metadata(context))
        try:
            async for reply in call:
                yield await _written(method, reply, body.is_json)
        except grpc.aio.AioRpcError as error:
            raise _refusal(error.code(), error.details(), error.trailing_metadata()) from None
        finally:
            call.cancel()  # nobody reads on; nothing where it has ended

    return answers


def _timeout_s(context: Context) -> float | None:
    left_ms = context.timeout_ms
    return None if left_ms is None else max(left_ms, 0) / 1_000


def _metadata(context: Context) -> tuple[tuple[str, str], ...]:
    """Return what of the headers is the call's metadata, which is ASCII or is not sent."""
    given = ((name, context.request_headers.get(name)) for name in PASSED)
    return tuple((name, text) for name, text in given if text and _is_metadata(text))


def _is_metadata(text: str) -> bool:
    return text.isascii() and text.isprintable()


async def _read(method: MethodDescriptor, body: Body) -> bytes:
    """Return a request as protobuf.

    Raises:
        ConnectError: it is no JSON of that message.
    """
    if not body.is_json:
        return body.data
    try:
        return await asyncio.to_thread(_from_json, method, body.data)
    except VidereError as error:
        status = to_status(error)
        raise _refusal(status.code, status.details, status.trailing_metadata) from None


def _from_json(method: MethodDescriptor, data: bytes) -> bytes:
    message: Message = GetMessageClass(method.input_type)()
    try:
        # A field that is misspelt would be a wish that nobody hears.
        json_format.Parse(data or b"{}", message, ignore_unknown_fields=False)
    except (json_format.ParseError, UnicodeDecodeError) as error:
        complaint = str(error).partition("\n")[0][:_COMPLAINT]
        raise VidereError(
            Reason.FIELD_INVALID,
            f"the request is no JSON of {method.input_type.full_name}: {complaint}",
            violations=(FieldViolation("request", complaint),),
        ) from error
    return message.SerializeToString()


async def _written(method: MethodDescriptor, reply: bytes, as_json: bool) -> bytes:
    return await asyncio.to_thread(_to_json, method, reply) if as_json else reply


def _to_json(method: MethodDescriptor, reply: bytes) -> bytes:
    message = GetMessageClass(method.output_type).FromString(reply)
    return json_format.MessageToJson(message, indent=None, ensure_ascii=False).encode()


def _refusal(code: grpc.StatusCode, message: str | None, trailers: Trailers | None) -> ConnectError:
    """Return a status as Connect and gRPC-Web tell it, with its details."""
    packed = next((value for key, value in trailers or () if key == DETAILS_KEY), b"")
    status = status_pb2.Status.FromString(packed if isinstance(packed, bytes) else b"")
    details = [
        ErrorDetail(AnyMessage(type_url=one.type_url, value=one.value)) for one in status.details
    ]
    return ConnectError(_CODES[code], message or "", details)
