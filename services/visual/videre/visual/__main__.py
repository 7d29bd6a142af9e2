"""`python -m videre.visual`: the visual service."""

from __future__ import annotations

from videre.common.auth import Role
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext, run_service
from videre.internal.v1 import visual_pb2, visual_pb2_grpc
from videre.visual.registry import visual_engines
from videre.visual.servicer import VisualServicer


def build(context: ServiceContext) -> Service:
    """Make the engines and the servicer."""
    engines = visual_engines(context.models)
    registration = Registration(
        visual_pb2.DESCRIPTOR.services_by_name["VisualService"],
        visual_pb2_grpc.add_VisualServiceServicer_to_server,
        VisualServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


if __name__ == "__main__":
    run_service("visual", build)
