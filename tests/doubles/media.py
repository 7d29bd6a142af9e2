"""The server's media, uploads and artifacts."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from typing import Any

import google_crc32c
from doubles.pages import page_of
from doubles.world import Fault, Service

from videre.v1 import media_pb2, media_pb2_grpc


class MediaApi(Service, media_pb2_grpc.MediaServiceServicer):
    """Uploads kept in memory, artifacts by digest."""

    def CreateUpload(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._create(request), "CreateUpload")

    def _create(self, request: media_pb2.CreateUploadRequest) -> Any:
        upload_id = f"upload-{request.request_id}"
        if upload_id not in self.world.uploads:
            self.world.uploads[upload_id] = media_pb2.Upload(
                upload_id=upload_id, total_size=request.total_size, file_name=request.file_name
            )
            self.world.bytes_of[upload_id] = bytearray()
        return media_pb2.CreateUploadResponse(upload=self.world.uploads[upload_id])

    def WriteUpload(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._write(request), "WriteUpload")

    def _write(self, request: media_pb2.WriteUploadRequest) -> Any:
        upload = self.world.uploads[request.upload_id]
        if google_crc32c.value(request.data) != request.crc32c:
            return Fault("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
        if request.offset > upload.committed_size:
            return Fault("OUT_OF_RANGE", "UPLOAD_OFFSET")
        if request.offset == upload.committed_size:
            self.world.bytes_of[request.upload_id] += request.data
            upload.committed_size += len(request.data)
        return media_pb2.WriteUploadResponse(committed_size=upload.committed_size)

    def GetUpload(self, request: Any, context: Any) -> Any:
        answer = media_pb2.GetUploadResponse(upload=self.world.uploads[request.upload_id])
        return self.answer(context, request, lambda: answer, "GetUpload")

    def CompleteUpload(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self._complete(request), "CompleteUpload")

    def _complete(self, request: media_pb2.CompleteUploadRequest) -> Any:
        upload = self.world.uploads[request.upload_id]
        if upload.media_id:
            return Fault("FAILED_PRECONDITION", "UPLOAD_COMPLETED")
        digest = hashlib.sha256(self.world.bytes_of[request.upload_id]).hexdigest()
        if digest != request.sha256:
            return Fault("INVALID_ARGUMENT", "UPLOAD_CHECKSUM")
        media = media_pb2.Media(
            media_id=f"media-{upload.upload_id}", digest=digest, title=request.title,
            size_bytes=upload.committed_size, source=f"upload:{upload.file_name}",
        )  # fmt: skip
        self.world.media[media.media_id] = media
        upload.media_id = media.media_id
        return media_pb2.CompleteUploadResponse(media=media)

    def CreateMedia(self, request: Any, context: Any) -> Any:
        media = media_pb2.Media(media_id="media-uri", source=request.uri, title=request.title)
        self.world.media[media.media_id] = media
        answer = media_pb2.CreateMediaResponse(media=media)
        return self.answer(context, request, lambda: answer, "CreateMedia")

    def GetMedia(self, request: Any, context: Any) -> Any:
        media = self.world.media.get(request.media_id)
        missing = Fault("NOT_FOUND", "MEDIA_NOT_FOUND", f"no media {request.media_id}")
        answer = missing if media is None else media_pb2.GetMediaResponse(media=media)
        return self.answer(context, request, lambda: answer, "GetMedia")

    def ListMedia(self, request: Any, context: Any) -> Any:
        answer = media_pb2.ListMediaResponse(media=self.world.media.values())
        return self.answer(context, request, lambda: answer, "ListMedia")

    def UpdateMedia(self, request: Any, context: Any) -> Any:
        media = self.world.media[request.media_id]
        media.title = request.title if request.HasField("title") else media.title
        answer = media_pb2.UpdateMediaResponse(media=media)
        return self.answer(context, request, lambda: answer, "UpdateMedia")

    def DeleteMedia(self, request: Any, context: Any) -> Any:
        self.world.media.pop(request.media_id)
        answer = media_pb2.DeleteMediaResponse()
        return self.answer(context, request, lambda: answer, "DeleteMedia")

    def GetAnalysis(self, request: Any, context: Any) -> Any:
        page, token = page_of(self.world.analyses[request.media_id], request)
        answer = media_pb2.GetAnalysisResponse(analysis=page, next_page_token=token)
        return self.answer(context, request, lambda: answer, "GetAnalysis")

    def ReadArtifact(self, request: Any, context: Any) -> Iterator[Any]:
        self.world.seen.append(("ReadArtifact", request))
        queue = self.world.faults.get("ReadArtifact")
        fault = queue.pop(0) if queue else None
        if request.digest not in self.world.artifacts:
            Fault("NOT_FOUND", "ARTIFACT_NOT_FOUND").abort(context)
        data = self.world.artifacts[request.digest]
        step = self.world.piece_bytes
        for start in range(request.offset, len(data), step):
            yield media_pb2.ReadArtifactResponse(data=data[start : start + step])
            if fault is not None:
                fault.abort(context)
