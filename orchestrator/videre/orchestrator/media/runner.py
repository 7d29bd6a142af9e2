"""Running a child process of the media edge under limits, and naming how it ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, Final, Protocol

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.media.limits import ChildLimits, limit_error

_MODULE: Final = "videre.orchestrator.media.child"
#: What is kept of a child's standard error for the message, bytes.
_ERROR_TAIL: Final = 2000
#: How Python and the dynamic linker say that memory ran out, and that a file grew too long.
_NO_MEMORY: Final = ("MemoryError", "Cannot allocate memory", "failed to map segment", "bad_alloc")
_FILE_TOO_LARGE: Final = "File too large"
#: A number library must not start a thread (and its stack) per core under the memory limit.
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_LOG_LEVEL": "SILENT",
}


class RunChild(Protocol):
    """Something that runs tasks of the media edge apart from this process; see `run_child`."""

    async def __call__(
        self,
        task: str,
        arguments: dict[str, Any],
        limits: ChildLimits,
        *,
        failure: Reason = Reason.DECODE_FAILED,
    ) -> Any:
        """Run one task and return its answer."""


async def run_child(
    task: str,
    arguments: dict[str, Any],
    limits: ChildLimits,
    *,
    failure: Reason = Reason.DECODE_FAILED,
) -> Any:
    """Run one task in a child process and return its answer.

    The child is killed when the wall time has passed and when the caller is cancelled.

    Args:
        task: name in `child.TASKS`.
        arguments: JSON values.
        limits: what the child may take.
        failure: reason of a crash: DECODE_FAILED, or MEDIA_UNREADABLE while probing.

    Raises:
        VidereError: what the task refused with; `failure` when the child crashed; DECODE_LIMIT
            when it passed a limit.
    """
    request = json.dumps({"task": task, "limits": asdict(limits), "arguments": arguments}).encode()
    process = await asyncio.create_subprocess_exec(
        sys.executable,
        "-m",
        _MODULE,
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
        env={**os.environ, **_ENVIRONMENT},
        start_new_session=True,
    )
    try:
        async with asyncio.timeout(limits.wall_s):
            output, errors = await process.communicate(request)
    except TimeoutError:
        raise limit_error(
            Reason.DECODE_LIMIT, "wall_s", limits.wall_s, f"> {limits.wall_s}"
        ) from None
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()
    return _answer(task, process.returncode or 0, output, errors, limits, failure)


def _answer(
    task: str, code: int, output: bytes, errors: bytes, limits: ChildLimits, failure: Reason
) -> Any:
    if code == 0 and output:
        answer = json.loads(output)
        if "ok" in answer:
            return answer["ok"]
        raise _error(answer["error"])
    tail = errors[-_ERROR_TAIL:].decode(errors="replace").strip().rpartition("\n")[2]
    passed = _passed_limit(code, tail)
    if passed is not None:
        limit = getattr(limits, passed)
        raise limit_error(Reason.DECODE_LIMIT, passed, limit, f"> {limit}")
    ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    raise VidereError(
        failure,
        f"the {task} process died ({ended})" + (f": {tail}" if tail else ""),
        metadata={"task": task, "ended": ended},
    )


def _passed_limit(code: int, tail: str) -> str | None:
    """Return the field of `ChildLimits` that ended a child; None when it was something else."""
    if code == -signal.SIGXCPU:
        return "cpu_s"
    # A SIGKILL that we did not send comes from a kernel short of memory.
    if code == -signal.SIGKILL or any(mark in tail for mark in _NO_MEMORY):
        return "memory_bytes"
    return "file_bytes" if _FILE_TOO_LARGE in tail else None


def _error(wire: dict[str, Any]) -> VidereError:
    return VidereError(
        Reason(wire["reason"]),
        wire["message"],
        violations=tuple(FieldViolation(*values) for values in wire["violations"]),
        metadata=wire["metadata"],
    )
