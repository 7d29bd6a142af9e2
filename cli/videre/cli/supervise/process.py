"""One supervised child: started in a session of its own, restarted, logged, ended."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

#: Pause before a restart: doubles from the first to the last with every failure in a row.
_FIRST_PAUSE_S: Final = 0.5
_LAST_PAUSE_S: Final = 30.0
#: A child that ran this long starts over with the first pause.
_STEADY_S: Final = 60.0
#: Longer lines are cut into pieces.
_MAX_LINE: Final = 64 << 10
#: How long output is read on after the program has ended.
_LAST_WORDS_S: Final = 2.0
_LEASH: Final = (sys.executable, "-I", "-S", str(Path(__file__).with_name("leash.py")))

#: Takes (name of the process, one line without its end).
LogLine = Callable[[str, str], None]


@dataclass(frozen=True, slots=True)
class Program:
    """What to run.

    Args:
        name: for logs.
        command: the arguments, the program first.
        environment: variables on top of this process's own.
        target: "host:port" of its gRPC health service.
    """

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str]
    target: str


class Child:
    """A program that is kept running until it is told to stop."""

    def __init__(self, program: Program, log: LogLine) -> None:
        self.program = program
        self.restarts = 0
        self._log = log
        self._process: asyncio.subprocess.Process | None = None
        self._stopping = asyncio.Event()

    async def run(self) -> None:
        """Start the program, and again whenever it ends; return after `stop`."""
        pause_s = _FIRST_PAUSE_S
        try:
            while not self._stopping.is_set():
                started = time.monotonic()
                code = await self._run_once()
                if self._stopping.is_set():
                    break
                if time.monotonic() - started >= _STEADY_S:
                    pause_s = _FIRST_PAUSE_S
                self._say(f"ended with {describe_exit(code)}; starts again in {pause_s:g} s")
                with contextlib.suppress(TimeoutError):
                    await asyncio.wait_for(self._stopping.wait(), pause_s)
                pause_s = min(pause_s * 2, _LAST_PAUSE_S)
                self.restarts += 1
        finally:
            self.kill()

    async def stop(self, grace_s: float) -> None:
        """Ask the program to end; kill it with its children when it has not after `grace_s`."""
        self._stopping.set()
        process = self._process
        if process is None or process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            process.terminate()
        try:
            await asyncio.wait_for(process.wait(), grace_s)
        except TimeoutError:
            self._say(f"has not ended after {grace_s:g} s: killed")
        self.kill()

    def kill(self) -> None:
        """End what is left of the program and its own children at once."""
        self._stopping.set()
        if self._process is not None:
            kill_session(self._process.pid)

    async def _run_once(self) -> int:
        # A pipe of our own: asyncio's `wait` would wait for everybody who holds its pipe open,
        # also for what a crashed program left behind.
        output, write_end = os.pipe()
        try:
            process = await asyncio.create_subprocess_exec(
                *_LEASH,
                str(os.getpid()),
                *self.program.command,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=write_end,
                stderr=write_end,
                env={**os.environ, "PYTHONUNBUFFERED": "1", **self.program.environment},
                start_new_session=True,
            )
        except BaseException:
            os.close(output)
            raise
        finally:
            os.close(write_end)
        self._process = process
        if self._stopping.is_set():  # told to stop while the program was being started
            self.kill()
        pump = asyncio.create_task(self._pump(output))
        try:
            return await process.wait()
        finally:
            # Whatever the program started itself must not outlive it.
            kill_session(process.pid)
            self._process = None
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(pump, _LAST_WORDS_S)

    async def _pump(self, output: int) -> None:
        stream = asyncio.StreamReader()
        transport, _ = await asyncio.get_running_loop().connect_read_pipe(
            lambda: asyncio.StreamReaderProtocol(stream), os.fdopen(output, "rb")
        )
        try:
            await self._say_lines(stream)
        finally:
            transport.close()

    async def _say_lines(self, stream: asyncio.StreamReader) -> None:
        rest = b""
        while data := await stream.read(_MAX_LINE):
            *lines, rest = (rest + data).split(b"\n")
            for line in lines:
                self._say(line.decode(errors="replace").rstrip("\r"))
            if len(rest) > _MAX_LINE:
                self._say(rest.decode(errors="replace"))
                rest = b""
        if rest:
            self._say(rest.decode(errors="replace"))

    def _say(self, line: str) -> None:
        self._log(self.program.name, line)


def kill_session(leader: int) -> None:
    """Kill every process of the session that `leader` began.

    That is more than its process group: workers may have groups of their own. Where there is no
    /proc, the group is all that can be found.
    """
    with contextlib.suppress(ProcessLookupError):
        os.killpg(leader, signal.SIGKILL)
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # pid (name) state ppid pgrp session …; a name may hold blanks and parentheses
            session = int(stat.read_text().rpartition(")")[2].split()[3])
            if session == leader:
                os.kill(int(stat.parent.name), signal.SIGKILL)


def describe_exit(code: int) -> str:
    """Return an exit code in words: "exit code 1", "signal 9 (Killed)"."""
    return f"signal {-code} ({signal.strsignal(-code)})" if code < 0 else f"exit code {code}"
