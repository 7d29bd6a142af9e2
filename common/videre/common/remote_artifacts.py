"""The artifact store in an object store: S3 and what speaks like it, Google Cloud Storage, Azure.

Objects lie under the URL's prefix as files lie in a folder's store, in the same form. A folder of
this process keeps what it has written or read: it is a cache, whose files programs that need a path
are given. An object appears complete or not at all, and before its file, so that what one replica
names in the database every other one can read.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import os
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, cast

import obstore
import structlog
from obstore import exceptions
from obstore.store import from_url

from videre.common.artifact_file import HEADER_BYTES, PIECE, told_size
from videre.common.artifact_sealing import Sealing
from videre.common.artifacts import CODED_SUFFIX, ArtifactStore, corrupt, not_found
from videre.common.errors import Reason, VidereError

log = structlog.get_logger(__name__)

#: A file that was used within so many seconds stays: somebody may be about to open it.
_IN_USE_S: Final = 900.0
#: Bytes written between two looks at the size of the cache.
_LOOK_EVERY: Final = 256 << 20


class RemoteArtifactStore(ArtifactStore):
    """Artifacts in an object store. Safe for use by several threads and processes."""

    def __init__(
        self, url: str, cache: Path, cache_bytes: int, sealing: Sealing | None = None
    ) -> None:
        """Take the place; nothing is asked of it before the first call.

        Args:
            url: "s3://bucket/prefix", "gs://…", "az://…"; who may use it is told by the variables
                of the provider (`AWS_ACCESS_KEY_ID`, `AWS_ENDPOINT` …).
            cache: folder of the files, for this process alone.
            cache_bytes: the cache is brought below this now and then.
            sealing: see `ArtifactStore`.
        """
        super().__init__(cache, sealing)
        self._objects = from_url(url)
        self._cache_bytes = cache_bytes
        self._unlooked = 0

    # --- writing -----------------------------------------------------------------------------

    def place(self, project: str, digest: str, path: Path, coded: bool) -> None:
        """Send a complete file to the object store, then keep it here."""
        with _failing():
            obstore.put(self._objects, self._key(project, digest, coded=coded), path)
        self._grown(path.stat().st_size)
        self._keep(project, digest, path, coded)

    def delete(self, project: str, digest: str) -> None:
        """Remove an artifact; nothing happens when it is not there."""
        for coded in (False, True):
            with _failing(), contextlib.suppress(exceptions.NotFoundError, FileNotFoundError):
                obstore.delete(self._objects, self._key(project, digest, coded=coded))
        super().delete(project, digest)

    def drop(self, project: str, digest: str, *, coded: bool) -> None:
        """Remove one of the objects an artifact may lie in."""
        with _failing(), contextlib.suppress(exceptions.NotFoundError, FileNotFoundError):
            obstore.delete(self._objects, self._key(project, digest, coded=coded))
        super().drop(project, digest, coded=coded)

    # --- reading -----------------------------------------------------------------------------

    def read(self, project: str, digest: str) -> bytes:
        """Return an artifact's bytes after checking their digest.

        Bytes that were damaged here are fetched once more.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        if not self._kept(project, digest):
            return super().read(project, digest)
        try:
            return super().read(project, digest)
        except VidereError as error:
            if error.reason is Reason.KEY_MISSING:
                raise
            super().delete(project, digest)
            return super().read(project, digest)

    def open_range(self, project: str, digest: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; what is not here is not fetched as a whole."""
        if not self._kept(project, digest) and offset >= 0 and length > 0:
            meta, coded = self._head(project, digest)
            if not coded:
                end = min(offset + length, meta["size"])
                if offset >= end:
                    return b""
                key = self._key(project, digest, coded=False)
                with _failing():
                    return bytes(obstore.get_range(self._objects, key, start=offset, end=end))
        return super().open_range(project, digest, offset, length)

    def exists(self, project: str, digest: str) -> bool:
        """Tell whether the project has the artifact."""
        try:
            self._head(project, digest)
        except VidereError:
            return False
        return True

    def size(self, project: str, digest: str) -> int:
        """Return the number of uncompressed bytes."""
        if self._kept(project, digest):
            return super().size(project, digest)
        meta, coded = self._head(project, digest)
        if not coded:
            return int(meta["size"])
        key = self._key(project, digest, coded=True)
        with _failing():
            head = obstore.get_range(self._objects, key, start=0, end=HEADER_BYTES)
        return told_size(bytes(head))

    def modified(self, project: str, digest: str) -> float:
        """Return when the artifact was last put, in seconds since 1970."""
        meta, _ = self._head(project, digest)
        return float(meta["last_modified"].timestamp())

    def projects(self) -> list[str]:
        """Return the projects that have artifacts."""
        with _failing():
            found = obstore.list_with_delimiter(self._objects)
        return sorted(prefix.rstrip("/").rpartition("/")[2] for prefix in found["common_prefixes"])

    def iter_digests(self, project: str) -> Iterator[str]:
        """Yield the digests of a project's artifacts, in order."""
        self._folder(project)  # checks the name
        last = ""
        with _failing():
            for some in obstore.list(self._objects, prefix=f"{project}/"):
                for meta in some:
                    name = meta["path"].rpartition("/")[2].removesuffix(CODED_SUFFIX)
                    if name != last:
                        yield name
                    last = name

    def clear_temporary(self, older_than_s: float) -> int:
        """Remove files that a killed process left half-written, and bring the cache to its size."""
        self._shrink()
        return super().clear_temporary(older_than_s)

    # --- the cache ---------------------------------------------------------------------------

    def _kept(self, project: str, digest: str) -> bool:
        return super().exists(project, digest)

    def _plain(self, project: str, digest: str) -> bytes:
        self.find(project, digest)
        return super()._plain(project, digest)

    def find(self, project: str, digest: str) -> tuple[Path, bool]:
        try:
            path, coded = super().find(project, digest)
            os.utime(path)
        except FileNotFoundError:  # the cache let go of it meanwhile
            return self._fetch(project, digest)
        except VidereError as error:
            if error.reason is not Reason.ARTIFACT_NOT_FOUND:
                raise
            return self._fetch(project, digest)
        return path, coded

    def _fetch(self, project: str, digest: str) -> tuple[Path, bool]:
        """Bring an object into the cache."""
        _, coded = self._head(project, digest)
        file, path = self.temporary(project)
        found = hashlib.sha256()
        try:
            with file, _failing():
                key = self._key(project, digest, coded=coded)
                for piece in obstore.get(self._objects, key).stream(min_chunk_size=PIECE):
                    file.write(piece)
                    found.update(piece)
            if not coded and found.hexdigest() != digest:
                raise corrupt(digest)
            self._grown(path.stat().st_size)
            self._keep(project, digest, path, coded)
        finally:
            path.unlink(missing_ok=True)
        return super().find(project, digest)

    def _grown(self, size: int) -> None:
        self._unlooked += size
        if self._unlooked > _LOOK_EVERY:
            self._shrink()

    def _shrink(self) -> None:
        """Remove the files that were used longest ago until the rest is within the bound."""
        self._unlooked = 0
        files = []
        for path in self._root.glob("*/??/*"):
            with contextlib.suppress(FileNotFoundError):
                stat = path.stat()
                files.append((stat.st_mtime, stat.st_size, path))
        total, before = sum(size for _, size, _ in files), time.time() - _IN_USE_S
        for used, size, path in sorted(files):
            if total <= self._cache_bytes or used > before:
                return
            path.unlink(missing_ok=True)
            total -= size

    # --- objects -----------------------------------------------------------------------------

    def _head(self, project: str, digest: str) -> tuple[dict[str, Any], bool]:
        for coded in (False, True):
            key = self._key(project, digest, coded=coded)
            with _failing(), contextlib.suppress(exceptions.NotFoundError, FileNotFoundError):
                return cast("dict[str, Any]", obstore.head(self._objects, key)), coded
        raise not_found(digest)

    def _key(self, project: str, digest: str, *, coded: bool) -> str:
        path = self._places(project, digest)[coded]
        return path.removeprefix(f"{self._root_path}/")


@contextlib.contextmanager
def _failing() -> Iterator[None]:
    """Make what an object store fails by what a disk fails by: it is waited for, and told of.

    Raises:
        OSError: EIO.
    """
    try:
        yield
    except (exceptions.NotFoundError, FileNotFoundError):
        raise
    except exceptions.BaseError as error:
        log.warning("the object store failed", error=str(error)[:300])
        raise OSError(errno.EIO, "the object store failed") from error
