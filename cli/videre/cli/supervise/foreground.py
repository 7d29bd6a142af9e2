"""The suite in the foreground of a terminal: logs, one line where to talk, one Ctrl-C."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

from videre.cli.failures import CommandError
from videre.cli.supervise.logs import print_line
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import Suite, Supervisor, running, suite
from videre.common.config import PORTS, Settings
from videre.common.server import wait_for_signal

#: Beyond the time that calls get to finish when a process is told to stop.
_MARGIN_S = 5.0


async def run_in_foreground(
    ports: Ports,
    data_dir: Path | None,
    healthy_within_s: float,
    compose: Callable[[Ports, Path | None], Suite] = suite,
) -> None:
    """Run the suite until SIGINT or SIGTERM, then end it; no process is left.

    Args:
        data_dir: folder of all state; None = as configured.
        healthy_within_s: time the processes get to become healthy.
        compose: makes the suite for ports and a folder of state.

    Raises:
        CommandError: a port is taken, or the orchestrator does not become healthy.
    """
    ports.check()
    chosen = compose(ports, data_dir)
    for name in chosen.missing:
        _say(f"{name} is not installed and left out: its features are answered as SERVICE_DOWN")
    stop = asyncio.create_task(wait_for_signal())
    grace_s = Settings().drain_seconds + _MARGIN_S
    async with running(chosen.programs, print_line, grace_s=grace_s) as supervisor:
        healthy = asyncio.create_task(_report_health(supervisor, ports, healthy_within_s))
        await asyncio.wait({stop, healthy}, return_when=asyncio.FIRST_COMPLETED)
        if not stop.done():
            healthy.result()
            await stop
        healthy.cancel()
        _say("stopping; running calls are finished first")
    _say("stopped")


async def _report_health(supervisor: Supervisor, ports: Ports, timeout_s: float) -> None:
    late = await supervisor.unhealthy(timeout_s)
    if "orchestrator" in late:
        raise CommandError(f"the orchestrator is not healthy after {timeout_s:g} s; see its log")
    for name in late:
        _say(f"{name} is not healthy after {timeout_s:g} s; it is started again whenever it ends")
    _say(f"ready: gRPC {ports.target('orchestrator')}, HTTP http://{ports.target('http')}")
    server = ports.target("orchestrator")
    here = "" if ports.orchestrator == PORTS["orchestrator"] else f" --server {server}"
    _say(f"try: videre submit FILE --wait{here}; Ctrl-C stops everything")


def _say(line: str) -> None:
    print_line("videre", line)
