"""Files that are made for a caller and sent in pieces."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import IO, Final

_PIECE: Final = 1 << 20
#: Bytes of a file that are held in memory; one with more lies in the folder of temporary files.
_IN_MEMORY: Final = 8 << 20


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that was made; `held` gives its bytes and is closed by whoever sends them."""

    name: str
    media_type: str
    size: int
    sha256: str
    held: IO[bytes]

    async def pieces(self) -> AsyncIterator[bytes]:
        """Yield the bytes, at most 1 MiB at once, and close the file; an empty one is one piece."""
        with self.held as file:
            for _ in range(0, max(self.size, 1), _PIECE):
                yield await asyncio.to_thread(file.read, _PIECE)


def make_file(name: str, media_type: str, write: Callable[[IO[bytes]], None]) -> MadeFile:
    """Return the file that `write` writes; a long one is held on disk. Blocking."""
    file = tempfile.SpooledTemporaryFile(max_size=_IN_MEMORY)  # noqa: SIM115  sent later
    try:
        write(file)
        size = file.seek(0, 2)
        file.seek(0)
        digest = hashlib.sha256()
        while piece := file.read(_PIECE):
            digest.update(piece)
        file.seek(0)
    except BaseException:
        file.close()
        raise
    return MadeFile(name, media_type, size, digest.hexdigest(), file)
