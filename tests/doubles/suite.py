"""A suite of one process: the server double in place of the orchestrator and its services."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from videre.cli.supervise.ports import Ports
from videre.cli.supervise.process import Program
from videre.cli.supervise.supervisor import Suite

_SERVER: Final = """
import os, signal
from doubles.api import ApiServer
server = ApiServer(int(os.environ["VIDERE_PORT"]))
server.world.end_state = int(os.environ["END_STATE"])
print("pid", os.getpid(), flush=True)
signal.pause()
"""


def composed(end_state: int) -> Callable[[Ports, Path | None], Suite]:
    """Return a composer of a suite that is the double alone."""
    tests = str(Path(__file__).parents[1])

    def compose(ports: Ports, _folder: Path | None) -> Suite:
        environment = {
            "PYTHONPATH": tests,
            "VIDERE_PORT": str(ports.orchestrator),
            "END_STATE": str(end_state),
        }
        command = (sys.executable, "-c", _SERVER)
        program = Program("orchestrator", command, environment, ports.target("orchestrator"))
        return Suite(ports, (program,), ("production",))

    return compose
