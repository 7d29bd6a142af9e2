"""Copying a remote source into the artifact store."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path
from typing import BinaryIO, Final

from videre.common.errors import Reason, VidereError
from videre.orchestrator.media.buckets import resolve_bucket_uri
from videre.orchestrator.media.limits import MediaLimits
from videre.orchestrator.media.uris import uri_scheme
from videre.orchestrator.steps.runtime import Runtime
from videre.orchestrator.store.records import MediaRecord

#: Longest time for one download.
_FETCH_TIMEOUT_S: Final = 6 * 3600.0


class _FileSink:
    """Writes a download into an open file, starting anew when the sender cannot resume."""

    def __init__(self, target: BinaryIO) -> None:
        self._target = target

    async def begin(self, offset: int, total: int | None) -> None:
        self._target.truncate(offset)
        self._target.seek(offset)

    async def write(self, data: bytes) -> None:
        await asyncio.to_thread(self._target.write, data)


async def fetch(run: Runtime, media: MediaRecord, limits: MediaLimits) -> None:
    """Download a media's source, within the size limit, and record its digest.

    Raises:
        VidereError: URI_FORBIDDEN, URI_SCHEME, FETCH_FAILED, MEDIA_TOO_LARGE, MEDIA_EMPTY;
            MEDIA_CHANGED, an object of a bucket has another version.
    """
    folder = run.settings.uploads_path
    with tempfile.NamedTemporaryFile(dir=folder, prefix="fetch-", suffix=".part") as target:
        sink = _FileSink(target.file)  # type: ignore[arg-type]  # the wrapper is a BinaryIO
        if uri_scheme(media.source) == "s3":
            from videre.orchestrator.media.bucket_objects import fetch_object

            address = resolve_bucket_uri(media.source, run.settings.bucket_roots)
            download = await fetch_object(
                run.egress, address, sink, max_bytes=limits.max_bytes, timeout_s=_FETCH_TIMEOUT_S
            )
        else:
            download = await run.egress.download(
                media.source, sink, max_bytes=limits.max_bytes, timeout_s=_FETCH_TIMEOUT_S
            )
        target.flush()
        if download.size == 0:
            raise VidereError(Reason.MEDIA_EMPTY, "the source has no bytes")
        digest = await asyncio.to_thread(
            run.artifacts.put_file, media.project_id, Path(target.name)
        )
    await asyncio.to_thread(run.evidence.refer, media.project_id, [digest], "media", media.id)
    await asyncio.to_thread(
        run.media.set_bytes, media.id, digest=digest, size_bytes=download.size, reference=None
    )
