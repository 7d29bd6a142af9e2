"""Writing files to a bucket; imported when one is first delivered to."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path, PurePosixPath

import obstore
from obstore.store import S3Store

from videre.orchestrator.media.bucket_objects import failing
from videre.orchestrator.steps.places import PIECE, free_name


@dataclass(frozen=True, slots=True)
class Bucket:
    """A folder in a bucket, whose endpoint may be reached.

    Args:
        key: what the keys of its objects begin with, without a "/" at the end.
    """

    store: S3Store
    key: str

    def write(self, path: str, content: bytes | Path, *, numbered: bool) -> str:
        """See `Place`; of two that take one name at the same moment, the later one has it."""

        def is_same(key: PurePosixPath) -> bool | None:
            return _same_object(self.store, str(key), content)

        with failing():
            key, written = free_name(PurePosixPath(self.key, path), is_same, numbered=numbered)
            if not written:
                obstore.put(self.store, str(key), content)
        return key.name


def _same_object(store: S3Store, key: str, content: bytes | Path) -> bool | None:
    try:
        size = obstore.head(store, key)["size"]
    except FileNotFoundError:
        return None
    given = content.stat().st_size if isinstance(content, Path) else len(content)
    if size != given:
        return False
    pieces = obstore.get(store, key).stream(min_chunk_size=PIECE)
    if not isinstance(content, Path):
        return b"".join(bytes(piece) for piece in pieces) == content
    with content.open("rb") as file:
        return all(file.read(len(piece)) == bytes(piece) for piece in pieces)
