"""How much freed memory the C library keeps. glibc only; elsewhere nothing is set."""

from __future__ import annotations

import ctypes
from typing import Final

#: M_ARENA_MAX of glibc's <malloc.h>.
_ARENA_MAX: Final = -8
#: Threads would otherwise get an arena each, eight per core, and every arena keeps what the largest
#: piece of work on it once took: the process grows until each thread has met its largest one.
_ARENAS: Final = 2


def share_arenas() -> bool:
    """Let all threads allocate from two arenas; to be called before there are threads.

    Returns:
        Whether the C library has such a setting.
    """
    mallopt = getattr(ctypes.CDLL(None), "mallopt", None)
    return mallopt is not None and bool(mallopt(_ARENA_MAX, _ARENAS))
