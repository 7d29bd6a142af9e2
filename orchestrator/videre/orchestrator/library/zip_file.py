"""ZIP files of strangers: opened within bounds, and what of a library is in them. Pure.

Nothing is ever unpacked onto the disk, and no name of a member is used as a path. What a member
says of its size holds: zipfile gives no more bytes than that, and checks them.
"""

from __future__ import annotations

import re
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Iterable
from typing import IO, Final, TypeAlias

from videre.common.errors import VidereError, invalid
from videre.orchestrator.library.files import (
    MAX_FILE_PICTURE,
    MAX_FILE_PICTURES,
    MAX_TEXT_BYTES,
    MAX_ZIP_BYTES,
    FileEntry,
    FileSample,
    LibraryFile,
    Problem,
    derived_id,
)
from videre.orchestrator.library.json_file import read_json

MANIFEST: Final = "manifest.json"
#: Folder of what an entry is not, within the entry's.
NOT: Final = "not"
#: Pictures, their folders and what systems leave beside them.
MAX_MEMBERS: Final = 4 * MAX_FILE_PICTURES
#: Most bytes that zipfile may want at once: its table of contents, at 100 bytes a member.
_AT_ONCE: Final = 100 * MAX_MEMBERS
_LONGEST_NAME: Final = 512
_UTF8: Final = 0x800
_ENCRYPTED: Final = 0x1
_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f]")
_ENTRY_ID: Final = re.compile(r"[A-Za-z0-9_.-]{1,64}")
#: What systems and programs leave in folders.
_LEFT: Final = frozenset({"__MACOSX", "Thumbs.db", "desktop.ini"})
_BROKEN: Final = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError, RuntimeError, ValueError,
    NotImplementedError,
)  # fmt: skip
#: Name and bytes of a picture.
PackedPicture: TypeAlias = tuple[str, bytes]


