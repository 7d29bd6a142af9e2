"""AuditService: what callers have changed, and whether the log of it still holds."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress
from functools import partial
from typing import Any, Final

import grpc.aio

from videre.exports.chain import read_facts
from videre.orchestrator.api.access.credentials import project_or_every
from videre.orchestrator.api.chains import chain_audit
from videre.orchestrator.api.validation import DIGEST, Violations
from videre.orchestrator.store.audit_reads import AuditEntry, AuditStore
from videre.orchestrator.store.listing import MAX_PAGE, page_token, read_token
from videre.v1 import audit_pb2 as pb
from videre.v1 import audit_pb2_grpc
from videre.v1.moderation_pb2 import ChainAudit

Context = grpc.aio.ServicerContext[Any, Any]
_DEFAULT_PAGE: Final = 50
_MOST_ENTRIES: Final = (1 << 62) - 1


class AuditServicer(audit_pb2_grpc.AuditServiceServicer):
    """See audit.proto."""

    def __init__(self, entries: AuditStore) -> None:
        self._entries = entries

    async def ListAuditEntries(
        self, request: pb.ListAuditEntriesRequest, context: Context
    ) -> pb.ListAuditEntriesResponse:
        """See audit.proto."""
        project = project_or_every(request.project_id)
        found = Violations()
        found.number("page_size", request.page_size, 0, MAX_PAGE)
        found.size("subject", request.subject, 256)
        found.size("method", request.method, 128)
        found.raise_if_any()
        filters = {"project": project, "subject": request.subject, "method": request.method}
        before = read_token(request.page_token, filters, int) if request.page_token else 0
        limit = request.page_size or _DEFAULT_PAGE

        def read() -> list[AuditEntry]:
            return self._entries.page(
                project, limit, before, subject=request.subject, method=request.method
            )

        entries = await asyncio.to_thread(read)
        token = page_token(entries[-1].number, filters) if len(entries) == limit else ""
        return pb.ListAuditEntriesResponse(
            entries=[_message(entry) for entry in entries], next_page_token=token
        )

    async def VerifyAuditLog(
        self, request: pb.VerifyAuditLogRequest, context: Context
    ) -> pb.VerifyAuditLogResponse:
        """See audit.proto."""
        project = project_or_every(request.project_id)
        number, digest = request.known_entry_number, request.known_entry_digest
        found = Violations()
        found.number("known_entry_number", number, 0, _MOST_ENTRIES)
        if number or digest:
            found.pattern("known_entry_digest", digest, DIGEST)
            if digest and not number:
                found.add("known_entry_number", "is missing", "1..", 0)
        found.raise_if_any()

        def verify() -> ChainAudit:
            entries = self._entries.all(project)
            return chain_audit(project, entries, partial(self._entries.at, project), number, digest)

        chain = await asyncio.to_thread(verify)
        return pb.VerifyAuditLogResponse(chain=chain)


def _message(entry: AuditEntry) -> pb.AuditEntry:
    """Return an entry; where its facts are none, which checking tells, what stands beside."""
    made = pb.AuditEntry(
        number=entry.number,
        subject=entry.subject,
        method=entry.method,
        facts=entry.facts,
        digest=entry.digest,
    )
    with suppress(ValueError, KeyError, TypeError, AttributeError):
        _add_facts(made, read_facts(entry.facts))
    return made


def _add_facts(made: pb.AuditEntry, facts: Mapping[str, Any]) -> None:
    made.time.FromJsonString(facts["time"])
    made.project_id = facts["project"]
    made.request_digest = facts["request"]
    made.change_count = facts["changed"]
    for change in facts["changes"]:
        made.changes.add(
            kind=change["what"],
            id=change["id"],
            from_digest=change["from"],
            to_digest=change["to"],
        )
