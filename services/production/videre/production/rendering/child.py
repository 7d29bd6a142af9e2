"""The rendering process: `python -m videre.production.rendering.child`.

Reads a job (JSON) from standard input, sets its own limits before it touches a media, decodes what
the job names and feeds raw frames and samples to ffmpeg, which inherits the limits. Writes one JSON
object a line to standard output: {"share": 0..1} now and then, at last {"done": …} or
{"failed": …}. It may be killed at any time, with its process group.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from contextlib import suppress
from pathlib import Path
from typing import IO, Any, Final

from videre.common.confinement import leave_network
from videre.common.errors import Reason, VidereError
from videre.production.frame_child import set_limits

_MEMORY_BYTES: Final = 4 << 30
_FILE_BYTES: Final = 64 << 30
#: Processor time of the child, and again of the renderer: a start and a share of what is rendered.
_CPU_S: Final = 300
_CPU_PER_MEDIA_S: Final = 120
#: Time between two messages of progress, seconds.
_TELL_S: Final = 0.5
_PIPE_BYTES: Final = 1 << 20
_F_SETPIPE_SZ: Final = 1031
_ERROR_TAIL: Final = 4_000
#: Share of the work when everything has been fed.
_FED: Final = 0.97


class RendererRefused(Exception):
    """The renderer ended without making its files."""


class Teller:
    """Writes messages to the process that waits for them."""

    def __init__(self, out: IO[bytes]) -> None:
        self._out, self._last = out, 0.0

    def share(self, value: float) -> None:
        """Say how much is done, if that was not said just now."""
        now = time.monotonic()
        if now - self._last >= _TELL_S:
            self._last = now
            self.say({"share": round(value, 4)})

    def say(self, message: dict[str, Any]) -> None:
        """Write one message."""
        self._out.write(json.dumps(message).encode() + b"\n")
        self._out.flush()


class Renderer:
    """ffmpeg at work; leaving the block without `finish` kills it."""

    def __init__(self, words: list[str], folder: Path) -> None:
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed when the block is left
        self._process = subprocess.Popen(
            words, cwd=folder, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
            stderr=self._errors,
        )  # fmt: skip
        assert self._process.stdin is not None
        #: Where frames and samples go.
        self.input = self._process.stdin
        _widen(self.input.fileno())

    def __enter__(self) -> Renderer:
        return self

    def __exit__(self, *_: object) -> None:
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._errors.close()

    def finish(self) -> None:
        """Wait for its end.

        Raises:
            RendererRefused: it did not make its files; the words are its own.
        """
        self.input.close()
        code = self._process.wait()
        if code:
            raise RendererRefused(self.complaint(code))

    def said(self) -> str:
        """Return all that it said; to be called at its end."""
        self._errors.seek(0)
        return self._errors.read().decode(errors="replace")

    def complaint(self, code: int | None = None) -> str:
        """Return what it said last.

        It may still listen: the pipe that broke can be the one to the service, which was killed.
        """
        if code is None:
            with suppress(BrokenPipeError):
                self.input.close()
            code = self._process.wait()
        self._errors.seek(0)
        lines = self._errors.read()[-_ERROR_TAIL:].decode(errors="replace").strip().splitlines()
        return lines[-1] if lines else f"exit code {code}"


def _widen(descriptor: int) -> None:
    """Let a pipe hold a whole frame, where the system allows it."""
    import fcntl

    try:
        fcntl.fcntl(descriptor, _F_SETPIPE_SZ, _PIPE_BYTES)
    except OSError:
        return  # the usual 64 KiB do too, with more switches


def serve(teller: Teller, data: bytes) -> None:
    """Do a job and tell how it ended."""
    import av
    import cv2

    from videre.production.rendering.assembling import render_assembly
    from videre.production.rendering.chunked import render_job
    from videre.production.rendering.feed import render_still
    from videre.production.rendering.glancing import render_glance
    from videre.production.rendering.job import JOB, RENDERED

    av.logging.set_level(None)
    job = JOB.validate_json(data)
    seconds = float(sum(segment.end - segment.start for segment in job.segments))
    seconds += 0.0 if job.assembly is None else float(job.assembly.length)
    cpu_s = _CPU_S + int(_CPU_PER_MEDIA_S * seconds * len(job.renditions))
    set_limits(_MEMORY_BYTES, cpu_s, file_bytes=_FILE_BYTES)
    try:
        cv2.setNumThreads(1)
        if job.still:
            done = render_still(job)
        elif job.glance is not None:
            done = render_glance(job, job.glance)
        elif job.assembly is not None:
            done = render_assembly(job, job.assembly, lambda share: teller.share(share * _FED))
        else:
            done = render_job(job, lambda share: teller.share(share * _FED))
        teller.say({"done": json.loads(RENDERED.dump_json(done))})
    except VidereError as error:
        _failed(teller, str(error.reason), error.message)
    except MemoryError:
        _failed(teller, Reason.DECODE_LIMIT, "rendering needs too much memory")
    except cv2.error as error:
        if error.code != cv2.Error.StsNoMem:
            raise
        _failed(teller, Reason.DECODE_LIMIT, "rendering needs too much memory")
    except RendererRefused as error:
        _failed(teller, Reason.ENGINE_FAILED, f"the renderer refused: {error}")
    except (av.FFmpegError, ValueError, IndexError, TypeError, OSError) as error:
        _failed(teller, Reason.DECODE_FAILED, f"the media cannot be decoded ({error})")


def _failed(teller: Teller, reason: str, message: str) -> None:
    teller.say({"failed": {"reason": str(reason), "message": message}})


def main() -> None:
    """Serve one job."""
    leave_network()
    serve(Teller(sys.stdout.buffer), sys.stdin.buffer.read())
    os._exit(0)  # libraries need no tidying up: the process was made to be thrown away


if __name__ == "__main__":
    main()
