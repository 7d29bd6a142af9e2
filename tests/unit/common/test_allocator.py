"""Threads share arenas, as the allocator itself tells."""

from __future__ import annotations

import platform
import subprocess
import sys

import pytest

pytestmark = pytest.mark.skipif(
    platform.libc_ver()[0] != "glibc", reason="only glibc has arenas to share"
)

#: Sixteen threads allocate side by side; then the allocator writes down its arenas.
_PROGRAM = """
import ctypes, threading
from videre.common.allocator import share_arenas
if {shared}:
    assert share_arenas()
libc = ctypes.CDLL(None)
libc.fdopen.restype = ctypes.c_void_p
libc.malloc.restype = ctypes.c_void_p
together = threading.Barrier(16)
def allocate():
    together.wait(timeout=30)
    libc.malloc(5_000)
    together.wait(timeout=30)
threads = [threading.Thread(target=allocate) for _ in range(16)]
for thread in threads: thread.start()
for thread in threads: thread.join()
out = ctypes.c_void_p(libc.fdopen(1, b"w"))
libc.malloc_info(0, out)
libc.fflush(out)
"""


def arenas(*, shared: bool) -> int:
    """Return the number of arenas of a process with sixteen threads."""
    program = [sys.executable, "-c", _PROGRAM.format(shared=shared)]
    told = subprocess.run(program, capture_output=True, check=True, timeout=60, text=True).stdout
    return told.count("<heap nr=")


def test_threads_share_two_arenas() -> None:
    assert arenas(shared=True) <= 2
    assert arenas(shared=False) > 2, "else the test could not fail"