class _Bounded:
    """A file that nobody reads too much of at once."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self.seek, self.tell = file.seek, file.tell
        self._size = file.seek(0, 2)

    def seekable(self) -> bool:
        """Tell that it can be read from anywhere."""
        return True

    def read(self, count: int | None = -1) -> bytes:
        """Return bytes.

        Raises:
            VidereError: FIELD_INVALID for more than a table of contents may have.
        """
        wanted = self._size - self.tell() if count is None or count < 0 else count
        if wanted > _AT_ONCE:
            raise invalid("file", f"has a table of contents of {wanted} bytes",
                          limit=f"{_AT_ONCE} bytes", actual=str(wanted))  # fmt: skip
        return self._file.read(wanted)


class Archive:
    """The members of a ZIP file, by name."""

    def __init__(self, file: IO[bytes]) -> None:
        """Look at the table of contents, at no member.

        Raises:
            VidereError: FIELD_INVALID for what is no ZIP file, or not one that may be read.
        """
        try:
            self._zip = zipfile.ZipFile(_Bounded(file))
        except VidereError:
            raise
        except _BROKEN as error:
            raise invalid("file", f"is no ZIP file: {str(error)[:100]}", limit="ZIP") from error
        self._members = _members(self._zip.infolist())
        self.names: tuple[str, ...] = tuple(self._members)

    def read(self, name: str, limit: int = MAX_FILE_PICTURE) -> bytes:
        """Return the bytes of a member.

        Raises:
            VidereError: FIELD_INVALID for no such member, more than `limit` bytes, or bytes that
                are not those that were packed.
        """
        info = self._members.get(name)
        if info is None:
            raise invalid("file", f"{name[:100]!r} is not in the file", actual=name[:100])
        if info.file_size > limit:
            raise invalid("file", f"{name} has {info.file_size} bytes", limit=f"{limit} bytes",
                          actual=str(info.file_size))  # fmt: skip
        try:
            with self._zip.open(info) as member:
                return member.read()
        except VidereError:
            raise
        except _BROKEN as error:
            raise invalid("file", f"{name} cannot be unpacked: {str(error)[:100]}") from error


def _members(infos: Iterable[zipfile.ZipInfo]) -> dict[str, zipfile.ZipInfo]:
    members: dict[str, zipfile.ZipInfo] = {}
    unpacked = 0
    for count, info in enumerate(infos, 1):
        unpacked += info.file_size
        if count > MAX_MEMBERS:
            raise invalid("file", f"has more than {MAX_MEMBERS} members", limit=str(MAX_MEMBERS))
        if unpacked > MAX_ZIP_BYTES:
            raise invalid("file", "unpacks to too many bytes", limit=f"{MAX_ZIP_BYTES} bytes",
                          actual=f"more than {unpacked}")  # fmt: skip
        name = _name(info)
        if name in members:
            raise invalid("file", f"has {name!r} twice", limit="unique names", actual=name)
        if not info.is_dir():
            members[name] = info
    return members


def _name(info: zipfile.ZipInfo) -> str:
    """Return the name of a member that may be read."""
    name = info.orig_filename
    if not name.isascii() and not info.flag_bits & _UTF8:
        try:  # many programs write UTF-8 and do not say so; zipfile took it for code page 437
            name = name.encode("cp437").decode()
        except UnicodeError:
            raise _refused(name, "has a name that is not UTF-8", "UTF-8 names") from None
    if len(name.encode()) > _LONGEST_NAME:
        raise _refused(name, "has a long name", f"{_LONGEST_NAME} bytes")
    parts = name.rstrip("/").split("/")
    if _CONTROL.search(name) or "\\" in name or ":" in parts[0] or not {"", ".", ".."}.isdisjoint(
        parts
    ):  # fmt: skip
        raise _refused(name, "has a name that is no plain path", "names such as folder/file.jpg")
    if info.flag_bits & _ENCRYPTED:
        raise _refused(name, "is encrypted", "no encryption")
    if info.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
        raise _refused(name, f"is packed by method {info.compress_type}", "stored, deflated")
    if stat.S_IFMT(info.external_attr >> 16) not in (0, stat.S_IFREG, stat.S_IFDIR):
        raise _refused(name, "is a link or a device", "files and folders")
    return unicodedata.normalize("NFC", name)


def _refused(name: str, description: str, limit: str) -> VidereError:
    return invalid("file", f"{name[:100]!r} {description}", limit=limit, actual=name[:100])


def read_zip(archive: Archive) -> LibraryFile:
    """Return what a ZIP file holds: what its manifest says, else a folder for each entry.

    Raises:
        VidereError: FIELD_INVALID.
    """
    if MANIFEST not in archive.names:
        found = folders(archive.names)
    else:
        found = read_json(archive.read(MANIFEST, MAX_TEXT_BYTES))
    count = sum(len(entry.samples) for entry in found.entries)
    if count > MAX_FILE_PICTURES:
        raise invalid("file", f"has {count} pictures", limit=f"{MAX_FILE_PICTURES} pictures",
                      actual=str(count))  # fmt: skip
    return found


def folders(names: Iterable[str]) -> LibraryFile:
    """Return an entry for each folder of pictures, named like it.

    One folder around all of them is none of them; pictures in a folder "not" within an entry's show
    what it is not. What systems leave in folders is passed over.
    """
    paths = [name.split("/") for name in sorted(names) if not _left(name)]
    depth = 1 if _around(paths) else 0
    entries: dict[str, list[FileSample]] = {}
    problems: list[Problem] = []
    for path in paths:
        of = path[depth:-1]
        negative = len(of) > 1 and of[-1] == NOT
        file = "/".join(path)
        if len(of) - negative != 1:
            problems.append(Problem("does not lie in the folder of one entry", file=file))
            continue
        entries.setdefault(of[0], []).append(FileSample(file, negative))
    made = [
        FileEntry({"entryId": _folder_id(name), "name": name}, tuple(samples))
        for name, samples in entries.items()
    ]
    return LibraryFile(made, problems)


def _left(name: str) -> bool:
    parts = name.split("/")
    return not _LEFT.isdisjoint(parts) or any(part.startswith(".") for part in parts)


def _around(paths: list[list[str]]) -> bool:
    """Tell whether one folder holds the folders of all entries."""
    own = [path[:-2] if len(path) > 2 and path[-2] == NOT else path[:-1] for path in paths]
    return bool(own) and all(len(of) == 2 for of in own) and len({of[0] for of in own}) == 1


def _folder_id(name: str) -> str:
    return name if _ENTRY_ID.fullmatch(name) else derived_id(name)


def member_of(digest: str) -> str:
    """Return the name under which a picture with this digest is packed."""
    return f"pictures/{digest}.jpg"


def write_zip(
    file: IO[bytes], manifest: Iterable[bytes], pictures: Iterable[PackedPicture]
) -> None:
    """Write a ZIP file; the same content makes the same bytes."""
    with zipfile.ZipFile(file, "w") as packed:
        head = zipfile.ZipInfo(MANIFEST)
        head.compress_type = zipfile.ZIP_DEFLATED
        with packed.open(head, "w") as member:
            for piece in manifest:
                member.write(piece)
        for name, data in pictures:
            packed.writestr(zipfile.ZipInfo(name), data)  # JPEG: packing it gains nothing
