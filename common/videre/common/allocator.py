"""How much freed memory the C library keeps. glibc only; elsewhere nothing is set."""

from __future__ import annotations

import ctypes
import os
from typing import Final

#: M_ARENA_MAX of glibc's <malloc.h>.
_ARENA_MAX: Final = -8
#: Threads would otherwise get an arena each, eight per core, and every arena keeps what the largest
#: piece of work on it once took: the process grows until each thread has met its largest one.
_ARENAS: Final = 2


def share_arenas() -> None:
    """Let all threads allocate from two arenas; to be called before there are threads.

    Whoever sets MALLOC_ARENA_MAX has his way.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    if mallopt is not None and "MALLOC_ARENA_MAX" not in os.environ:
        mallopt(_ARENA_MAX, _ARENAS)
