"""The calls about the audit log, blocking."""

from __future__ import annotations

from collections.abc import Iterator

from videre.client import _audit
from videre.client._flow import Context
from videre.client._transport import BlockingTransport
from videre.v1 import audit_pb2
from videre.v1.moderation_pb2 import ChainAudit


class AuditCalls:
    """The blocking calls about the audit log; `videre.audit` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: BlockingTransport) -> None:
        self._context, self._transport = context, transport

    def list(
        self, *, project_id: str = "", subject: str = "", method: str = ""
    ) -> Iterator[audit_pb2.AuditEntry]:
        """Yield what callers have changed, the last change first.

        Args:
            project_id: "" = the caller's; "*" = of what is for every project.
            subject: only what this caller did.
            method: only calls of this method, such as "JobService/SubmitJob".
        """
        return self._transport.iterate(
            _audit.list_entries(self._context, project_id, subject, method)
        )

    def verify(
        self, *, project_id: str = "", known_number: int = 0, known_digest: str = ""
    ) -> ChainAudit:
        """Return whether the chain of a project's entries holds.

        Args:
            project_id: as in `list`.
            known_number: an entry that was kept and must still be there; 0 = none.
            known_digest: its digest.
        """
        flow = _audit.verify_log(self._context, project_id, known_number, known_digest)
        return self._transport.run(flow)
