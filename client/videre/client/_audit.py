"""The audit log: the flows."""

from __future__ import annotations

from videre.client._flow import Context, EmitFlow, Flow
from videre.client._pages import every
from videre.client._rpc_admin import LIST_AUDIT_ENTRIES, VERIFY_AUDIT_LOG
from videre.v1 import audit_pb2 as pb
from videre.v1.moderation_pb2 import ChainAudit


def list_entries(
    context: Context, project_id: str, subject: str, method: str
) -> EmitFlow[pb.AuditEntry]:
    """Emit entries, page after page."""
    asked = pb.ListAuditEntriesRequest(project_id=project_id, subject=subject, method=method)
    return every(context, LIST_AUDIT_ENTRIES, asked, lambda page: page.entries)


def verify_log(
    context: Context, project_id: str, known_number: int, known_digest: str
) -> Flow[ChainAudit]:
    """Return whether the chain holds."""
    asked = pb.VerifyAuditLogRequest(
        project_id=project_id, known_entry_number=known_number, known_entry_digest=known_digest
    )
    return (yield from context.call(VERIFY_AUDIT_LOG, asked)).chain
