"""A Consul agent as its documentation says: what it does not say is refused.

Agent API (service/register, service/deregister, check/pass), health API with blocking queries, ACL
tokens, checks that go critical when nobody passes them in time. Index: one for the whole catalog,
raised by every change; a question with the current index is held until the next change or its wait.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from typing import Any

from aiohttp import web

_SERVICE = {"name", "id", "address", "port", "checks", "weights"}
_CHECK = {"checkid", "name", "ttl", "DeregisterCriticalServiceAfter"}


@dataclass(slots=True)
class Replica:
    """A registered service; critical until its check is passed, and again when it is late."""

    name: str
    address: str
    port: int
    check: str
    ttl_s: float
    passed: float | None = None

    def passing(self) -> bool:
        return self.passed is not None and time.monotonic() - self.passed <= self.ttl_s


@dataclass(slots=True)
class Agent:
    """What the agent knows, and what was refused: an empty list at the end of every test."""

    token: str = ""
    replicas: dict[str, Replica] = field(default_factory=dict)
    index: int = 1
    refused: list[str] = field(default_factory=list)
    away: bool = False
    changed: asyncio.Condition = field(default_factory=asyncio.Condition)
    _seen: tuple[str, ...] = ()

    def application(self) -> web.Application:
        app = web.Application(middlewares=[self._guard])
        app.router.add_put("/v1/agent/service/register", self._register)
        app.router.add_put("/v1/agent/service/deregister/{id}", self._deregister)
        app.router.add_put("/v1/agent/check/pass/{id}", self._pass)
        app.router.add_get("/v1/health/service/{name}", self._health)
        return app

    @web.middleware
    async def _guard(self, request: web.Request, handler: Any) -> web.StreamResponse:
        if self.away:
            return web.Response(status=500, text="No cluster leader")
        if request.headers.get("X-Consul-Token", "") != self.token:
            return web.Response(status=403, text="Permission denied")
        answer = await handler(request)
        if answer.status in (400, 404, 405):
            self.refused.append(f"{request.method} {request.path_qs}: {answer.text}")
        return answer  # type: ignore[no-any-return]

    async def _register(self, request: web.Request) -> web.Response:
        body = await request.json()
        (check,) = body.get("checks", [{}])
        unknown = (body.keys() - _SERVICE) | (check.keys() - _CHECK)
        if unknown:
            return web.Response(status=400, text=f"invalid config key {sorted(unknown)}")
        if not body["ID" if "ID" in body else "id"] or not isinstance(body["port"], int):
            return web.Response(status=400, text="Invalid service")
        self.replicas[body["id"]] = Replica(
            body["name"], body["address"], body["port"], check["checkid"],
            float(check["ttl"].removesuffix("s")),
        )  # fmt: skip
        await self._change()
        return web.Response()

    async def _deregister(self, request: web.Request) -> web.Response:
        if self.replicas.pop(request.match_info["id"], None) is None:
            return web.Response(status=404, text="Unknown service ID")
        await self._change()
        return web.Response()

    async def _pass(self, request: web.Request) -> web.Response:
        found = [one for one in self.replicas.values() if one.check == request.match_info["id"]]
        if not found:
            return web.Response(status=404, text="Unknown check ID")
        found[0].passed = time.monotonic()
        await self._settle()
        return web.Response()

    async def _health(self, request: web.Request) -> web.Response:
        index = int(request.query.get("index", "0"))
        wait_s = float(request.query.get("wait", "300s").removesuffix("s"))
        if request.query.get("passing") != "1":
            return web.Response(status=400, text="the tests want passing replicas only")
        deadline = time.monotonic() + wait_s
        await self._settle()
        while 0 < self.index <= index and time.monotonic() < deadline:
            async with self.changed:
                # Checks go critical by time alone, so the wait is short.
                with suppress(TimeoutError):
                    await asyncio.wait_for(self.changed.wait(), 0.05)
            await self._settle()
        name = request.match_info["name"]
        nodes = [
            {"Node": {"Address": "127.0.0.1"},
             "Service": {"ID": key, "Address": one.address, "Port": one.port}}
            for key, one in self.replicas.items()
            if one.name == name and one.passing()
        ]  # fmt: skip
        return web.json_response(nodes, headers={"X-Consul-Index": str(self.index)})

    async def _settle(self) -> None:
        """Raise the index where a check has changed its state."""
        now = tuple(sorted(key for key, one in self.replicas.items() if one.passing()))
        if now != self._seen:
            self._seen = now
            await self._change()

    async def _change(self) -> None:
        self.index += 1
        async with self.changed:
            self.changed.notify_all()

    async def forget_all(self) -> None:
        """Start anew, as an agent that lost its data: nothing is known, the index goes back."""
        self.replicas.clear()
        await self._change()
        self.index = 1


@asynccontextmanager
async def consul_agent(token: str = "") -> AsyncIterator[tuple[Agent, str]]:
    """Yield a running agent and its URL."""
    agent = Agent(token)
    runner = web.AppRunner(agent.application(), access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield agent, f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        await runner.cleanup()
