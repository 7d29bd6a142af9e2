"""MediaService."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any, Final

import google_crc32c
import grpc.aio

from videre.common.auth import current_principal
from videre.common.errors import FieldViolation, Reason, VidereError
from videre.common.values import sha256_hex
from videre.orchestrator.api import present
from videre.orchestrator.api.analyses.revisions import AnalysisReader, Page
from videre.orchestrator.api.analyses.view import check_question
from videre.orchestrator.api.messages.media import media_info
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.sources import Sources
from videre.orchestrator.api.validation import (
    DIGEST,
    REQUEST_ID,
    Violations,
    check_tags,
    check_text,
)
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.document.canonical import facts_from_json
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.orchestrator.store.media import NewMedia
from videre.orchestrator.store.records import MediaRecord
from videre.orchestrator.store.uploads import NewUpload
from videre.v1 import media_pb2, media_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_PIECE: Final = 1 << 20
_DEFAULT_PAGE: Final = 50


class MediaServicer(media_pb2_grpc.MediaServiceServicer):
    """See media.proto."""

    def __init__(self, app: Orchestrator, sources: Sources, reader: AnalysisReader) -> None:
        self._app, self._sources, self._reader = app, sources, reader

    # --- uploads -----------------------------------------------------------------------------

    async def CreateUpload(
        self, request: media_pb2.CreateUploadRequest, context: Context
    ) -> media_pb2.CreateUploadResponse:
        """See media.proto."""
        project = project_of(request.project_id)
        found = Violations()
        limit = self._app.settings.max_media_bytes
        found.number("total_size", request.total_size, 1, limit)
        found.size("file_name", request.file_name, 255)
        if "/" in request.file_name or "\0" in request.file_name:
            found.add("file_name", "must be a name without a path", "no /", request.file_name)
        _check_request_id(found, request.request_id)
        found.raise_if_any()
        new = NewUpload(
            id=self._app.ids.new(),
            project_id=project,
            file_name=request.file_name,
            total_size=request.total_size,
            created_by=current_principal().subject,
            request_id=request.request_id or None,
            request_digest=sha256_hex(f"{request.file_name}\0{request.total_size}".encode()),
        )
        record = await asyncio.to_thread(self._app.uploads.create, new)
        return media_pb2.CreateUploadResponse(upload=present.upload(record))

    async def WriteUpload(
        self, request: media_pb2.WriteUploadRequest, context: Context
    ) -> media_pb2.WriteUploadResponse:
        """See media.proto."""
        found = Violations()
        found.named("upload_id", request.upload_id)
        found.number("data", len(request.data), 1, _PIECE)
        found.number("offset", request.offset, 0, self._app.settings.max_media_bytes)
        found.raise_if_any()
        actual = google_crc32c.value(request.data)
        if actual != request.crc32c:
            raise VidereError(
                Reason.UPLOAD_CHECKSUM,
                "the piece does not have the stated CRC-32C",
                violations=(FieldViolation("crc32c", "does not match", str(actual)),),
                metadata={
                    "field": "crc32c",
                    "limit": str(actual),
                    "actual": str(request.crc32c),
                },
            )
        size = await asyncio.to_thread(
            self._app.uploads.write,
            project_of(""),
            request.upload_id,
            request.offset,
            request.data,
        )
        return media_pb2.WriteUploadResponse(committed_size=size)

    async def GetUpload(
        self, request: media_pb2.GetUploadRequest, context: Context
    ) -> media_pb2.GetUploadResponse:
        """See media.proto."""
        _check_named("upload_id", request.upload_id)
        record = await asyncio.to_thread(self._app.uploads.get, project_of(""), request.upload_id)
        return media_pb2.GetUploadResponse(upload=present.upload(record))

    async def CompleteUpload(
        self, request: media_pb2.CompleteUploadRequest, context: Context
    ) -> media_pb2.CompleteUploadResponse:
        """See media.proto."""
        found = Violations()
        found.named("upload_id", request.upload_id)
        found.pattern("sha256", request.sha256.lower(), DIGEST)
        check_text(found, request.title, request.description)
        check_tags(found, request.tags)
        found.raise_if_any()
        media_id = await asyncio.to_thread(
            self._complete, project_of(""), request, current_principal().subject
        )
        return media_pb2.CompleteUploadResponse(media=await self._media(media_id))

    def _complete(
        self, project: str, request: media_pb2.CompleteUploadRequest, subject: str
    ) -> str:
        uploads = self._app.uploads
        record = uploads.get(project, request.upload_id)
        if record.media_id is not None:
            return record.media_id
        if record.committed_size != record.total_size:
            raise VidereError(
                Reason.UPLOAD_INCOMPLETE,
                f"{record.committed_size} of {record.total_size} bytes are committed",
                metadata={
                    "committed_size": str(record.committed_size),
                    "total_size": str(record.total_size),
                },
            )
        try:
            digest = self._keep(project, uploads.path(record.id), request.sha256.lower())
        except FileNotFoundError:  # another call has completed it meanwhile
            media_id = uploads.get(project, record.id).media_id
            if media_id is None:
                raise
            return media_id
        new = NewMedia(
            id=self._app.ids.new(),
            project_id=project,
            source=f"upload:{record.file_name}",
            created_by=subject,
            digest=digest,
            size_bytes=record.total_size,
            title=request.title or record.file_name,
            description=request.description,
            tags=dict(request.tags),
        )
        return uploads.complete(record, self._app.media, new)

    def _keep(self, project: str, path: Path, stated: str) -> str:
        """Make an artifact of an upload's bytes, unless they are not those the caller meant."""
        with path.open("rb") as source, self._app.artifacts.writer(project) as writer:
            while piece := source.read(_PIECE):
                writer.write(piece)
            if writer.digest != stated:
                raise VidereError(
                    Reason.UPLOAD_CHECKSUM,
                    "the bytes do not have the stated SHA-256",
                    violations=(FieldViolation("sha256", "does not match", writer.digest, stated),),
                    metadata={"field": "sha256", "limit": writer.digest, "actual": stated[:64]},
                )
            return writer.commit()

    # --- media -------------------------------------------------------------------------------

    async def CreateMedia(
        self, request: media_pb2.CreateMediaRequest, context: Context
    ) -> media_pb2.CreateMediaResponse:
        """See media.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("uri", len(request.uri), 1, 4_096)
        check_text(found, request.title, request.description)
        check_tags(found, request.tags)
        _check_request_id(found, request.request_id)
        found.raise_if_any()
        await asyncio.to_thread(self._sources.check_uri, request.uri)
        copy = media_pb2.CreateMediaRequest()
        copy.CopyFrom(request)
        copy.ClearField("request_id")
        new = NewMedia(
            id=self._app.ids.new(),
            project_id=project,
            source=request.uri,
            created_by=current_principal().subject,
            title=request.title,
            description=request.description,
            tags=dict(request.tags),
            request_id=request.request_id or None,
            request_digest=sha256_hex(copy.SerializeToString(deterministic=True)),
        )
        record = await asyncio.to_thread(self._app.media.create, new)
        return media_pb2.CreateMediaResponse(media=_message(record))

    async def GetMedia(
        self, request: media_pb2.GetMediaRequest, context: Context
    ) -> media_pb2.GetMediaResponse:
        """See media.proto."""
        _check_named("media_id", request.media_id)
        return media_pb2.GetMediaResponse(media=await self._media(request.media_id))

    async def _media(self, media_id: str) -> media_pb2.Media:
        record = await asyncio.to_thread(self._app.media.get, project_of(""), media_id)
        return _message(record)

    async def ListMedia(
        self, request: media_pb2.ListMediaRequest, context: Context
    ) -> media_pb2.ListMediaResponse:
        """See media.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        check_tags(found, request.tags)
        if request.digest:
            found.pattern("digest", request.digest, DIGEST)
        found.raise_if_any()
        limit = request.page_size or _DEFAULT_PAGE
        filters = {"project": project, "digest": request.digest, "tags": dict(request.tags)}
        before = read_token(request.page_token, filters, str) if request.page_token else None

        def page() -> list[MediaRecord]:
            return self._app.listing.media(
                project,
                limit=limit,
                before_id=before,
                digest=request.digest,
                tags=request.tags,
            )

        records = await asyncio.to_thread(page)
        media = fitting(_message(record) for record in records)
        more = len(records) == limit or len(media) < len(records)
        token = page_token(media[-1].media_id, filters) if more else ""
        return media_pb2.ListMediaResponse(media=media, next_page_token=token)

    async def UpdateMedia(
        self, request: media_pb2.UpdateMediaRequest, context: Context
    ) -> media_pb2.UpdateMediaResponse:
        """See media.proto."""
        found = Violations()
        found.named("media_id", request.media_id)
        check_text(found, request.title, request.description)
        check_tags(found, request.tags)
        if request.clear_tags and request.tags:
            found.add("clear_tags", "contradicts tags", "one of the two", "both")
        found.raise_if_any()
        values: dict[str, Any] = {}
        for name in ("title", "description"):
            if request.HasField(name):
                values[name] = getattr(request, name)
        if request.tags or request.clear_tags:
            values["tags"] = dict(request.tags)
        record = await asyncio.to_thread(
            self._app.media.change, project_of(""), request.media_id, values, request.etag
        )
        return media_pb2.UpdateMediaResponse(media=_message(record))

    async def DeleteMedia(
        self, request: media_pb2.DeleteMediaRequest, context: Context
    ) -> media_pb2.DeleteMediaResponse:
        """See media.proto."""
        _check_named("media_id", request.media_id)
        await asyncio.to_thread(
            self._app.media.delete,
            project_of(""),
            request.media_id,
            request.etag,
            close_reviews=request.close_reviews,
        )
        return media_pb2.DeleteMediaResponse()

    # --- answers -----------------------------------------------------------------------------

    async def GetAnalysis(
        self, request: media_pb2.GetAnalysisRequest, context: Context
    ) -> media_pb2.GetAnalysisResponse:
        """See media.proto."""
        found = Violations()
        found.named("media_id", request.media_id)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.number("revision", request.revision, 0, 2**53)
        check_question(found, request.view, request.filter)
        found.raise_if_any()
        record = await asyncio.to_thread(
            self._app.media.analysis, project_of(""), request.media_id, request.revision
        )
        analysis, token = await self._reader.of_revision(
            record, Page(request.view, request.filter, request.page_size, request.page_token)
        )
        return media_pb2.GetAnalysisResponse(analysis=analysis, next_page_token=token)

    async def ReadArtifact(
        self, request: media_pb2.ReadArtifactRequest, context: Context
    ) -> AsyncIterator[media_pb2.ReadArtifactResponse]:
        """See media.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.pattern("digest", request.digest, DIGEST)
        found.number("offset", request.offset, 0, 2**53)
        found.number("length", request.length, 0, 2**53)
        found.raise_if_any()
        if not await asyncio.to_thread(self._app.evidence.owned, project, request.digest):
            raise VidereError(
                Reason.ARTIFACT_NOT_FOUND,
                f"no artifact {request.digest[:64]!r}",
                metadata={"digest": request.digest[:64]},
            )
        artifacts = self._app.artifacts
        total = await asyncio.to_thread(artifacts.size, project, request.digest)
        end = min(total, request.offset + request.length) if request.length else total
        first = media_pb2.ReadArtifactResponse(
            total_size=total, media_type=await self._media_type(project, request.digest)
        )
        for offset in range(request.offset, end, _PIECE):
            first.data = await asyncio.to_thread(
                artifacts.open_range, project, request.digest, offset, min(_PIECE, end - offset)
            )
            yield first
            first = media_pb2.ReadArtifactResponse()
        if request.offset >= end:
            yield first

    async def _media_type(self, project: str, digest: str) -> str:
        """Return the type by the first bytes: artifacts are kept by digest alone."""
        head = await asyncio.to_thread(self._app.artifacts.open_range, project, digest, 0, 16)
        signatures = {
            b"\xff\xd8\xff": "image/jpeg",
            b"\x89PNG": "image/png",
            b"WEBVTT": "text/vtt",
            b"{": "application/json",
        }
        for signature, media_type in signatures.items():
            if head.startswith(signature):
                return media_type
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        return "application/octet-stream"


def _message(record: MediaRecord) -> media_pb2.Media:
    info = media_info(facts_from_json(record.facts)) if record.facts else None
    return present.media(record, info)


def _check_request_id(found: Violations, request_id: str) -> None:
    if request_id:
        found.pattern("request_id", request_id, REQUEST_ID)


def _check_named(field: str, identifier: str) -> None:
    found = Violations()
    found.named(field, identifier)
    found.raise_if_any()
