"""Consul as the registry: a process tells where it is, and follows where others are.

Contract: Consul's HTTP API – agent/service, agent/check (TTL), health/service with blocking queries
and the rules for their index (developer.hashicorp.com/consul/api-docs/features/blocking).
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import urlsplit

import structlog

from videre.common.errors import Reason, VidereError, invalid
from videre.common.retry import until_it_answers

if TYPE_CHECKING:
    from videre.common.consul_client import Client

log = structlog.get_logger(__name__)

#: What endpoints begin with that Consul knows: "consul:///videre-visual".
SCHEME: Final = "consul:///"
#: How long a process counts as there after its last sign of life, and how often it gives one.
TTL_S: Final = 6.0
_BEAT_S: Final = TTL_S / 3
#: A process that was not heard of for so long is forgotten.
_FORGOTTEN_AFTER: Final = "10m"
#: How long Consul holds a question while nothing changes; it adds up to a sixteenth.
_WAIT_S: Final = 30.0
_CALL_S: Final = 5.0
#: Shortest time between two questions.
_PAUSE_S: Final = 0.1


@dataclass(frozen=True, slots=True)
class ConsulAgent:
    """The agent that is asked.

    Args:
        url: "http://127.0.0.1:8500".
        token: of its access control; "" = none.
        ca: file that vouches for it; "" = those of the system.
    """

    url: str
    token: str = ""
    ca: str = ""

    @asynccontextmanager
    async def client(self) -> AsyncIterator[Client]:
        """Yield a client.

        Raises:
            VidereError: FIELD_INVALID, it is no URL; OPTION_UNIMPLEMENTED, the library is missing.
        """
        parts = urlsplit(self.url)
        if parts.scheme not in ("http", "https") or not parts.hostname:
            raise invalid("consul", "is no URL", limit="http://host:port", actual=self.url)
        try:
            from videre.common.consul_client import Client
        except ImportError:
            raise VidereError(
                Reason.OPTION_UNIMPLEMENTED,
                "Consul needs the package py-consul: install videre-common[consul]",
            ) from None
        made = Client(
            host=parts.hostname,
            port=parts.port or (443 if parts.scheme == "https" else 8500),
            scheme=parts.scheme,
            token=self.token or None,
            verify=self.ca or True,
        )
        try:
            yield made
        finally:
            await made.close()


@dataclass(frozen=True, slots=True)
class Announced:
    """A process as it is registered.

    Args:
        service: its name there.
        host: address under which others reach it.
        port: its port.
    """

    service: str
    host: str
    port: int

    @property
    def id(self) -> str:
        """Its id: one process listens at an address."""
        return f"{self.service}-{self.host}-{self.port}"


@asynccontextmanager
async def announced(agent: ConsulAgent, process: Announced) -> AsyncIterator[None]:
    """Be registered for the length of a block; register again whenever Consul has forgotten it.

    An agent that is away does not keep the process from starting.
    """
    async with agent.client() as client:
        beating = asyncio.create_task(_beat(client, process), name="consul")
        try:
            yield
        finally:
            beating.cancel()
            await asyncio.wait([beating])
            with suppress(*_away()):
                async with asyncio.timeout(_CALL_S):
                    await client.agent.service.deregister(process.id)


async def _beat(client: Client, process: Announced) -> None:
    check = f"service:{process.id}"
    known = False
    while True:
        async for attempt in until_it_answers("consul", *_away()):
            with attempt:
                async with asyncio.timeout(_CALL_S):
                    if not known:
                        await _register(client, process, check)
                    # False: the agent knows no such check, for it was started anew.
                    known = await client.agent.check.ttl_pass(check)
        if known:
            await asyncio.sleep(_BEAT_S)


async def _register(client: Client, process: Announced, check: str) -> None:
    ttl: dict[str, Any] = {
        "checkid": check,
        "name": "signs of life",
        "ttl": f"{TTL_S:g}s",
        "DeregisterCriticalServiceAfter": _FORGOTTEN_AFTER,
    }
    await client.agent.service.register(
        process.service, service_id=process.id, address=process.host, port=process.port, check=ttl
    )
    log.info("registered", service=process.service, id=process.id)


async def follow(agent: ConsulAgent, service: str, tell: Callable[[tuple[str, ...]], None]) -> None:
    """Tell where the living replicas of a service are, now and whenever that changes. Endless.

    While the agent is away, what was told last stays.

    Args:
        service: name that the replicas are registered by.
        tell: given "host:port" of each, sorted; none where there is none.
    """
    index, told = 0, None
    async with agent.client() as client:
        while True:
            async for attempt in until_it_answers("consul", *_away()):
                with attempt:
                    async with asyncio.timeout(_WAIT_S * 17 / 16 + _CALL_S):
                        text, nodes = await client.health.service(
                            service, index=index or None, wait=f"{_WAIT_S:g}s", passing=True
                        )
            # An index that went back, or is none, starts anew.
            new = int(text)
            index = new if new >= max(1, index) else 0
            found = tuple(sorted(map(_endpoint, nodes)))
            if found != told:
                told = found
                tell(found)
            await asyncio.sleep(_PAUSE_S)


def _endpoint(node: dict[str, Any]) -> str:
    host, port = node["Service"]["Address"] or node["Node"]["Address"], node["Service"]["Port"]
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def _away() -> tuple[type[BaseException], ...]:
    """Return the exceptions that say that an agent is away or refuses."""
    import httpx
    from consul import ConsulException

    return (ConsulException, httpx.TransportError, OSError, TimeoutError)
