"""A recogniser's child process and the two pipes to it.

Runtimes that hold Python's global lock, change the working folder or may take their process down
work in children: one request goes in as bytes, one line comes out. A child is killed when nobody
holds it any more, and ends by itself when its parent does: its input ends.
"""

from __future__ import annotations

import contextlib
import os
import selectors
import subprocess
import time
import weakref
from collections.abc import Mapping, Sequence
from typing import IO, Final

from videre.asr.engines.base import Check

_POLL_SECONDS: Final = 0.05


class ChildLost(Exception):
    """The child died or stopped answering."""


class Child:
    """A process that writes a line once it is ready, and a line for each request."""

    def __init__(
        self,
        command: Sequence[str],
        seconds: float,
        check: Check,
        environment: Mapping[str, str] | None = None,
    ) -> None:
        """Start the process and wait for its first line, kept as `greeting`.

        Args:
            command: program and parameters.
            seconds: time to get ready.
            check: called while waiting; what it raises ends the process.
            environment: of the process; None = this process's.

        Raises:
            ChildLost: it does not come up.
        """
        # A group of its own: Ctrl-C is the parent's to answer.
        self._process = subprocess.Popen(
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            process_group=0,
            env=None if environment is None else dict(environment),
        )
        #: Also runs when nobody needs the child any more, and when this process exits.
        self.kill = weakref.finalize(self, _end, self._process)
        self._buffer = b""
        try:
            self.greeting = self._read_line(seconds, check)
        except BaseException:
            self.kill()
            raise

    def ask(self, request: bytes, seconds: float, check: Check) -> bytes:
        """Return the child's line to one request.

        Args:
            request: what it reads.
            seconds: time to answer.
            check: called while waiting; what it raises leaves an answer behind that nobody took,
                so the child must be killed then.

        Raises:
            ChildLost: it died or hangs.
        """
        try:
            _pipe(self._process.stdin).write(request)
            _pipe(self._process.stdin).flush()
        except OSError as error:
            raise ChildLost("pipe closed") from error
        return self._read_line(seconds, check)

    def _read_line(self, seconds: float, check: Check) -> bytes:
        output = _pipe(self._process.stdout).fileno()
        deadline = time.monotonic() + seconds
        with selectors.DefaultSelector() as selector:
            selector.register(output, selectors.EVENT_READ)
            while b"\n" not in self._buffer:
                check()
                if time.monotonic() > deadline:
                    raise ChildLost(f"no answer within {seconds} s")
                if selector.select(_POLL_SECONDS):
                    piece = os.read(output, 65_536)
                    if not piece:
                        raise ChildLost("end of output")
                    self._buffer += piece
        line, _, self._buffer = self._buffer.partition(b"\n")
        return line


def no_check() -> None:
    """Loading belongs to no single caller."""


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the process at once and reap it."""
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        with contextlib.suppress(BrokenPipeError):  # bytes the dead child never read
            _pipe(pipe).close()


def _pipe(pipe: IO[bytes] | None) -> IO[bytes]:
    assert pipe is not None  # Popen was asked for both
    return pipe
