"""Processes that register with Consul, and callers that follow them; `CONSUL_HTTP_ADDR` names a
real agent that is asked too."""

from __future__ import annotations

import asyncio
import os
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import AsyncExitStack, asynccontextmanager

import grpc
import grpc.aio
import pytest
from doubles.consul import Agent, consul_agent
from grpc_health.v1 import health_pb2, health_pb2_grpc
from pydantic import SecretStr

from videre.common import consul
from videre.common.config import Settings
from videre.common.consul import Announced, ConsulAgent, announced, follow
from videre.common.errors import VidereError
from videre.common.places import registered, service_channel

SERVICE = "videre-visual"
TOKEN = "let-me-in"
BOUND_S = 15.0


@pytest.fixture
async def agent() -> AsyncIterator[tuple[Agent, ConsulAgent]]:
    async with consul_agent(TOKEN) as (running, url):
        yield running, ConsulAgent(url, TOKEN)
        assert running.refused == []


@pytest.fixture
def lively(monkeypatch: pytest.MonkeyPatch) -> float:
    """A short life without signs, so that nobody waits long; return its seconds."""
    monkeypatch.setattr(consul, "TTL_S", 0.6)
    monkeypatch.setattr(consul, "_BEAT_S", 0.2)
    return 0.6


async def until(held: Callable[[], bool], what: str) -> float:
    """Wait until something holds; return how long that took."""
    started = time.monotonic()
    while not held():
        assert time.monotonic() - started < BOUND_S, what
        await asyncio.sleep(0.01)
    return time.monotonic() - started


class Answering(health_pb2_grpc.HealthServicer):
    """A replica that counts its calls."""

    def __init__(self, name: str, calls: Counter[str]) -> None:
        self._name, self._calls = name, calls

    async def Check(self, request: object, context: object) -> health_pb2.HealthCheckResponse:
        self._calls[self._name] += 1
        return health_pb2.HealthCheckResponse(status=health_pb2.HealthCheckResponse.SERVING)


@asynccontextmanager
async def replica(name: str, calls: Counter[str]) -> AsyncIterator[int]:
    """Yield the port of a replica that answers."""
    server = grpc.aio.server()
    health_pb2_grpc.add_HealthServicer_to_server(Answering(name, calls), server)
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        yield port
    finally:
        await server.stop(0)


def settings(agent: ConsulAgent) -> Settings:
    return Settings(
        consul=agent.url, consul_token=SecretStr(agent.token),
        visual_endpoints=(f"consul:///{SERVICE}",),
    )  # fmt: skip


async def ask(channel: grpc.aio.Channel) -> bool:
    """Make a call; tell whether somebody answered."""
    stub = health_pb2_grpc.HealthStub(channel)
    try:
        await stub.Check(health_pb2.HealthCheckRequest(), timeout=5)
    except grpc.aio.AioRpcError as error:
        if error.code() is grpc.StatusCode.UNAVAILABLE:
            return False
        raise
    return True


async def test_the_dead_get_no_calls_and_the_new_do(
    agent: tuple[Agent, ConsulAgent], lively: float
) -> None:
    running, asked = agent
    calls: Counter[str] = Counter()
    channel = service_channel(settings(asked), "visual")
    async with AsyncExitStack() as stack:
        stack.push_async_callback(channel.close)
        assert not await ask(channel), "nobody is there yet"
        beats = []
        for name in "abc":
            port = await stack.enter_async_context(replica(name, calls))
            beats.append(await _alive(stack, asked, port))

        async def met(*names: str) -> float:
            calls.clear()
            started = time.monotonic()
            while not all(calls[name] for name in names):
                await ask(channel)
                assert time.monotonic() - started < BOUND_S, calls
                await asyncio.sleep(0)
            return time.monotonic() - started

        await met("a", "b", "c")
        # As kill -9 does: no word to the registry, and nobody listens. Only the first is found out
        # by gRPC itself; the signs of life are what counts where a process hangs.
        beats[0].cancel()
        gone = await until(lambda: len(_passing(running)) == 2, "it is not critical")
        assert gone <= lively + 1
        await asyncio.sleep(0.1)  # the caller is told
        calls.clear()
        for _ in range(20):
            assert await ask(channel)
        assert not calls["a"]
        assert calls["b"] > 5 < calls["c"]

        port = await stack.enter_async_context(replica("d", calls))
        await _alive(stack, asked, port)
        assert await met("b", "c", "d") < 2


