"""Which replica a call goes to when one is not well, and what a process tells about its calls."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from pathlib import Path
from typing import Any

import grpc
import grpc.aio
import pytest
from grpc_channelz.v1 import channelz_pb2, channelz_pb2_grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection_pb2, reflection_pb2_grpc
from prometheus_client import CollectorRegistry

from videre.common.channel import open_channel
from videre.common.server import channelz_registrations, start_server
from videre.v1 import job_pb2, job_pb2_grpc

ROOT = Path(__file__).parents[3]
CONFIG = ROOT / "docs" / "clients" / "service_config.json"
SPAN_S = 0.3
FOUND_S = 30.0


class Health(health_pb2_grpc.HealthServicer):
    """A replica that fails."""

    def __init__(self) -> None:
        self.fails = False
        self.asked = 0

    async def Check(self, _request: Any, context: Any) -> health_pb2.HealthCheckResponse:
        self.asked += 1
        if self.fails:
            await context.abort(grpc.StatusCode.INTERNAL, "no answer is right")
        return health_pb2.HealthCheckResponse(status="SERVING")


@asynccontextmanager
async def served(*replicas: Any, add: Any) -> AsyncIterator[list[str]]:
    servers, addresses = [], []
    for one in replicas:
        server = grpc.aio.server(options=(("grpc.so_reuseport", 0),))
        add(one, server)
        addresses.append(f"127.0.0.1:{server.add_insecure_port('127.0.0.1:0')}")
        await server.start()
        servers.append(server)
    try:
        yield addresses
    finally:
        await asyncio.gather(*(server.stop(0) for server in servers))


async def until_asked(stub: Any, replicas: list[Health], wanted: set[int]) -> None:
    """Call until ten calls in a row have gone to the wanted replicas, and to each of them."""
    deadline = asyncio.get_running_loop().time() + FOUND_S
    while True:
        before = [one.asked for one in replicas]
        for _ in range(10):
            with suppress(grpc.aio.AioRpcError):
                await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
        asked = {n for n, one in enumerate(replicas) if one.asked > before[n]}
        if asked == wanted:
            return
        assert asyncio.get_running_loop().time() < deadline, (asked, wanted)
        await asyncio.sleep(0.02)


async def test_a_replica_that_answers_errors_gets_no_calls_until_it_is_well() -> None:
    replicas = [Health(), Health(), Health()]
    add = health_pb2_grpc.add_HealthServicer_to_server
    async with served(*replicas, add=add) as addresses:
        channel = open_channel(addresses, ejects_after_s=SPAN_S)
        stub: Any = health_pb2_grpc.HealthStub(channel)
        try:
            await until_asked(stub, replicas, {0, 1, 2})
            replicas[1].fails = True
            await until_asked(stub, replicas, {0, 2})
            replicas[1].fails = False
            await until_asked(stub, replicas, {0, 1, 2})
        finally:
            await channel.close()


async def test_the_only_replica_is_asked_whatever_it_answers() -> None:
    alone = Health()
    alone.fails = True
    async with served(alone, add=health_pb2_grpc.add_HealthServicer_to_server) as addresses:
        channel = open_channel(addresses, ejects_after_s=0.05)
        stub: Any = health_pb2_grpc.HealthStub(channel)
        codes: Counter[grpc.StatusCode] = Counter()
        try:
            for _ in range(30):
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
                codes[refused.value.code()] += 1
                await asyncio.sleep(0.01)
        finally:
            await channel.close()
    assert codes == {grpc.StatusCode.INTERNAL: 30}


class Flapping(job_pb2_grpc.JobServiceServicer):
    def __init__(self) -> None:
        self.asked = 0

    async def CancelJob(self, _request: Any, context: Any) -> job_pb2.CancelJobResponse:
        self.asked += 1
        if self.asked < 3:
            await context.abort(grpc.StatusCode.UNAVAILABLE, "later")
        return job_pb2.CancelJobResponse()


async def test_the_published_configuration_has_calls_made_again_by_grpc_itself() -> None:
    config = CONFIG.read_text()
    (policy,) = json.loads(config)["methodConfig"]
    public = {
        f"videre.v1.{name}"
        for path in (ROOT / "protos" / "videre" / "v1").glob("*.proto")
        for name in re.findall(r"^service (\w+)", path.read_text(), re.M)
    }
    assert {one["service"] for one in policy["name"]} == public
    flapping = Flapping()
    add = job_pb2_grpc.add_JobServiceServicer_to_server
    async with served(flapping, add=add) as (address,):
        options = (("grpc.service_config", config),)
        async with grpc.aio.insecure_channel(address, options) as channel:
            await job_pb2_grpc.JobServiceStub(channel).CancelJob(
                job_pb2.CancelJobRequest(), timeout=20
            )
    assert flapping.asked == 3


async def bytes_of_an_answer(compression: str) -> int:
    """Return how many bytes a long answer takes on its way."""
    server = await start_server(
        "127.0.0.1", 0, [], metrics=CollectorRegistry(), compression=compression
    )
    host, _, port = server.address.rpartition(":")
    counted = 0

    async def pass_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        up_reader, up_writer = await asyncio.open_connection(host, int(port))

        async def pump(source: Any, sink: Any, *, count: bool) -> None:
            nonlocal counted
            while data := await source.read(65_536):
                counted += len(data) if count else 0
                sink.write(data)
            sink.close()

        await asyncio.gather(
            pump(reader, up_writer, count=False), pump(up_reader, writer, count=True)
        )

    async with await asyncio.start_server(pass_on, "127.0.0.1", 0) as between:
        at = between.sockets[0].getsockname()[1]
        async with grpc.aio.insecure_channel(f"127.0.0.1:{at}") as channel:
            stub: Any = reflection_pb2_grpc.ServerReflectionStub(channel)
            asked = reflection_pb2.ServerReflectionRequest(
                file_containing_symbol="grpc.reflection.v1alpha.ServerReflection"
            )
            (answer,) = [one async for one in stub.ServerReflectionInfo(iter([asked]), timeout=20)]
            assert answer.file_descriptor_response.file_descriptor_proto
        await server.stop(0)
    return counted


async def test_answers_are_packed_where_that_is_set() -> None:
    assert await bytes_of_an_answer("gzip") < 0.9 * await bytes_of_an_answer("none")


async def test_channelz_answers_where_it_is_set() -> None:
    assert channelz_registrations(False) == []
    for wanted in (True, False):
        server = await start_server(
            "127.0.0.1", 0, channelz_registrations(wanted), metrics=CollectorRegistry()
        )
        async with grpc.aio.insecure_channel(server.address) as channel:
            stub: Any = channelz_pb2_grpc.ChannelzStub(channel)
            asking = stub.GetServers(channelz_pb2.GetServersRequest(), timeout=20)
            if wanted:
                assert (await asking).server
            else:
                with pytest.raises(grpc.aio.AioRpcError) as refused:
                    await asking
                assert refused.value.code() is grpc.StatusCode.UNIMPLEMENTED
        await server.stop(0)
