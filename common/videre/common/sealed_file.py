"""Files sealed piece by piece by AES-256-GCM, so that they are written and read without being held.

Each file has a data key of its own. A piece is sealed under it with its number as nonce, and the
last one is marked as such: pieces that are changed, moved, left out or cut off do not open (the
STREAM construction, Hoang et al., 2015). Every piece but the last has PIECE bytes, so that any
place of a file is found without reading what is before it.
"""

from __future__ import annotations

import io
import os
from typing import BinaryIO, Final

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from videre.common.errors import Reason, VidereError
from videre.common.sealing import NONCE_BYTES, TAG_BYTES

PIECE: Final = 256 << 10  # bytes
_STORED: Final = PIECE + TAG_BYTES


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(NONCE_BYTES - 1, "big") + bytes([last])


class SealedWriter(io.RawIOBase):
    """Seals what is written into a file from its position on; closing it leaves the file open."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        self._file, self._cipher = file, AESGCM(key)
        self._held, self._number = bytearray(), 0

    def writable(self) -> bool:
        """It is."""
        return True

    def write(self, data: bytes) -> int:  # type: ignore[override]  # narrower than any buffer
        """Take bytes; a piece is written when it is known not to be the last."""
        self._held += data
        while len(self._held) > PIECE:
            self._emit(bytes(self._held[:PIECE]), last=False)
            del self._held[:PIECE]
        return len(data)

    def close(self) -> None:
        """Write the last piece."""
        if not self.closed:
            self._emit(bytes(self._held), last=True)
            self._held.clear()
        super().close()

    def drop(self) -> None:
        """Close it without the last piece: what was written cannot be opened."""
        super().close()

    def __del__(self) -> None:
        """A writer that nobody has closed writes nothing more."""

    def _emit(self, piece: bytes, *, last: bool) -> None:
        self._file.write(self._cipher.encrypt(_nonce(self._number, last=last), piece, None))
        self._number += 1


class SealedReader(io.RawIOBase):
    """What was sealed into a file from its position on; closing it leaves the file open."""

    def __init__(self, file: BinaryIO, key: bytes) -> None:
        """Take the file.

        Raises:
            VidereError: ARTIFACT_CORRUPT, there is not even a last piece.
        """
        self._file, self._cipher, self._start = file, AESGCM(key), file.tell()
        body = os.fstat(file.fileno()).st_size - self._start
        self._pieces = -(-body // _STORED)
        self._size = body - self._pieces * TAG_BYTES
        if body < TAG_BYTES or (body - 1) % _STORED + 1 < TAG_BYTES:
            raise _damaged()
        self._place = 0
        self._number, self._piece = -1, b""

    def readable(self) -> bool:
        """It is."""
        return True

    def seekable(self) -> bool:
        """It is."""
        return True

    def tell(self) -> int:
        """Return the place in what was sealed."""
        return self._place

    def seek(self, offset: int, whence: int = io.SEEK_SET) -> int:
        """Go to a place in what was sealed."""
        base = {io.SEEK_SET: 0, io.SEEK_CUR: self._place, io.SEEK_END: self._size}[whence]
        self._place = max(0, base + offset)
        return self._place

    def readinto(self, target: memoryview) -> int:  # type: ignore[override]  # narrower
        """Read up to the end of a piece.

        Raises:
            VidereError: ARTIFACT_CORRUPT.
        """
        number, offset = divmod(self._place, PIECE)
        if number != self._number:
            if number >= self._pieces:
                return 0
            self._piece, self._number = self._open(number), number
        some = self._piece[offset : offset + len(target)]
        target[: len(some)] = some
        self._place += len(some)
        return len(some)

    def _open(self, number: int) -> bytes:
        self._file.seek(self._start + number * _STORED)
        stored = self._file.read(_STORED)
        last = number == self._pieces - 1
        try:
            return self._cipher.decrypt(_nonce(number, last=last), stored, None)
        except (InvalidTag, ValueError):  # the latter where it is shorter than a tag
            raise _damaged() from None


def _damaged() -> VidereError:
    return VidereError(
        Reason.ARTIFACT_CORRUPT, "a stored artifact is damaged: a sealed piece does not open"
    )
