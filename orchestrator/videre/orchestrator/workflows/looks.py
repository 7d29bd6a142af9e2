"""Looks for queued work that cost next to nothing while nothing is written.

The engine asks its tables for work up to ten times a second and queue, and for the queue itself
before: two or three transactions of a millisecond each, although an orchestrator alone is idle most
of the time. What a table answered stays right until somebody commits to the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Final

from dbos._sys_db import SystemDatabase

#: Questions whose answers change by commits alone. The last two ask for workflows that wait for a
#: time or have to end by one, of which there are none: limits of time are rows of our own.
_REMEMBERED: Final = (
    "get_queue", "list_queues", "transition_delayed_workflows", "cancel_timed_out_workflows",
)  # fmt: skip


def look_after_commits(system: SystemDatabase, commits: Callable[[], int]) -> None:
    """Have the engine look for work, and for its queues, only where something was committed.

    Args:
        system: the engine's tables, in use already.
        commits: a number that is another one once something was committed, by whomever.
    """
    # The engine makes this object itself and lets nobody bring another one.
    for name in _REMEMBERED:
        setattr(system, name, _remembered(getattr(system, name), commits))
    start = _empty_remembered(system.start_queued_workflows, commits)
    system.start_queued_workflows = start  # type: ignore[method-assign]


def _remembered(ask: Callable[..., Any], commits: Callable[[], int]) -> Callable[..., Any]:
    """Return what gives the answer of before unless something was committed since."""
    known: dict[Any, tuple[int, Any]] = {}

    def answer(*given: Any, **options: Any) -> Any:
        question = given, tuple(sorted(options.items()))
        now = commits()  # before the answer, which may know of later commits
        before = known.get(question)
        if before is None or before[0] != now:
            known[question] = before = now, ask(*given, **options)
        return before[1]

    return answer


def _empty_remembered(
    begin: Callable[..., tuple[list[str], Any]], commits: Callable[[], int]
) -> Callable[..., tuple[list[str], Any]]:
    """Return what begins the next workflows of a queue, unless it was empty and is so still.

    A queue of which a limit of the engine let nothing begin is looked at again: room comes free
    without a commit.
    """
    empty: dict[str, int] = {}

    def start(queue: Any, *given: Any, **options: Any) -> tuple[list[str], Any]:
        now = commits()
        if empty.get(queue.name) == now:
            return [], None
        found, limit = begin(queue, *given, **options)
        if not found and limit is None:
            empty[queue.name] = now
        return found, limit

    return start
