"""Uploads: rows in the database, bytes in one plain file each until they become an artifact."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import sqlalchemy as sa

from videre.common.clock import Clock
from videre.common.errors import Reason, VidereError
from videre.orchestrator.store import schema as t
from videre.orchestrator.store.database import Database, insert_once
from videre.orchestrator.store.media import MediaStore, NewMedia
from videre.orchestrator.store.projects import require_storage
from videre.orchestrator.store.records import UploadRecord

EXPIRE_NS: Final = 24 * 3600 * 1_000_000_000


@dataclass(frozen=True, slots=True)
class NewUpload:
    """An upload to be opened."""

    id: str
    project_id: str
    file_name: str
    total_size: int
    created_by: str
    request_id: str | None
    request_digest: str


class UploadStore:
    """Resumable uploads. A piece is on disk before its size is committed. Blocking."""

    def __init__(self, database: Database, clock: Clock, folder: Path) -> None:
        self._db = database
        self._clock = clock
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def path(self, upload_id: str) -> Path:
        """Return the file that the bytes of an upload are collected in."""
        return self._folder / f"{upload_id}.part"

    def create(self, new: NewUpload) -> UploadRecord:
        """Open an upload; the same request id gives the same upload.

        Raises:
            VidereError: REQUEST_ID_REUSED, QUOTA_EXCEEDED.
        """
        now = self._clock.now_ns()
        row = {name: getattr(new, name) for name in NewUpload.__slots__}
        with self._db.durable.begin() as connection:
            inserted = insert_once(
                connection, t.upload, {**row, "create_ns": now, "expire_ns": now + EXPIRE_NS}
            )
            if inserted:
                require_storage(connection, new.project_id)
        if inserted:
            return self.get(new.project_id, new.id)
        query = sa.select(t.upload).where(
            t.upload.c.project_id == new.project_id, t.upload.c.request_id == new.request_id
        )
        with self._db.steps.connect() as connection:
            earlier = UploadRecord(**connection.execute(query).one()._mapping)
        if earlier.request_digest != new.request_digest:
            raise VidereError(
                Reason.REQUEST_ID_REUSED,
                f"request_id {new.request_id!r} belongs to upload {earlier.id}",
                metadata={"upload_id": earlier.id},
            )
        return earlier

    def get(self, project_id: str, upload_id: str) -> UploadRecord:
        """Return an upload of a project.

        Raises:
            VidereError: UPLOAD_NOT_FOUND.
        """
        query = sa.select(t.upload).where(
            t.upload.c.id == upload_id, t.upload.c.project_id == project_id
        )
        with self._db.steps.connect() as connection:
            row = connection.execute(query).one_or_none()
        if row is None:
            raise VidereError(
                Reason.UPLOAD_NOT_FOUND,
                f"no upload {upload_id!r}",
                metadata={"upload_id": upload_id},
            )
        return UploadRecord(**row._mapping)

    def write(self, project_id: str, upload_id: str, offset: int, data: bytes) -> int:
        """Append a piece at the committed size and return the new committed size.

        A piece that is committed already is answered as done.

        Raises:
            VidereError: UPLOAD_NOT_FOUND, UPLOAD_COMPLETED, UPLOAD_OFFSET; STORE_FAILED where the
                pieces before it lie in another folder.
        """
        record = self.get(project_id, upload_id)
        if record.media_id is not None:
            raise VidereError(Reason.UPLOAD_COMPLETED, f"upload {upload_id} is complete")
        end = offset + len(data)
        if end <= record.committed_size:
            return record.committed_size
        if offset != record.committed_size or end > record.total_size:
            raise VidereError(
                Reason.UPLOAD_OFFSET,
                f"piece {offset}..{end} does not continue at {record.committed_size} "
                f"of {record.total_size}",
                metadata={
                    "committed_size": str(record.committed_size),
                    "total_size": str(record.total_size),
                },
            )
        descriptor = os.open(self.path(upload_id), os.O_WRONLY | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            if os.fstat(descriptor).st_size < offset:
                raise VidereError(
                    Reason.STORE_FAILED,
                    f"the pieces of upload {upload_id} are not in this process's upload_dir",
                    metadata={"upload_id": upload_id},
                )
            written = 0
            while written < len(data):
                written += os.pwrite(descriptor, data[written:], offset + written)
            os.fdatasync(descriptor)
        finally:
            os.close(descriptor)
        upload = t.upload.c
        with self._db.durable.begin() as connection:
            connection.execute(
                sa.update(t.upload)
                .where(upload.id == upload_id, upload.committed_size == offset)
                .values(committed_size=end)
            )
        return self.get(project_id, upload_id).committed_size

    def complete(self, record: UploadRecord, media: MediaStore, new: NewMedia) -> str:
        """Register the media of a finished upload, once, and return its id."""
        upload = t.upload.c
        with self._db.durable.begin() as connection:
            first = connection.execute(
                sa.update(t.upload)
                .where(upload.id == record.id, upload.media_id.is_(None))
                .values(media_id=new.id)
            ).rowcount
            if first:
                media.insert(connection, new)
        self.path(record.id).unlink(missing_ok=True)
        completed = self.get(record.project_id, record.id)
        return completed.media_id or new.id

    def expire(self) -> int:
        """Remove unfinished uploads whose time has passed; return how many."""
        upload = t.upload.c
        with self._db.steps.begin() as connection:
            stale = connection.execute(
                sa.delete(t.upload)
                .where(upload.expire_ns < self._clock.now_ns(), upload.media_id.is_(None))
                .returning(upload.id)
            ).scalars()
            identifiers = list(stale)
        for identifier in identifiers:
            self.path(identifier).unlink(missing_ok=True)
        return len(identifiers)
