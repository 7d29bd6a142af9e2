"""LibraryService."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import grpc.aio

from videre.common.auth import current_principal
from videre.orchestrator.api.libraries import changes, intake, messages
from videre.orchestrator.api.libraries import checks as check
from videre.orchestrator.api.libraries.exports import LibraryExports
from videre.orchestrator.api.libraries.heads import Heads
from videre.orchestrator.api.libraries.imports import LibraryImports
from videre.orchestrator.api.project import project_of
from videre.orchestrator.api.replies import fitting
from videre.orchestrator.api.validation import Violations, check_tags
from videre.orchestrator.app import Orchestrator
from videre.orchestrator.library.model import require_matched
from videre.orchestrator.store.faces import IdentityRow
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.v1 import library_pb2, library_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE: Final = 50


class LibraryServicer(library_pb2_grpc.LibraryServiceServicer):
    """See library.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app
        self._exports, self._imports = LibraryExports(app), LibraryImports(app)
        self._heads = Heads(app)

    # --- libraries ---------------------------------------------------------------------------

    async def CreateLibrary(
        self, request: library_pb2.CreateLibraryRequest, context: Context
    ) -> library_pb2.CreateLibraryResponse:
        """See library.proto."""
        project = project_of(request.project_id)
        found = Violations()
        check.check_new(found, request)
        found.raise_if_any()
        require_matched(check.KINDS[request.kind])
        library_id = request.library_id or self._app.ids.new()
        row = messages.columns(request, library_id, project, current_principal().subject)
        record = await asyncio.to_thread(self._app.libraries.create, row)
        return library_pb2.CreateLibraryResponse(library=messages.library(record))

    async def GetLibrary(
        self, request: library_pb2.GetLibraryRequest, context: Context
    ) -> library_pb2.GetLibraryResponse:
        """See library.proto."""
        record = await self._library(request.library_id)
        left = await asyncio.to_thread(self._app.bindings.left, record.project_id, [record.id])
        shown = messages.library(record, left.get(record.id, 0))
        return library_pb2.GetLibraryResponse(library=shown)

    async def ListLibraries(
        self, request: library_pb2.ListLibrariesRequest, context: Context
    ) -> library_pb2.ListLibrariesResponse:
        """See library.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        check.check_kind(found, request.kind, required=False)
        found.raise_if_any()
        kind = check.KINDS[request.kind].value if request.kind else ""
        filters = {"project": project, "kind": kind, "of": "libraries"}
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _DEFAULT_PAGE

        def page() -> tuple[list[LibraryRecord], dict[str, int]]:
            found = self._app.libraries.libraries(project, limit=limit, after_id=after, kind=kind)
            return found, self._app.bindings.left(project, [record.id for record in found])

        records, left = await asyncio.to_thread(page)
        libraries = fitting(messages.library(record, left.get(record.id, 0)) for record in records)
        more = len(records) == limit or len(libraries) < len(records)
        token = page_token(libraries[-1].library_id, filters) if more else ""
        return library_pb2.ListLibrariesResponse(libraries=libraries, next_page_token=token)

    async def UpdateLibrary(
        self, request: library_pb2.UpdateLibraryRequest, context: Context
    ) -> library_pb2.UpdateLibraryResponse:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        check.check_head(found, request)
        if request.clear_tags and request.tags:
            found.add("clear_tags", "contradicts tags", "one of the two", "both")
        if request.clear_threshold and request.HasField("threshold"):
            found.add("clear_threshold", "contradicts threshold", "one of the two", "both")
        found.raise_if_any()
        values: dict[str, Any] = {
            name: getattr(request, name)
            for name in ("name", "description")
            if request.HasField(name)
        }
        if request.tags or request.clear_tags:
            values["tags"] = dict(request.tags)
        if request.usages:
            values["usages"] = sorted({check.USAGES[usage].value for usage in request.usages})
        if request.HasField("threshold"):
            values["threshold"] = messages.threshold_e4(request.threshold)
        elif request.clear_threshold:
            values["threshold"] = None

        def change() -> LibraryRecord:
            return self._app.libraries.change(
                project_of(""),
                request.library_id,
                values,
                request.etag,
                alters_answers=not values.keys().isdisjoint({"usages", "threshold"}),
            )

        record = await asyncio.to_thread(change)
        return library_pb2.UpdateLibraryResponse(library=messages.library(record))

    async def DeleteLibrary(
        self, request: library_pb2.DeleteLibraryRequest, context: Context
    ) -> library_pb2.DeleteLibraryResponse:
        """See library.proto."""
        _check_named(library_id=request.library_id)
        await asyncio.to_thread(
            self._app.libraries.delete, project_of(""), request.library_id, request.etag
        )
        return library_pb2.DeleteLibraryResponse()

    # --- entries -----------------------------------------------------------------------------

    async def AddLibraryEntries(
        self, request: library_pb2.AddLibraryEntriesRequest, context: Context
    ) -> library_pb2.AddLibraryEntriesResponse:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        check.check_batch(found, "entries", len(request.entries))
        found.raise_if_any()
        library = await self._library(request.library_id)
        kind = messages.kind_of(library)
        require_matched(kind)
        taxonomy = await asyncio.to_thread(self._app.taxonomies.shown, library.project_id)
        check.check_entries(found, request.entries, kind, taxonomy.nodes)
        found.raise_if_any()
        entries, errors = await intake.new_entries(self._app, library, request.entries)
        if errors and not request.allow_partial:
            raise intake.refused(errors)
        if entries:
            library = await asyncio.to_thread(
                self._app.libraries.add,
                library.project_id,
                library.id,
                entries,
                request.etag,
                current_principal().subject,
            )
        ids = [entry.entry_id for entry in entries]
        records = await asyncio.to_thread(
            self._app.libraries.some_entries, library.project_id, library.id, ids
        )
        by_id = {record.entry_id: record for record in records}
        return library_pb2.AddLibraryEntriesResponse(
            entries=[messages.entry(by_id[entry_id]) for entry_id in ids if entry_id in by_id],
            errors=errors,
            library=messages.library(library),
        )

    async def GetLibraryEntry(
        self, request: library_pb2.GetLibraryEntryRequest, context: Context
    ) -> library_pb2.GetLibraryEntryResponse:
        """See library.proto."""
        _check_named(library_id=request.library_id, entry_id=request.entry_id)
        record = await self._entry(request.library_id, request.entry_id)
        return library_pb2.GetLibraryEntryResponse(entry=messages.entry(record))

    async def ListLibraryEntries(
        self, request: library_pb2.ListLibraryEntriesRequest, context: Context
    ) -> library_pb2.ListLibraryEntriesResponse:
        """See library.proto."""
        project = project_of("")
        found = Violations()
        found.named("library_id", request.library_id)
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        check_tags(found, request.tags)
        check.check_category(found, request.category)
        found.size("name_prefix", request.name_prefix, 256)
        found.raise_if_any()
        filters = {
            "project": project,
            "library": request.library_id,
            "category": request.category,
            "tags": dict(request.tags),
            "prefix": request.name_prefix,
        }
        after = read_token(request.page_token, filters, str) if request.page_token else ""
        limit = request.page_size or _DEFAULT_PAGE

        def page() -> list[EntryRecord]:
            return self._app.libraries.entries(
                project,
                request.library_id,
                limit=limit,
                after_id=after,
                category=request.category,
                tags=request.tags,
                name_prefix=request.name_prefix,
            )

        records = await asyncio.to_thread(page)
        entries = fitting(messages.entry(record) for record in records)
        more = len(records) == limit or len(entries) < len(records)
        token = page_token(entries[-1].entry_id, filters) if more else ""
        return library_pb2.ListLibraryEntriesResponse(entries=entries, next_page_token=token)

    async def UpdateLibraryEntry(
        self, request: library_pb2.UpdateLibraryEntryRequest, context: Context
    ) -> library_pb2.UpdateLibraryEntryResponse:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        found.named("entry_id", request.entry_id)
        changes.check_change(found, request)
        found.raise_if_any()
        library = await self._library(request.library_id)
        record = await self._entry(request.library_id, request.entry_id)
        kind = messages.kind_of(library)
        taxonomy = await asyncio.to_thread(self._app.taxonomies.shown, library.project_id)
        changes.check_fits(found, request, record, kind, taxonomy.nodes)
        found.raise_if_any()
        taker = intake.taker_of(self._app, library.project_id, kind)
        samples, errors = await intake.take(taker, request.add_samples, "add_samples")
        if errors and not request.allow_partial:
            raise intake.refused(errors)
        changes.check_left(found, request, record, samples, kind)
        found.raise_if_any()

        def change() -> EntryRecord:
            return self._app.libraries.change_entry(
                library.project_id,
                library.id,
                record.entry_id,
                messages.changed_form(record, request),
                added=samples,
                removed=list(request.remove_sample_ids),
                etag=request.etag,
                subject=current_principal().subject,
            )

        changed = await asyncio.to_thread(change)
        library = await self._library(request.library_id)
        return library_pb2.UpdateLibraryEntryResponse(
            entry=messages.entry(changed), errors=errors, library=messages.library(library)
        )

    async def RemoveLibraryEntries(
        self, request: library_pb2.RemoveLibraryEntriesRequest, context: Context
    ) -> library_pb2.RemoveLibraryEntriesResponse:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        check.check_batch(found, "entry_ids", len(request.entry_ids))
        found.raise_if_any()
        record = await asyncio.to_thread(
            self._app.libraries.remove,
            project_of(""),
            request.library_id,
            list(request.entry_ids),
            request.etag,
        )
        return library_pb2.RemoveLibraryEntriesResponse(library=messages.library(record))

    # --- files -------------------------------------------------------------------------------

    async def ExportLibrary(
        self, request: library_pb2.ExportLibraryRequest, context: Context
    ) -> AsyncIterator[library_pb2.ExportLibraryResponse]:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        check.check_export(found, request)
        found.raise_if_any()
        library = await self._library(request.library_id)
        async for piece in self._exports.pieces(library, request):
            yield piece

    async def ImportLibrary(
        self, request: library_pb2.ImportLibraryRequest, context: Context
    ) -> library_pb2.ImportLibraryResponse:
        """See library.proto."""
        found = Violations()
        found.named("library_id", request.library_id)
        check.check_import(found, request)
        found.raise_if_any()
        return await self._imports.bring(project_of(""), request)

    # --- heads -------------------------------------------------------------------------------

    async def TrainHead(
        self, request: library_pb2.TrainHeadRequest, context: Context
    ) -> library_pb2.TrainHeadResponse:
        """See library.proto."""
        return await self._heads.train(request)

    async def RestoreHead(
        self, request: library_pb2.RestoreHeadRequest, context: Context
    ) -> library_pb2.RestoreHeadResponse:
        """See library.proto."""
        return await self._heads.restore(request)

    # --- people ------------------------------------------------------------------------------

    async def ListIdentities(
        self, request: library_pb2.ListIdentitiesRequest, context: Context
    ) -> library_pb2.ListIdentitiesResponse:
        """See library.proto."""
        project = project_of(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.raise_if_any()
        filters = {
            "project": project,
            "identity": request.identity_id,
            "media": request.media_id,
        }
        start = read_token(request.page_token, filters, int) if request.page_token else 0
        limit = request.page_size or _DEFAULT_PAGE

        def page() -> list[IdentityRow]:
            return self._app.faces.list_identities(
                project,
                limit=limit,
                offset=start,
                identity_id=request.identity_id,
                media_id=request.media_id,
            )

        rows = await asyncio.to_thread(page)
        identities = fitting(messages.identity(row) for row in rows)
        more = len(rows) == limit or len(identities) < len(rows)
        token = page_token(start + len(identities), filters) if more else ""
        return library_pb2.ListIdentitiesResponse(identities=identities, next_page_token=token)

    # --- looking up --------------------------------------------------------------------------

    async def _library(self, library_id: str) -> LibraryRecord:
        _check_named(library_id=library_id)
        return await asyncio.to_thread(self._app.libraries.get, project_of(""), library_id)

    async def _entry(self, library_id: str, entry_id: str) -> EntryRecord:
        return await asyncio.to_thread(
            self._app.libraries.entry, project_of(""), library_id, entry_id
        )


def _check_named(**fields: str) -> None:
    found = Violations()
    for field, identifier in fields.items():
        found.named(field, identifier)
    found.raise_if_any()
