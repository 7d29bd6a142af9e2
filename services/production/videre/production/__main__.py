"""The production service's process."""

from __future__ import annotations

import asyncio
from functools import partial

from videre.common.artifact_place import open_artifacts
from videre.common.auth import Role
from videre.common.engine import EngineRegistry
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext, run_service
from videre.internal.v1 import production_pb2, production_pb2_grpc
from videre.production.functions.base import Function
from videre.production.registry import factories
from videre.production.servicer import ProductionServicer
from videre.production.settings import ProductionSettings
from videre.production.sweeping import sweep_forever


def build(context: ServiceContext) -> Service:
    """Make the functions and the servicer."""
    settings = context.settings
    assert isinstance(settings, ProductionSettings)
    functions: EngineRegistry[Function] = EngineRegistry(factories(settings), context.models)
    artifacts = open_artifacts(settings)
    registration = Registration(
        production_pb2.DESCRIPTOR.services_by_name["ProductionService"],
        production_pb2_grpc.add_ProductionServiceServicer_to_server,
        ProductionServicer(
            functions,
            context.executor,
            artifacts,
            settings.render_path,
            settings.chunks_path if settings.chunk_retention else None,
        ),
        Role.SUBMITTER,
    )
    sweeper = asyncio.ensure_future(sweep_forever(settings))
    context.on_close(partial(_stopped, sweeper))
    return Service(functions, [registration])


async def _stopped(sweeper: asyncio.Future[None]) -> None:
    """End the sweeping."""
    sweeper.cancel()


if __name__ == "__main__":
    run_service("production", build, settings=ProductionSettings)
