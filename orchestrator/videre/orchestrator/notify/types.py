"""Which events of jobs are events of their project, and which of them somebody wants. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

#: Every type there is, in the order of a job's life.
TYPES: Final = (
    "job.queued",
    "job.running",
    "job.succeeded",
    "job.partial",
    "job.failed",
    "job.cancelled",
    "analysis.published",
    "review.changed",
)
#: What a webhook may name: a type, or all that begin alike.
PATTERNS: Final = (*TYPES, "job.*", "analysis.*", "review.*")


def type_of(kind: str, payload: Mapping[str, Any]) -> str | None:
    """Return the type of a job's event; None for progress, which only those who watch a job see."""
    if kind == "state":
        return f"job.{str(payload['state']).lower()}"
    return {"analysis": "analysis.published", "review": "review.changed"}.get(kind)


def is_wanted(patterns: Sequence[str], kind: str) -> bool:
    """Tell whether a type is among patterns; no patterns want everything."""
    return not patterns or any(
        kind.startswith(pattern[:-1]) if pattern.endswith("*") else kind == pattern
        for pattern in patterns
    )


def types_of(patterns: Sequence[str]) -> tuple[str, ...]:
    """Return the types that patterns mean."""
    return tuple(kind for kind in TYPES if is_wanted(patterns, kind))
