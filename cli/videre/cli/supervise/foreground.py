"""The suite in the foreground of a terminal: logs, one line where to talk, one Ctrl-C."""

from __future__ import annotations

import asyncio
from pathlib import Path

from videre.cli.failures import CommandError
from videre.cli.supervise.logs import print_line
from videre.cli.supervise.ports import Ports
from videre.cli.supervise.supervisor import Supervisor, running, suite
from videre.common.config import Settings
from videre.common.server import wait_for_signal

#: Beyond the time that calls get to finish when a process is told to stop.
_MARGIN_S = 5.0


async def run_in_foreground(ports: Ports, data_dir: Path | None, healthy_within_s: float) -> None:
    """Run the suite until SIGINT or SIGTERM, then end it; no process is left.

    Raises:
        CommandError: a port is taken, or the orchestrator does not become healthy.
    """
    ports.check()
    chosen = suite(ports, data_dir)
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
        _say(f"{name} is not healthy after {timeout_s:g} s; it is started again while it ends")
    _say(f"ready: gRPC {ports.target('orchestrator')}, HTTP http://{ports.target('http')}")
    if ports.orchestrator == 7700:
        _say("try: videre submit FILE --wait")
    else:
        target = ports.target("orchestrator")
        _say(f"try: VIDERE_SERVER={target} videre submit FILE --wait")


def _say(line: str) -> None:
    print_line("videre", line)
