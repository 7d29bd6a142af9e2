"""Child processes of a test's process, which may have others of other tests."""

import os
from contextlib import suppress
from pathlib import Path


def children(parent: int) -> set[int]:
    """Return the children of a process; none if it has ended."""
    try:
        found = Path(f"/proc/{parent}/task/{parent}/children").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return set()
    return {int(child) for child in found.split()}


def fork_servers() -> set[int]:
    """Return the fork servers of media children that are this process's own."""
    found = set()
    for child in children(os.getpid()):
        with suppress(FileNotFoundError, ProcessLookupError):  # it ended a moment ago
            if b"media.fork_server" in Path(f"/proc/{child}/cmdline").read_bytes():
                found.add(child)
    return found
