"""The calls about moderation, awaiting."""

from __future__ import annotations

from videre.client import _export, _moderation
from videre.client._export import ExportedFile
from videre.client._flow import Context
from videre.client._transport import AsyncTransport
from videre.v1 import moderation_pb2 as pb


class AsyncModerationCalls:
    """The awaiting calls about moderation; `videre.moderation` of a client.

    Every method may raise a `ServerRefusal`.
    """

    def __init__(self, context: Context, transport: AsyncTransport) -> None:
        self._context, self._transport = context, transport

    async def explain(self, request: pb.ExplainVerdictRequest) -> pb.ExplainVerdictResponse:
        """Return why a verdict says what it says, with the segments of all pages."""
        return await self._transport.run(_moderation.explain_verdict(self._context, request))

    async def audit(self, request: pb.AuditVerdictsRequest) -> pb.AuditVerdictsResponse:
        """Return whether verdicts are still what they were, of all pages, and their chain."""
        return await self._transport.run(_moderation.audit_verdicts(self._context, request))

    async def report(
        self, request: pb.ExportVerdictReportRequest, *, max_bytes: int = 1 << 28
    ) -> ExportedFile:
        """Return a signed report of a verdict.

        Raises:
            CorruptDownload: it is larger than `max_bytes`, or the bytes do not have their digest.
        """
        return await self._transport.run(
            _export.export_verdict_report(self._context, request, max_bytes)
        )

    async def report_key(self) -> pb.GetReportKeyResponse:
        """Return the public key by which signed reports are checked."""
        return await self._transport.run(_moderation.get_report_key(self._context))
