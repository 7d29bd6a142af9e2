"""Running the rendering process: a job in, files out; nothing of it survives a failure."""

from __future__ import annotations

import json
import os
import select
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import IO, Any, Final

from videre.common.errors import Reason, VidereError
from videre.production.child_death import death_of

#: The arrays of a frame are let go with it. Pages that go back to the system come zeroed, one fault
#: each, for the next frame: a third of what changing frames costs. glibc keeps them instead.
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "MALLOC_MMAP_THRESHOLD_": str(32 << 20),
    "MALLOC_TRIM_THRESHOLD_": str(256 << 20),
}
#: Time between two looks at whether the caller has gone, seconds.
_POLL_S: Final = 0.2
#: A process that says nothing for this long hangs: an encoder may be silent over its last frames.
_SILENCE_S: Final = 600.0
_READ: Final = 1 << 16


def run_child(
    module: str,
    request: bytes,
    *,
    check: Callable[[], None],
    share: Callable[[float], None],
) -> dict[str, Any]:
    """Run `python -m module`, which reads a request and answers in lines of JSON.

    Args:
        module: its main module.
        request: what it reads from standard input.
        check: called several times a second; raises when nobody waits for the work any more.
        share: called with what the process says is done, 0..1.

    Returns:
        What it answers under "done".

    Raises:
        VidereError: what it answers under "failed"; DECODE_LIMIT, DECODE_FAILED when it died.
    """
    with tempfile.TemporaryFile() as errors, _started(module, errors) as child:
        assert child.stdin is not None
        try:
            child.stdin.write(request)
            child.stdin.close()
        except BrokenPipeError:
            raise death_of(child, errors, doing="rendering", timeout_s=_SILENCE_S) from None
        for message in _messages(child, check):
            if "share" in message:
                share(float(message["share"]))
            elif "failed" in message:
                failed = message["failed"]
                raise VidereError(Reason(failed["reason"]), failed["message"])
            else:
                done: dict[str, Any] = message["done"]
                return done
        raise death_of(child, errors, doing="rendering", timeout_s=_SILENCE_S)


@contextmanager
def _started(module: str, errors: IO[bytes]) -> Iterator[subprocess.Popen[bytes]]:
    """Start a process with a group of its own; the group is killed at the end, come what may."""
    child = subprocess.Popen(
        [sys.executable, "-m", module],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=errors,
        env={**os.environ, **_ENVIRONMENT},
        start_new_session=True,
    )
    try:
        yield child
    finally:
        with suppress(ProcessLookupError):  # it has ended, and what it started with it
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        assert child.stdout is not None
        child.stdout.close()


def _messages(
    child: subprocess.Popen[bytes], check: Callable[[], None]
) -> Iterator[dict[str, Any]]:
    """Yield what a process says until it ends.

    Raises:
        VidereError: DECODE_LIMIT, it hangs.
    """
    assert child.stdout is not None
    descriptor, held, heard = child.stdout.fileno(), b"", time.monotonic()
    while True:
        check()
        if select.select([descriptor], [], [], _POLL_S)[0]:
            piece = os.read(descriptor, _READ)
            if not piece:
                return
            heard = time.monotonic()
            *lines, held = (held + piece).split(b"\n")
            for line in lines:
                yield json.loads(line)
        elif time.monotonic() - heard > _SILENCE_S:
            raise VidereError(
                Reason.DECODE_LIMIT, f"the renderer said nothing for {_SILENCE_S:.0f} s"
            )
