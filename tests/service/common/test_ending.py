"""How a process that ends tells its callers."""

import asyncio
from typing import Any

import grpc.aio
import pytest
from doubles.serving import ASR, TIMEOUT_S, World
from grpc_health.v1 import health_pb2, health_pb2_grpc

from videre.common.errors import Reason
from videre.common.wire_errors import error_from_rpc


async def test_the_end_is_told_before_it_comes(world: World) -> None:
    stub: Any = health_pb2_grpc.HealthStub(world.channel)
    watch = stub.Watch(health_pb2.HealthCheckRequest(service=ASR.full_name))
    states = [await watch.read()]
    stopping = asyncio.ensure_future(world.server.stop(TIMEOUT_S))
    states.append(await watch.read())
    watch.cancel()
    await stopping
    assert [state.status for state in states] == [
        health_pb2.HealthCheckResponse.SERVING,
        health_pb2.HealthCheckResponse.NOT_SERVING,
    ]


async def test_a_running_call_may_end_during_the_grace(world: World) -> None:
    entered, released = asyncio.Event(), asyncio.Event()

    async def wait() -> None:
        entered.set()
        await released.wait()

    world.asr.behave = wait
    call = asyncio.ensure_future(world.transcribe())
    await asyncio.wait_for(entered.wait(), TIMEOUT_S)
    stopping = asyncio.ensure_future(world.server.stop(TIMEOUT_S))
    await asyncio.sleep(0)
    released.set()
    await call
    await stopping


async def test_a_call_that_outlasts_the_grace_is_told_to_call_again(world: World) -> None:
    entered = asyncio.Event()

    async def wait() -> None:
        entered.set()
        await asyncio.Event().wait()

    world.asr.behave = wait
    call = asyncio.ensure_future(world.refusal())
    await asyncio.wait_for(entered.wait(), TIMEOUT_S)
    await world.server.stop(0)
    assert (await call).reason is Reason.SHUTTING_DOWN


async def test_a_stream_that_outlasts_the_grace_is_told_to_call_again(world: World) -> None:
    stub: Any = health_pb2_grpc.HealthStub(world.channel)
    watch = stub.Watch(health_pb2.HealthCheckRequest(service=ASR.full_name))
    await watch.read()
    await world.server.stop(0)
    await watch.read()  # NOT_SERVING
    with pytest.raises(grpc.aio.AioRpcError) as ended:
        await watch.read()
    assert error_from_rpc(ended.value).reason is Reason.SHUTTING_DOWN
