"""Processes that a test has begun, beside others of other tests (Linux)."""

import os
from contextlib import suppress
from pathlib import Path


def alive(process: int) -> bool:
    """Tell whether a process exists and is no zombie."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False
    return stat.rpartition(")")[2].split()[0] != "Z"


def children(parent: int) -> set[int]:
    """Return the children of a process, whichever of its threads started them."""
    found: set[int] = set()
    for task in Path(f"/proc/{parent}/task").glob("*"):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended a moment ago
            found |= {int(child) for child in (task / "children").read_text().split()}
    return found


def own_children(module: str) -> set[int]:
    """Return the children of this process that run a module: those of other tests run others."""
    found = set()
    for child in children(os.getpid()):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended a moment ago
            if module.encode() in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found


def fork_servers() -> set[int]:
    """Return the fork servers of media children that are this process's own."""
    return own_children("media.fork_server")
