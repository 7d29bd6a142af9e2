"""What processes hold: memory, open files, children; and what they leave on disk."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

_PAGE = os.sysconf("SC_PAGE_SIZE")


@dataclass(frozen=True, slots=True)
class Held:
    """What one process holds.

    Args:
        memory: resident bytes, of its children too.
        files: open descriptors.
        children: processes below it.
    """

    memory: int
    files: int
    children: int


def held(pid: int) -> Held:
    """Return what a process holds now."""
    below = _descendants(pid)
    memory = sum(_resident(one) for one in (pid, *below))
    return Held(memory, len(os.listdir(f"/proc/{pid}/fd")), len(below))


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def files_in(folders: Iterable[Path]) -> list[str]:
    """Return the files below some folders."""
    return sorted(
        str(path) for folder in folders for path in folder.rglob("*") if not path.is_dir()
    )
