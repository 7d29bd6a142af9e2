"""Exports of jobs, libraries and verdicts: a file made by the server, streamed and checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from google.protobuf.message import Message

from videre.client._errors import CorruptDownload, ServerRefusal
from videre.client._flow import Context, Flow, Open, Pause, Receive, Stream
from videre.client._rpc import EXPORT_JOB, EXPORT_LIBRARY, EXPORT_VERDICT_REPORT, Method
from videre.v1 import job_pb2, library_pb2, moderation_pb2

PieceT = TypeVar(
    "PieceT",
    job_pb2.ExportJobResponse,
    library_pb2.ExportLibraryResponse,
    moderation_pb2.ExportVerdictReportResponse,
)

#: Longest time in which the server makes the file of a long film, seconds.
_MAKING_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file: its bytes, a name for it without folders, and its media type."""

    data: bytes
    file_name: str
    media_type: str


@dataclass(frozen=True, slots=True)
class ExportedLibrary:
    """A file of a library, and what of the library is not in it.

    Args:
        file: the file.
        entry_count: entries in it.
        samples_left_out: samples of which no picture is kept.
        entries_left_out: entries that no kept picture shows.
    """

    file: ExportedFile
    entry_count: int
    samples_left_out: int
    entries_left_out: int


def export_job(
    context: Context, request: job_pb2.ExportJobRequest, max_bytes: int
) -> Flow[ExportedFile]:
    """Return the file; where a connection breaks, it is made again from the beginning.

    Raises:
        CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
    """
    head, data = yield from _made(context, EXPORT_JOB, request, max_bytes)
    return ExportedFile(data, head.file_name, head.media_type)


def export_library(
    context: Context, request: library_pb2.ExportLibraryRequest, max_bytes: int
) -> Flow[ExportedLibrary]:
    """Return a library as a file, as `export_job` does.

    Raises:
        CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
    """
    head, data = yield from _made(context, EXPORT_LIBRARY, request, max_bytes)
    return ExportedLibrary(
        ExportedFile(data, head.file_name, head.media_type),
        head.entry_count,
        head.samples_left_out,
        head.entries_left_out,
    )


def export_verdict_report(
    context: Context, request: moderation_pb2.ExportVerdictReportRequest, max_bytes: int
) -> Flow[ExportedFile]:
    """Return a signed report, as `export_job` does.

    Raises:
        CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
    """
    head, data = yield from _made(context, EXPORT_VERDICT_REPORT, request, max_bytes)
    return ExportedFile(data, head.file_name, head.media_type)


def _made(
    context: Context, method: Method[Any, PieceT], request: Message, max_bytes: int
) -> Flow[tuple[PieceT, bytes]]:
    """Return the first piece, which tells about the file, and the bytes of all."""
    failures = 0
    while True:
        stream: Stream | None = None
        try:
            stream = yield Open(method, request, max(context.timeout_s, _MAKING_S))
            return (yield from _receive(stream, method.response(), max_bytes))
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None:
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)


def _receive(stream: Stream, head: PieceT, max_bytes: int) -> Flow[tuple[PieceT, bytes]]:
    data = bytearray()
    while (piece := (yield Receive(stream))) is not None:
        if piece.sha256:
            head = piece
        if max(head.total_size, len(data) + len(piece.data)) > max_bytes:
            raise CorruptDownload(f"the export is larger than {max_bytes} bytes")
        data += piece.data
    digest = hashlib.sha256(data).hexdigest()
    if digest != head.sha256:
        raise CorruptDownload(f"received bytes have SHA-256 {digest}, not {head.sha256!r}")
    return head, bytes(data)
