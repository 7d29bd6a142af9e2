"""Become another program that ends when its parent does: `python leash.py PARENT PROGRAM …`.

On Linux the kernel then sends SIGTERM when the parent is gone, however it went; elsewhere a
supervisor that is killed leaves its children behind. A file of its own, run as a script: setting
this between fork and exec inside the supervisor would fork a process with threads.
"""

from __future__ import annotations

import ctypes
import os
import signal
import sys

_PR_SET_PDEATHSIG = 1


def main(parent: int, command: list[str]) -> None:
    """Arrange for the signal, then become the program."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGTERM)
    if os.getppid() != parent:  # it was gone before the arrangement
        raise SystemExit(1)
    os.execvp(command[0], command)


if __name__ == "__main__":
    main(int(sys.argv[1]), sys.argv[2:])
