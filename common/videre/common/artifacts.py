"""The artifact store: bytes by their SHA-256, per project, in a folder.

    <root>/<project>/<aa>/<digest>        the bytes (codec "none")
    <root>/<project>/<aa>/<digest>.vdra   the bytes, coded or sealed (see artifact_file)
    <root>/<project>/tmp/                 files being written

The digest is that of the uncompressed bytes, so that the codec is nobody's business but the
store's, nor whether they are sealed (see artifact_sealing). A file appears under its name complete
and synced to disk, or not at all. Calls block; callers on an event loop use threads.
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
from typing import BinaryIO, Final, TypeVar, cast

from videre.common.artifact_file import (
    PIECE,
    Codec,
    Unseal,
    key_of,
    no_keys,
    plain_bytes,
    plain_pieces,
    plain_range,
    plain_size,
)
from videre.common.artifact_sealing import Sealing
from videre.common.artifact_writer import ArtifactWriter, Place
from videre.common.errors import Reason, VidereError, invalid

_DIGEST: Final = re.compile(r"[0-9a-f]{64}")
_PROJECT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")
T = TypeVar("T")

#: Of the files that have a header: whose bytes are coded or sealed.
CODED_SUFFIX: Final = ".vdra"
_TEMPORARY: Final = "tmp"


class ArtifactStore:
    """Artifacts under one folder. Safe for use by several threads and processes."""

    def __init__(self, root: Path, sealing: Sealing | None = None) -> None:
        """Take the folder; it is made when the first artifact is written.

        Args:
            root: the folder.
            sealing: how artifacts are sealed; None = they are not, and sealed ones not read.
        """
        self._root, self._sealing = root, sealing
        self._root_path = os.fspath(root)

    def writer(self, project: str, codec: Codec = "none") -> ArtifactWriter:
        """Return a writer for bytes that come piece by piece; to be used in a `with` block.

        Raises:
            VidereError: FIELD_INVALID for the project's name.
        """
        return ArtifactWriter(project, codec, self.temporary(project), self.place, self.closing)

    @property
    def closing(self) -> Sealing | None:
        """What seals new artifacts; None = they are not sealed."""
        return self._sealing if self._sealing is not None and self._sealing.closes else None

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
        if not move or self.closing is not None:
            digest = self.put(project, _pieces(path))
            if move:
                path.unlink()
            return digest
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

        The digest is not checked: it belongs to the whole (see `verify`). A compressed artifact is
        decoded from its start.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT, FIELD_INVALID.
        """
        if offset < 0 or length < 0:
            raise invalid("offset", "is negative", actual=f"{offset}+{length}")
        unseal = self._unseal(project, digest)

        def slice_of(path: Path, coded: bool) -> bytes:
            return plain_range(path, unseal, offset, length, coded=coded)

        return self._looking(project, digest, slice_of)

    def verify(self, project: str, digest: str) -> None:
        """Read an artifact and check its digest.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        found = hashlib.sha256()
        for piece in self.pieces(project, digest):
            found.update(piece)
        if found.hexdigest() != digest:
            raise corrupt(digest)

    def materialize(self, project: str, digest: str) -> Path:
        """Return a file that holds just the artifact's bytes, for programs that need a path.

        An artifact with codec "none" is such a file. A coded one is decoded once, into the place
        of an artifact with codec "none"; both files go when the artifact is deleted. The copy of a
        sealed one lies in another folder and goes when nobody has asked for it for a while, see
        `clear_opened`.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT, KEY_MISSING.
        """
        path, coded = self.find(project, digest)
        if not coded:
            return path
        if self._sealing is not None and key_of(path):
            return self._opened(self._sealing.opened / project / digest, project, digest)
        self._decode(project, digest, self.temporary(project), self._keep)
        return Path(self._places(project, digest)[0])

    def _opened(self, target: Path, project: str, digest: str) -> Path:
        with contextlib.suppress(FileNotFoundError):
            os.utime(target)
            return target

        def keep(_project: str, _digest: str, path: Path, _coded: bool) -> None:
            path.replace(target)

        target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._decode(project, digest, _new_file(target.parent), keep)
        return target

    def _decode(
        self, project: str, digest: str, temporary: tuple[BinaryIO, Path], keep: Place
    ) -> None:
        with ArtifactWriter(project, "none", temporary, keep, None) as writer:
            for piece in self.pieces(project, digest):
                writer.write(piece)
            if writer.digest != digest:
                raise corrupt(digest)
            writer.commit()

    def clear_opened(self, older_than_s: float) -> int:
        """Remove plain copies of sealed artifacts; return how many.

        Args:
            older_than_s: those that were asked for within these seconds stay.
        """
        if self._sealing is None:
            return 0
        return _remove_old(self._sealing.opened.glob("*/*"), older_than_s)

    def exists(self, project: str, digest: str) -> bool:
        """Tell whether the project has the artifact."""
        return any(map(os.path.isfile, self._places(project, digest)))

    def size(self, project: str, digest: str) -> int:
        """Return the number of uncompressed bytes.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT.
        """
        return self._looking(project, digest, lambda path, coded: plain_size(path, coded=coded))

    def modified(self, project: str, digest: str) -> float:
        """Return when the artifact was last put, in seconds since 1970 (for garbage collection).

        Raises:
            VidereError: ARTIFACT_NOT_FOUND.
        """
        return self._looking(project, digest, lambda path, _coded: path.stat().st_mtime)

    def delete(self, project: str, digest: str) -> None:
        """Remove an artifact; nothing happens when it is not there."""
        for path in self._places(project, digest):
            Path(path).unlink(missing_ok=True)
        if self._sealing is not None:
            (self._sealing.opened / project / digest).unlink(missing_ok=True)

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
        return _remove_old(self._root.glob(f"*/{_TEMPORARY}/*"), older_than_s)

    def temporary(self, project: str) -> tuple[BinaryIO, Path]:
        """Return a new file on the store's file system, for `place` (used by ArtifactWriter)."""
        folder = self._folder(project) / _TEMPORARY
        folder.mkdir(parents=True, exist_ok=True)
        return _new_file(folder)

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

    def drop(self, project: str, digest: str, *, coded: bool) -> None:
        """Remove one of the files an artifact may lie in; another one holds it."""
        Path(self._places(project, digest)[coded]).unlink(missing_ok=True)

    def pieces(self, project: str, digest: str) -> Iterator[bytes]:
        """Yield an artifact's uncompressed bytes; their digest is not checked.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND, ARTIFACT_CORRUPT, KEY_MISSING.
        """
        path, coded = self.find(project, digest)
        return plain_pieces(path, self._unseal(project, digest), coded=coded)

    def _plain(self, project: str, digest: str) -> bytes:
        plain, coded = self._places(project, digest)
        unseal = self._unseal(project, digest)
        # Most that is read whole is evidence: coded. And once more: it may just have been sealed.
        for path in (coded, plain, coded):
            with contextlib.suppress(FileNotFoundError):
                return plain_bytes(path, unseal, coded=path is coded)
        raise not_found(digest)

    def _unseal(self, project: str, digest: str) -> Unseal:
        sealing = self._sealing
        if sealing is None:
            return no_keys
        return lambda file, header: sealing.open(file, header, f"{project}/{digest}")

    def _looking(self, project: str, digest: str, look: Callable[[Path, bool], T]) -> T:
        """Return what is seen in an artifact's file, which may go while it is sealed anew."""
        try:
            return look(*self.find(project, digest))
        except FileNotFoundError:
            return look(*self.find(project, digest))

    def find(self, project: str, digest: str) -> tuple[Path, bool]:
        """Return the file of an artifact, and whether it has a header.

        Raises:
            VidereError: ARTIFACT_NOT_FOUND.
        """
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


def _new_file(folder: Path) -> tuple[BinaryIO, Path]:
    handle, name = tempfile.mkstemp(dir=folder)
    return cast(BinaryIO, os.fdopen(handle, "w+b")), Path(name)


def _remove_old(paths: Iterable[Path], older_than_s: float) -> int:
    """Remove files that were not written to for so long; return how many."""
    before, removed = time.time() - older_than_s, 0
    for path in list(paths):
        with contextlib.suppress(FileNotFoundError):
            if path.is_file() and path.stat().st_mtime < before:
                path.unlink()
                removed += 1
    return removed


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
