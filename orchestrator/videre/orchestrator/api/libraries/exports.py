"""ExportLibrary: the entries of a library as a file."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass
from typing import IO, Any, Final

from google.protobuf import json_format

from videre.common.errors import VidereError, invalid
from videre.common.values import SCORE_ONE
from videre.orchestrator.api.libraries import messages
from videre.orchestrator.api.made_files import MadeFile, make_file
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.csv_file import csv_pieces
from videre.orchestrator.library.files import MAX_FILE_PICTURES, MAX_TEXT_BYTES, MAX_ZIP_BYTES
from videre.orchestrator.library.json_file import json_pieces
from videre.orchestrator.library.model import CONTENT, WITH_SAMPLES, LibraryKind
from videre.orchestrator.library.zip_file import PackedPicture, member_of, write_zip
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord, SampleRecord
from videre.v1 import library_pb2 as pb

_PAGE: Final = 1_000
#: Exports that are made at the same time.
_AT_ONCE: Final = 2
_TEXTS: Final = {
    pb.LIBRARY_FILE_FORMAT_CSV: ("csv", "text/csv; charset=utf-8"),
    pb.LIBRARY_FILE_FORMAT_JSON: ("json", "application/json"),
}


@dataclass(slots=True)
class _Counts:
    """What is in the file, and what is not."""

    entries: int = 0
    entries_left_out: int = 0
    samples_left_out: int = 0


class LibraryExports:
    """Makes the files and cuts them into pieces."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def pieces(
        self, library: LibraryRecord, request: pb.ExportLibraryRequest
    ) -> AsyncIterator[pb.ExportLibraryResponse]:
        """Yield the file in pieces; entries that change meanwhile are in it as they were or are.

        Raises:
            VidereError: FIELD_INVALID for a format that does not hold the kind, or a library that
                is larger than what an import takes.
        """
        counts = _Counts()
        async with self._slots:
            made = await asyncio.to_thread(self._make, library, request, counts)
        told = {
            "entry_count": counts.entries,
            "samples_left_out": counts.samples_left_out,
            "entries_left_out": counts.entries_left_out,
        }
        async for piece in made.replies(pb.ExportLibraryResponse, **told):
            yield piece

    def _make(
        self, library: LibraryRecord, request: pb.ExportLibraryRequest, counts: _Counts
    ) -> MadeFile:
        kind = messages.kind_of(library)
        if kind is LibraryKind.HEADS:
            raise invalid("library_id", "no file holds heads", limit="another kind", actual=kind)
        form = request.format or (
            pb.LIBRARY_FILE_FORMAT_ZIP if kind in WITH_SAMPLES else pb.LIBRARY_FILE_FORMAT_JSON
        )
        if (form == pb.LIBRARY_FILE_FORMAT_ZIP) != (kind in WITH_SAMPLES):
            name = pb.LibraryFileFormat.Name(form)
            limit = "ZIP" if kind in WITH_SAMPLES else "CSV, JSON"
            raise invalid("format", f"does not hold {kind.value}", limit=limit, actual=name)
        records = self._records(library, request.category)
        if form == pb.LIBRARY_FILE_FORMAT_ZIP:
            return self._zip(library, records, counts)
        suffix, media_type = _TEXTS[form]
        entries = _counted((_entry(record) for record in records), counts)
        pieces = (
            csv_pieces(entries, kind)
            if form == pb.LIBRARY_FILE_FORMAT_CSV
            else json_pieces(_head(library), entries)
        )
        return make_file(f"{library.id}.{suffix}", media_type, lambda file: _write(file, pieces))

    def _records(self, library: LibraryRecord, category: str) -> Iterator[EntryRecord]:
        after = ""
        while True:
            page = self._app.libraries.entries(
                library.project_id, library.id, limit=_PAGE, after_id=after, category=category
            )
            yield from page
            if len(page) < _PAGE:
                return
            after = page[-1].entry_id

    def _zip(
        self, library: LibraryRecord, records: Iterable[EntryRecord], counts: _Counts
    ) -> MadeFile:
        entries: list[dict[str, Any]] = []
        pictures: dict[str, None] = {}
        samples = 0
        for record in records:
            kept = [sample for sample in record.samples if sample.picture_digest]
            if all(sample.negative for sample in kept):
                counts.entries_left_out += 1
                counts.samples_left_out += len(record.samples)
                continue
            counts.samples_left_out += len(record.samples) - len(kept)
            samples += len(kept)
            if samples > MAX_FILE_PICTURES:
                limit = f"{MAX_FILE_PICTURES} pictures"
                raise invalid("category", "is larger than one file may be", limit=limit)
            pictures |= dict.fromkeys(sample.picture_digest for sample in kept)
            entries.append(_entry(record) | {"samples": [_sample(sample) for sample in kept]})
        counts.entries = len(entries)
        sizes = (self._app.artifacts.size(library.project_id, digest) for digest in pictures)
        if (size := sum(sizes)) > MAX_ZIP_BYTES:
            limit, actual = f"{MAX_ZIP_BYTES} bytes", str(size)
            raise invalid("category", "is larger than one file may be", limit=limit, actual=actual)
        manifest = json_pieces(_head(library), entries)
        packed: Iterator[PackedPicture] = (
            (member_of(digest), self._app.artifacts.read(library.project_id, digest))
            for digest in pictures
        )
        return make_file(
            f"{library.id}.zip", "application/zip", lambda file: write_zip(file, manifest, packed)
        )


def _counted(entries: Iterable[dict[str, Any]], counts: _Counts) -> Iterator[dict[str, Any]]:
    for entry in entries:
        counts.entries += 1
        yield entry


def _write(file: IO[bytes], pieces: Iterable[bytes]) -> None:
    size = 0
    for piece in pieces:
        size += file.write(piece)
        if size > MAX_TEXT_BYTES:
            raise _too_large(size)


def _too_large(size: int) -> VidereError:
    limit, actual = f"{MAX_TEXT_BYTES} bytes", f"more than {size}"
    return invalid("category", "is larger than one file may be", limit=limit, actual=actual)


def _head(library: LibraryRecord) -> dict[str, Any]:
    """Return a library as the JSON of a CreateLibraryRequest, without what is this project's."""
    shown = messages.library(library)
    head = pb.CreateLibraryRequest(
        kind=shown.kind,
        name=shown.name,
        description=shown.description,
        usages=shown.usages,
        tags=shown.tags,
        threshold=shown.threshold if shown.HasField("threshold") else None,
    )
    return json_format.MessageToDict(head)


def _entry(record: EntryRecord) -> dict[str, Any]:
    """Return an entry as the JSON of a NewLibraryEntry, without samples."""
    entry: dict[str, Any] = {"entryId": record.entry_id, "name": record.name}
    if record.category:
        entry["category"] = record.category
    for name in ("description", "tags", *CONTENT.values()):
        if record.document.get(name):
            entry[name] = record.document[name]
    if record.document.get("node_id"):
        entry["nodeId"] = record.document["node_id"]
    if "max_distance" in entry.get("hash", {}):
        content = dict(entry["hash"])
        entry["hash"] = content | {"maxDistance": content.pop("max_distance")}
    return entry


def _sample(record: SampleRecord) -> dict[str, Any]:
    sample: dict[str, Any] = {"file": member_of(record.picture_digest)}
    if record.negative:
        sample["negative"] = True
    if record.box is not None:
        names = ("x", "y", "width", "height")
        values = (value / SCORE_ONE for value in record.box)
        sample["box"] = dict(zip(names, values, strict=True))
    return sample
