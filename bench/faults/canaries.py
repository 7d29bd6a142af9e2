"""Things that nobody may touch: a listener that nobody may call, a pipe that nobody may open."""

from __future__ import annotations

import contextlib
import os
import socket
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from bench.hostile_inputs.pointers import Bait

_LOOK_S: Final = 0.05


class Canaries:
    """A TCP listener and a named pipe, watched; `touched` tells who was."""

    def __init__(self, pipe: Path) -> None:
        os.mkfifo(pipe)
        self._server = socket.create_server(("127.0.0.1", 0))
        self._server.settimeout(_LOOK_S)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="canaries")
        self.touched: list[str] = []
        self.bait = Bait(f"127.0.0.1:{self._server.getsockname()[1]}", pipe)

    def _watch(self) -> None:
        while not self._stop.is_set():
            with contextlib.suppress(TimeoutError):
                caller, address = self._server.accept()
                caller.close()
                self.touched.append(f"connection from {address}")
            self._try_pipe()

    def _try_pipe(self) -> None:
        """Opening for writing without waiting works only while somebody opens for reading."""
        try:
            os.close(os.open(self.bait.file, os.O_WRONLY | os.O_NONBLOCK))
        except OSError:  # ENXIO: nobody reads
            return
        self.touched.append(f"{self.bait.file} was opened")

    def __enter__(self) -> Canaries:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()
        self._server.close()


@contextlib.contextmanager
def unread(path: Path, words: str) -> Iterator[list[str]]:
    """Make a file that nobody may read; the list names it afterwards when somebody did.

    Raises:
        RuntimeError: the file system does not keep the times of reading.
    """
    path.write_text(words, encoding="utf-8")
    probe = path.with_name(f"{path.name}.probe")
    probe.write_text("x", encoding="utf-8")
    for file in (path, probe):
        os.utime(file, (0, path.stat().st_mtime))
    probe.read_text(encoding="utf-8")
    if probe.stat().st_atime == 0:
        raise RuntimeError(f"{path.parent} does not keep times of reading: nothing can be told")
    touched: list[str] = []
    yield touched
    if path.stat().st_atime != 0:
        touched.append(f"{path} was read")
