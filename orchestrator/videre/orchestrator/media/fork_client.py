"""The orchestrator's end of the fork server: starting it, having a child forked, ending both.

The orchestrator itself never forks: it has threads. What the descriptors of a child mean stands in
`fork_server`.
"""

from __future__ import annotations

import asyncio
import os
import signal
import socket
import sys
from collections.abc import Mapping
from contextlib import ExitStack, suppress
from dataclasses import dataclass
from typing import Final

_MODULE: Final = "videre.orchestrator.media.fork_server"
#: A number library must not start threads: none would live in a child.
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_LOG_LEVEL": "SILENT",
}
#: Of the environment: where programs, libraries and temporary files lie, and the language.
_KEPT: Final = frozenset({"HOME", "LANG", "PATH", "TMPDIR", "TZ", "VIRTUAL_ENV"})
_KEPT_FAMILIES: Final = ("LC_", "LD_", "MALLOC_", "PYTHON")
#: Time for its imports on a busy machine, and until a killed child has given back its memory.
_START_S: Final = 60.0
_END_S: Final = 30.0
#: Longest answer: what is bulk goes into files.
_ANSWER_BYTES: Final = 16 << 20
#: What is kept of a child's standard error for the message, bytes.
_ERROR_TAIL: Final = 2000
_PIECE: Final = 1 << 16


class ServerLost(Exception):
    """The fork server ended, or had to be: says nothing about a child's task.

    Args:
        ended: how: a signal's name, or "exit code 1".
    """

    def __init__(self, ended: str) -> None:
        super().__init__(f"the fork server died ({ended})")
        self.ended = ended


@dataclass(frozen=True, slots=True)
class Ended:
    """How a child ended.

    Args:
        code: its exit code, or -signal.
        answer: all it wrote as such.
        errors: the end of what it and its libraries printed.
    """

    code: int
    answer: bytes
    errors: bytes


def how_ended(code: int) -> str:
    """Return an exit code in words: "SIGSEGV", "exit code 1"."""
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


class ForkServer:
    """A fork server that is ready; see `start`."""

    def __init__(self, process: asyncio.subprocess.Process, control: socket.socket) -> None:
        self._process = process
        self._control = control
        self._running = 0
        self._closing = False

    @staticmethod
    async def start() -> ForkServer:
        """Start a server and wait until it can fork.

        Raises:
            ServerLost: it ended meanwhile, or needed too long.
        """
        control, theirs = socket.socketpair()
        control.setblocking(False)
        try:
            with theirs:
                server = ForkServer(await _start_process(theirs.fileno()), control)
        except BaseException:
            control.close()
            raise
        ready = False
        try:
            ready = await server._ready()
        finally:
            if not ready:
                await server._kill()
        if not ready:
            raise server._lost()
        return server

    @property
    def alive(self) -> bool:
        """Whether it is not known to have ended."""
        return self._process.returncode is None

    async def run(self, request: bytes, wall_s: float) -> Ended:
        """Have a child forked for a request and wait for its end.

        The child is killed when the wall time has passed and when the caller is cancelled.

        Raises:
            TimeoutError: the wall time has passed.
            ServerLost: the server did not live to tell how the child ended.
        """
        self._running += 1
        try:
            with ExitStack() as stack:
                exchange, errors, lead = (stack.enter_context(end) for end in self._fork())
                status = b""
                try:
                    async with asyncio.timeout(wall_s), asyncio.TaskGroup() as group:
                        answer = group.create_task(_ask(exchange, request))
                        tail = group.create_task(_last(errors))
                        status = await _last(lead)
                finally:
                    if not status:
                        await self._end(lead)
            if not status:
                await self._kill()
                raise self._lost()
            return Ended(int(status), answer.result(), tail.result())
        finally:
            self._running -= 1
            if self._closing:
                await self.close()

    async def close(self) -> None:
        """Let it end after its last child, and wait for that here or where that child is awaited.

        Whoever has a child gets its answer, or is cancelled when the loop ends.
        """
        self._closing = True
        self._control.close()
        if not self._running:
            with suppress(TimeoutError):
                async with asyncio.timeout(_END_S):
                    await self._process.wait()
            await self._kill()

    async def _ready(self) -> bool:
        """Wait until it can fork; tell whether it will."""
        with suppress(TimeoutError, ConnectionError):
            async with asyncio.timeout(_START_S):
                return bool(await asyncio.get_running_loop().sock_recv(self._control, 1))
        return False

    def _fork(self) -> list[socket.socket]:
        """Ask for a child; return our ends of its exchange, errors and lead."""
        pairs = [socket.socketpair() for _ in range(3)]
        for ours, _ in pairs:
            ours.setblocking(False)
        with ExitStack() as stack:
            theirs = [stack.enter_context(end) for _, end in pairs]
            # A server that is gone, or takes nothing any more, is noticed when no status comes.
            with suppress(OSError):
                socket.send_fds(self._control, [b"+"], [end.fileno() for end in theirs])
        return [ours for ours, _ in pairs]

    async def _end(self, lead: socket.socket) -> None:
        """Have a child killed and wait until it is reaped; a server that does not is killed."""
        with suppress(OSError):  # the other end is gone, and the child with it
            lead.shutdown(socket.SHUT_WR)
        try:
            async with asyncio.timeout(_END_S):
                await _last(lead)
        except TimeoutError:
            await self._kill()

    async def _kill(self) -> None:
        self._control.close()
        if self.alive:
            # Not by `Process.kill`: that looks first whether it has ended, and reaps it before
            # asyncio's watcher, which then reports 255 for whatever it ended with.
            with suppress(ProcessLookupError):
                os.kill(self._process.pid, signal.SIGKILL)
        await self._process.wait()

    def _lost(self) -> ServerLost:
        return ServerLost(how_ended(self._process.returncode or 0))


async def _start_process(control: int) -> asyncio.subprocess.Process:
    return await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _MODULE,
        str(control),
        stdin=asyncio.subprocess.DEVNULL,
        stdout=asyncio.subprocess.DEVNULL,
        pass_fds=(control,),
        env={**_kept(os.environ), **_ENVIRONMENT},
        start_new_session=True,
    )


def _kept(environment: Mapping[str, str]) -> dict[str, str]:
    """Return of an environment what a decoder needs: no key, no password, no address."""
    return {
        name: value
        for name, value in environment.items()
        if name in _KEPT or name.startswith(_KEPT_FAMILIES)
    }


async def _ask(exchange: socket.socket, request: bytes) -> bytes:
    """Send a request and return the answer; a child with too much to say finds nobody listening."""
    loop = asyncio.get_running_loop()
    answer = bytearray()
    with suppress(ConnectionError):  # it ended before it had read everything
        await loop.sock_sendall(exchange, request)
        exchange.shutdown(socket.SHUT_WR)
        while piece := await loop.sock_recv(exchange, _PIECE):
            answer += piece
            if len(answer) > _ANSWER_BYTES:
                exchange.close()
                break
    return bytes(answer)


async def _last(source: socket.socket) -> bytes:
    """Read to the end and return the last bytes."""
    loop = asyncio.get_running_loop()
    last = b""
    with suppress(ConnectionError):
        while piece := await loop.sock_recv(source, _PIECE):
            last = (last + piece)[-_ERROR_TAIL:]
    return last
