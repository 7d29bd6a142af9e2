"""What the processes of a suite do while something is waited for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.running import Processes

_PATIENCE_S: Final = 180.0
_LOOK_S: Final = 2.0
#: Share of a core that an orchestrator without work stays below.
_IDLE: Final = 0.15


@dataclass(slots=True)
class Meanwhile:
    """What was spent, once the block has ended.

    Args:
        seconds: by the clock.
        cpu_s: processor time of the orchestrator.
        calls: calls of engines, as the services count them.
    """

    seconds: float = 0.0
    cpu_s: float = 0.0
    calls: int = 0


@contextmanager
def meanwhile(suite: Processes) -> Iterator[Meanwhile]:
    """Measure while the block runs."""
    spent = Meanwhile()
    pid = suite.pid("orchestrator")
    calls, cpu_s, started = suite.engine_calls(), _cpu_s(pid), time.monotonic()
    yield spent
    spent.seconds = time.monotonic() - started
    spent.cpu_s = _cpu_s(pid) - cpu_s
    spent.calls = suite.engine_calls() - calls


def until_idle(suite: Processes) -> None:
    """Wait until the orchestrator has nothing left to do of its own accord: what was stored beside
    it is indexed first.

    Raises:
        TimeoutError: it does not come to rest.
    """
    pid, last = suite.pid("orchestrator"), time.monotonic() + _PATIENCE_S
    while time.monotonic() < last:
        before = _cpu_s(pid)
        time.sleep(_LOOK_S)
        if _cpu_s(pid) - before < _IDLE * _LOOK_S:
            return
    raise TimeoutError(f"the orchestrator is at work after {_PATIENCE_S:.0f} s")


def _cpu_s(pid: int) -> float:
    """Return the processor time that a process has taken, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
