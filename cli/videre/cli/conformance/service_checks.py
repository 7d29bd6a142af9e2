"""What a service must keep as a whole: health, reflection, its catalog, hostile bytes, overload."""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import grpc
import grpc.aio
from google.protobuf.message import Message
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc

from videre.cli.conformance.caller import Caller, proper, told
from videre.cli.conformance.findings import Breach, NotChecked
from videre.cli.conformance.probe import Probe
from videre.common import answers
from videre.common.channel import MESSAGE_LIMIT
from videre.common.errors import Reason, VidereError
from videre.internal.v1 import engine_pb2

_CATALOG: Final = "videre.internal.v1.EngineCatalogService"
#: The gRPC service of each service of Videre.
SERVICES: Final[Mapping[str, str]] = {
    "visual": "videre.internal.v1.VisualService",
    "ocr": "videre.internal.v1.OcrService",
    "asr": "videre.internal.v1.AsrService",
    "audio": "videre.internal.v1.AudioService",
    "production": "videre.internal.v1.ProductionService",
}
#: A method of each whose request is one message.
_METHODS: Final = {
    "visual": "AnalyzeFrames",
    "ocr": "ReadFrames",
    "asr": "Transcribe",
    "audio": "AnalyzeSound",
    "production": "Render",
}
#: Calls at once per slot: more than fit into any reasonable queue.
_BURST_PER_SLOT: Final = 8
_MAX_BURST: Final = 256
#: What gRPC's libraries answer to bytes that are no message.
_NO_MESSAGE: Final = {"INTERNAL", "INVALID_ARGUMENT", "UNKNOWN"}


@dataclass(frozen=True, slots=True)
class Target:
    """A service that is checked.

    Args:
        address: "host:port".
        channel: to it.
        described: what it says of its engines.
        cheapest: the probe that costs least; None when no engine can be asked.
        patience_s: longest wait for an answer.
    """

    address: str
    channel: grpc.aio.Channel
    described: engine_pb2.DescribeEnginesResponse
    cheapest: Probe | None
    patience_s: float


ServiceCheck: TypeAlias = Callable[[Target], Awaitable[None]]


async def health(target: Target) -> None:
    """The server and its services answer SERVING; another name is not known."""
    stub: Any = health_pb2_grpc.HealthStub(target.channel)
    for name in ("", _CATALOG, SERVICES[target.described.service]):
        request = health_pb2.HealthCheckRequest(service=name)
        try:
            answer = await stub.Check(request, timeout=target.patience_s)
        except grpc.aio.AioRpcError as error:
            raise Breach(f"health of {name or 'the server'}: {told(error)}") from error
        if answer.status != health_pb2.HealthCheckResponse.SERVING:
            raise Breach(f"health of {name or 'the server'} is not SERVING")


async def reflection(target: Target) -> None:
    """Reflection lists the service and the catalog."""
    channel: Any = target.channel  # the stub is typed for blocking channels only
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
    request = reflection_pb2.ServerReflectionRequest(list_services="*")
    try:
        call = stub.ServerReflectionInfo(iter([request]), timeout=target.patience_s)
        found = [answer async for answer in call]
    except grpc.aio.AioRpcError as error:
        raise Breach(told(error)) from error
    listed = {one.name for answer in found for one in answer.list_services_response.service}
    for name in (_CATALOG, SERVICES[target.described.service]):
        if name not in listed:
            raise Breach(f"{name} is not listed")


async def catalog(target: Target) -> None:
    """Every engine is described completely, and says why when it cannot work."""
    described = target.described
    try:
        answers.engines(described, described.service)
    except VidereError as error:
        raise Breach(error.message) from error
    if described.slots < 1:
        raise Breach(f"{described.slots} slots")
    if not described.engines:
        raise Breach("no engine, not even a missing one")
    names = [(engine.feature, engine.name) for engine in described.engines]
    if len(set(names)) < len(names):
        raise Breach("two engines of one feature have one name")
    for engine in described.engines:
        if problem := _incomplete(engine):
            raise Breach(f"{engine.feature}.{engine.name}: {problem}")


def _incomplete(engine: engine_pb2.EngineDescription) -> str:
    works = engine.state == engine_pb2.ENGINE_STATE_AVAILABLE
    names = [one.name for one in engine.classes]
    holds = {
        "no state": engine.state != engine_pb2.ENGINE_STATE_UNSPECIFIED,
        "no tier": bool(engine.tier) or engine.state == engine_pb2.ENGINE_STATE_FAILED,
        "no licence": bool(engine.licence),
        "it cannot work and does not say why": works or bool(engine.state_message),
        "it works and says what is wrong": not works or not engine.state_message,
        "a class twice, or without a name": len({*names, ""}) == len(names) + 1,
        "a digest that is no SHA-256": all(len(one) == 64 for one in engine.model_digests),
        "a cost that is no number": math.isfinite(engine.cpu_seconds_per_item),
    }
    return next((problem for problem, good in holds.items() if not good), "")


async def hostile(target: Target) -> None:
    """Bytes that are no message, messages that are too large, unknown methods: the rest goes on."""
    service = SERVICES[target.described.service]
    method = f"/{service}/{_METHODS[target.described.service]}"
    for what, path, data, codes in (
        ("bytes that are no message", method, b"\xff" * 64, _NO_MESSAGE),
        ("a message above the limit", method, bytes(MESSAGE_LIMIT + 1), {"RESOURCE_EXHAUSTED"}),
        ("a method that is not there", f"/{service}/Nothing", b"", {"UNIMPLEMENTED"}),
    ):
        code = await _raw(target, path, data)
        if code not in codes:
            raise Breach(f"{what}: {code} instead of {' or '.join(sorted(codes))}")
    await health(target)


async def _raw(target: Target, path: str, data: bytes) -> str:
    """Return the name of the code that a call of bytes ends with."""
    options = (("grpc.max_send_message_length", 2 * MESSAGE_LIMIT),)
    async with grpc.aio.insecure_channel(target.address, options=options) as channel:
        call = channel.unary_unary(path, request_serializer=bytes, response_deserializer=bytes)
        try:
            await call(data, timeout=target.patience_s)
        except grpc.aio.AioRpcError as error:
            return error.code().name
    return "OK"


async def overload(target: Target) -> None:
    """Of many calls at once each is answered, or refused with OVERLOADED and when to come again."""
    probe = target.cheapest
    if probe is None:
        raise NotChecked("no engine can be asked")
    caller = Caller(target.channel, probe, target.patience_s)
    burst = min(_MAX_BURST, _BURST_PER_SLOT * target.described.slots)
    calls = [caller.begin(probe.typical) for _ in range(burst)]
    for ended in await asyncio.gather(*calls, return_exceptions=True):
        if isinstance(ended, Message):
            caller.judge(probe.typical, ended)
        elif isinstance(ended, grpc.aio.AioRpcError):
            refusal = proper(ended)
            if refusal.reason is not Reason.OVERLOADED:
                raise Breach(f"of {burst} calls at once: {told(ended)}")
            if refusal.retry_after_s is None:
                raise Breach("OVERLOADED without RetryInfo")
        elif isinstance(ended, BaseException):
            raise ended
    await caller.ask(probe.typical)


#: In the order in which they are made.
SERVICE_CHECKS: Final[Mapping[str, ServiceCheck]] = {
    "health": health,
    "reflection": reflection,
    "catalog": catalog,
    "hostile": hostile,
    "overload": overload,
}
