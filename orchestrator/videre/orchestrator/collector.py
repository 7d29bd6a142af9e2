"""How often Python looks for unreachable cycles."""

from __future__ import annotations

import gc
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

#: New objects before the youngest are looked at. Records of a long film are a hundred thousand
#: objects in no cycle: at Python's own 700 a fifth of the time of fusing them went into looking.
_NEW_OBJECTS: Final = 10_000

_lock: Final = threading.Lock()
_paused = 0


def collect_seldom() -> None:
    """Look for cycles every ten thousand new objects; for processes that hold many records."""
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])


@contextmanager
def collection_paused() -> Iterator[None]:
    """Look for no cycles meanwhile, in any thread: for seconds of work on records in no cycle.

    At ten thousand new objects an eighth of the time of fusing a long film still goes into looking.
    """
    _pause(1)
    try:
        yield
    finally:
        _pause(-1)


def _pause(change: int) -> None:
    global _paused
    with _lock:
        _paused += change
        if _paused:
            gc.disable()
        else:
            gc.enable()
