"""EngineService."""

from __future__ import annotations

from typing import Any

import grpc.aio

from videre.orchestrator.app import Orchestrator
from videre.orchestrator.catalog import EngineFacts, choose
from videre.v1 import engine_pb2, engine_pb2_grpc

Context = grpc.aio.ServicerContext[Any, Any]


class EngineServicer(engine_pb2_grpc.EngineServiceServicer):
    """See engine.proto."""

    def __init__(self, app: Orchestrator) -> None:
        self._app = app

    async def ListEngines(
        self, request: engine_pb2.ListEnginesRequest, context: Context
    ) -> engine_pb2.ListEnginesResponse:
        """See engine.proto."""
        catalogs = await self._app.services.catalogs(wanted=None)
        engines = []
        for catalog in catalogs:
            if catalog.down:
                engines.append(
                    engine_pb2.Engine(
                        service=catalog.service,
                        state=engine_pb2.ENGINE_STATE_SERVICE_DOWN,
                        state_message="the service does not answer",
                    )
                )
            for facts in catalog.engines:
                picked = choose(catalogs, facts.service, facts.feature, {}).engine
                engines.append(_engine(facts, picked))
        if request.feature:
            engines = [engine for engine in engines if engine.feature == request.feature]
        return engine_pb2.ListEnginesResponse(engines=engines)


def _engine(facts: EngineFacts, picked: EngineFacts | None) -> engine_pb2.Engine:
    state = facts.state.upper()
    return engine_pb2.Engine(
        service=facts.service,
        feature=facts.feature,
        name=facts.name,
        version=facts.version,
        tier=engine_pb2.EngineTier.Value(f"ENGINE_TIER_{facts.tier.upper()}"),
        state=engine_pb2.EngineState.Value(f"ENGINE_STATE_{state}"),
        state_message=facts.message,
        licence=facts.licence,
        model_digests=facts.model_digests,
        class_count=len(facts.class_thresholds),
        languages=facts.languages,
        is_default=picked == facts,
        max_call_seconds=facts.max_call_seconds,
        distribution=facts.distribution,
    )
