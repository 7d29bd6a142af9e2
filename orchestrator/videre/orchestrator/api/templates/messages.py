"""Templates → public messages."""

from __future__ import annotations

from collections.abc import Collection

from videre.orchestrator.api import present
from videre.orchestrator.store.templates import TemplateRecord
from videre.orchestrator.templates.catalog import preset
from videre.orchestrator.templates.diff import Change
from videre.orchestrator.templates.documents import draft_of
from videre.v1 import template_pb2 as pb


def template_message(record: TemplateRecord, defaults: Collection[str]) -> pb.Template:
    """Return a version of a template.

    Args:
        defaults: ids of the project's default templates.
    """
    draft = draft_of(record.template_id, record.document)
    message = pb.Template(
        template_id=record.template_id,
        number=record.number,
        version=record.version,
        names=draft.names,
        description=draft.description,
        preset=preset(record),
        is_default=record.template_id in defaults,
        created_by=record.created_by,
        etag=str(record.version),
    )
    if record.create_ns:
        message.create_time.CopyFrom(present.timestamp(record.create_ns))
    if record.delete_ns is not None:
        message.delete_time.CopyFrom(present.timestamp(record.delete_ns))
    match draft.WhichOneof("parameters"):
        case "analysis":
            message.analysis.CopyFrom(draft.analysis)
        case "moderation":
            message.moderation.CopyFrom(draft.moderation)
        case "production":
            message.production.CopyFrom(draft.production)
    return message


def change_message(change: Change) -> pb.TemplateChange:
    """Return a value that differs."""
    return pb.TemplateChange(path=change.path, from_value=change.before, to_value=change.after)
