"""The calls about own libraries, awaiting."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Mapping, Sequence
from os import PathLike
from pathlib import Path

from videre.client import _export, _libraries
from videre.client._export import ExportedLibrary
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.client._upload import Progress
from videre.v1 import library_pb2 as pb


class AsyncLibraryCalls:
    """The awaiting calls about own libraries; `videre.libraries` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def create(self, request: pb.CreateLibraryRequest) -> pb.Library:
        """Make a library; one without an id is given one."""
        return await self._transport.run(_libraries.create(self._context, request))

    async def get(self, library_id: str) -> pb.Library:
        """Return a library."""
        return await self._transport.run(_libraries.get(self._context, library_id))

    def list(
        self,
        kind: pb.LibraryKind.ValueType = pb.LIBRARY_KIND_UNSPECIFIED,
        *,
        project_id: str = "",
    ) -> AsyncIterator[pb.Library]:
        """Yield the libraries, or those of a kind, in the order of their ids."""
        flow = _libraries.list_libraries(self._context, kind, project_id)
        return self._transport.iterate(flow)

    async def update(self, request: pb.UpdateLibraryRequest) -> pb.Library:
        """Change name, description, usages, tags or threshold; return the library."""
        return await self._transport.run(_libraries.update(self._context, request))

    async def delete(self, library_id: str, *, etag: str = "") -> None:
        """Delete a library with its entries, samples and embeddings."""
        await self._transport.run(_libraries.delete(self._context, library_id, etag))

    async def add_entries(
        self,
        library_id: str,
        entries: Iterable[pb.NewLibraryEntry],
        *,
        allow_partial: bool = False,
        etag: str = "",
    ) -> pb.AddLibraryEntriesResponse:
        """Add entries with their samples; those without an id are given one.

        Args:
            library_id: the library.
            entries: at most 1,000; the whole request stays below 4 MiB.
            allow_partial: add what can be added; else one refused item refuses the call.
            etag: refuse unless the library has it; "" = whatever it has.
        """
        return await self._transport.run(
            _libraries.add(self._context, library_id, entries, allow_partial, etag)
        )

    async def get_entry(self, library_id: str, entry_id: str) -> pb.LibraryEntry:
        """Return an entry."""
        return await self._transport.run(_libraries.get_entry(self._context, library_id, entry_id))

    def list_entries(
        self,
        library_id: str,
        *,
        category: str = "",
        tags: Mapping[str, str] | None = None,
        name_prefix: str = "",
    ) -> AsyncIterator[pb.LibraryEntry]:
        """Yield the entries that meet every condition, in the order of their ids."""
        request = pb.ListLibraryEntriesRequest(
            library_id=library_id, category=category, tags=tags or {}, name_prefix=name_prefix
        )
        return self._transport.iterate(_libraries.list_entries(self._context, request))

    async def update_entry(
        self, request: pb.UpdateLibraryEntryRequest
    ) -> pb.UpdateLibraryEntryResponse:
        """Change an entry, add samples to it and remove some."""
        return await self._transport.run(_libraries.update_entry(self._context, request))

    async def remove_entries(
        self, library_id: str, entry_ids: Sequence[str], *, etag: str = ""
    ) -> pb.Library:
        """Remove entries with their samples and embeddings; return the library."""
        return await self._transport.run(
            _libraries.remove(self._context, library_id, entry_ids, etag)
        )

    async def export(
        self,
        library_id: str,
        format: pb.LibraryFileFormat.ValueType = pb.LIBRARY_FILE_FORMAT_UNSPECIFIED,
        *,
        category: str = "",
        max_bytes: int = 2 << 30,
    ) -> ExportedLibrary:
        """Return the entries of a library as a file.

        Args:
            library_id: the library.
            format: by default ZIP of persons and pictures, JSON of words and hashes.
            category: only this group.
            max_bytes: largest file that is taken.

        Raises:
            CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
        """
        request = pb.ExportLibraryRequest(library_id=library_id, format=format, category=category)
        return await self._transport.run(_export.export_library(self._context, request, max_bytes))

    async def import_file(
        self,
        library_id: str,
        path: str | PathLike[str],
        *,
        create_kind: pb.LibraryKind.ValueType = pb.LIBRARY_KIND_UNSPECIFIED,
        replace: bool = False,
        allow_partial: bool = False,
        validate_only: bool = False,
        etag: str = "",
        timeout_s: float = 3_600.0,
        progress: Progress | None = None,
    ) -> pb.ImportLibraryResponse:
        """Add the entries of a CSV, JSON or ZIP file, as one change of the library.

        Args:
            library_id: the library.
            path: the file; above 3 MiB it is uploaded first.
            create_kind: make a library of this kind where there is none.
            replace: give entries that are there already what the file has.
            allow_partial: take what can be taken; else one refused item refuses the file.
            validate_only: check, and store nothing.
            etag: refuse unless the library has it; "" = whatever it has.
            timeout_s: longest time that the server looks at pictures.
            progress: called with (bytes sent, bytes in all) of an upload.

        Raises:
            OSError: the file cannot be read.
            SourceChanged: it changed while it was being uploaded.
        """
        request = pb.ImportLibraryRequest(
            library_id=library_id, create_kind=create_kind, replace=replace,
            allow_partial=allow_partial, validate_only=validate_only, etag=etag,
        )  # fmt: skip
        return await self._transport.run(
            _libraries.import_file(self._context, request, Path(path), timeout_s, progress)
        )

    async def train_head(
        self, request: pb.TrainHeadRequest, *, timeout_s: float = 600.0
    ) -> pb.TrainHeadResponse:
        """Fit a head to what people said of media; it is kept where it is better than before.

        Args:
            request: what is fitted to what.
            timeout_s: longest time that reading, fitting and measuring take.
        """
        return await self._transport.run(_libraries.train_head(self._context, request, timeout_s))

    async def restore_head(
        self, library_id: str, entry_id: str, *, version: int = 0, etag: str = ""
    ) -> pb.RestoreHeadResponse:
        """Bring the form back that a head had in a version; 0 = the one before the present one."""
        flow = _libraries.restore_head(self._context, library_id, entry_id, version, etag)
        return await self._transport.run(flow)

    def list_identities(
        self, *, identity_id: str = "", media_id: str = "", project_id: str = ""
    ) -> AsyncIterator[pb.Identity]:
        """Yield the people of all media without regard to names, those in most media first."""
        flow = _libraries.list_identities(self._context, identity_id, media_id, project_id)
        return self._transport.iterate(flow)
