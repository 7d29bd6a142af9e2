"""Looks for queued work that cost next to nothing while nothing is written.

The engine asks its tables for work up to ten times a second and queue, and for the queue itself
before: two or three transactions of a millisecond each, although an orchestrator alone is idle most
of the time. What a table answered stays right until somebody commits to the file.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dbos._sys_db import SystemDatabase


def look_after_commits(system: SystemDatabase, commits: Callable[[], int]) -> None:
    """Have the engine look for work, and for its queues, only where something was committed.

    Args:
        system: the engine's tables, in use already.
        commits: a number that is another one once something was committed, by whomever.
    """
    looks = _Looks(system, commits)
    # The engine makes this object itself and lets nobody bring another one.
    system.get_queue = looks.queue  # type: ignore[method-assign]
    system.list_queues = looks.queues  # type: ignore[method-assign]
    system.start_queued_workflows = looks.start  # type: ignore[method-assign]


class _Looks:
    """The answers of the tables, as long as they hold. Each queue has one thread that asks."""

    def __init__(self, system: SystemDatabase, commits: Callable[[], int]) -> None:
        self._commits = commits
        self._get, self._list = system.get_queue, system.list_queues
        self._start = system.start_queued_workflows
        self._known: dict[Any, tuple[int, Any]] = {}
        self._empty: dict[str, int] = {}

    def queue(self, name: str, **options: Any) -> Any:
        """Return a queue."""
        return self._remembered(self._get, name, **options)

    def queues(self, **options: Any) -> Any:
        """Return all queues of an application."""
        return self._remembered(self._list, **options)

    def _remembered(self, ask: Callable[..., Any], *given: Any, **options: Any) -> Any:
        question = ask.__name__, given, tuple(sorted(options.items()))
        now = self._commits()  # before the answer, which may know of later commits
        known = self._known.get(question)
        if known is not None and known[0] == now:
            return known[1]
        answer = ask(*given, **options)
        self._known[question] = now, answer
        return answer

    def start(self, queue: Any, *given: Any, **options: Any) -> tuple[list[str], Any]:
        """Begin the next workflows of a queue; return them, and the limit that left no room."""
        now = self._commits()
        if self._empty.get(queue.name) == now:
            return [], None
        found, limit = self._start(queue, *given, **options)
        if not found and limit is None:
            self._empty[queue.name] = now
        return found, limit
