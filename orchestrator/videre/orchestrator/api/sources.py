"""Where a job's media comes from: checked at Submit, without reading a byte of it."""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from videre.common.artifacts import ArtifactStore
from videre.common.auth import current_principal
from videre.common.egress import Egress
from videre.common.errors import Reason, VidereError
from videre.common.values import sha256_hex
from videre.orchestrator.ids import Ids
from videre.orchestrator.media.buckets import resolve_bucket_uri, resolve_place_uri
from videre.orchestrator.media.uris import (
    forbidden,
    resolve_file_uri,
    split_uri,
    uri_scheme,
)
from videre.orchestrator.store.evidence import EvidenceStore
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.uploads import UploadStore
from videre.v1 import job_pb2

_MAIN: Final = ("", "main")


@dataclass(frozen=True, slots=True)
class Source:
    """A media that exists, or one to be registered together with the job.

    Args:
        text: bytes of a document that came with the request; None for all other sources.
    """

    media_id: str
    new: NewMedia | None = None
    text: bytes | None = None


class Sources:
    """Resolves inputs."""

    def __init__(
        self,
        *,
        media: MediaStore,
        uploads: UploadStore,
        evidence: EvidenceStore,
        artifacts: ArtifactStore,
        egress: Egress,
        ids: Ids,
        roots: Sequence[Path],
        buckets: Sequence[str],
    ) -> None:
        self._media, self._uploads = media, uploads
        self._evidence, self._artifacts = evidence, artifacts
        self._egress, self._ids = egress, ids
        self._roots, self._buckets = roots, buckets

    def check_uri(self, uri: str) -> None:
        """Refuse an address that can never be read.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN, FETCH_FAILED (a local file that is not there).
        """
        scheme = uri_scheme(uri)
        if scheme == "s3":
            if not resolve_bucket_uri(uri, self._buckets).key:
                raise forbidden("no object is named")
        elif scheme == "file":
            path = resolve_file_uri(uri, self._roots)
            if not path.is_file():
                raise VidereError(Reason.FETCH_FAILED, "no such file", metadata={"field": "uri"})
        else:
            split_uri(uri)
            self._egress.check_uri(uri)

    def check_output(self, uri_prefix: str) -> None:
        """Refuse an output folder outside the allowed places.

        Raises:
            VidereError: URI_SCHEME, URI_FORBIDDEN.
        """
        resolve_place_uri(uri_prefix, self._roots, self._buckets)

    def resolve(self, project_id: str, request: job_pb2.SubmitJobRequest) -> Source:
        """Return the media of a job's main input.

        Raises:
            VidereError: MEDIA_NOT_FOUND, UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE, URI_*,
                ARTIFACT_NOT_FOUND.
        """
        main = next(item for item in request.inputs if item.name in _MAIN)
        return self._resolve(project_id, main, request.context)

    def resolve_others(
        self, project_id: str, request: job_pb2.SubmitJobRequest
    ) -> dict[str, Source]:
        """Return the media of a job's further inputs by name; they have no title.

        Raises:
            VidereError: as `resolve`.
        """
        bare = job_pb2.JobContext()
        return {
            item.name: self._resolve(project_id, item, bare)
            for item in request.inputs
            if item.name not in _MAIN
        }

    def resolve_covers(self, project_id: str, request: job_pb2.SubmitJobRequest) -> list[str]:
        """Return the media of a job's covers, which are there already.

        Raises:
            VidereError: MEDIA_NOT_FOUND, UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE.
        """
        bare = job_pb2.JobContext()
        covers = request.context.covers
        return [self._resolve(project_id, item, bare).media_id for item in covers]

    def _resolve(
        self, project_id: str, item: job_pb2.JobInput, context: job_pb2.JobContext
    ) -> Source:
        match item.WhichOneof("source"):
            case "media_id":
                return Source(self._media.get(project_id, item.media_id).id)
            case "upload_id":
                return self._of_upload(project_id, item.upload_id)
            case "uri":
                self.check_uri(item.uri)
                return self._new(project_id, context, item.uri)
            case "artifact_digest":
                return self._of_artifact(project_id, context, item.artifact_digest)
            case _:
                return self._of_text(project_id, context, item.inline_text)

    def register(self, connection: sa.Connection, source: Source) -> None:
        """Insert the media that a new job brings, in the transaction that stores the job.

        Raises:
            VidereError: MEDIA_NOT_FOUND when it was deleted meanwhile.
        """
        if source.new is None:
            self._media.require(connection, source.media_id)
            return
        if source.text is not None:
            self._artifacts.put(source.new.project_id, source.text, codec="none")
        self._media.insert(connection, source.new)

    def _of_upload(self, project_id: str, upload_id: str) -> Source:
        upload = self._uploads.get(project_id, upload_id)
        if upload.media_id is None:
            raise VidereError(
                Reason.UPLOAD_INCOMPLETE,
                f"upload {upload_id} was not completed",
                metadata={
                    "committed_size": str(upload.committed_size),
                    "total_size": str(upload.total_size),
                },
            )
        return Source(upload.media_id)

    def _of_artifact(self, project_id: str, context: job_pb2.JobContext, digest: str) -> Source:
        if not self._evidence.owned(project_id, digest):
            raise VidereError(
                Reason.ARTIFACT_NOT_FOUND, f"no artifact {digest}", metadata={"digest": digest}
            )
        size = self._artifacts.size(project_id, digest)
        return self._new(project_id, context, f"artifact:{digest}", digest, size)

    def _of_text(self, project_id: str, context: job_pb2.JobContext, text: str) -> Source:
        data = text.encode()
        source = self._new(project_id, context, "inline:text.txt", sha256_hex(data), len(data))
        return dataclasses.replace(source, text=data)

    def _new(
        self,
        project_id: str,
        context: job_pb2.JobContext,
        source: str,
        digest: str = "",
        size_bytes: int = 0,
    ) -> Source:
        media_id = self._ids.new()
        new = NewMedia(
            id=media_id,
            project_id=project_id,
            source=source,
            created_by=current_principal().subject,
            digest=digest,
            size_bytes=size_bytes,
            title=context.title,
            description=context.description,
        )
        return Source(media_id, new)


def with_media(
    request: job_pb2.SubmitJobRequest, others: Mapping[str, Source], covers: Sequence[str] = ()
) -> job_pb2.SubmitJobRequest:
    """Return the request with its further inputs and covers named by the media that they are."""
    made = job_pb2.SubmitJobRequest()
    made.CopyFrom(request)
    for item in made.inputs:
        if item.name in others:
            item.media_id = others[item.name].media_id
    for cover, media_id in zip(made.context.covers, covers, strict=True):
        cover.media_id = media_id
    return made
