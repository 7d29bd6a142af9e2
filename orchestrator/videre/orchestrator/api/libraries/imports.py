"""ImportLibrary: the entries of a file, added as one change of the library."""

from __future__ import annotations

import asyncio
import io
from collections.abc import Sequence
from contextlib import closing
from typing import IO, Final

from videre.common.auth import current_principal
from videre.common.errors import Reason, VidereError, invalid
from videre.orchestrator.api.libraries import checks as check
from videre.orchestrator.api.libraries import intake, messages
from videre.orchestrator.api.libraries.file_items import Item, Items, read_items
from videre.orchestrator.api.validation import Violations
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.model import LibraryKind, NewEntry, NewSample, require_matched
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord
from videre.v1 import library_pb2 as pb

#: Most errors in an answer.
_MOST_TOLD: Final = 1_000
#: Entries that are compared at once.
_BATCH: Final = 500


class LibraryImports:
    """Takes files, one after the other: each holds all of its entries in memory."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._turn = asyncio.Lock()

    async def bring(
        self, project: str, request: pb.ImportLibraryRequest
    ) -> pb.ImportLibraryResponse:
        """Add what a file holds: all of it or, where the request allows that, what can be added.

        Raises:
            VidereError: FIELD_INVALID for what is no such file, ITEMS_REFUSED, LIBRARY_NOT_FOUND,
                UPLOAD_NOT_FOUND, UPLOAD_INCOMPLETE, UPLOAD_COMPLETED, and as AddLibraryEntries.
        """
        library = await asyncio.to_thread(self._target, project, request)
        kind = messages.kind_of(library) if library else check.KINDS[request.create_kind]
        require_matched(kind)
        async with self._turn:
            file = await asyncio.to_thread(self._open, project, request)
            with closing(file):
                taxonomy = await asyncio.to_thread(self._app.taxonomies.shown, project)
                items = await asyncio.to_thread(read_items, file, kind, taxonomy.nodes)
                if library is None:
                    check_head(items, request, kind)
                return await self._add(project, request, library, kind, items)

    async def _add(
        self,
        project: str,
        request: pb.ImportLibraryRequest,
        library: LibraryRecord | None,
        kind: LibraryKind,
        items: Items,
    ) -> pb.ImportLibraryResponse:
        errors = list(items.errors)
        answer = pb.ImportLibraryResponse()
        changed: set[str] = set()
        fresh = items.entries
        if library is not None:
            fresh, changed = await asyncio.to_thread(self._unlike, library, items.entries)
            answer.unchanged_count = len(items.entries) - len(fresh)
            if not request.replace:
                errors += [_other(item) for item in fresh if item.entry.entry_id in changed]
                fresh = [item for item in fresh if item.entry.entry_id not in changed]
        if errors and not request.allow_partial:
            raise intake.refused(errors)
        entries, bad = await self._looked_at(project, kind, items, fresh)
        errors += bad
        if errors and not request.allow_partial:
            raise intake.refused(errors)
        if not request.validate_only:
            if library is None:
                library = await asyncio.to_thread(self._make, project, request, items)
            if entries:
                library = await asyncio.to_thread(
                    self._app.libraries.add, project, library.id, entries, request.etag,
                    current_principal().subject, replace=request.replace,
                )  # fmt: skip
        answer.replaced_count = sum(entry.entry_id in changed for entry in entries)
        answer.added_count = len(entries) - answer.replaced_count
        answer.refused_count = len(errors)
        answer.errors.extend(errors[:_MOST_TOLD])
        if library is not None:
            answer.library.CopyFrom(messages.library(library))
        return answer

    async def _looked_at(
        self, project: str, kind: LibraryKind, items: Items, fresh: Sequence[Item]
    ) -> tuple[list[NewEntry], list[pb.LibraryItemError]]:
        """Look at the pictures of entries; return those that can be added, and what cannot."""
        taker = intake.taker_of(self._app, project, kind)
        entries: list[NewEntry] = []
        errors: list[pb.LibraryItemError] = []
        for item in fresh:
            samples: list[NewSample] = []
            for index, sample in enumerate(item.samples):
                given = pb.NewLibrarySample()
                given.CopyFrom(item.entry.samples[index])
                given.picture = await asyncio.to_thread(items.picture, sample)
                kept, bad = await intake.take(taker, [given], f"entries[{item.index}].samples")
                samples += kept
                for error in bad:
                    error.field = f"entries[{item.index}].samples[{index}]"
                    error.file = sample.file
                    errors.append(error)
            if item.samples and all(sample.negative for sample in samples):
                continue
            digest = messages.request_digest(item.entry)
            form = messages.form(item.entry)
            entries.append(NewEntry(item.entry.entry_id, form, tuple(samples), digest))
        return entries, errors

    # --- blocking ----------------------------------------------------------------------------

    def _target(self, project: str, request: pb.ImportLibraryRequest) -> LibraryRecord | None:
        """Return the library; None = it is to be made."""
        try:
            library = self._app.libraries.get(project, request.library_id)
        except VidereError as error:
            if error.reason is Reason.LIBRARY_NOT_FOUND and request.create_kind:
                return None
            raise
        kind = messages.kind_of(library)
        if request.create_kind and check.KINDS[request.create_kind] is not kind:
            actual = pb.LibraryKind.Name(request.create_kind)
            raise invalid("create_kind", f"is not the library's, which holds {kind.value}",
                          limit=kind.value, actual=actual)  # fmt: skip
        return library

    def _open(self, project: str, request: pb.ImportLibraryRequest) -> IO[bytes]:
        if request.WhichOneof("source") == "data":
            return io.BytesIO(request.data)
        record = self._app.uploads.get(project, request.upload_id)
        if record.committed_size != record.total_size:
            raise VidereError(
                Reason.UPLOAD_INCOMPLETE,
                f"{record.committed_size} of {record.total_size} bytes are committed",
                metadata={
                    "committed_size": str(record.committed_size),
                    "total_size": str(record.total_size),
                },
            )
        try:
            return self._app.uploads.path(record.id).open("rb")
        except FileNotFoundError:
            raise VidereError(
                Reason.UPLOAD_COMPLETED, f"upload {record.id} has become a media"
            ) from None

    def _unlike(self, library: LibraryRecord, items: Sequence[Item]) -> tuple[list[Item], set[str]]:
        """Return the entries that the library has not as the file has them, and which it has."""
        ids = [item.entry.entry_id for item in items]
        known = self._app.libraries.known_digests(library.project_id, library.id, ids)
        fresh = [
            item
            for item in items
            if known.get(item.entry.entry_id) != messages.request_digest(item.entry)
        ]
        by_id = {item.entry.entry_id: item for item in fresh if item.entry.entry_id in known}
        same: set[str] = set()
        there = sorted(by_id)
        for start in range(0, len(there), _BATCH):
            for record in self._app.libraries.some_entries(
                library.project_id, library.id, there[start : start + _BATCH]
            ):
                if _alike(record, by_id[record.entry_id].entry):
                    same.add(record.entry_id)
        return [item for item in fresh if item.entry.entry_id not in same], by_id.keys() - same

    def _make(self, project: str, request: pb.ImportLibraryRequest, items: Items) -> LibraryRecord:
        head = head_of(items, request)
        subject = current_principal().subject
        return self._app.libraries.create(
            messages.columns(head, request.library_id, project, subject)
        )


def head_of(items: Items, request: pb.ImportLibraryRequest) -> pb.CreateLibraryRequest:
    """Return what a new library is made of."""
    head = pb.CreateLibraryRequest()
    head.CopyFrom(items.head)
    head.ClearField("project_id")
    head.library_id, head.kind = request.library_id, request.create_kind
    return head


def check_head(items: Items, request: pb.ImportLibraryRequest, kind: LibraryKind) -> None:
    """Check the library that a file describes.

    Raises:
        VidereError: FIELD_INVALID.
    """
    found = Violations()
    check.check_new(found, head_of(items, request))
    found.raise_if_any()


def _alike(record: EntryRecord, given: pb.NewLibraryEntry) -> bool:
    """Tell whether an entry is as a file has it: form, and the pictures that are kept of it."""
    form = messages.form(given)
    kept = sorted((s.picture_digest, s.negative) for s in record.samples if s.picture_digest)
    return (
        (form.name, form.category) == (record.name, record.category)
        and dict(form.document) == {key: value for key, value in record.document.items() if value}
        and sorted((s.artifact_digest, s.negative) for s in given.samples) == kept
    )


def _other(item: Item) -> pb.LibraryItemError:
    entry_id = item.entry.entry_id
    return pb.LibraryItemError(
        field=f"entries[{item.index}].entry_id",
        reason=str(Reason.ENTRY_EXISTS),
        message=f"there is another entry {entry_id!r}; replace gives it this form",
        line=item.line,
    )
