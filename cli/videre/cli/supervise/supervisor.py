"""All processes of the suite together: started, watched until healthy, ended in order."""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import time
from collections.abc import AsyncIterator, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Final

import grpc
import grpc.aio
from grpc_health.v1 import health_pb2

from videre.cli.failures import CommandError
from videre.cli.supervise.ports import SERVICES, Ports
from videre.cli.supervise.process import Child, LogLine, Program
from videre.common.channel import open_channel
from videre.common.config import Settings

_ORCHESTRATOR: Final = "orchestrator"
_POLL_S: Final = 0.1
_CALL_S: Final = 2.0


@dataclass(frozen=True, slots=True)
class Suite:
    """The programs to run and where to talk to them."""

    ports: Ports
    programs: tuple[Program, ...]
    missing: tuple[str, ...]


def suite(ports: Ports, data_dir: Path | None = None) -> Suite:
    """Return the orchestrator and the installed services on their ports.

    Args:
        data_dir: folder of all state; None = as configured.

    Raises:
        CommandError: the orchestrator is not installed.
    """
    if not _installed(_ORCHESTRATOR):
        raise CommandError("videre-orchestrator is not installed on this machine")
    present = [name for name in SERVICES if _installed(name)]
    shared: dict[str, str] = {}
    if data_dir is not None:
        shared["VIDERE_DATA_DIR"] = str(data_dir)
    for name in SERVICES:
        shared[f"VIDERE_{name.upper()}_ENDPOINTS"] = ports.target(name)
    programs = [_program(name, ports, {**shared, **_own(name)}) for name in present]
    # Only the orchestrator listens where the configuration says: the services have no callers
    # but it.
    shared["VIDERE_HTTP_PORT"] = str(ports.http)
    programs.append(_program(_ORCHESTRATOR, ports, shared))
    missing = tuple(name for name in SERVICES if name not in present)
    return Suite(ports, tuple(programs), missing)


def _own(service: str) -> dict[str, str]:
    """Return what one service is told: where to listen, and a port for its metrics if wanted."""
    own = {"VIDERE_BIND": "127.0.0.1"}
    first = Settings().metrics_port
    if first is not None:  # one setting, five processes on this machine: count up
        own["VIDERE_METRICS_PORT"] = str(first + SERVICES.index(service))
    return own


def _program(name: str, ports: Ports, environment: dict[str, str]) -> Program:
    return Program(
        name=name,
        command=(_python(name), "-m", f"videre.{name}"),
        environment={**environment, "VIDERE_PORT": str(ports.of(name))},
        target=ports.target(name),
    )


def _python(name: str) -> str:
    """Return the interpreter of a process: engines of torch have environments of their own.

    Raises:
        CommandError: the configured one is no program.
    """
    chosen: Path | None = getattr(Settings(), f"{name}_python", None)
    if chosen is None:
        return sys.executable
    if not os.access(chosen, os.X_OK) or chosen.is_dir():
        raise CommandError(f"VIDERE_{name.upper()}_PYTHON names {chosen}, which is no program")
    return str(chosen)


def _installed(name: str) -> bool:
    try:
        return find_spec(f"videre.{name}.__main__") is not None
    except ModuleNotFoundError:
        return False


class Supervisor:
    """Children that run until `stop`; make it with `running`."""

    def __init__(self, programs: Sequence[Program], log: LogLine) -> None:
        self._children = [Child(program, log) for program in programs]

    async def run(self) -> None:
        """Keep all children running until they are stopped."""
        async with asyncio.TaskGroup() as group:
            for child in self._children:
                group.create_task(child.run())

    async def unhealthy(self, timeout_s: float) -> list[str]:
        """Wait until every child answers SERVING; return the names of those that do not in time."""
        deadline = time.monotonic() + timeout_s
        programs = [child.program for child in self._children]
        healthy = await asyncio.gather(
            *(_becomes_healthy(program.target, deadline) for program in programs)
        )
        return [program.name for program, good in zip(programs, healthy, strict=True) if not good]

    async def stop(self, grace_s: float) -> None:
        """End the orchestrator, which drains while the services still answer; then the services.

        Takes at most twice `grace_s`.
        """
        for orchestrators in (True, False):
            await asyncio.gather(
                *(
                    child.stop(grace_s)
                    for child in self._children
                    if (child.program.name == _ORCHESTRATOR) is orchestrators
                )
            )

    def kill(self) -> None:
        """End everything at once."""
        for child in self._children:
            child.kill()


@contextlib.asynccontextmanager
async def running(
    programs: Sequence[Program], log: LogLine, *, grace_s: float
) -> AsyncIterator[Supervisor]:
    """Run programs while the block runs; none of their processes is left after it."""
    supervisor = Supervisor(programs, log)
    task = asyncio.create_task(supervisor.run())
    try:
        yield supervisor
    finally:
        try:
            await supervisor.stop(grace_s)
        finally:
            supervisor.kill()
            await task


async def _becomes_healthy(target: str, deadline: float) -> bool:
    async with open_channel([target], Settings().tls) as channel:
        check = channel.unary_unary(
            "/grpc.health.v1.Health/Check",
            request_serializer=health_pb2.HealthCheckRequest.SerializeToString,
            response_deserializer=health_pb2.HealthCheckResponse.FromString,
        )
        while (left_s := deadline - time.monotonic()) > 0:
            try:
                answer = await check(health_pb2.HealthCheckRequest(), timeout=min(left_s, _CALL_S))
            except grpc.aio.AioRpcError:
                await asyncio.sleep(_POLL_S)
                continue
            if answer.status == health_pb2.HealthCheckResponse.SERVING:
                return True
            await asyncio.sleep(_POLL_S)
    return False
