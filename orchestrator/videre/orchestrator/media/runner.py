"""Running a task of the media edge in a child process under limits, and naming how it ended."""

from __future__ import annotations

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict
from typing import Any, Final, Protocol

from videre.common.errors import FieldViolation, Reason, VidereError
from videre.orchestrator.media.fork_client import Ended, ForkServer, ServerLost, how_ended
from videre.orchestrator.media.limits import ChildLimits, limit_error

#: How Python and the dynamic linker say that memory ran out, and that a file grew too long.
_NO_MEMORY: Final = ("MemoryError", "Cannot allocate memory", "failed to map segment", "bad_alloc")
_FILE_TOO_LARGE: Final = "File too large"


class RunChild(Protocol):
    """Something that runs tasks of the media edge apart from this process; see `media_children`."""

    async def __call__(
        self,
        task: str,
        arguments: dict[str, Any],
        limits: ChildLimits,
        *,
        failure: Reason = Reason.DECODE_FAILED,
    ) -> Any:
        """Run one task and return its answer.

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


@asynccontextmanager
async def media_children() -> AsyncIterator[RunChild]:
    """Run tasks on the running loop, in children of a fork server that the first task starts."""
    children = _Children()
    try:
        yield children
    finally:
        await children.close()


class _Children:
    """A `RunChild`."""

    def __init__(self) -> None:
        self._server: ForkServer | None = None
        self._starting = asyncio.Lock()
        self._closed = False

    async def __call__(
        self,
        task: str,
        arguments: dict[str, Any],
        limits: ChildLimits,
        *,
        failure: Reason = Reason.DECODE_FAILED,
    ) -> Any:
        """See the protocol."""
        fields = {"task": task, "limits": asdict(limits), "arguments": arguments}
        request = json.dumps(fields).encode()
        try:
            try:
                ended = await self._run(request, limits.wall_s)
            except ServerLost:  # perhaps through another's child: once more, with a new server
                ended = await self._run(request, limits.wall_s)
        except ServerLost as lost:
            raise _death(task, failure, lost.ended, str(lost)) from lost
        except TimeoutError:
            raise limit_error(
                Reason.DECODE_LIMIT, "wall_s", limits.wall_s, f"> {limits.wall_s}"
            ) from None
        return _answer(task, ended, limits, failure)

    async def close(self) -> None:
        """Let the server end; see `ForkServer.close`."""
        self._closed = True
        async with self._starting:  # one that is being started ends too
            if self._server is not None:
                await self._server.close()

    async def _run(self, request: bytes, wall_s: float) -> Ended:
        async with self._starting:
            if self._closed:
                raise VidereError(Reason.SHUTTING_DOWN, "no media is read any more")
            if self._server is not None and not self._server.alive:
                await self._server.close()
                self._server = None
            if self._server is None:
                self._server = await ForkServer.start()
            server = self._server
        return await server.run(request, wall_s)


def _answer(task: str, ended: Ended, limits: ChildLimits, failure: Reason) -> Any:
    if ended.code == 0 and ended.answer:
        answer = json.loads(ended.answer)
        if "ok" in answer:
            return answer["ok"]
        raise _error(answer["error"])
    tail = ended.errors.decode(errors="replace").strip().rpartition("\n")[2]
    passed = _passed_limit(ended.code, tail)
    if passed is not None:
        limit = getattr(limits, passed)
        raise limit_error(Reason.DECODE_LIMIT, passed, limit, f"> {limit}")
    raise _death(task, failure, how_ended(ended.code), tail)


def _death(task: str, failure: Reason, ended: str, words: str) -> VidereError:
    return VidereError(
        failure,
        f"the {task} process died ({ended})" + (f": {words}" if words else ""),
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
