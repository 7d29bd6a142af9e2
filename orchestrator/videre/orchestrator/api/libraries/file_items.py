"""The entries of a file as public messages, each checked as AddLibraryEntries checks them."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Container
from dataclasses import dataclass, field
from typing import IO, Final

from google.protobuf import json_format

from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.libraries.checks import KINDS, check_entry
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.library.csv_file import read_csv
from videre.orchestrator.library.files import (
    MAX_TEXT_BYTES,
    MAX_ZIP_BYTES,
    FileEntry,
    FileSample,
    LibraryFile,
    derived_id,
)
from videre.orchestrator.library.json_file import read_json
from videre.orchestrator.library.model import WITH_SAMPLES, LibraryKind
from videre.orchestrator.library.zip_file import Archive, read_zip
from videre.v1 import library_pb2 as pb

#: How a ZIP file begins, one without members too.
_ZIP: Final = (b"PK\x03\x04", b"PK\x05\x06")
_BOM: Final = b"\xef\xbb\xbf"


@dataclass(frozen=True, slots=True)
class Item:
    """An entry of a file.

    Args:
        index: in the file, from 0.
        entry: with the SHA-256 of each picture in its place.
        samples: where the pictures are, in the same order.
        line: of a CSV file, where it begins.
    """

    index: int
    entry: pb.NewLibraryEntry
    samples: tuple[FileSample, ...]
    line: int


@dataclass(frozen=True, slots=True)
class Items:
    """What of a file may be looked at.

    Args:
        entries: that break no limit.
        picture: gives the bytes of a picture. Blocking.
        errors: what breaks one.
        head: the library, as far as the file tells.
    """

    entries: list[Item]
    picture: Callable[[FileSample], bytes]
    errors: list[pb.LibraryItemError] = field(default_factory=list)
    head: pb.CreateLibraryRequest = field(default_factory=pb.CreateLibraryRequest)


def read_items(file: IO[bytes], kind: LibraryKind, nodes: Container[str]) -> Items:
    """Return the entries of a file. Blocking.

    Args:
        file: the file.
        kind: of the library.
        nodes: of the project's taxonomy.

    Raises:
        VidereError: FIELD_INVALID for what is no file of such a library, or larger than one may be.
    """
    content, picture = _content(file, kind)
    items = Items([], picture, head=_head(content, kind))
    for problem in content.problems:
        items.errors.append(
            pb.LibraryItemError(
                field="file",
                reason=str(Reason.FIELD_INVALID),
                message=problem.description,
                line=problem.line,
                file=problem.file,
            )
        )
    seen: set[str] = set()
    for index, given in enumerate(content.entries):
        try:
            entry = _entry(given, picture, kind)
        except VidereError as error:
            items.errors.append(_error(index, given.line, "", error.message))
            continue
        found = Violations()
        check_entry(found, entry, kind, nodes, "", seen)
        for violation in found.found:
            items.errors.append(_error(index, given.line, violation.field, violation.description))
        if not found.found:
            items.entries.append(Item(index, entry, given.samples, given.line))
    return items


def _error(index: int, line: int, name: str, message: str) -> pb.LibraryItemError:
    return pb.LibraryItemError(
        field=f"entries[{index}].{name}" if name else f"entries[{index}]",
        reason=str(Reason.FIELD_INVALID),
        message=f"{name}: {message}" if name else message,
        line=line,
    )


def _content(
    file: IO[bytes], kind: LibraryKind
) -> tuple[LibraryFile, Callable[[FileSample], bytes]]:
    zipped = file.read(4) in _ZIP
    size, limit = file.seek(0, 2), MAX_ZIP_BYTES if zipped else MAX_TEXT_BYTES
    file.seek(0)
    if size > limit:
        raise invalid("file", f"has {size} bytes", limit=f"{limit} bytes", actual=str(size))
    if zipped != (kind in WITH_SAMPLES):
        given, wanted = ("ZIP", "CSV, JSON") if zipped else ("CSV or JSON", "ZIP")
        raise invalid("file", f"is {given}, which holds no {kind.value}", limit=wanted)
    if zipped:
        archive = Archive(file)
        return read_zip(archive), lambda sample: archive.read(sample.file)
    data = file.read()
    if data.removeprefix(_BOM).lstrip()[:1] == b"{":
        return read_json(data), _no_picture
    return read_csv(data, kind), _no_picture


def _no_picture(sample: FileSample) -> bytes:
    raise invalid("samples", f"{sample.file[:100]!r} is not in the file", limit="ZIP")


def _head(content: LibraryFile, kind: LibraryKind) -> pb.CreateLibraryRequest:
    head = pb.CreateLibraryRequest()
    try:
        json_format.ParseDict(dict(content.head), head)
    except (json_format.ParseError, ValueError, TypeError) as error:
        raise invalid("file", f"has a library that is none: {str(error)[:200]}") from error
    if head.kind and KINDS.get(head.kind) is not kind:
        actual = pb.LibraryKind.Name(head.kind) if head.kind in KINDS else str(head.kind)
        raise invalid("file", f"is not of {kind.value}", limit=kind.value, actual=actual)
    return head


def _entry(
    given: FileEntry, picture: Callable[[FileSample], bytes], kind: LibraryKind
) -> pb.NewLibraryEntry:
    entry = pb.NewLibraryEntry()
    try:
        json_format.ParseDict(dict(given.entry), entry)
        for sample in given.samples:
            digest = hashlib.sha256(picture(sample)).hexdigest()
            made = entry.samples.add(artifact_digest=digest, negative=sample.negative)
            if sample.box is not None:
                json_format.ParseDict(dict(sample.box), made.box)
    except (json_format.ParseError, ValueError, TypeError) as error:
        raise invalid("entries", str(error)[:200]) from error
    if not entry.entry_id:
        entry.entry_id = derived_id(_content_of(entry, kind))
    return entry


def _content_of(entry: pb.NewLibraryEntry, kind: LibraryKind) -> str:
    if kind is LibraryKind.WORDS:
        return entry.word.text
    return entry.hash.value if kind is LibraryKind.HASHES else entry.name
