"""What the program logs while it is played: nobody reads it but the checks."""

from __future__ import annotations

import sys
from collections.abc import Iterator, MutableMapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any, Final

import structlog

from tests.simulation.process import current_process

#: Methods of a logger that tell a fault of the program.
_FAULTS: Final = ("error", "exception", "critical")
#: A warning that tells one too: the workflow of a job is never lost.
_LOST: Final = "job lost its workflow"


@dataclass(frozen=True, slots=True)
class Heard:
    """One fault that the program logged.

    Args:
        job_id: whom it is about; "" = nobody.
        error: what the program was handling; None = nothing.
    """

    event: str
    job_id: str
    error: BaseException | None

    def __str__(self) -> str:
        about = f" ({self.job_id})" if self.job_id else ""
        error = f": {type(self.error).__name__}: {self.error}" if self.error is not None else ""
        return f"logged {self.event!r}{about}{error}"


@dataclass(slots=True)
class Hearing:
    """Keeps the faults that were logged since it was last cleared, and drops every line."""

    faults: list[Heard] = field(default_factory=list)

    def __call__(self, _logger: Any, method: str, event: MutableMapping[str, Any]) -> Any:
        """Take a line as a processor of structlog does."""
        process = current_process.get(None)
        dead = process is not None and not process.alive
        if not dead and (method in _FAULTS or event["event"] == _LOST):
            job_id = str(event.get("job_id", ""))
            self.faults.append(Heard(event["event"], job_id, sys.exception()))
        raise structlog.DropEvent


@contextmanager
def hearing() -> Iterator[Hearing]:
    """Hear what is logged while the block runs; none of it is written anywhere."""
    before = structlog.get_config()
    heard = Hearing()
    structlog.configure(processors=[heard])
    try:
        yield heard
    finally:
        structlog.configure(**before)
