"""How a child process that did not finish its work ended, as an error."""

from __future__ import annotations

import signal
import subprocess
from typing import IO, Final

from videre.common.errors import Reason, VidereError

#: Bytes of what it said last in which its reason is looked for.
_TAIL: Final = 2_000


def death_of(
    child: subprocess.Popen[bytes], errors: IO[bytes], *, doing: str, timeout_s: float
) -> VidereError:
    """Wait for a child and name its end.

    Args:
        errors: file that its standard error was written to.
        doing: what it was for, such as "decoding".

    Raises:
        subprocess.TimeoutExpired: it goes on for longer than `timeout_s`.
    """
    code = child.wait(timeout=timeout_s)
    errors.seek(0)
    tail = errors.read()[-_TAIL:].decode(errors="replace").strip().rpartition("\n")[2]
    if code in (-signal.SIGXCPU, -signal.SIGKILL):
        # SIGKILL that we did not send is the hard CPU limit or the kernel short of memory.
        return VidereError(Reason.DECODE_LIMIT, f"{doing} took too much processor time or memory")
    ended = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    return VidereError(
        Reason.DECODE_FAILED,
        f"the process that was {doing} died ({ended})" + (f": {tail}" if tail else ""),
        metadata={"ended": ended},
    )
