"""The fake server as a process: with health and reflection, until it is told to end."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import grpc
from grpc_health.v1 import health, health_pb2, health_pb2_grpc
from grpc_reflection.v1alpha import reflection

from videre.cli.failures import CommandError
from videre.client.testing import FakeServer, Recording
from videre.common.server import announce, wait_for_signal
from videre.v1 import job_pb2, media_pb2


def play(recordings: Sequence[Recording], port: int, event_s: float) -> None:
    """Serve recordings until SIGINT or SIGTERM.

    Raises:
        CommandError: the port is taken.
    """
    try:
        server = FakeServer(recordings, port=port, event_s=event_s, further=_add_common)
    except RuntimeError as error:
        raise CommandError(f"cannot listen on port {port}; is it taken?") from error
    with server:
        announce("fake", server.target, "recorded jobs")
        asyncio.run(wait_for_signal())


def _add_common(server: grpc.Server) -> None:
    """Add what every server of the suite has: health and reflection."""
    checks = health.HealthServicer()
    checks.set("", health_pb2.HealthCheckResponse.SERVING)
    health_pb2_grpc.add_HealthServicer_to_server(checks, server)
    names = [
        file.DESCRIPTOR.services_by_name[name].full_name
        for file, name in ((job_pb2, "JobService"), (media_pb2, "MediaService"))
    ]
    reflection.enable_server_reflection(
        (*names, health.SERVICE_NAME, reflection.SERVICE_NAME), server
    )
