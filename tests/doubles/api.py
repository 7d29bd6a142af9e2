"""A small real gRPC server that speaks the public API over dictionaries.

Clients are tested against it: real channels, real statuses, recorded answers. It does what the
contract says of each method, not how the orchestrator does it; `faults` breaks calls on purpose.
"""

from __future__ import annotations

from concurrent import futures
from typing import Any

import grpc
from doubles.ads import AdApi
from doubles.audit import AuditApi
from doubles.jobs import Jobs
from doubles.libraries import LibraryApi
from doubles.marketing import MarketingApi
from doubles.media import MediaApi
from doubles.moderation import ModerationApi
from doubles.recommendations import RecommendationApi
from doubles.reviews import ReviewApi
from doubles.search import SearchApi
from doubles.taxonomy import TaxonomyApi
from doubles.templates import TemplateApi
from doubles.world import Service, World
from grpc_health.v1 import health, health_pb2_grpc

from videre.v1 import (
    ad_pb2_grpc,
    audit_pb2_grpc,
    engine_pb2,
    engine_pb2_grpc,
    job_pb2_grpc,
    library_pb2_grpc,
    marketing_pb2_grpc,
    media_pb2_grpc,
    moderation_pb2_grpc,
    operations_pb2,
    operations_pb2_grpc,
    recommendation_pb2_grpc,
    review_pb2_grpc,
    search_pb2_grpc,
    taxonomy_pb2_grpc,
    template_pb2_grpc,
)


class Catalog(Service, engine_pb2_grpc.EngineServiceServicer):
    """Engines as they were put in."""

    def ListEngines(self, request: Any, context: Any) -> Any:
        answer = engine_pb2.ListEnginesResponse(engines=self.world.engines)
        return self.answer(context, request, lambda: answer, "ListEngines")


class Operations(Service, operations_pb2_grpc.OperationsServiceServicer):
    """The backlog and what was used, as they were put in."""

    def GetBacklog(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self.world.backlog, "GetBacklog")

    def GetQueuePlace(self, request: Any, context: Any) -> Any:
        return self.answer(context, request, lambda: self.world.place, "GetQueuePlace")

    def ListUsage(self, request: Any, context: Any) -> Any:
        answer = operations_pb2.ListUsageResponse(days=self.world.usage)
        return self.answer(context, request, lambda: answer, "ListUsage")


class ApiServer:
    """The server, listening on a port of this machine, 0 = any free one; `close` it."""

    def __init__(self, port: int = 0) -> None:
        self.world = World()
        self._server = self._start(port)

    def _start(self, port: int) -> grpc.Server:
        server = grpc.server(futures.ThreadPoolExecutor(max_workers=4))
        jobs, media, catalog = Jobs(self.world), MediaApi(self.world), Catalog(self.world)
        job_pb2_grpc.add_JobServiceServicer_to_server(jobs, server)
        media_pb2_grpc.add_MediaServiceServicer_to_server(media, server)
        library_pb2_grpc.add_LibraryServiceServicer_to_server(LibraryApi(self.world), server)
        review_pb2_grpc.add_ReviewServiceServicer_to_server(ReviewApi(self.world), server)
        audit_pb2_grpc.add_AuditServiceServicer_to_server(AuditApi(self.world), server)
        ad_pb2_grpc.add_AdServiceServicer_to_server(AdApi(self.world), server)
        marketing_pb2_grpc.add_MarketingServiceServicer_to_server(MarketingApi(self.world), server)
        recommendation_pb2_grpc.add_RecommendationServiceServicer_to_server(
            RecommendationApi(self.world), server
        )
        search_pb2_grpc.add_SearchServiceServicer_to_server(SearchApi(self.world), server)
        template_pb2_grpc.add_TemplateServiceServicer_to_server(TemplateApi(self.world), server)
        moderation_pb2_grpc.add_ModerationServiceServicer_to_server(
            ModerationApi(self.world), server
        )
        engine_pb2_grpc.add_EngineServiceServicer_to_server(catalog, server)
        taxonomy_pb2_grpc.add_TaxonomyServiceServicer_to_server(TaxonomyApi(self.world), server)
        operations_pb2_grpc.add_OperationsServiceServicer_to_server(Operations(self.world), server)
        health_pb2_grpc.add_HealthServicer_to_server(health.HealthServicer(), server)
        self.target = f"127.0.0.1:{server.add_insecure_port(f'127.0.0.1:{port}')}"
        server.start()
        return server

    def restart(self) -> None:
        """Stop, breaking every connection, and start again on the same port."""
        self.close()
        self._server = self._start(int(self.target.rpartition(":")[2]))

    def close(self) -> None:
        """Stop now."""
        self._server.stop(grace=None).wait(timeout=10)
