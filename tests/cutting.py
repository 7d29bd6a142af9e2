"""A TCP proxy that cuts connections, for tests of what clients do when theirs are lost."""

from __future__ import annotations

import contextlib
import socket
import struct
import threading
import time
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final, Self

_PIECE: Final = 1 << 16
_HOST: Final = "127.0.0.1"
_CONNECT_S: Final = 5.0
#: Longest time for the threads to end once all is closed: above that of a connection.
_CLOSED_S: Final = 10.0
#: SO_LINGER that makes close() send a reset: what was not delivered is lost.
_RESET: Final = struct.pack("ii", 1, 0)


@dataclass(frozen=True, slots=True)
class Limit:
    """After how many bytes a connection is cut, towards the server and back; None = never."""

    up: int | None = None
    down: int | None = None


class Cutter:
    """Passes connections on to a port of this machine, each up to the next one of its limits.

    A connection after the last limit stays as long as it likes. `close` ends all.
    """

    def __init__(self, upstream: int, limits: Iterable[Limit] = ()) -> None:
        self._upstream = upstream
        self._limits = iter(limits)
        self._lock = threading.Lock()
        self._open: set[socket.socket] = set()
        self._closed = False
        #: Bytes that clients have sent, and how many connections a limit has cut.
        self.sent, self.cuts = 0, 0
        self._listener = socket.create_server((_HOST, 0))
        self.target = f"{_HOST}:{self._listener.getsockname()[1]}"
        self._threads = [self._thread(self._accept)]

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """End all connections and listen no more.

        Raises:
            RuntimeError: a thread is still at work.
        """
        with self._lock:  # from here on `_begin` adds nothing
            self._closed = True
        with contextlib.suppress(OSError):
            self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self.cut()
        deadline = time.monotonic() + _CLOSED_S
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))
        if any(thread.is_alive() for thread in self._threads):
            raise RuntimeError(f"a connection did not end within {_CLOSED_S:.0f} s")

    def cut(self) -> None:
        """Cut every connection that is open."""
        with self._lock:
            for side in self._open:
                _reset(side)

    def _thread(self, target: object, *args: object) -> threading.Thread:
        thread = threading.Thread(target=target, args=args, daemon=True)  # type: ignore[arg-type]
        thread.start()
        return thread

    def _accept(self) -> None:
        while not self._closed:
            try:
                client, _ = self._listener.accept()
            except OSError:  # closed
                return
            try:
                server = socket.create_connection((_HOST, self._upstream), timeout=_CONNECT_S)
            except OSError:  # nobody listens there now: the client must try again
                _reset(client)
                client.close()
                continue
            server.settimeout(None)
            self._begin(client, server)

    def _begin(self, client: socket.socket, server: socket.socket) -> None:
        for side in (client, server):
            side.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        with self._lock:
            if self._closed:  # it was accepted while `close` cut the others
                for side in (client, server):
                    _reset(side)
                    side.close()
                return
            limit = next(self._limits, Limit())
            self._open |= {client, server}
            back = self._thread(self._pump, server, client, limit.down, False)
            self._threads += [self._thread(self._run, client, server, limit.up, back)]

    def _run(
        self, client: socket.socket, server: socket.socket, up: int | None, back: threading.Thread
    ) -> None:
        self._pump(client, server, up, True)
        back.join()
        with self._lock:
            self._open -= {client, server}
            client.close()
            server.close()

    def _pump(
        self, source: socket.socket, sink: socket.socket, left: int | None, counted: bool
    ) -> None:
        """Pass bytes on until one side ends or the limit is reached, then cut both sides."""
        with contextlib.suppress(OSError):
            while data := source.recv(_PIECE):
                cut = left is not None and len(data) >= left
                data = data[:left] if cut else data
                left = None if left is None else left - len(data)
                with self._lock:
                    self.sent += len(data) if counted else 0
                    self.cuts += cut
                sink.sendall(data)
                if cut:
                    break
        for side in (source, sink):
            _reset(side)


def _reset(side: socket.socket) -> None:
    with contextlib.suppress(OSError):
        side.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        side.shutdown(socket.SHUT_RDWR)
