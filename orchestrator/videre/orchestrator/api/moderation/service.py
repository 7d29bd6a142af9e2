"""ModerationService."""

from __future__ import annotations

from typing import Any

import grpc.aio

from videre.orchestrator.api.moderation.explanations import Explainer
from videre.orchestrator.api.project import project_of
from videre.v1 import moderation_pb2 as pb
from videre.v1 import moderation_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


class ModerationServicer(moderation_pb2_grpc.ModerationServiceServicer):
    """Tells why verdicts say what they say."""

    def __init__(self, explainer: Explainer) -> None:
        self._explainer = explainer

    async def ExplainVerdict(
        self, request: pb.ExplainVerdictRequest, context: Context
    ) -> pb.ExplainVerdictResponse:
        """See moderation.proto."""
        return await self._explainer.explain(project_of(request.project_id), request)
