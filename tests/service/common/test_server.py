"""A real server and a real channel: how errors, callers, traces and the end of a process travel."""

import asyncio
from collections.abc import Callable
from typing import Any, cast

import grpc
import grpc.aio
import pytest
from doubles.serving import ASR, PRODUCTION, TIMEOUT_S, World, running
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import CollectorRegistry

from videre.common import auth, tracing
from videre.common.auth import Principal, Role
from videre.common.channel import MESSAGE_LIMIT, open_channel
from videre.common.errors import Reason, VidereError, invalid
from videre.common.executor import Slot, SlotExecutor, deadline_of
from videre.common.probe import probe
from videre.common.server import BindRefused, Server, start_server
from videre.common.wire_errors import error_from_rpc
from videre.internal.v1 import asr_pb2, asr_pb2_grpc, production_pb2, production_pb2_grpc


def raising(error: BaseException) -> Callable[[], Any]:
    def behave() -> None:
        raise error

    return behave


async def test_an_error_arrives_as_it_was_raised(world: World) -> None:
    world.asr.behave = raising(invalid("pcm", "is empty", limit="1 sample", actual="0"))
    ours = await world.refusal()
    assert ours.reason is Reason.FIELD_INVALID
    assert ours.message == "pcm: is empty"
    [violation] = ours.violations
    assert (violation.field, violation.limit, violation.actual) == ("pcm", "1 sample", "0")


async def test_the_time_to_come_back_arrives(world: World) -> None:
    world.asr.behave = raising(VidereError(Reason.OVERLOADED, "full", retry_after_s=1.25))
    assert (await world.refusal()).retry_after_s == 1.25


async def test_long_errors_still_fit_into_metadata(world: World) -> None:
    world.asr.behave = raising(
        VidereError(
            Reason.FIELD_INVALID,
            "长" * 9_000,
            violations=tuple(invalid("f" * 900, "长" * 900).violations[0] for _ in range(99)),
            metadata={f"key{number}": "长" * 9_000 for number in range(99)},
        )
    )
    assert (await world.refusal()).reason is Reason.FIELD_INVALID


async def test_a_defect_is_internal_and_keeps_its_message_to_itself(world: World) -> None:
    world.asr.behave = raising(KeyError("the secret"))
    ours = await world.refusal()
    assert ours.reason is Reason.INTERNAL
    assert "secret" not in ours.message


async def test_errors_of_client_streams(world: World) -> None:
    stub = asr_pb2_grpc.AsrServiceStub(world.channel)
    pieces = [asr_pb2.DetectSpeechRequest(pcm=bytes(1000)) for _ in range(3)]
    answer = await stub.DetectSpeech(iter(pieces), timeout=TIMEOUT_S)
    assert answer.samples == 1500
    world.asr.behave = raising(VidereError(Reason.MODEL_UNAVAILABLE, "no model"))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.DetectSpeech(iter(pieces), timeout=TIMEOUT_S)
    ours = error_from_rpc(error.value)
    assert ours is not None
    assert ours.reason is Reason.MODEL_UNAVAILABLE


async def test_errors_of_server_streams_come_after_what_was_sent(world: World) -> None:
    world.production.behave = raising(VidereError(Reason.ENGINE_FAILED, "encoder"))
    stub = production_pb2_grpc.ProductionServiceStub(world.channel)
    seen: list[float] = []

    async def watch() -> None:
        async for message in stub.Render(production_pb2.RenderRequest(), timeout=TIMEOUT_S):
            seen.append(message.progress)

    with pytest.raises(grpc.aio.AioRpcError) as error:
        await watch()
    ours = error_from_rpc(error.value)
    assert ours is not None
    assert (seen, ours.reason) == ([0.5], Reason.ENGINE_FAILED)


async def test_a_foreign_error_is_not_taken_for_ours(world: World) -> None:
    method: Any = world.channel.unary_unary("/videre.internal.v1.AsrService/NoSuchMethod")
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await method(b"", timeout=TIMEOUT_S)
    assert error.value.code() is grpc.StatusCode.UNIMPLEMENTED
    assert error_from_rpc(error.value) is None


async def test_a_deadline_reaches_the_slot(world: World) -> None:
    executor = SlotExecutor(1, 0)
    ended = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(slot: Slot) -> None:
        try:
            while True:
                slot.check()
        finally:
            loop.call_soon_threadsafe(ended.set)

    class Context:
        def time_remaining(self) -> float:
            return 0.05

    world.asr.behave = lambda: executor.run(work, deadline=deadline_of(Context()))
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await world.transcribe()
    assert error.value.code() is grpc.StatusCode.DEADLINE_EXCEEDED
    assert error_from_rpc(error.value) is None
    await asyncio.wait_for(ended.wait(), TIMEOUT_S)
    await executor.close(TIMEOUT_S)


async def test_a_cancelled_call_ends_its_run(world: World) -> None:
    executor = SlotExecutor(1, 0)
    entered, ended = asyncio.Event(), asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(slot: Slot) -> None:
        loop.call_soon_threadsafe(entered.set)
        try:
            while True:
                slot.check()
        finally:
            loop.call_soon_threadsafe(ended.set)

    world.asr.behave = lambda: executor.run(work, deadline=None)
    call = asyncio.ensure_future(world.transcribe())
    await asyncio.wait_for(entered.wait(), TIMEOUT_S)
    call.cancel()
    with pytest.raises(asyncio.CancelledError):
        await call
    await asyncio.wait_for(ended.wait(), TIMEOUT_S)
    await executor.close(TIMEOUT_S)


