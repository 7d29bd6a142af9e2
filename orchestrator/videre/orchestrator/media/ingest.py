"""From a source to identified bytes with a media index."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import BinaryIO, Final

from videre.common.errors import Reason, VidereError
from videre.common.values import NS
from videre.orchestrator.media.documents import MAX_BYTES, document_format, read_document
from videre.orchestrator.media.foreign import HEAD_BYTES, foreign
from videre.orchestrator.media.index import MediaIndex, MediaKind
from videre.orchestrator.media.limits import ChildLimits, MediaLimits, limit_error
from videre.orchestrator.media.runner import RunChild

_PIECE: Final = 4 << 20
_HEAD: Final = 512


@dataclass(frozen=True, slots=True)
class FileIdentity:
    """What must stay the same while a file is used where it lies."""

    size: int
    mtime_ns: int
    inode: int

    @staticmethod
    def of(path: Path) -> FileIdentity:
        """Return the identity of a file.

        Raises:
            VidereError: FETCH_FAILED when it cannot be read.
        """
        try:
            status = os.stat(path)
        except OSError as error:
            raise VidereError(
                Reason.FETCH_FAILED, f"the file cannot be read: {error.strerror}"
            ) from error
        return FileIdentity(status.st_size, status.st_mtime_ns, status.st_ino)


def check_unchanged(path: Path, identity: FileIdentity) -> None:
    """Refuse to go on with a file that is not what it was.

    Raises:
        VidereError: MEDIA_CHANGED.
    """
    try:
        now = FileIdentity.of(path)
    except VidereError as error:
        raise VidereError(Reason.MEDIA_CHANGED, "the file is gone") from error
    if now != identity:
        raise VidereError(
            Reason.MEDIA_CHANGED,
            "the file's size, time or inode changed",
            metadata={"recorded": str(asdict(identity)), "actual": str(asdict(now))},
        )


@dataclass(frozen=True, slots=True)
class Digested:
    """Bytes that were read to their end."""

    digest: str
    size: int


async def digest_stream(
    pieces: AsyncIterator[bytes], limits: MediaLimits, target: BinaryIO | None = None
) -> Digested:
    """Hash (and copy, when `target` is given) bytes while they arrive, within the size limit.

    Raises:
        VidereError: MEDIA_TOO_LARGE as soon as the limit is passed; MEDIA_EMPTY.
    """
    hasher = hashlib.sha256()
    size = 0

    def take(piece: bytes) -> None:
        hasher.update(piece)
        if target is not None:
            target.write(piece)

    async for piece in pieces:
        size += len(piece)
        if size > limits.max_bytes:
            raise limit_error(
                Reason.MEDIA_TOO_LARGE, "bytes", limits.max_bytes, f"> {limits.max_bytes}"
            )
        await asyncio.to_thread(take, piece)
    if size == 0:
        raise VidereError(Reason.MEDIA_EMPTY, "the media has no bytes")
    return Digested(hasher.hexdigest(), size)


async def file_pieces(path: Path) -> AsyncIterator[bytes]:
    """Read a local file piece by piece without blocking the loop.

    Raises:
        VidereError: FETCH_FAILED when it cannot be read.
    """
    try:
        with await asyncio.to_thread(path.open, "rb") as source:
            while piece := await asyncio.to_thread(source.read, _PIECE):
                yield piece
    except OSError as error:
        raise VidereError(
            Reason.FETCH_FAILED, f"the file cannot be read: {error.strerror}"
        ) from error


async def probe(
    path: Path,
    *,
    run: RunChild,
    name: str = "",
    limits: MediaLimits | None = None,
    child_limits: ChildLimits | None = None,
) -> MediaIndex:
    """Return the media index of a local file, without digest.

    Args:
        path: the bytes; its name does not matter.
        run: runs the probing process.
        name: the name people gave the file; tells text documents from media.
        limits: bounds of an acceptable media.
        child_limits: what the probing process may take.

    Raises:
        VidereError: MEDIA_EMPTY, MEDIA_TOO_LARGE, MEDIA_UNREADABLE, MEDIA_LIMIT, DECODE_LIMIT.
    """
    bounds = limits or MediaLimits()
    document = await asyncio.to_thread(_document_index, path, name, bounds)
    if document is not None:
        return document
    with tempfile.TemporaryDirectory(prefix="videre-probe-") as folder:
        target = Path(folder) / "index"
        arguments = {
            "path": str(path),
            "index_path": str(target),
            "limits": asdict(bounds),
        }
        try:
            await run(
                "probe",
                arguments,
                child_limits or ChildLimits(),
                failure=Reason.MEDIA_UNREADABLE,
            )
        except VidereError as error:
            raise await asyncio.to_thread(_named, error, path, name) from error
        return MediaIndex.decode(await asyncio.to_thread(target.read_bytes))


def _named(error: VidereError, path: Path, name: str) -> VidereError:
    """Return a refusal that says what the file is, where that can be told."""
    if error.reason is not Reason.MEDIA_UNREADABLE:
        return error
    with path.open("rb") as source:
        kind = foreign(source.read(HEAD_BYTES), name)
    if kind is None:
        return error
    return VidereError(
        error.reason,
        f"the file is {kind.name}; {kind.advice}",
        metadata=error.metadata | {"format": kind.name, "cause": error.message},
    )


def _document_index(path: Path, name: str, limits: MediaLimits) -> MediaIndex | None:
    """Return the index of a text document; None when the file is something else."""
    with path.open("rb") as source:
        head = source.read(_HEAD)
        format_name = document_format(head, name)
        if format_name is None:
            return None
        data = head + source.read(MAX_BYTES)
    document = read_document(data, format_name)
    limits.check("max_duration_s", -(-document.end_ns // NS))
    return MediaIndex(
        kind=MediaKind.TEXT,
        container=document.format,
        size_bytes=len(data),
        text_end_ns=document.end_ns,
        characters=document.characters,
    )
