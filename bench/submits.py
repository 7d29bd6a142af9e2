"""How long Submit takes while the suite is busy, beside what a commit costs on the same disk."""

from __future__ import annotations

import asyncio
import sqlite3
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import numpy as np

from videre.client import AsyncVidere

_PER_S: Final = 20.0
#: The cheapest thing to ask for: these jobs only have to be accepted.
_FEATURES: Final = ("colors",)
_LAST: Final = 9  # priority: behind the work that keeps the slots busy


@dataclass(frozen=True, slots=True)
class Submits:
    """Seconds of every Submit, and of every commit with fsync in the same stretch of time."""

    submits_s: tuple[float, ...]
    commits_s: tuple[float, ...]

    @property
    def submit_p99_s(self) -> float:
        """The 99th percentile of Submit."""
        return float(np.percentile(self.submits_s, 99))

    @property
    def commit_p99_s(self) -> float:
        """The 99th percentile of a commit."""
        return float(np.percentile(self.commits_s, 99))


async def submit_many(client: AsyncVidere, media_id: str, data: Path, count: int) -> Submits:
    """Submit jobs of a known media at 20 a second, whether or not the earlier ones were answered.

    Args:
        client: whose suite has its slots busy.
        media_id: what the jobs are about.
        data: folder on the disk of the suite's data, for the commits.
        count: number of jobs.
    """
    took: list[float] = []

    async def submit() -> None:
        started = time.monotonic()
        await client.submit(media_id=media_id, features=_FEATURES, priority=_LAST)
        took.append(time.monotonic() - started)

    with _Committer(data / "commits.db") as committer:
        first = time.monotonic()
        async with asyncio.TaskGroup() as group:
            for number in range(count):
                await asyncio.sleep(max(0.0, first + number / _PER_S - time.monotonic()))
                group.create_task(submit())
    return Submits(tuple(took), tuple(committer.took_s))


class _Committer:
    """Commits a row with fsync 20 times a second on a thread of its own."""

    def __init__(self, path: Path) -> None:
        self.took_s: list[float] = []
        self._path = path
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._commit, name="committer")

    def __enter__(self) -> _Committer:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._stop.set()
        self._thread.join()

    def _commit(self) -> None:
        connection = sqlite3.connect(self._path, isolation_level=None)
        try:
            connection.execute("PRAGMA journal_mode=WAL")
            connection.execute("PRAGMA synchronous=FULL")
            connection.execute("CREATE TABLE row (value BLOB)")
            while not self._stop.wait(1 / _PER_S):
                started = time.monotonic()
                connection.execute("INSERT INTO row VALUES (?)", (bytes(500),))
                self.took_s.append(time.monotonic() - started)
        finally:
            connection.close()