async def test_the_caller_on_loopback_is_the_owner(world: World) -> None:
    seen: list[Principal] = []
    world.asr.behave = lambda: seen.append(auth.current_principal())
    await world.transcribe()
    assert seen == [auth.LOCAL]


async def test_a_caller_without_the_role_is_refused() -> None:
    async def viewer(metadata: Any) -> Principal:
        return Principal(str(metadata["user"]), "films", frozenset({Role.VIEWER}))

    async with running(viewer) as world:
        with pytest.raises(grpc.aio.AioRpcError) as error:
            await world.transcribe(user="ada")
        ours = error_from_rpc(error.value)
        assert ours is not None
        assert ours.reason is Reason.ROLE_MISSING
        health: Any = health_pb2_grpc.HealthStub(world.channel)
        await health.Check(health_pb2.HealthCheckRequest(), timeout=TIMEOUT_S)


async def test_an_authenticator_may_refuse() -> None:
    async def stranger(_metadata: Any) -> Principal:
        raise VidereError(Reason.PROJECT_FORBIDDEN, "who are you?")

    async with running(stranger) as world:
        assert (await world.refusal()).reason is Reason.PROJECT_FORBIDDEN


async def test_a_method_without_a_row_keeps_the_server_from_starting() -> None:
    with pytest.raises(ValueError, match=r"no row for .*AsrService/DetectSpeech"):
        async with running(roles={"Transcribe": Role.SUBMITTER}):
            pass


async def test_a_trace_goes_on_through_the_call(world: World) -> None:
    seen: list[str | None] = []
    world.asr.behave = lambda: seen.append(tracing.current())
    outer = tracing.child_of(None)
    with tracing.entered(outer):
        await world.transcribe()
        await world.transcribe(traceparent="nonsense")
    assert tracing.current() is None
    first, second = seen
    assert first is not None
    assert second is not None
    assert tracing.trace_id(first) == tracing.trace_id(outer)
    assert first != outer
    assert tracing.trace_id(second) != tracing.trace_id(outer)


async def test_calls_are_counted_by_outcome(world: World) -> None:
    await world.transcribe()
    world.asr.behave = raising(VidereError(Reason.OVERLOADED, "full"))
    await world.refusal()
    method = "/videre.internal.v1.AsrService/Transcribe"
    async with asyncio.timeout(TIMEOUT_S):  # counted once the caller has its answer
        counted = ("videre_rpc_seconds_count", {"method": method})
        while world.metrics.get_sample_value(*counted) != 2:  # noqa: ASYNC110 - nothing tells
            await asyncio.sleep(0)
    for code in ("OK", "RESOURCE_EXHAUSTED"):
        labels = {"method": method, "code": code}
        assert world.metrics.get_sample_value("videre_rpc_total", labels) == 1


async def test_a_full_batch_fits_into_a_message(world: World) -> None:
    stub = asr_pb2_grpc.AsrServiceStub(world.channel)
    await stub.Transcribe(asr_pb2.TranscribeRequest(pcm=bytes(4 << 20)), timeout=TIMEOUT_S)
    with pytest.raises(grpc.aio.AioRpcError) as error:
        await stub.Transcribe(asr_pb2.TranscribeRequest(pcm=bytes(MESSAGE_LIMIT + 1)))
    assert error.value.code() is grpc.StatusCode.RESOURCE_EXHAUSTED


async def test_reflection_names_the_services(world: World) -> None:
    stub: Any = reflection_pb2_grpc.ServerReflectionStub(cast(Any, world.channel))
    ask = reflection_pb2.ServerReflectionRequest(list_services="")
    async for answer in stub.ServerReflectionInfo(iter([ask]), timeout=TIMEOUT_S):
        names = {service.name for service in answer.list_services_response.service}
        assert {ASR.full_name, PRODUCTION.full_name, "grpc.health.v1.Health"} <= names
        break


async def start_empty(host: str, port: int = 0, *, insecure_bind: bool = False) -> Server:
    return await start_server(
        host, port, [], metrics=CollectorRegistry(), insecure_bind=insecure_bind
    )


async def test_an_open_address_needs_consent() -> None:
    with pytest.raises(BindRefused, match="VIDERE_INSECURE_BIND"):
        await start_empty("0.0.0.0")
    server = await start_empty("0.0.0.0", insecure_bind=True)
    await server.stop(0)


async def test_a_taken_port_is_refused(world: World) -> None:
    with pytest.raises(BindRefused, match="taken"):
        await start_empty("127.0.0.1", int(world.server.address.rpartition(":")[2]))


async def test_calls_are_spread_over_the_replicas() -> None:
    async with running() as first, running() as second:
        served: list[str] = []
        first.asr.behave = lambda: served.append("first")
        second.asr.behave = lambda: served.append("second")
        channel = open_channel([first.server.address, second.server.address])
        stub = asr_pb2_grpc.AsrServiceStub(channel)
        for _ in range(200):
            await stub.Transcribe(
                asr_pb2.TranscribeRequest(), timeout=TIMEOUT_S, wait_for_ready=True
            )
            if len(set(served)) == 2:
                break
        await channel.close()
    assert set(served) == {"first", "second"}


async def test_a_probe_tells_whether_a_process_serves() -> None:
    server = await start_server("127.0.0.1", 0, [], metrics=CollectorRegistry())
    port = int(server.address.rpartition(":")[2])
    assert await probe(port) == ""
    await server.stop(0)
    assert "UNAVAILABLE" in await probe(port)
