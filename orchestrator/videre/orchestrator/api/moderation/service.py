"""ModerationService."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import grpc.aio

from videre.orchestrator.api.moderation.audits import Auditor
from videre.orchestrator.api.moderation.explanations import Explainer
from videre.orchestrator.api.moderation.reports import Reports
from videre.orchestrator.api.project import project_of
from videre.v1 import moderation_pb2 as pb
from videre.v1 import moderation_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


class ModerationServicer(moderation_pb2_grpc.ModerationServiceServicer):
    """Tells why verdicts say what they say, and whether they still do."""

    def __init__(self, explainer: Explainer, auditor: Auditor, reports: Reports) -> None:
        self._explainer, self._auditor, self._reports = explainer, auditor, reports

    async def ExplainVerdict(
        self, request: pb.ExplainVerdictRequest, context: Context
    ) -> pb.ExplainVerdictResponse:
        """See moderation.proto."""
        return await self._explainer.explain(project_of(request.project_id), request)

    async def AuditVerdicts(
        self, request: pb.AuditVerdictsRequest, context: Context
    ) -> pb.AuditVerdictsResponse:
        """See moderation.proto."""
        return await self._auditor.audit(project_of(request.project_id), request)

    async def ExportVerdictReport(
        self, request: pb.ExportVerdictReportRequest, context: Context
    ) -> AsyncIterator[pb.ExportVerdictReportResponse]:
        """See moderation.proto."""
        async for piece in self._reports.pieces(project_of(request.project_id), request):
            yield piece

    async def GetReportKey(
        self, request: pb.GetReportKeyRequest, context: Context
    ) -> pb.GetReportKeyResponse:
        """See moderation.proto."""
        return self._reports.key()
