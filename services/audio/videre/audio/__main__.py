"""The audio service's process."""

from __future__ import annotations

from videre.audio.registry import audio_engines
from videre.audio.servicer import AudioServicer
from videre.common.auth import Role
from videre.common.server import Registration
from videre.common.service import Service, ServiceContext, run_service
from videre.internal.v1 import audio_pb2, audio_pb2_grpc


def build(context: ServiceContext) -> Service:
    """Make the engines and the servicer."""
    engines = audio_engines(context.models)
    registration = Registration(
        audio_pb2.DESCRIPTOR.services_by_name["AudioService"],
        audio_pb2_grpc.add_AudioServiceServicer_to_server,
        AudioServicer(engines, context.executor),
        Role.SUBMITTER,
    )
    return Service(engines, [registration])


if __name__ == "__main__":
    run_service("audio", build)
