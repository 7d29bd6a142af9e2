"""Exports of jobs: a file made by the server, streamed and checked."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

from videre.client._errors import CorruptDownload, ServerRefusal
from videre.client._flow import Context, Flow, Open, Pause, Receive, Stream
from videre.client._rpc import EXPORT_JOB
from videre.v1 import job_pb2

#: Longest time in which the server makes the file of a long film, seconds.
_MAKING_S: Final = 300.0


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file: its bytes, a name for it without folders, and its media type."""

    data: bytes
    file_name: str
    media_type: str


def export_job(
    context: Context, request: job_pb2.ExportJobRequest, max_bytes: int
) -> Flow[ExportedFile]:
    """Return the file; where a connection breaks, it is made again from the beginning.

    Raises:
        CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
    """
    failures = 0
    while True:
        stream: Stream | None = None
        try:
            stream = yield Open(EXPORT_JOB, request, max(context.timeout_s, _MAKING_S))
            return (yield from _receive(stream, max_bytes))
        except ServerRefusal as error:
            failures += 1
            pause_s = context.retry.pause_s(error, failures, context.timeout_s)
            if pause_s is None:
                raise
        finally:
            if stream is not None:
                stream.cancel()
        yield Pause(pause_s)


def _receive(stream: Stream, max_bytes: int) -> Flow[ExportedFile]:
    head = job_pb2.ExportJobResponse()
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
    return ExportedFile(bytes(data), head.file_name, head.media_type)
