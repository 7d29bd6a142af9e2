"""The artifact store: bytes by their SHA-256, per project, in a folder.

    <root>/<project>/<aa>/<digest>        the bytes (codec "none")
    <root>/<project>/<aa>/<digest>.vdra   the bytes, coded, behind a header (see artifact_file)
    <root>/<project>/tmp/                 files being written

The digest is that of the uncompressed bytes, so that the codec is nobody's business but the
store's. A file appears under its name complete and synced to disk, or not at all. Calls block;
callers on an event loop use threads.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import re
import tempfile
import time
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self, TypeAlias, cast

from videre.common.artifact_file import (
    PIECE,
    Codec,
    Header,
    coded_writer,
    plain_bytes,
    plain_pieces,
    plain_size,
    refuse_encryption,
    skip,
    write_header,
)
from videre.common.errors import Reason, VidereError, invalid

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PROJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
#: Of the files whose bytes are coded.
CODED_SUFFIX: Final = ".vdra"
_TEMPORARY: Final = "tmp"


#: Puts a complete file in its place: project, digest, file, whether its bytes are coded.
Place: TypeAlias = Callable[[str, str, Path, bool], None]


class ArtifactWriter:
    """A new artifact being written; `commit` puts it in place, leaving without it drops it."""

    def __init__(self, store: ArtifactStore, project: str, codec: Codec, place: Place) -> None:
        refuse_encryption(codec)
        self._place = place
        self._project = project
        self._codec = codec
        self._hash = hashlib.sha256()
        self._file, self._path = store.temporary(project)
        self._body = self._file if codec == "none" else coded_writer(self._file, codec)
        #: Uncompressed bytes written so far.
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append `data`."""
        self._hash.update(data)
        self._body.write(data)
        self.size += len(data)

    @property
    def digest(self) -> str:
        """SHA-256 (hex) of the bytes written so far."""
        return self._hash.hexdigest()

    def commit(self) -> str:
        """Sync the file to disk, put it in place and return its digest."""
        if self._codec != "none":
            self._body.close()
            write_header(self._file, Header(self._codec, "", self.size))
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._place(self._project, self.digest, self._path, self._codec != "none")
        return self.digest

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()
        self._path.unlink(missing_ok=True)


