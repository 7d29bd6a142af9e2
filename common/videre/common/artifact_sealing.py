"""How artifacts are sealed: each under a data key of its own, which the master key seals.

The data key stands in the artifact's file, so every process with the master key reads it, and
another master key needs no more than another head of each file.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, Final, cast

from videre.common.artifact_file import HEADER_BYTES, Codec, Header, read_header, write_header
from videre.common.errors import Reason, VidereError
from videre.common.keys import KEY_BYTES

if TYPE_CHECKING:
    from videre.common.sealed_file import SealedWriter
    from videre.common.sealing import Seal

#: Nonce, data key, tag.
_SEALED_KEY_BYTES: Final = 12 + KEY_BYTES + 16


class Sealing:
    """What seals and opens artifacts.

    Args:
        load: gives the master keys, when they are first needed: an installation that seals nothing
            needs none.
        closes: whether what is written is sealed; what is sealed is read either way.
        opened: folder of plain copies, for programs that need a path.
    """

    def __init__(self, load: Callable[[], Seal], *, closes: bool, opened: Path) -> None:
        self._load = load
        self.closes = closes
        self.opened = opened

    @cached_property
    def seal(self) -> Seal:
        """The master keys.

        Raises:
            VidereError: KEY_MISSING.
        """
        return self._load()

    def begin(self, file: BinaryIO) -> tuple[SealedWriter, bytes]:
        """Leave room for the head of a file and return what seals the rest, and its key."""
        from videre.common.sealed_file import SealedWriter  # 7 MB that plain stores do without

        file.seek(HEADER_BYTES + _SEALED_KEY_BYTES)
        key = os.urandom(KEY_BYTES)
        return SealedWriter(file, key), key

    def finish(self, file: BinaryIO, key: bytes, artifact: str, codec: Codec, size: int) -> None:
        """Write the head of a file: header, sealed data key.

        Args:
            artifact: "<project>/<digest>".
            size: uncompressed bytes.
        """
        header = Header(codec, self.seal.key_ids[0], size)
        write_header(file, header)
        file.write(self.seal.close_bytes(key, _owner(artifact, header)))

    def open(self, file: BinaryIO, header: Header, artifact: str) -> BinaryIO:
        """Return what is sealed in a file that stands behind its header.

        Raises:
            VidereError: KEY_MISSING, ARTIFACT_CORRUPT.
        """
        from videre.common.sealed_file import SealedReader  # as above

        return cast(BinaryIO, SealedReader(file, self._data_key(file, header, artifact)))

    def renew(self, source: BinaryIO, target: BinaryIO, artifact: str) -> None:
        """Copy a sealed file, its data key sealed under the first of the master keys.

        Raises:
            VidereError: KEY_MISSING, ARTIFACT_CORRUPT.
        """
        header = read_header(source)
        key = self._data_key(source, header, artifact)
        self.finish(target, key, artifact, header.codec, header.size)
        shutil.copyfileobj(source, target, 1 << 20)

    def _data_key(self, file: BinaryIO, header: Header, artifact: str) -> bytes:
        self.seal.require(header.key_id, f"artifact {artifact}")
        sealed = file.read(_SEALED_KEY_BYTES)
        try:
            return self.seal.open_bytes(sealed, _owner(artifact, header))
        except VidereError:  # its master key is here: its head was changed
            raise VidereError(
                Reason.ARTIFACT_CORRUPT, f"the data key of artifact {artifact} is damaged"
            ) from None


def _owner(artifact: str, header: Header) -> str:
    return f"artifact {artifact} {header.codec} {header.size}"
