"""Writing one artifact: compressed, sealed, or as it is."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self, TypeAlias, cast

from videre.common.artifact_file import HEADER_BYTES, Codec, Header, compressing, write_header
from videre.common.artifact_sealing import Sealing

if TYPE_CHECKING:
    from videre.common.sealed_file import SealedWriter

#: Puts a complete file in its place: project, digest, file, whether it has a header.
Place: TypeAlias = Callable[[str, str, Path, bool], None]


class ArtifactWriter:
    """A new artifact being written; `commit` puts it in place, leaving without it drops it."""

    def __init__(
        self,
        project: str,
        codec: Codec,
        temporary: tuple[BinaryIO, Path],
        place: Place,
        sealing: Sealing | None,
    ) -> None:
        """Begin.

        Args:
            temporary: a new file.
            place: see `Place`.
            sealing: None = it is not sealed.
        """
        self._project, self._codec, self._place = project, codec, place
        self._hash = hashlib.sha256()
        self._file, self._path = temporary
        self._sealing, self._sealed, self._key = sealing, cast("SealedWriter | None", None), b""
        target = self._file
        if sealing is not None:
            self._sealed, self._key = sealing.begin(self._file)
            target = cast(BinaryIO, self._sealed)
        elif codec != "none":
            self._file.seek(HEADER_BYTES)
        self._body = target if codec == "none" else compressing(target)
        #: Uncompressed bytes written so far.
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self._hash.update(data)
        self._body.write(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the bytes written so far."""
        return self._hash.hexdigest()

    def commit(self) -> str:
        """Sync the file to disk, put it in place and return its digest."""
        if self._codec != "none":
            self._body.close()
        if self._sealed is not None and self._sealing is not None:
            self._sealed.close()
            artifact = f"{self._project}/{self.digest}"
            self._sealing.finish(self._file, self._key, artifact, self._codec, self.size)
        elif self._codec != "none":
            write_header(self._file, Header(self._codec, "", self.size))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        coded = self._codec != "none" or self._sealed is not None
        self._place(self._project, self.digest, self._path, coded)
        return self.digest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._sealed is not None:
            self._sealed.drop()
        self._file.close()
        self._path.unlink(missing_ok=True)
