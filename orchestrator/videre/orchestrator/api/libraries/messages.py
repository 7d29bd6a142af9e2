"""Libraries and entries as public messages, and back."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from google.protobuf import json_format

from videre.common.values import SCORE_ONE, sha256_hex
from videre.orchestrator.api.libraries.checks import KINDS, USAGES
from videre.orchestrator.api.present import timestamp
from videre.orchestrator.library.model import EntryForm, LibraryKind
from videre.orchestrator.store.faces import IdentityRow
from videre.orchestrator.store.library_records import EntryRecord, LibraryRecord, SampleRecord
from videre.v1 import library_pb2 as pb
from videre.v1 import types_pb2

_KINDS: Final = {kind.value: number for number, kind in KINDS.items()}
_USAGES: Final = {usage.value: number for number, usage in USAGES.items()}
_CONTENT: Final = ("word", "hash", "prompt", "head")


def library(record: LibraryRecord, media_left: int = 0) -> pb.Library:
    """Return a library, and in how many media a change is still to be looked for."""
    return pb.Library(
        library_id=record.id,
        project_id=record.project_id,
        kind=_KINDS[record.kind],
        name=record.name,
        description=record.description,
        usages=[_USAGES[usage] for usage in record.usages],
        tags=record.tags,
        threshold=None if record.threshold is None else record.threshold / SCORE_ONE,
        entry_count=record.entry_count,
        version=record.version,
        etag=str(record.edit),
        create_time=timestamp(record.create_ns),
        update_time=timestamp(record.update_ns),
        created_by=record.created_by,
        bound_version=record.bound_version,
        media_left=media_left,
    )


def entry(record: EntryRecord) -> pb.LibraryEntry:
    """Return an entry."""
    document = record.document
    message = pb.LibraryEntry(
        entry_id=record.entry_id,
        name=record.name,
        description=document.get("description", ""),
        category=record.category,
        tags=document.get("tags", {}),
        samples=[_sample(sample) for sample in record.samples],
        version=record.added_in,
        create_time=timestamp(record.create_ns),
        changed_by=record.changed_by,
        node_id=document.get("node_id", ""),
    )
    for name in _CONTENT:
        if name in document:
            json_format.ParseDict(document[name], getattr(message, name))
    return message


def _sample(record: SampleRecord) -> pb.LibrarySample:
    message = pb.LibrarySample(
        sample_id=record.id,
        negative=record.negative,
        picture_digest=record.picture_digest,
        engine=record.engine,
        create_time=timestamp(record.create_ns),
    )
    if record.box is not None:
        left, top, width, height = (value / SCORE_ONE for value in record.box)
        box = types_pb2.BoundingBox(x=left, y=top, width=width, height=height)
        message.box.CopyFrom(box)
    if record.origin is not None:
        message.origin.CopyFrom(pb.SampleOrigin(**record.origin))
    return message


def identity(row: IdentityRow) -> pb.Identity:
    """Return an identity."""
    return pb.Identity(
        identity_id=row.identity_id,
        media_count=row.media_count,
        persons=[
            pb.PersonReference(media_id=media_id, person_id=person_id)
            for media_id, person_id in row.persons
        ],
    )


def form(given: pb.NewLibraryEntry) -> EntryForm:
    """Return what a new entry is kept as."""
    document: dict[str, Any] = {}
    if given.description:
        document["description"] = given.description
    if given.tags:
        document["tags"] = dict(given.tags)
    if given.node_id:
        document["node_id"] = given.node_id
    return EntryForm(given.name, given.category, document | content(given))


def changed_form(record: EntryRecord, given: pb.UpdateLibraryEntryRequest) -> EntryForm:
    """Return what a changed entry is kept as."""
    document = dict(record.document)
    if given.HasField("description"):
        document["description"] = given.description
    if given.tags or given.clear_tags:
        document["tags"] = dict(given.tags)
    if given.HasField("node_id"):
        document["node_id"] = given.node_id
    return EntryForm(
        given.name if given.HasField("name") else record.name,
        given.category if given.HasField("category") else record.category,
        {name: value for name, value in (document | content(given)).items() if value},
    )


def content(given: pb.NewLibraryEntry | pb.UpdateLibraryEntryRequest) -> dict[str, Any]:
    """Return the content of an entry without samples, as JSON values."""
    name = given.WhichOneof("content")
    if name is None:
        return {}
    return {name: json_format.MessageToDict(getattr(given, name), preserving_proto_field_name=True)}


def request_digest(given: pb.NewLibraryEntry | pb.CreateLibraryRequest) -> str:
    """Return what tells one request from another."""
    return sha256_hex(given.SerializeToString(deterministic=True))


def columns(
    request: pb.CreateLibraryRequest, library_id: str, project_id: str, subject: str
) -> Mapping[str, Any]:
    """Return the row of a new library, without versions and times."""
    usages = request.usages or [pb.LIBRARY_USAGE_RECOGNITION]
    return {
        "project_id": project_id,
        "id": library_id,
        "kind": KINDS[request.kind].value,
        "name": request.name,
        "description": request.description,
        "usages": sorted({USAGES[usage].value for usage in usages}),
        "tags": dict(request.tags),
        "threshold": threshold_e4(request.threshold) if request.HasField("threshold") else None,
        "request_digest": request_digest(request),
        "created_by": subject,
    }


def threshold_e4(threshold: float) -> int:
    """Return a threshold as it is compared: a float32 .6 is .60000002, and means 6,000."""
    return round(threshold * SCORE_ONE)


def kind_of(record: LibraryRecord) -> LibraryKind:
    """Return the kind of a library."""
    return LibraryKind(record.kind)
