"""The spool: decoded units and sound in files, made once, thrown away when space is short.

A cache, never state: whatever is missing is decoded again and comes out the same. One request at
a time decodes a thing (others wait for it); nothing that is in use is thrown away.
"""

from __future__ import annotations

import asyncio
import hashlib
import shutil
import threading
import time
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from typing import Any, Final

from videre.common.values import NS
from videre.orchestrator.media.audiofile import AudioSpool
from videre.orchestrator.media.index import MediaIndex
from videre.orchestrator.media.limits import ChildLimits
from videre.orchestrator.media.runner import RunChild
from videre.orchestrator.media.unitfile import UnitSpool, is_complete, unit_folder
from videre.orchestrator.media.units import cut_units

_INDEX: Final = "index"
_STRIPS: Final = "frames"


@dataclass(slots=True)
class _Entry:
    """One folder of the cache: a unit, or a media's sound with or without music."""

    path: Path
    lock: asyncio.Lock = field(default_factory=asyncio.Lock)
    users: int = 0
    used: float = 0.0
    size: int = 0


class SpoolCache:
    """Decoded media, bounded in bytes and in decoding processes."""

    def __init__(
        self,
        root: Path,
        limit_bytes: int,
        *,
        run: RunChild,
        children: int = 2,
        child_limits: ChildLimits | None = None,
    ) -> None:
        """Use a folder; what an earlier process left there is used again.

        Args:
            root: folder of the cache, for this process alone.
            limit_bytes: the cache is brought below this after every decoding, as far as it is not
                in use.
            run: runs decoding processes.
            children: most of them at a time.
            child_limits: what one of them may take; its time follows the media's length.
        """
        self._root = root
        self._limit_bytes = limit_bytes
        self._slots = asyncio.Semaphore(children)
        self._limits = child_limits or ChildLimits()
        self._run_child = run
        root.mkdir(parents=True, exist_ok=True)
        for folder in root.iterdir():
            if not any(path.is_dir() for path in folder.iterdir()):
                shutil.rmtree(folder)  # all its entries were evicted
        self._entries = {
            path: _Entry(path, used=path.stat().st_mtime, size=_size(path))
            for path in sorted(root.glob("*/*"))
            if path.is_dir()
        }
        #: Size of the index in each media's folder.
        self._indexes = {path.parent: path.stat().st_size for path in root.glob(f"*/{_INDEX}")}

    @asynccontextmanager
    async def video(
        self, media: Path, index: MediaIndex, first_unit: int, last_unit: int
    ) -> AsyncIterator[list[UnitSpool]]:
        """Hold the decoded units first_unit … last_unit (inclusive); decode what is missing.

        Raises:
            VidereError: DECODE_FAILED when nothing of a run of units came out or the process died,
                DECODE_LIMIT when it passed a limit. What failed inside a unit that gave something
                stands in `UnitSpool.missing`.
        """
        folder, data = await asyncio.to_thread(self._folder, index)
        paths = {unit: unit_folder(folder, unit) for unit in range(first_unit, last_unit + 1)}
        async with self._leases(paths.values()) as entries:
            await self._keep_index(folder, data)
            async with AsyncExitStack() as held:
                for entry in entries:  # in rising order: two requests cannot wait for each other
                    await held.enter_async_context(entry.lock)
                for run in _runs([unit for unit, path in paths.items() if not is_complete(path)]):
                    await self._decode(media, folder, index, run)
                    await self._made(entries)
            yield [UnitSpool(path) for path in paths.values()]

    @asynccontextmanager
    async def audio(
        self, media: Path, index: MediaIndex, *, want_music: bool
    ) -> AsyncIterator[AudioSpool]:
        """Hold the decoded sound of a media that has an audio track; decode it when missing.

        Raises:
            VidereError: DECODE_FAILED, DECODE_LIMIT.
        """
        folder, data = await asyncio.to_thread(self._folder, index)
        # With music in a folder of its own: a reader's files stay as they are.
        path = folder / ("sound-music" if want_music else "sound")
        async with self._leases([path]) as entries:
            await self._keep_index(folder, data)
            async with entries[0].lock:
                if not AudioSpool.is_complete(path):
                    path.mkdir(exist_ok=True)
                    arguments = {"folder": str(path), "want_music": want_music}
                    await self._run("sound", media, folder, arguments, index.duration_ns)
                    await self._made(entries)
            yield AudioSpool.load(path)

    @asynccontextmanager
    async def strips(
        self, media: Path, index: MediaIndex, first: int, end: int
    ) -> AsyncIterator[Path]:
        """Hold the file with the frames first..end (half-open) at 48 × 27 pixels.

        Raises:
            VidereError: DECODE_FAILED, DECODE_LIMIT.
        """
        folder, data = await asyncio.to_thread(self._folder, index)
        path = folder / f"strips-{first}-{end}"
        target = path / _STRIPS
        async with self._leases([path]) as entries:
            await self._keep_index(folder, data)
            async with entries[0].lock:
                if not target.exists():
                    path.mkdir(exist_ok=True)
                    arguments = {"target": str(target), "first": first, "end": end}
                    starts = index.frame_starts_ns
                    length_ns = int(starts[end - 1] - starts[first])
                    await self._run("strips", media, folder, arguments, length_ns)
                    await self._made(entries)
            yield target

    async def _decode(
        self, media: Path, folder: Path, index: MediaIndex, run: Sequence[int]
    ) -> None:
        units = cut_units(index)[run[0] : run[-1] + 1]
        arguments = {"folder": str(folder), "first_unit": run[0], "last_unit": run[-1]}
        length_ns = units[-1].end_ns - units[0].start_ns
        await self._run("decode", media, folder, arguments, length_ns)

    async def _run(
        self, task: str, media: Path, folder: Path, arguments: dict[str, Any], length_ns: int
    ) -> None:
        places = {"path": str(media), "index_path": str(folder / _INDEX)}
        async with self._slots:
            await self._run_child(task, places | arguments, self._limits.for_media(length_ns / NS))

    def _folder(self, index: MediaIndex) -> tuple[Path, bytes]:
        """Return a media's folder, and the index that lies in it for the children."""
        data = index.stored
        # The index belongs to the name: another version of probing may number frames otherwise.
        name = f"{index.digest[:32] or 'nameless'}-{hashlib.sha256(data).hexdigest()[:16]}"
        return self._root / name, data

    @asynccontextmanager
    async def _leases(self, paths: Iterable[Path]) -> AsyncIterator[list[_Entry]]:
        entries = [self._entries.setdefault(path, _Entry(path)) for path in paths]
        for entry in entries:
            entry.users += 1
        try:
            yield entries
        finally:
            for entry in entries:
                entry.users -= 1
                entry.used = time.time()

    async def _keep_index(self, folder: Path, data: bytes) -> None:
        """Put the index into a media's folder, which a lease on one of its entries keeps."""
        await asyncio.to_thread(_write_index, folder, data)
        self._indexes[folder] = len(data)

    def clear(self, older_than_s: float) -> None:
        """Remove what is not in use and was not for so long."""
        before = time.time() - older_than_s
        for entry in list(self._entries.values()):
            if entry.users == 0 and entry.used < before:
                self._remove(entry)

    def forget(self, digest: str) -> int:
        """Remove what was decoded of a media and is not in use; return how many entries."""
        entries = [
            one
            for one in self._entries.values()
            if one.users == 0 and one.path.parent.name.startswith(f"{digest[:32]}-")
        ]
        for entry in entries:
            self._remove(entry)
        return len(entries)

    async def _made(self, entries: Iterable[_Entry]) -> None:
        """Record the size of what was made, and remove what was used longest ago to fit it in."""
        for entry in entries:
            entry.size = await asyncio.to_thread(_size, entry.path)
        total = sum(entry.size for entry in self._entries.values()) + sum(self._indexes.values())
        idle = [entry for entry in self._entries.values() if entry.users == 0]
        for entry in sorted(idle, key=lambda entry: entry.used):
            if total <= self._limit_bytes:
                return
            total -= entry.size + self._remove(entry)

    def _remove(self, entry: _Entry) -> int:
        """Remove an entry, and its folder with the last one; return the bytes of the index then.

        A few files, removed without a pause: nobody can take a lease in between.
        """
        shutil.rmtree(entry.path, ignore_errors=True)
        del self._entries[entry.path]
        folder = entry.path.parent
        if any(path.parent == folder for path in self._entries):
            return 0
        shutil.rmtree(folder, ignore_errors=True)
        return self._indexes.pop(folder, 0)


def _write_index(folder: Path, data: bytes) -> None:
    folder.mkdir(exist_ok=True)
    path = folder / _INDEX
    if not path.exists():
        partial = folder / f"{_INDEX}.{threading.get_ident()}.part"
        partial.write_bytes(data)
        partial.replace(path)


def _runs(units: Sequence[int]) -> list[list[int]]:
    """Group rising numbers into runs without gaps."""
    groups = groupby(enumerate(units), key=lambda pair: pair[1] - pair[0])
    return [[unit for _, unit in group] for _, group in groups]


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
