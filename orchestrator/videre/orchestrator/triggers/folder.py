"""What lies in a folder and the folders in it."""

from __future__ import annotations

import asyncio
import os
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from pathlib import Path
from typing import Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.triggers.rules import MOST_FILES, Listed, too_many

#: Folders that are listed at once.
_AT_ONCE: Final = 8


class Folders:
    """Lists folders in threads of its own: a disk that does not answer holds up nothing else.

    No call to the system ends before the disk answers: whoever asks for the same folder meanwhile
    waits for the same answer, and takes no further thread.
    """

    def __init__(self) -> None:
        self._threads = ThreadPoolExecutor(_AT_ONCE, "folder")
        self._asked: dict[Path, asyncio.Future[list[Listed]]] = {}

    async def files(self, folder: Path, without: Path | None) -> list[Listed]:
        """Return the files of a folder, see `listing`. Whoever is cancelled stops no thread."""
        asked = self._asked.get(folder)
        if asked is None:
            loop = asyncio.get_running_loop()
            asked = loop.run_in_executor(self._threads, listing, folder, without)
            self._asked[folder] = asked
            asked.add_done_callback(partial(self._answered, folder))
        return await asyncio.shield(asked)

    def _answered(self, folder: Path, asked: asyncio.Future[list[Listed]]) -> None:
        del self._asked[folder]
        if not asked.cancelled():
            asked.exception()  # nobody may be waiting for it any more

    def close(self) -> None:
        """Begin no further listing."""
        self._threads.shutdown(wait=False, cancel_futures=True)


def listing(folder: Path, without: Path | None = None) -> list[Listed]:
    """Return the regular files of a folder, in the order of their paths.

    Links are not followed. What begins with a dot is left out: writers call unfinished files so.

    Args:
        folder: what is looked at.
        without: a folder in it that is left out, such as the quarantine.

    Raises:
        VidereError: FETCH_FAILED, the folder cannot be read, or has too many files.
    """
    found: list[Listed] = []
    try:
        _walk(folder, "", found, str(without) if without is not None else "")
    except OSError as error:
        raise VidereError(
            Reason.FETCH_FAILED, f"the folder cannot be read: {error.strerror}"
        ) from error
    return sorted(found, key=lambda one: one.path)


def _walk(folder: Path | str, prefix: str, found: list[Listed], without: str) -> None:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.name.startswith(".") or entry.path == without:
                continue
            path = f"{prefix}{entry.name}"
            try:
                if entry.is_dir(follow_symlinks=False):
                    _walk(entry.path, f"{path}/", found, without)
                    continue
                if not entry.is_file(follow_symlinks=False):
                    continue
                stat = entry.stat(follow_symlinks=False)
                path.encode()
            except (FileNotFoundError, UnicodeEncodeError):
                continue  # it went meanwhile, or has no name that can be told
            found.append(
                Listed(path, f"{stat.st_size}-{stat.st_mtime_ns}-{stat.st_ino}", stat.st_size)
            )
            if len(found) > MOST_FILES:
                raise too_many(MOST_FILES)
