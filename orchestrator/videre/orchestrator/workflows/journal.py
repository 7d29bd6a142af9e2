"""The journal's constants: names of flow, queues and application, and what pins them."""

from __future__ import annotations

from typing import Final

#: Raised by hand when steps change their order or name; a test pins the sources to it. Under one
#: version the new code replays old journals, so only the bodies of steps may change.
FLOW: Final = "flow-1"
APPLICATION: Final = "videre"
JOBS: Final = "jobs"
CHUNKS: Final = "chunks"
ANALYSE: Final = "analyse"


def journal_priority(priority: int) -> int:
    """Map a job's priority (0..9, 0 most urgent) to the journal's (1 most urgent; 0 is refused)."""
    return priority + 1
