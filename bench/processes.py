"""What the suite's processes cost, told by the kernel: CPU time and peak memory. Linux only."""

from __future__ import annotations

import contextlib
import os
import re
import threading
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

_PROC: Final = Path("/proc")
_TICKS_PER_S: Final = os.sysconf("SC_CLK_TCK")
_SAMPLE_S: Final = 0.25
_MODULE: Final = re.compile(r"videre\.([a-z_.]+)")
_FORK_SERVER: Final = "orchestrator.media.fork_server"


@dataclass(frozen=True, slots=True)
class Used:
    """CPU-seconds: of a process itself, and of its children that have ended."""

    own_s: float = 0.0
    ended_s: float = 0.0

    def __add__(self, other: Used) -> Used:
        return Used(self.own_s + other.own_s, self.ended_s + other.ended_s)

    def __sub__(self, other: Used) -> Used:
        return Used(self.own_s - other.own_s, self.ended_s - other.ended_s)


def cpu_used(parent: int) -> dict[str, Used]:
    """Return what the descendants of a process have used, by name ("orchestrator", "ocr" …).

    A child of a service that is still alive stands under its own name ("asr.engines.…").
    """
    used: dict[str, Used] = {}
    for process in _descendants(parent):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            stat = _stat(process)
            times = [int(value) / _TICKS_PER_S for value in stat[11:15]]
            name = _name(process, int(stat[1]))
            used[name] = used.get(name, Used()) + Used(times[0] + times[1], times[2] + times[3])
    return used


def difference(before: Mapping[str, Used], after: Mapping[str, Used]) -> dict[str, Used]:
    """Return what was used between two looks."""
    return {name: used - before.get(name, Used()) for name, used in after.items()}


def decoding_s(used: Mapping[str, Used]) -> float:
    """Return the CPU-seconds of reading media: the fork server, and its children that have ended.

    What stands as ended children of the orchestrator are fork servers, each with its children.
    """
    server = used.get(_FORK_SERVER, Used())
    return server.own_s + server.ended_s + used["orchestrator"].ended_s


def total_s(used: Mapping[str, Used]) -> float:
    """Return the CPU-seconds of all processes."""
    return sum(one.own_s + one.ended_s for one in used.values())


@dataclass(slots=True)
class Peaks:
    """Peak resident memory, bytes.

    Args:
        each: of each process by name.
        together: of all at one time.
        own: the same without what is mapped from files – libraries, decoded sound –, which each
            process counts though they share it, and the kernel may take back.
    """

    each: dict[str, int] = field(default_factory=dict)
    together: int = 0
    own: int = 0

    def look(self, parent: int) -> None:
        """Look at the processes as they are now."""
        now = own = 0
        for process in _descendants(parent):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                resident, peak, anonymous = memory(process)
                now += resident
                own += anonymous
                name = _name(process, int(_stat(process)[1]))
                self.each[name] = max(self.each.get(name, 0), peak)
        self.together = max(self.together, now)
        self.own = max(self.own, own)


@contextmanager
def watched(parent: int) -> Iterator[Peaks]:
    """Look at the memory of a process's descendants four times a second while the block runs."""
    peaks, ended = Peaks(), threading.Event()

    def look() -> None:
        while not ended.wait(_SAMPLE_S):
            peaks.look(parent)

    thread = threading.Thread(target=look, daemon=True)
    thread.start()
    try:
        yield peaks
    finally:
        ended.set()
        thread.join()


def _descendants(parent: int) -> list[int]:
    children: dict[int, list[int]] = {}
    for entry in _PROC.iterdir():
        if entry.name.isdigit():
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):
                children.setdefault(int(_stat(int(entry.name))[1]), []).append(int(entry.name))
    return list(_below(parent, children))


def _below(parent: int, children: Mapping[int, list[int]]) -> Iterator[int]:
    for child in children.get(parent, ()):
        yield child
        yield from _below(child, children)


def _stat(process: int) -> list[str]:
    """Return the fields of /proc/PID/stat from the state on; the name before may hold blanks."""
    return (_PROC / str(process) / "stat").read_text().rpartition(")")[2].split()


def _name(process: int, parent: int) -> str:
    """Return the module that a process runs; one that was forked has its parent's command line."""
    words = _command(process)
    found = _MODULE.search(words)
    name = found.group(1) if found else "other"
    return f"{name} (child)" if words == _command(parent) else name


def _command(process: int) -> str:
    return (_PROC / str(process) / "cmdline").read_bytes().decode(errors="replace")


def memory(process: int) -> tuple[int, int, int]:
    """Return the resident, the peak resident and the resident memory of a process that no file
    holds, bytes; 0 when it has ended."""
    found = {"VmRSS": 0, "VmHWM": 0, "RssAnon": 0}
    for line in (_PROC / str(process) / "status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name in found:
            found[name] = int(value.split()[0]) * 1024
    return found["VmRSS"], found["VmHWM"], found["RssAnon"]