async def _alive(stack: AsyncExitStack, agent: ConsulAgent, port: int) -> asyncio.Task[None]:
    """Register a replica; return what gives its signs of life, which is ended with the stack."""

    async def live() -> None:
        async with agent.client() as client:
            await consul._beat(client, Announced(SERVICE, "127.0.0.1", port))

    task = asyncio.create_task(live())

    async def end() -> None:
        task.cancel()
        await asyncio.wait([task])

    stack.push_async_callback(end)
    return task


def _passing(agent: Agent) -> list[str]:
    return [key for key, one in agent.replicas.items() if one.passing()]


async def test_a_process_is_there_while_it_runs_and_says_good_bye(
    agent: tuple[Agent, ConsulAgent],
) -> None:
    running, asked = agent
    async with registered(settings(asked), "ocr", "127.0.0.1:7711"):
        await until(lambda: _passing(running) == ["videre-ocr-127.0.0.1-7711"], "not registered")
    assert running.replicas == {}


async def test_a_registry_that_forgets_or_goes_away_is_told_again(
    agent: tuple[Agent, ConsulAgent], lively: float
) -> None:
    running, asked = agent
    heard: list[tuple[str, ...]] = []
    following = asyncio.create_task(follow(asked, SERVICE, heard.append))
    async with announced(asked, Announced(SERVICE, "127.0.0.1", 1)):
        await until(lambda: heard[-1:] == [("127.0.0.1:1",)], "not heard of")
        await running.forget_all()
        await until(lambda: len(_passing(running)) == 1, "not registered again")
        await until(lambda: heard[-1:] == [("127.0.0.1:1",)], "not heard of again")
        running.refused.clear()  # the sign of life of a check that was forgotten
        running.away = True
        told = len(heard)
        await asyncio.sleep(lively / 3)
        running.away = False
        await until(lambda: len(_passing(running)) == 1, "not back")
        assert heard[told:] in ([], [(), ("127.0.0.1:1",)]), "what was known stays while it is away"
    await until(lambda: heard[-1] == (), "still there")
    following.cancel()
    await asyncio.wait([following])


async def test_a_registry_that_is_not_there_keeps_nobody_from_starting() -> None:
    nobody = ConsulAgent("http://127.0.0.1:9")
    started = time.monotonic()
    async with registered(Settings(consul=nobody.url), "ocr", "127.0.0.1:7711"):
        pass
    assert time.monotonic() - started < BOUND_S


async def test_a_wrong_token_is_not_let_in(agent: tuple[Agent, ConsulAgent]) -> None:
    running, asked = agent
    async with announced(ConsulAgent(asked.url, "wrong"), Announced(SERVICE, "127.0.0.1", 1)):
        await asyncio.sleep(0.1)
    assert running.replicas == {}


@pytest.mark.parametrize("url", ["127.0.0.1:8500", "ftp://x", "http://"])
async def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(VidereError) as refused:
        async with registered(Settings(consul=url), "ocr", "127.0.0.1:7711"):
            raise AssertionError("unreachable")
    assert refused.value.violations[0].field == "consul"


async def test_an_address_that_nobody_can_use_is_refused() -> None:
    known = Settings(consul="http://127.0.0.1:8500")
    with pytest.raises(VidereError) as refused:
        async with registered(known, "ocr", "0.0.0.0:7711"):
            raise AssertionError("unreachable")
    assert refused.value.violations[0].field == "advertise"


async def test_names_of_a_registry_need_one() -> None:
    known = Settings(visual_endpoints=("consul:///videre-visual",))
    with pytest.raises(VidereError) as refused:
        service_channel(known, "visual")
    assert refused.value.violations[0].field == "visual_endpoints"


@pytest.mark.skipif(
    not os.environ.get("CONSUL_HTTP_ADDR"), reason="CONSUL_HTTP_ADDR names no agent"
)
async def test_a_real_agent_does_the_same() -> None:
    url = os.environ["CONSUL_HTTP_ADDR"]
    real = ConsulAgent(url if "://" in url else f"http://{url}", os.environ.get("CONSUL_TOKEN", ""))
    heard: list[tuple[str, ...]] = []
    following = asyncio.create_task(follow(real, "videre-test", heard.append))
    async with announced(real, Announced("videre-test", "127.0.0.1", 7)):
        await until(lambda: heard[-1:] == [("127.0.0.1:7",)], "not heard of")
    await until(lambda: heard[-1] == (), "still there")
    following.cancel()
    await asyncio.wait([following])
