"""Own libraries and the people of all media: the flows."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final

from videre.client._flow import Context, EmitFlow, Flow, Work
from videre.client._pages import every
from videre.client._rpc import (
    ADD_LIBRARY_ENTRIES,
    CREATE_LIBRARY,
    DELETE_LIBRARY,
    GET_LIBRARY,
    GET_LIBRARY_ENTRY,
    IMPORT_LIBRARY,
    LIST_IDENTITIES,
    LIST_LIBRARIES,
    LIST_LIBRARY_ENTRIES,
    REMOVE_LIBRARY_ENTRIES,
    RESTORE_HEAD,
    TRAIN_HEAD,
    UPDATE_LIBRARY,
    UPDATE_LIBRARY_ENTRY,
)
from videre.client._submit import new_request_id
from videre.client._upload import Progress, deposit
from videre.v1 import library_pb2 as pb

#: Largest file that the API takes in a call.
_INLINE_BYTES: Final = 3 << 20


def create(context: Context, request: pb.CreateLibraryRequest) -> Flow[pb.Library]:
    """Make a library; one without an id is given one, so that a repeated call makes one."""
    asked = pb.CreateLibraryRequest()
    asked.CopyFrom(request)
    asked.library_id = asked.library_id or str(uuid.uuid4())
    return (yield from context.call(CREATE_LIBRARY, asked)).library


def get(context: Context, library_id: str) -> Flow[pb.Library]:
    """Return a library."""
    request = pb.GetLibraryRequest(library_id=library_id)
    return (yield from context.call(GET_LIBRARY, request)).library


def list_libraries(
    context: Context, kind: pb.LibraryKind.ValueType, project_id: str
) -> EmitFlow[pb.Library]:
    """Emit the libraries, page after page."""
    asked = pb.ListLibrariesRequest(project_id=project_id, kind=kind)
    return every(context, LIST_LIBRARIES, asked, lambda page: page.libraries)


def update(context: Context, request: pb.UpdateLibraryRequest) -> Flow[pb.Library]:
    """Change a library and return it."""
    return (yield from context.call(UPDATE_LIBRARY, request)).library


def delete(context: Context, library_id: str, etag: str) -> Flow[None]:
    """Delete a library with its entries."""
    request = pb.DeleteLibraryRequest(library_id=library_id, etag=etag)
    yield from context.call(DELETE_LIBRARY, request)


def add(
    context: Context,
    library_id: str,
    entries: Iterable[pb.NewLibraryEntry],
    allow_partial: bool,
    etag: str,
) -> Flow[pb.AddLibraryEntriesResponse]:
    """Add entries; those without an id are given one, so that a repeated call adds them once."""
    asked = pb.AddLibraryEntriesRequest(
        library_id=library_id, entries=entries, allow_partial=allow_partial, etag=etag
    )
    for entry in asked.entries:
        entry.entry_id = entry.entry_id or str(uuid.uuid4())
    return (yield from context.call(ADD_LIBRARY_ENTRIES, asked))


def get_entry(context: Context, library_id: str, entry_id: str) -> Flow[pb.LibraryEntry]:
    """Return an entry."""
    request = pb.GetLibraryEntryRequest(library_id=library_id, entry_id=entry_id)
    return (yield from context.call(GET_LIBRARY_ENTRY, request)).entry


def list_entries(
    context: Context, request: pb.ListLibraryEntriesRequest
) -> EmitFlow[pb.LibraryEntry]:
    """Emit the entries that match, page after page."""
    return every(context, LIST_LIBRARY_ENTRIES, request, lambda page: page.entries)


def update_entry(
    context: Context, request: pb.UpdateLibraryEntryRequest
) -> Flow[pb.UpdateLibraryEntryResponse]:
    """Change an entry, add samples to it and remove some."""
    return (yield from context.call(UPDATE_LIBRARY_ENTRY, request))


def remove(
    context: Context, library_id: str, entry_ids: Sequence[str], etag: str
) -> Flow[pb.Library]:
    """Remove entries; return the library."""
    request = pb.RemoveLibraryEntriesRequest(library_id=library_id, entry_ids=entry_ids, etag=etag)
    return (yield from context.call(REMOVE_LIBRARY_ENTRIES, request)).library


def import_file(
    context: Context,
    request: pb.ImportLibraryRequest,
    path: Path,
    timeout_s: float,
    progress: Progress | None,
) -> Flow[pb.ImportLibraryResponse]:
    """Add what a file holds; a large one is uploaded first."""
    asked = pb.ImportLibraryRequest()
    asked.CopyFrom(request)
    size: int = yield Work(lambda: path.stat().st_size)
    if size <= _INLINE_BYTES:
        asked.data = yield Work(path.read_bytes)
    else:
        asked.upload_id = yield from deposit(
            context, path, request_id=new_request_id(), progress=progress
        )
    return (yield from context.call(IMPORT_LIBRARY, asked, timeout_s=timeout_s))


def train_head(
    context: Context, request: pb.TrainHeadRequest, timeout_s: float
) -> Flow[pb.TrainHeadResponse]:
    """Fit a head and measure it."""
    return (yield from context.call(TRAIN_HEAD, request, timeout_s=timeout_s))


def restore_head(
    context: Context, library_id: str, entry_id: str, version: int, etag: str
) -> Flow[pb.RestoreHeadResponse]:
    """Bring an earlier form of a head back."""
    request = pb.RestoreHeadRequest(
        library_id=library_id, entry_id=entry_id, version=version, etag=etag
    )
    return (yield from context.call(RESTORE_HEAD, request))


def list_identities(
    context: Context, identity_id: str, media_id: str, project_id: str
) -> EmitFlow[pb.Identity]:
    """Emit the people of all media, those in most media first."""
    asked = pb.ListIdentitiesRequest(
        project_id=project_id, identity_id=identity_id, media_id=media_id
    )
    return every(context, LIST_IDENTITIES, asked, lambda page: page.identities)
