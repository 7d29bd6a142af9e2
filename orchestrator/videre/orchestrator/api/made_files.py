"""Files that are made for a caller and sent in pieces."""

from __future__ import annotations

import asyncio
import hashlib
import tempfile
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass
from typing import IO, Final, Protocol, TypeVar

Reply = TypeVar("Reply", bound="FileReply")

_PIECE: Final = 1 << 20
#: Bytes of a file that are held in memory; one with more lies in the folder of temporary files.
_IN_MEMORY: Final = 8 << 20


class FileReply(Protocol):
    """A message that carries a piece of a file."""

    data: bytes


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file that was made; `held` gives its bytes and is closed by whoever sends them."""

    name: str
    media_type: str
    size: int
    sha256: str
    held: IO[bytes]

    async def replies(self, kind: Callable[..., Reply], **told: int) -> AsyncIterator[Reply]:
        """Yield the file as replies of at most 1 MiB, and close it; an empty one is one reply.

        Args:
            kind: message with total_size, media_type, file_name and sha256, which stand in the
                first reply only, and data.
            told: further fields of the first reply.
        """
        reply = kind(
            total_size=self.size,
            media_type=self.media_type,
            file_name=self.name,
            sha256=self.sha256,
            **told,
        )
        with self.held as file:
            for _ in range(0, max(self.size, 1), _PIECE):
                reply.data = await asyncio.to_thread(file.read, _PIECE)
                yield reply
                reply = kind()


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
