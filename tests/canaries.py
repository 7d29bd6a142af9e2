"""What nobody may touch: listeners that see every connection, files that see every opening."""

from __future__ import annotations

import contextlib
import ctypes
import os
import socket
import struct
from collections.abc import Iterator
from pathlib import Path
from typing import Final

#: From linux/inotify.h: read, written, attributes, opened, moved in or out, made, deleted.
_ANY: Final = 0x1 | 0x2 | 0x4 | 0x20 | 0xC0 | 0x100 | 0x200
_EVENT: Final = struct.Struct("iIII")
_LIBC: Final = ctypes.CDLL(None, use_errno=True)


class Folder:
    """A folder under inotify (Linux): the kernel tells whatever happens to the files in it."""

    def __init__(self, path: Path) -> None:
        self._events = _LIBC.inotify_init1(os.O_NONBLOCK | os.O_CLOEXEC)
        if self._events < 0 or _LIBC.inotify_add_watch(self._events, bytes(path), _ANY) < 0:
            raise OSError(ctypes.get_errno(), f"{path} cannot be watched")

    def touched(self) -> list[str]:
        """Return what has happened since this was asked last, by name of the file."""
        found = []
        with contextlib.suppress(BlockingIOError):
            data = os.read(self._events, 1 << 16)
            while data:
                _, mask, _, length = _EVENT.unpack_from(data)
                name = data[_EVENT.size : _EVENT.size + length].rstrip(b"\0").decode()
                found.append(f"{name} {mask:#x}")
                data = data[_EVENT.size + length :]
        return found

    def close(self) -> None:
        """Watch no more."""
        os.close(self._events)


class Listeners:
    """One port of both loopback addresses; the kernel takes connections, nobody answers."""

    def __init__(self) -> None:
        self._sockets = [socket.create_server(("127.0.0.1", 0))]
        self.port: int = self._sockets[0].getsockname()[1]
        with contextlib.suppress(OSError):  # no IPv6 on this machine, or another's port
            address = ("::1", self.port)
            self._sockets.append(socket.create_server(address, family=socket.AF_INET6))
        for one in self._sockets:
            one.setblocking(False)

    def reached(self) -> list[str]:
        """Return who has connected since this was asked last."""
        found = []
        for one in self._sockets:
            with contextlib.suppress(BlockingIOError):
                while True:
                    caller, address = one.accept()
                    caller.close()
                    found.append(str(address))
        return found

    def close(self) -> None:
        """Listen no more."""
        for one in self._sockets:
            one.close()


@contextlib.contextmanager
def canaries(folder: Path) -> Iterator[tuple[Listeners, Folder]]:
    """Listen, and watch a folder, while a block runs."""
    listeners, watched = Listeners(), Folder(folder)
    try:
        yield listeners, watched
    finally:
        listeners.close()
        watched.close()
