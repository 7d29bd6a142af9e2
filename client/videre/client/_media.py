"""Media: register, get, list, update, delete; and reading artifacts."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any, BinaryIO, Protocol

from videre.client._errors import CorruptDownload, ServerRefusal
from videre.client._flow import (
    Context,
    EmitFlow,
    Flow,
    Open,
    Pause,
    Receive,
    Stream,
    Work,
)
from videre.client._pages import every
from videre.client._rpc import (
    CREATE_MEDIA,
    DELETE_MEDIA,
    GET_MEDIA,
    LIST_MEDIA,
    READ_ARTIFACT,
    UPDATE_MEDIA,
)
from videre.v1 import media_pb2


def create_media(context: Context, request: media_pb2.CreateMediaRequest) -> Flow[media_pb2.Media]:
    """Register a media by URI; the first job that uses it fetches it."""
    answer = yield from context.call(CREATE_MEDIA, request)
    return answer.media


def get_media(context: Context, media_id: str) -> Flow[media_pb2.Media]:
    """Return a media."""
    answer = yield from context.call(GET_MEDIA, media_pb2.GetMediaRequest(media_id=media_id))
    return answer.media


def list_media(
    context: Context,
    *,
    tags: Mapping[str, str] | None = None,
    digest: str = "",
    project_id: str = "",
) -> EmitFlow[media_pb2.Media]:
    """Emit the media that match, newest first, page after page."""
    request = media_pb2.ListMediaRequest(project_id=project_id, tags=tags or {}, digest=digest)
    return every(context, LIST_MEDIA, request, lambda page: page.media)


def update_media(context: Context, request: media_pb2.UpdateMediaRequest) -> Flow[media_pb2.Media]:
    """Change title, description or tags; return the changed media."""
    answer = yield from context.call(UPDATE_MEDIA, request)
    return answer.media


def delete_media(context: Context, media_id: str, etag: str, close_reviews: bool) -> Flow[None]:
    """Delete a media with its analyses."""
    request = media_pb2.DeleteMediaRequest(
        media_id=media_id, etag=etag, close_reviews=close_reviews
    )
    yield from context.call(DELETE_MEDIA, request)


class _Sink(Protocol):
    def write(self, data: bytes, /) -> Any: ...


def read_artifact_to(context: Context, digest: str, path: Path, project_id: str) -> Flow[Path]:
    """Write an artifact to a file, which appears only once its digest was checked.

    Raises:
        CorruptDownload: the bytes do not have the digest.
        OSError: the file cannot be written.
    """
    part = path.with_name(f".{path.name}.part-{os.getpid()}")
    file: BinaryIO = yield Work(lambda: part.open("wb"))
    try:
        with file:
            yield from _download(context, digest, project_id, file)
        yield Work(lambda: part.replace(path))
    finally:
        part.unlink(missing_ok=True)
    return path


def read_artifact(context: Context, digest: str, max_bytes: int, project_id: str) -> Flow[bytes]:
    """Return the bytes of an artifact of at most `max_bytes`.

    Raises:
        CorruptDownload: it is larger, or the bytes do not have the digest.
    """
    sink = _BoundedBytes(digest, max_bytes)
    yield from _download(context, digest, project_id, sink)
    return bytes(sink.data)


class _BoundedBytes:
    def __init__(self, digest: str, max_bytes: int) -> None:
        self.data = bytearray()
        self._digest = digest
        self._max_bytes = max_bytes

    def write(self, data: bytes, /) -> None:
        if len(self.data) + len(data) > self._max_bytes:
            raise CorruptDownload(f"artifact {self._digest} is larger than {self._max_bytes} bytes")
        self.data += data


def _download(context: Context, digest: str, project_id: str, sink: _Sink) -> Flow[None]:
    """Stream an artifact into `sink`, going on at the byte where a connection broke."""
    hasher, offset, failures = hashlib.sha256(), 0, 0
    while True:
        request = media_pb2.ReadArtifactRequest(digest=digest, offset=offset, project_id=project_id)
        stream: Stream | None = None
        try:
            stream = yield Open(READ_ARTIFACT, request, context.timeout_s)
            while (piece := (yield Receive(stream))) is not None:
                data: bytes = piece.data
                yield Work(partial(sink.write, data))
                hasher.update(data)
                offset += len(data)
                failures = 0
            break
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None:
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)
    if hasher.hexdigest() != digest:
        raise CorruptDownload(f"received bytes have SHA-256 {hasher.hexdigest()}, not {digest}")
