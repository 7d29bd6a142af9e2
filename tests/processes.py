"""Child processes of a test's process, which may have others of other tests."""

import os
from contextlib import suppress
from pathlib import Path


def children(parent: int) -> set[int]:
    """Return the children of a process, whichever of its threads started them (Linux)."""
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