class ArtifactStore:
    """Artifacts under one folder. Safe for use by several threads and processes."""

    def __init__(self, root: Path) -> None:
        """Take the folder; it is made when the first artifact is written."""
        self._root = root
        self._root_path = os.fspath(root)

    def writer(self, project: str, codec: Codec = "none") -> ArtifactWriter:
        """Return a writer for bytes that come piece by piece; to be used in a `with` block.

        Raises:
            VidereError: FIELD_INVALID for the project's name; OPTION_UNIMPLEMENTED for aes-gcm.
        """
        return ArtifactWriter(self, project, codec, self.place)

    def put(self, project: str, data: bytes | Iterable[bytes], codec: Codec = "none") -> str:
        """Store bytes, or pieces of bytes, and return their digest."""
        with self.writer(project, codec) as writer:
            for piece in (data,) if isinstance(data, bytes) else data:
                writer.write(piece)
            return writer.commit()

    def put_file(self, project: str, path: Path, *, move: bool = False) -> str:
        """Store a file's bytes (codec "none") in one reading and return their digest.

        Args:
            project: owner.
            path: the file.
            move: the file may be taken away: it is renamed where the file system allows it.
        """
        if not move:
            return self.put(project, _pieces(path))
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256").hexdigest()
            os.fsync(file.fileno())
        folder = self._folder(project) / _TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        if folder.stat().st_dev != path.stat().st_dev:
            self.put(project, _pieces(path))
            path.unlink()
        else:
            self.place(project, digest, path, False)
        return digest

    def read(self, project: str, digest: str) -> bytes:
        """Return an artifact's bytes after checking their digest.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        data = self._plain(project, digest)
        if hashlib.sha256(data).hexdigest() != digest:
            raise corrupt(digest)
        return data

    def open_range(self, project: str, digest: str, offset: int, length: int) -> bytes:
        """Return up to `length` bytes from `offset`; fewer, or none, at the end.

        The digest is not checked: it belongs to the whole (see `verify`). A coded artifact is
        decoded from its start.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT, FIELD_INVALID.
        """
        if offset < 0 or length < 0:
            raise invalid("offset", "is negative", actual=f"{offset}+{length}")
        path, coded = self._find(project, digest)
        if coded:
            return skip(plain_pieces(path, coded=True), offset, length)
        with path.open("rb") as file:
            file.seek(offset)
            return file.read(length)

    def verify(self, project: str, digest: str) -> None:
        """Read an artifact and check its digest.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        found = hashlib.sha256()
        for piece in self._pieces(project, digest):
            found.update(piece)
        if found.hexdigest() != digest:
            raise corrupt(digest)

    def materialize(self, project: str, digest: str) -> Path:
        """Return a file that holds just the artifact's bytes, for programs that need a path.

        An artifact with codec "none" is such a file. A coded one is decoded once, into the place
        of an artifact with codec "none"; both files go when the artifact is deleted.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        path, coded = self._find(project, digest)
        if not coded:
            return path
        with ArtifactWriter(self, project, "none", self._keep) as writer:
            for piece in plain_pieces(path, coded=True):
                writer.write(piece)
            if writer.digest != digest:
                raise corrupt(digest)
            writer.commit()
        return Path(self._places(project, digest)[0])

    def exists(self, project: str, digest: str) -> bool:
        """Tell whether the project has the artifact."""
        return any(map(os.path.isfile, self._places(project, digest)))

    def size(self, project: str, digest: str) -> int:
        """Return the number of uncompressed bytes.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        path, coded = self._find(project, digest)
        return plain_size(path, coded=coded)

    def modified(self, project: str, digest: str) -> float:
        """Return when the artifact was last put, in seconds since 1970 (for garbage collection).

        Raises:
            VidereError: ARTIFACT_NOT_FOUND.
        """
        path, _ = self._find(project, digest)
        return path.stat().st_mtime

    def delete(self, project: str, digest: str) -> None:
        """Remove an artifact; nothing happens when it is not there."""
        for path in self._places(project, digest):
            Path(path).unlink(missing_ok=True)

    def projects(self) -> list[str]:
        """Return the projects that have artifacts."""
        if not self._root.is_dir():
            return []
        return sorted(path.name for path in self._root.iterdir() if path.is_dir())

    def iter_digests(self, project: str) -> Iterator[str]:
        """Yield the digests of a project's artifacts, in order."""
        folder = self._folder(project)
        if not folder.is_dir():
            return
        for part in sorted(folder.iterdir()):
            if part.name != _TEMPORARY:
                names = {path.name.removesuffix(CODED_SUFFIX) for path in part.iterdir()}
                yield from sorted(names)

    def clear_temporary(self, older_than_s: float) -> int:
        """Remove files that a killed process left half-written; return how many.

        Args:
            older_than_s: files written to within these seconds may still be in work and stay.
        """
        before = time.time() - older_than_s
        stale = [
            path
            for path in self._root.glob(f"*/{_TEMPORARY}/*")
            if path.is_file() and path.stat().st_mtime < before
        ]
        for path in stale:
            path.unlink(missing_ok=True)
        return len(stale)

    def temporary(self, project: str) -> tuple[BinaryIO, Path]:
        """Return a new file on the store's file system, for `place` (used by ArtifactWriter)."""
        folder = self._folder(project) / _TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=folder)
        return cast(BinaryIO, os.fdopen(handle, "w+b")), Path(name)

    def place(self, project: str, digest: str, path: Path, coded: bool) -> None:
        """Put a complete, synced file in its place.

        An artifact that is already there is replaced: that mends it if it was damaged.
        """
        self._keep(project, digest, path, coded)

    def _keep(self, project: str, digest: str, path: Path, coded: bool) -> None:
        """Rename a file to its place and sync the folders above it."""
        target = Path(self._places(project, digest)[coded])
        fresh = not target.parent.is_dir()
        target.parent.mkdir(parents=True, exist_ok=True)
        path.replace(target)
        os.utime(target)
        _sync_folder(target.parent)
        if fresh:
            for folder in (target.parent.parent, self._root, self._root.parent):
                _sync_folder(folder)

    def _pieces(self, project: str, digest: str) -> Iterator[bytes]:
        path, coded = self._find(project, digest)
        return plain_pieces(path, coded=coded)

    def _plain(self, project: str, digest: str) -> bytes:
        plain, coded = self._places(project, digest)
        with contextlib.suppress(FileNotFoundError):  # most that is read whole is evidence: coded
            return plain_bytes(coded, coded=True)
        with contextlib.suppress(FileNotFoundError):
            return plain_bytes(plain, coded=False)
        raise not_found(digest)

    def _find(self, project: str, digest: str) -> tuple[Path, bool]:
        for path, coded in zip(self._places(project, digest), (False, True), strict=True):
            if os.path.isfile(path):
                return Path(path), coded
        raise not_found(digest)

    def _folder(self, project: str) -> Path:
        _check_project(project)
        return self._root / project

    def _places(self, project: str, digest: str) -> tuple[str, str]:
        """Return the paths of an artifact: plain, and coded. As text, since films have thousands.

        Raises:
            VidereError: FIELD_INVALID.
        """
        if not _DIGEST.fullmatch(digest):
            raise invalid("digest", "is not a SHA-256 in lower-case hex", actual=digest[:80])
        _check_project(project)
        plain = f"{self._root_path}/{project}/{digest[:2]}/{digest}"
        return plain, plain + CODED_SUFFIX


def _check_project(project: str) -> None:
    if not _PROJECT.fullmatch(project):
        raise invalid("project_id", "is not 1 to 64 letters, digits, - _ .", actual=project)


def _pieces(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while piece := file.read(PIECE):
            yield piece


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def not_found(digest: str) -> VidereError:
    """Return ARTIFACT_NOT_FOUND."""
    return VidereError(
        Reason.ARTIFACT_NOT_FOUND,
        f"the project has no artifact {digest}",
        metadata={"digest": digest},
    )


def corrupt(digest: str) -> VidereError:
    """Return ARTIFACT_CORRUPT."""
    return VidereError(
        Reason.ARTIFACT_CORRUPT,
        f"the stored bytes of {digest} have another digest",
        metadata={"digest": digest},
    )
