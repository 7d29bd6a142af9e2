"""What the processes of a suite do while something is waited for."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.running import Processes


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


def _cpu_s(pid: int) -> float:
    """Return the processor time that a process has taken, seconds."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")
