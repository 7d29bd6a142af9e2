"""Encoded chunks that outlive the process that made them: a folder of sets of files by key.

What is on a shelf is whole: files are linked together beside their place, on the disk, before they
get it. A task links what it finds into its own folder, so that nothing goes away under it.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

#: A folder this young may belong to a process that has not locked it yet, seconds.
_YOUNG_S: Final = 60.0
_PREFIX: Final = "render-"


class ChunkShelf:
    """The chunks of one project."""

    def __init__(self, folder: Path) -> None:
        """Take the folder; it is made when something is put into it."""
        self._folder = folder

    def put(self, key: str, files: Sequence[Path]) -> None:
        """Keep a set of files under a key; one that is there stays."""
        self._folder.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(dir=self._folder, prefix="."))
        for file in files:
            with file.open("rb") as written:
                os.fsync(written.fileno())
            _linked(file, made / file.name)
        try:
            made.rename(self._folder / key)
        except OSError:  # another task was sooner
            shutil.rmtree(made)

    def take(self, key: str, files: Sequence[Path]) -> bool:
        """Put the files of a key where they are wanted, and tell whether they were there."""
        place = self._folder / key
        try:
            os.utime(place)
            for file in files:
                _linked(place / file.name, file)
        except FileNotFoundError:
            for file in files:
                file.unlink(missing_ok=True)
            return False
        return True

    def drop(self, keys: Sequence[str]) -> None:
        """Forget keys."""
        for key in keys:
            _removed(self._folder / key)


@dataclass(frozen=True, slots=True)
class TaskChunks:
    """What a task has to do with the shelf.

    Args:
        folder: of the shelf.
        keys: what the task has put there or found there.
    """

    folder: Path
    keys: list[str] = field(default_factory=list)


def _linked(source: Path, target: Path) -> None:
    try:
        os.link(source, target)
    except FileNotFoundError:
        raise
    except OSError:  # a file system without hard links
        shutil.copyfile(source, target)


def _removed(folder: Path) -> None:
    # Two processes may sweep the same folder: what one has removed the other need not find.
    shutil.rmtree(folder, ignore_errors=True)


def sweep(shelves: Path, retention_s: float, most_bytes: int) -> int:
    """Remove chunks that were not used for long, and the longest unused of too many.

    Args:
        shelves: folder with a shelf for each project.
        retention_s: how long unused ones stay.
        most_bytes: that may stay.

    Returns:
        How many sets of files are gone.
    """
    found = []
    for place in shelves.glob("*/*"):
        with suppress(FileNotFoundError):  # it was taken away meanwhile
            size = sum(file.stat().st_size for file in place.iterdir())
            found.append((place.stat().st_mtime, size, place))
    oldest, kept, removed = time.time() - retention_s, 0, 0
    for used, size, place in sorted(found, reverse=True):
        kept += size
        if used < oldest or kept > most_bytes:
            _removed(place)
            removed += 1
    return removed


@contextmanager
def work_folder(parent: Path) -> Iterator[Path]:
    """Make a folder for the files of one task; it is gone afterwards.

    It is locked meanwhile, so that others see whether the process lives that it belongs to.
    """
    parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=parent, prefix=_PREFIX) as name:
        held = os.open(name, os.O_RDONLY)
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
            yield Path(name)
        finally:
            os.close(held)


def clear_abandoned(parent: Path) -> int:
    """Remove folders of tasks whose processes were killed; return how many."""
    removed = 0
    for place in parent.glob(f"{_PREFIX}*"):
        with suppress(FileNotFoundError, BlockingIOError):  # it has ended, or is at work
            if time.time() - place.stat().st_mtime < _YOUNG_S:
                continue
            held = os.open(place, os.O_RDONLY)
            try:
                fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
                _removed(place)
                removed += 1
            finally:
                os.close(held)
    return removed
