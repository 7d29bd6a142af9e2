"""`python -m videre.asr`: the speech service."""

from __future__ import annotations

from videre.asr.registry import asr_engines
from videre.asr.servicer import AsrServicer
from videre.asr.settings import AsrSettings
from videre.common.auth import Role
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext, run_service
from videre.internal.v1 import asr_pb2, asr_pb2_grpc


def build(context: ServiceContext) -> Service:
    """Make the engines and the servicer."""
    known = context.settings
    engines = asr_engines(context.models, known if isinstance(known, AsrSettings) else None)
    registration = Registration(
        asr_pb2.DESCRIPTOR.services_by_name["AsrService"],
        asr_pb2_grpc.add_AsrServiceServicer_to_server,
        AsrServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


if __name__ == "__main__":
    run_service("asr", build, settings=AsrSettings)
