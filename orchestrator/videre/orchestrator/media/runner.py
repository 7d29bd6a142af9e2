"""Running a child process of the media edge under limits, and naming how it ended."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from dataclasses import asdict
from typing import Any, Final

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.media.limits import ChildLimits, limit_error

_MODULE: Final = "videre.orchestrator.media.child"
#: What is kept of a child's standard error for the message, bytes.
_ERROR_TAIL: Final = 2000
#: A number library must not start a thread (and its stack) per core under the memory limit.
_ENVIRONMENT: Final = {
    "OPENBLAS_NUM_THREADS": "1",
    "OMP_NUM_THREADS": "1",
    "OPENCV_LOG_LEVEL": "SILENT",
}


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
    if code == 0:
        answer = json.loads(output)
        if "ok" in answer:
            return answer["ok"]
        raise _error(answer["error"])
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        # SIGKILL that we did not send is the hard CPU limit or the kernel short of memory.
        raise limit_error(Reason.DECODE_LIMIT, "cpu_s", limits.cpu_s, f"> {limits.cpu_s}")
    tail = errors[-_ERROR_TAIL:].decode(errors="replace").strip().rpartition("\n")[2]
    if "MemoryError" in tail or "Cannot allocate memory" in tail:
        raise limit_error(
            Reason.DECODE_LIMIT, "memory_bytes", limits.memory_bytes, f"> {limits.memory_bytes}"
        )
    if "File too large" in tail:
        raise limit_error(
            Reason.DECODE_LIMIT, "file_bytes", limits.file_bytes, f"> {limits.file_bytes}"
        )
    ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    raise VidereError(
        failure,
        f"the {task} process died ({ended})" + (f": {tail}" if tail else ""),
        metadata={"task": task, "ended": ended},
    )


def _error(wire: dict[str, Any]) -> VidereError:
    return VidereError(
        Reason(wire["reason"]),
        wire["message"],
        violations=tuple(FieldViolation(*values) for values in wire["violations"]),
        metadata=wire["metadata"],
    )
