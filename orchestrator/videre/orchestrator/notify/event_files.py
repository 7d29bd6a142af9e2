"""Events as lines of files: each whole or not at all, the files of a bounded size.

What is written now is `events.jsonl`; when it is full it becomes `events-000001.jsonl` and so on,
which are never written again. Several processes may write to one folder.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Final

_NAME: Final = "events.jsonl"
#: A file that would grow beyond this is full.
FULL_BYTES: Final = 64 << 20
_PIECE: Final = 1 << 16


class EventFile:
    """The events of a folder. Blocking: call through threads."""

    def __init__(self, folder: Path, full_bytes: int = FULL_BYTES) -> None:
        self._folder, self._full = folder, full_bytes

    def append(self, identifier: str, body: bytes, *, again: bool) -> bool:
        """Append an event as a line and wait for the disk; return whether it was new.

        Args:
            identifier: of the event; `body` begins with it (`messages.message`).
            body: JSON without line breaks.
            again: the event may stand here already: look first, in this file and the last full one.

        Raises:
            OSError: the folder cannot be written.
        """
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._alone():
            path = self._folder / _NAME
            _heal(path)
            size = path.stat().st_size if path.exists() else 0
            if again and any(_has(one, identifier) for one in (path, *self._filled()[-1:])):
                return False
            if size and size + len(body) + 1 > self._full:
                path.rename(self._folder / f"events-{len(self._filled()) + 1:06d}.jsonl")
                size = 0
            with path.open("ab", buffering=0) as file:
                file.write(body + b"\n")
                os.fsync(file.fileno())
            if not size:
                _sync_folder(self._folder)
            return True

    def _filled(self) -> list[Path]:
        return sorted(self._folder.glob("events-[0-9]*.jsonl"))

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """Keep other writers out for the length of a block; the lock goes with its process."""
        with (self._folder / ".events.lock").open("ab") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield


def _heal(path: Path) -> None:
    """Cut off the half line of a writer that was killed."""
    if not path.exists():
        return
    with path.open("r+b") as file:
        end = file.seek(0, os.SEEK_END)
        while end:
            start = max(0, end - _PIECE)
            file.seek(start)
            cut = file.read(end - start).rfind(b"\n") + 1
            if cut:
                file.truncate(start + cut)
                return
            end = start
        file.truncate(0)


def _has(path: Path, identifier: str) -> bool:
    start = b'{"specversion":"1.0","id":"%s",' % identifier.encode()
    if not path.exists():
        return False
    with path.open("rb") as file:
        return any(line.startswith(start) for line in file)


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
