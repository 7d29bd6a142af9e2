"""The server's audit log: two entries, and a chain that holds unless the world says otherwise."""

from __future__ import annotations

from typing import Any

from doubles.world import Service

from videre.v1 import audit_pb2, audit_pb2_grpc, moderation_pb2

ENTRIES = [
    audit_pb2.AuditEntry(
        number=number, subject="ada [lab]", project_id="films", method=method, change_count=count,
        changes=[
            audit_pb2.AuditChange(
                kind="job", id=f"j{number}", from_digest=before, to_digest="b" * 64
            )
        ],
        digest="c" * 64,
    )
    for number, method, count, before in (
        (2, "JobService/CancelJob", 1, "a" * 64), (1, "JobService/SubmitJob", 30, ""),
    )
]  # fmt: skip


class AuditApi(Service, audit_pb2_grpc.AuditServiceServicer):
    """One entry per page."""

    def ListAuditEntries(self, request: Any, context: Any) -> Any:
        start = int(request.page_token or 0)
        answer = audit_pb2.ListAuditEntriesResponse(
            entries=ENTRIES[start : start + 1], next_page_token="1" if start == 0 else ""
        )
        return self.answer(context, request, lambda: answer, "ListAuditEntries")

    def VerifyAuditLog(self, request: Any, context: Any) -> Any:
        chain = moderation_pb2.ChainAudit(
            state=moderation_pb2.CHAIN_STATE_INTACT, link_count=2, head_digest="c" * 64
        )
        if request.known_entry_digest:
            chain.state = moderation_pb2.CHAIN_STATE_BROKEN
            chain.broken_number = request.known_entry_number
            chain.breach = moderation_pb2.CHAIN_BREACH_KNOWN_LINK
        answer = audit_pb2.VerifyAuditLogResponse(chain=chain)
        return self.answer(context, request, lambda: answer, "VerifyAuditLog")
