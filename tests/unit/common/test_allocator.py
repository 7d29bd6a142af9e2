"""Threads share arenas, as the allocator itself tells."""

from __future__ import annotations

import os
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
    share_arenas()
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


def arenas(*, shared: bool, most: int | None = None) -> int:
    """Return the number of arenas of a process with sixteen threads."""
    program = [sys.executable, "-c", _PROGRAM.format(shared=shared)]
    environment = {k: v for k, v in os.environ.items() if k != "MALLOC_ARENA_MAX"}
    if most is not None:
        environment["MALLOC_ARENA_MAX"] = str(most)
    done = subprocess.run(program, env=environment, capture_output=True, check=True, timeout=60)
    return done.stdout.count(b"<heap nr=")


def test_threads_share_two_arenas() -> None:
    assert arenas(shared=True) <= 2
    assert arenas(shared=False) > 2, "else the test could not fail"


def test_who_sets_the_number_of_arenas_has_his_way() -> None:
    assert arenas(shared=True, most=5) > 2
