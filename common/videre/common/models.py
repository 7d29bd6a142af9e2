"""The store of model files: which are there, where they lie, how they get here.

Files come from a mirror (a folder or a URL, asked first) or from their public URL, are made from a
public file in another format, or lie inside an installed Python distribution. Nothing is fetched
from the network unless somebody asks for it by name (`pull`) or has configured a mirror (`ensure`).
A file is put in place only after its SHA-256 was checked, and checked again when a process first
uses it.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterable
from importlib import metadata
from pathlib import Path
from typing import Final

import structlog

from videre.common.errors import Reason, VidereError
from videre.common.manifest import Manifest, ModelEntry, ModelSource
from videre.common.model_download import ModelDownload
from videre.common.tflite_import import tflite_to_onnx

log = structlog.get_logger(__name__)

#: How long `pull` goes on trying a sender that breaks off, seconds. A start (`ensure`) tries once.
_PATIENCE_S: Final = 120.0

#: What makes a model's file of one in another format, by the manifest's names.
IMPORTERS: Final[dict[str, Callable[[bytes], bytes]]] = {"tflite": tflite_to_onnx}

#: Called with bytes done and bytes in all.
Progress = Callable[[int, int], None]


def _silent(_done: int, _total: int) -> None:
    """Show no progress."""


class ModelStore:
    """Model files of one manifest in one folder. Safe for use from several threads."""

    def __init__(self, manifest: Manifest, root: Path, mirror: str | None = None) -> None:
        """Describe a store; the folder is made on the first pull.

        Args:
            manifest: what there may be.
            root: folder of the files.
            mirror: folder or http(s) URL that holds files by their manifest file name.
        """
        self._manifest = manifest
        self._root = root
        self._mirror = mirror
        self._verified: dict[str, tuple[int, int]] = {}

    def adopt(self, entry: ModelEntry) -> None:
        """Describe one more model: a file of the user's own.

        Raises:
            ValueError: another model has its name.
        """
        if entry.name in set(self._manifest):
            raise ValueError(f"another model has the name {entry.name}")
        self._manifest = Manifest({**dict(self._manifest.items()), entry.name: entry})

    def entries(self) -> list[ModelEntry]:
        """Return the manifest's entries in its order."""
        return list(self._manifest.values())

    def where(self, name: str) -> str:
        """Return one sentence: where a model's file lies, or how to get it."""
        problem = self._problem(name)
        return problem or f"{name}: {self._place(self._manifest[name])}"

    def missing(self, names: Iterable[str]) -> str:
        """Return "" when every file is there, else a sentence that says what to do.

        Looks at presence and size only; `path` and `verify` look at the bytes.
        """
        return "; ".join(problem for name in names if (problem := self._problem(name)))

    def digests(self, names: Iterable[str]) -> tuple[str, ...]:
        """Return the SHA-256 (hex) of each model, from the manifest, in the order of `names`."""
        return tuple(self._manifest[name].sha256 for name in names)

    def path(self, name: str) -> Path:
        """Return the path of a model's file, whose digest this process has checked.

        Raises:
            VidereError: MODEL_UNAVAILABLE.
        """
        problem = self._problem(name)
        if problem:
            raise _unavailable(name, problem)
        place = self._place(self._manifest[name])
        assert place is not None  # _problem found it
        stat = place.stat()
        seen = (stat.st_size, stat.st_mtime_ns)
        if self._verified.get(name) != seen:
            self.verify(name)
            self._verified[name] = seen
        return place

    def verify(self, name: str) -> None:
        """Read a model's file and compare its digest.

        Raises:
            VidereError: MODEL_UNAVAILABLE when it is missing or another file.
        """
        entry = self._manifest[name]
        problem = self._problem(name)
        if problem:
            raise _unavailable(name, problem)
        place = self._place(entry)
        assert place is not None  # _problem found it
        actual = file_sha256(place)
        if actual != entry.sha256:
            raise _unavailable(
                name, f"{name}: {place} has SHA-256 {actual}, not {entry.sha256}; {entry.remedy}"
            )

    def pull(self, name: str, progress: Progress = _silent) -> Path:
        """Get a model's file: from the mirror, else from its public place; return its path.

        Blocks; must not be called on a running event loop's thread. Continues a download that an
        earlier call could not finish.

        Raises:
            VidereError: MODEL_UNAVAILABLE when there is no way to get it or the bytes are others;
                FETCH_FAILED, URI_FORBIDDEN when a download fails.
        """
        entry = self._manifest[name]
        if entry.in_package or entry.is_own:
            return self.path(name)  # nothing to fetch: it is there, or the error says what to do
        if self._holds(entry):
            return self.path(name)
        if not self._pull_from_mirror(entry, progress, _PATIENCE_S):
            self._pull_from_public(entry, progress)
        return self.path(name)

    def ensure(self, names: Iterable[str]) -> None:
        """Copy missing files from the configured mirror, if there is one; for service start.

        A file that cannot be had is logged and left missing: its engine then says so.
        """
        if self._mirror is None:
            return
        for name in names:
            entry = self._manifest[name]
            if entry.in_package or entry.is_own or self._holds(entry):
                continue
            try:
                found = self._pull_from_mirror(entry, _silent, patience_s=0)
            except VidereError as error:
                log.warning("model not pulled", model=name, error=error.message)
            else:
                log.info("model pulled" if found else "model not in the mirror", model=name)

    def _problem(self, name: str) -> str:
        entry = self._manifest[name]
        place = self._place(entry)
        if place is None or not place.is_file():
            return f"{name}: {entry.file} is missing; {entry.remedy}"
        size = place.stat().st_size
        if size != entry.bytes:
            return f"{name}: {place} has {size} bytes instead of {entry.bytes}; {entry.remedy}"
        return ""

    def _holds(self, entry: ModelEntry) -> bool:
        place = self._root / entry.file
        return place.is_file() and file_sha256(place) == entry.sha256

    def _place(self, entry: ModelEntry) -> Path | None:
        if entry.is_own:
            return Path(entry.path)
        return packaged_file(entry) if entry.in_package else self._root / entry.file

    def _pull_from_mirror(self, entry: ModelEntry, progress: Progress, patience_s: float) -> bool:
        """Return whether the mirror had the file."""
        if self._mirror is None:
            return False
        if not self._mirror.startswith(("http://", "https://")):
            source = Path(self._mirror) / entry.file
            if not source.is_file():
                return False
            self._copy(entry, source)
            progress(entry.bytes, entry.bytes)
            return True
        try:
            url = f"{self._mirror.rstrip('/')}/{entry.file}"
            self._download(entry, url, progress, trusted=True, patience_s=patience_s)
        except VidereError as error:
            if error.metadata.get("status") == "404":
                return False
            raise
        return True

    def _pull_from_public(self, entry: ModelEntry, progress: Progress) -> None:
        if entry.url:
            self._download(entry, entry.url, progress, trusted=False, patience_s=_PATIENCE_S)
        elif entry.source is not None:
            self._import(entry, entry.source, progress)
        else:
            raise _unavailable(
                entry.name, f"{entry.name} is made {entry.converted}: {entry.remedy}"
            )

    def _import(self, entry: ModelEntry, source: ModelSource, progress: Progress) -> None:
        """Make the model's file from a public one in another format."""
        self._root.mkdir(parents=True, exist_ok=True)
        part = self._root / f".{entry.file}.source"
        with ModelDownload(part, entry.name, source.bytes, progress) as download:
            download.fetch(source.url, trusted=False, patience_s=_PATIENCE_S)
            _check(entry.name, part, source.sha256)
            made = self._root / f".{entry.file}.made"
            made.write_bytes(IMPORTERS[source.importer](part.read_bytes()))
            self._accept(entry, made)
            part.unlink()

    def _copy(self, entry: ModelEntry, source: Path) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(prefix=f".{entry.file}.", dir=self._root)
        copy = Path(temporary)
        try:
            with os.fdopen(handle, "wb") as target, source.open("rb") as origin:
                shutil.copyfileobj(origin, target)
            self._accept(entry, copy)
        finally:
            copy.unlink(missing_ok=True)

    def _download(
        self,
        entry: ModelEntry,
        url: str,
        progress: Progress,
        *,
        trusted: bool,
        patience_s: float,
    ) -> None:
        self._root.mkdir(parents=True, exist_ok=True)
        part = self._root / f".{entry.file}.part"
        with ModelDownload(part, entry.name, entry.bytes, progress) as download:
            download.fetch(url, trusted=trusted, patience_s=patience_s)
            self._accept(entry, part)

    def _accept(self, entry: ModelEntry, complete: Path) -> None:
        """Move a complete file into its place; remove it when its bytes are not the model's."""
        _check(entry.name, complete, entry.sha256)
        complete.chmod(0o644)
        with complete.open("rb") as file:
            os.fsync(file.fileno())
        complete.replace(self._root / entry.file)
        folder = os.open(self._root, os.O_RDONLY)
        try:
            os.fsync(folder)
        finally:
            os.close(folder)


def packaged_file(entry: ModelEntry) -> Path | None:
    """Return the path of a file inside an installed distribution, without importing it."""
    try:
        files = metadata.distribution(entry.package).files or []
    except metadata.PackageNotFoundError:
        return None
    found = next((file for file in files if str(file) == entry.package_path), None)
    return None if found is None else Path(str(found.locate()))


def _check(name: str, complete: Path, sha256: str) -> None:
    """Remove a file that is another one than stated."""
    actual = file_sha256(complete)
    if actual != sha256:
        complete.unlink()
        raise _unavailable(name, f"{name}: got bytes with SHA-256 {actual} instead of {sha256}")


def file_sha256(path: Path) -> str:
    """Return the SHA-256 (hex) of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _unavailable(name: str, message: str) -> VidereError:
    return VidereError(Reason.MODEL_UNAVAILABLE, message, metadata={"model": name})
