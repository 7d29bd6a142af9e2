"""One name with the addresses of all replicas, as a headless Service of Kubernetes has: calls go
round them, and follow when there are more or fewer."""

from __future__ import annotations

import asyncio
import sys
from collections import Counter
from typing import Any

import grpc
import pytest
from doubles.dns import Names, dns
from grpc_health.v1 import health_pb2, health_pb2_grpc
from prometheus_client import CollectorRegistry

from videre.common.channel import open_channel
from videre.common.server import Server, start_server

pytestmark = pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux has the whole of 127.0.0.0/8"
)

NAME = "visual.videre.svc"
#: The name is asked for anew when a connection has this age; a minute in production.
AGE_S = 0.5
FOUND_S = 30.0


class Replicas:
    """Servers at one port of 127.0.0.1, 127.0.0.2 …, and the name that has their addresses."""

    def __init__(self, names: Names) -> None:
        self._names = names
        self._running: dict[str, tuple[Server, CollectorRegistry]] = {}
        self.port = 0

    async def scale(self, count: int) -> None:
        """Start what is missing before its address is told, stop the rest after that."""
        wanted = [f"127.0.0.{number}" for number in range(1, count + 1)]
        for address in wanted:
            if address not in self._running:
                metrics = CollectorRegistry()
                server = await start_server(
                    address, self.port, [], metrics=metrics, connection_age_s=AGE_S
                )
                self.port = int(server.address.rpartition(":")[2])
                self._running[address] = server, metrics
        self._names.addresses[NAME] = wanted
        for address in [one for one in self._running if one not in wanted]:
            server, _ = self._running.pop(address)
            await server.stop(5)

    def served(self) -> Counter[str]:
        """Return how many calls each replica has answered."""
        return Counter(
            {
                address: int(
                    sum(
                        sample.value
                        for metric in metrics.collect()
                        for sample in metric.samples
                        if sample.name == "videre_rpc_total"
                    )
                )
                for address, (_, metrics) in self._running.items()
            }
        )


async def test_one_replica_becomes_four_and_then_two() -> None:
    async with dns({}) as (names, dns_port):
        replicas = Replicas(names)
        await replicas.scale(1)
        channel = open_channel([f"dns://127.0.0.1:{dns_port}/{NAME}:{replicas.port}"])
        stub: Any = health_pb2_grpc.HealthStub(channel)
        failed: list[grpc.StatusCode] = []

        async def call(times: int) -> Counter[str]:
            """Call some times; return who has answered how often."""
            before = replicas.served()
            for _ in range(times):
                try:
                    await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
                except grpc.aio.AioRpcError as error:
                    failed.append(error.code())
            return replicas.served() - before

        async def shared_by(count: int) -> Counter[str]:
            deadline = asyncio.get_running_loop().time() + FOUND_S
            while len(found := await call(40)) != count:
                assert asyncio.get_running_loop().time() < deadline, found
                await asyncio.sleep(0.1)
            return found

        try:
            assert len(await shared_by(1)) == 1
            await replicas.scale(4)
            found = await shared_by(4)
            assert min((await call(80)).values()) >= 10, f"some share of {found}"
            await replicas.scale(2)
            assert len(await shared_by(2)) == 2
        finally:
            await channel.close()
            await replicas.scale(0)
        # The caller's retries are for these (steps/services.py); here is none.
        assert set(failed) <= {grpc.StatusCode.UNAVAILABLE}
        assert len(failed) <= 2
