"""How often Python looks for unreachable cycles."""

from __future__ import annotations

import gc
from typing import Final

#: New objects before the youngest are looked at. Records of a long film are a hundred thousand
#: objects in no cycle: at Python's own 700 a fifth of the time of fusing them went into looking.
_NEW_OBJECTS: Final = 10_000


def collect_seldom() -> None:
    """Look for cycles every ten thousand new objects; for processes that hold many records."""
    gc.set_threshold(_NEW_OBJECTS, *gc.get_threshold()[1:])
