"""Ask a process of this machine whether it serves: `python -m videre.common.probe PORT`.

For health checks of containers. Ends with 0 when it does, with 1 and the reason when not.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any, Final

import grpc
from grpc_health.v1 import health_pb2, health_pb2_grpc

from videre.common.channel import open_channel
from videre.common.config import Settings
from videre.common.tls import TlsFiles

_TIMEOUT_S: Final = 5.0


async def probe(port: int, tls: TlsFiles | None = None) -> str:
    """Return "" when the process on a port of this machine serves, else why not."""
    channel = open_channel([f"localhost:{port}"], tls)
    try:
        stub: Any = health_pb2_grpc.HealthStub(channel)
        answer = await stub.Check(health_pb2.HealthCheckRequest(), timeout=_TIMEOUT_S)
    except grpc.aio.AioRpcError as error:
        return f"{error.code().name}: {error.details()}"
    finally:
        await channel.close()
    status: int = answer.status
    serving = status == health_pb2.HealthCheckResponse.SERVING
    return "" if serving else health_pb2.HealthCheckResponse.ServingStatus.Name(status)


def main() -> None:
    """Ask, and end with the answer."""
    settings = Settings()
    sys.exit(asyncio.run(probe(int(sys.argv[1]), settings.tls)) or 0)


if __name__ == "__main__":
    main()
