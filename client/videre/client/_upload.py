"""Uploading a local file in checked pieces, going on where a broken connection stopped it."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import BinaryIO, Final, TypeAlias

import google_crc32c

from videre.client._errors import (
    FailedPrecondition,
    InvalidRequest,
    SourceChanged,
    Unavailable,
)
from videre.client._flow import Context, Flow, Work
from videre.client._rpc import (
    COMPLETE_UPLOAD,
    CREATE_UPLOAD,
    GET_MEDIA,
    GET_UPLOAD,
    WRITE_UPLOAD,
)
from videre.v1 import media_pb2

#: Largest piece the API takes.
PIECE_BYTES: Final = 1 << 20
#: Pieces that may fail in a row (each after its own retries) before the upload is given up.
_MAX_RESUMES: Final = 5

#: Called with (bytes committed, bytes in all) after every piece.
Progress: TypeAlias = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Uploaded:
    """A completed upload and the media it became."""

    upload_id: str
    media: media_pb2.Media


class SourceFile:
    """A local file read in pieces, hashed on the way, watched for changes."""

    def __init__(self, path: Path) -> None:
        self._file: BinaryIO = path.open("rb")
        self._path = path
        self._hash = hashlib.sha256()
        self._hashed = 0
        self._stamp = self._read_stamp()
        self.size = self._stamp[0]

    def piece(self, offset: int) -> bytes:
        """Return the bytes at `offset`, at most `PIECE_BYTES`.

        Raises:
            SourceChanged: the file is shorter than it was.
        """
        while self._hashed < offset:
            self._take(min(PIECE_BYTES, offset - self._hashed))
        if self._hashed == offset:
            return self._take(PIECE_BYTES)
        self._file.seek(offset)
        return self._file.read(min(PIECE_BYTES, self._hashed - offset))

    def sha256(self) -> str:
        """Return the SHA-256 (hex) of all bytes.

        Raises:
            SourceChanged: size or modification time are not what they were at the start.
        """
        while self._hashed < self.size:
            self._take(PIECE_BYTES)
        if self._read_stamp() != self._stamp:
            raise SourceChanged(f"{self._path} changed while it was being uploaded")
        return self._hash.hexdigest()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    def _take(self, count: int) -> bytes:
        self._file.seek(self._hashed)
        data = self._file.read(min(count, self.size - self._hashed))
        if not data:
            raise SourceChanged(f"{self._path} became shorter while it was being uploaded")
        self._hash.update(data)
        self._hashed += len(data)
        return data

    def _read_stamp(self) -> tuple[int, int]:
        status = os.fstat(self._file.fileno())
        return status.st_size, status.st_mtime_ns


def upload(
    context: Context,
    path: Path,
    *,
    request_id: str,
    progress: Progress | None = None,
    title: str = "",
    project_id: str = "",
) -> Flow[Uploaded]:
    """Upload a file and register it as a media.

    The same `request_id` finds an earlier, unfinished upload of the file again and goes on there.

    Raises:
        OSError: the file cannot be read.
        SourceChanged: it changed on the way.
        ServerRefusal: the server said no, or did not answer again and again.
    """
    source: SourceFile = yield Work(lambda: SourceFile(path))
    try:
        created = yield from context.call(
            CREATE_UPLOAD,
            media_pb2.CreateUploadRequest(
                project_id=project_id,
                file_name=path.name,
                total_size=source.size,
                request_id=request_id,
            ),
        )
        if created.upload.media_id:
            return (yield from _finished(context, created.upload))
        yield from _write_all(context, source, created.upload, progress)
        sha256: str = yield Work(source.sha256)
        return (yield from _complete(context, created.upload.upload_id, sha256, title))
    finally:
        source.close()


def deposit(
    context: Context, path: Path, *, request_id: str, progress: Progress | None = None
) -> Flow[str]:
    """Upload a file that becomes no media; return the upload's id.

    Raises:
        OSError: the file cannot be read.
        SourceChanged: it changed on the way.
        ServerRefusal: the server said no, or did not answer again and again.
    """
    source: SourceFile = yield Work(lambda: SourceFile(path))
    try:
        request = media_pb2.CreateUploadRequest(
            file_name=path.name, total_size=source.size, request_id=request_id
        )
        created = yield from context.call(CREATE_UPLOAD, request)
        yield from _write_all(context, source, created.upload, progress)
        yield Work(source.sha256)  # it has not changed on the way
        return created.upload.upload_id
    finally:
        source.close()


def _write_all(
    context: Context, source: SourceFile, opened: media_pb2.Upload, progress: Progress | None
) -> Flow[None]:
    offset, failures = opened.committed_size, 0
    while offset < source.size:
        data: bytes = yield Work(partial(source.piece, offset))
        request = media_pb2.WriteUploadRequest(
            upload_id=opened.upload_id,
            offset=offset,
            data=data,
            crc32c=google_crc32c.value(data),
        )
        try:
            written = yield from context.call(WRITE_UPLOAD, request)
            offset, failures = written.committed_size, 0
        except (InvalidRequest, Unavailable) as error:
            failures += 1
            if failures > _MAX_RESUMES or not _resumable(error):
                raise
            offset = yield from _committed_size(context, opened.upload_id)
        if progress is not None:
            progress(offset, source.size)


def _resumable(error: InvalidRequest | Unavailable) -> bool:
    """Tell whether asking for the committed size and going on there may help."""
    return isinstance(error, Unavailable) or error.reason in {"UPLOAD_OFFSET", "UPLOAD_CHECKSUM"}


def _committed_size(context: Context, upload_id: str) -> Flow[int]:
    answer = yield from context.call(GET_UPLOAD, media_pb2.GetUploadRequest(upload_id=upload_id))
    return answer.upload.committed_size


def _complete(context: Context, upload_id: str, sha256: str, title: str) -> Flow[Uploaded]:
    request = media_pb2.CompleteUploadRequest(upload_id=upload_id, sha256=sha256, title=title)
    try:
        answer = yield from context.call(COMPLETE_UPLOAD, request)
    except FailedPrecondition as error:
        if error.reason != "UPLOAD_COMPLETED":
            raise
        # An earlier try was carried out although its answer was lost.
        again = yield from context.call(GET_UPLOAD, media_pb2.GetUploadRequest(upload_id=upload_id))
        return (yield from _finished(context, again.upload))
    return Uploaded(upload_id, answer.media)


def _finished(context: Context, done: media_pb2.Upload) -> Flow[Uploaded]:
    answer = yield from context.call(GET_MEDIA, media_pb2.GetMediaRequest(media_id=done.media_id))
    return Uploaded(done.upload_id, answer.media)
