"""What processes hold: memory, open files, children; and what they leave on disk."""

from __future__ import annotations

import contextlib
import os
from collections import Counter
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from bench.measures.soak import Holding

_PAGE: Final = os.sysconf("SC_PAGE_SIZE")
#: SQLite's files, opened by the connections of pools: as many as were ever needed at once, which
#: the pools' size bounds.
_DATABASE: Final = "videre.db"


def holdings(pids: Mapping[str, int]) -> dict[str, Holding]:
    """Return what each of some processes, by name, and each process below them hold now.

    Children have no lasting names: each process's are numbered from the largest on.
    """
    found = {}
    for name, pid in pids.items():
        below = []
        for child in _descendants(pid):
            with contextlib.suppress(FileNotFoundError, ProcessLookupError):  # it has just ended
                below.append(_holding(child, 0))
        found[name] = _holding(pid, len(below))
        below.sort(key=lambda child: -child.resident)
        found |= {f"{name}: child {place}": child for place, child in enumerate(below, 1)}
    return found


def _holding(pid: int, children: int) -> Holding:
    kinds = _opened(pid)
    return Holding(
        resident=_resident(pid),
        files=kinds["file"],
        sockets=kinds["socket"],
        threads=len(os.listdir(f"/proc/{pid}/task")),
        children=children,
    )


def _opened(pid: int) -> Counter[str]:
    try:
        return Counter(map(_kind, Path(f"/proc/{pid}/fd").iterdir()))
    except PermissionError:
        if _fields(Path(f"/proc/{pid}/stat"))[0] != "Z":
            raise
        return Counter()  # it has ended, and holds but its name until its parent asks how


def _kind(descriptor: Path) -> str:
    try:
        opened = os.readlink(descriptor)
    except FileNotFoundError:  # it was closed meanwhile
        return "closed"
    if Path(opened).name.startswith(_DATABASE):
        return "database"
    return "socket" if opened.startswith("socket:") else "file"


def _resident(pid: int) -> int:
    try:
        return int(Path(f"/proc/{pid}/statm").read_text().split()[1]) * _PAGE
    except (FileNotFoundError, ProcessLookupError):  # it has just ended
        return 0


def _descendants(pid: int) -> list[int]:
    parents: dict[int, list[int]] = {}
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = _fields(stat)
        except (FileNotFoundError, ProcessLookupError):
            continue
        parents.setdefault(int(fields[1]), []).append(int(stat.parent.name))
    found, waiting = [], [pid]
    while waiting:
        below = parents.get(waiting.pop(), [])
        found += below
        waiting += below
    return found


def _fields(stat: Path) -> list[str]:
    """Return the fields of a process's stat behind its name: the state, the parent and so on."""
    return stat.read_text().rpartition(")")[2].split()


def files_in(folders: Iterable[Path]) -> list[str]:
    """Return the files below some folders."""
    return sorted(
        str(path) for folder in folders for path in folder.rglob("*") if not path.is_dir()
    )
